#include "wire/v4/kind_fqdn.h"

#include "base/text.h"
#include "wire/domain_name.h"
#include "wire/scalar_kinds.h"

#include <algorithm>

namespace lessor::wire {
namespace {

/// From the lowest bit, as RFC 4702 figure 1 has them from the right.
constexpr std::string_view kLetters = "SOEN";

std::string print_flags(std::uint8_t flags) {
  if (flags == 0) return "-";
  if (flags >= 1U << kLetters.size()) return std::to_string(flags);  // MBZ bits are set
  std::string text;
  for (std::size_t bit = 0; bit < kLetters.size(); ++bit) {
    if ((flags & (1U << bit)) != 0) text += kLetters[bit];
  }
  return text;
}

Complaint parse_flags(std::string_view text, std::vector<std::byte>& out) {
  std::uint64_t flags = 0;
  if (const auto number = parse_number(text, 255)) {
    flags = *number;
  } else if (text != "-") {
    for (const char c : text) {
      const std::size_t bit = kLetters.find(c);
      if (bit == std::string_view::npos) return is_not(text, "flags (of the letters N, E, O, S)");
      flags |= 1U << bit;
    }
  }
  append_be(out, flags, 1);
  return std::nullopt;
}

bool print_fqdn(ByteReader& in, std::string& out) {
  const Bytes value = in.rest();
  const auto fqdn = read_fqdn(value);
  if (!fqdn) return false;
  out += print_flags(fqdn->flags) + ", " + std::to_string(fqdn->rcode1) + ", " +
         std::to_string(fqdn->rcode2);
  const bool wire_format = (fqdn->flags & kFqdnWireFormat) != 0;
  if (!wire_format && !is_printable(as_bytes(fqdn->name))) return false;
  if (fqdn->name.empty()) return true;
  const bool needs_dot = wire_format && !fqdn->partial && fqdn->name != ".";
  out += ", " + (wire_format ? fqdn->name : escape(fqdn->name)) + (needs_dot ? "." : "");
  return true;
}

Complaint parse_name(std::string_view text, bool wire_format, std::vector<std::byte>& out) {
  if (text.empty()) return std::nullopt;  // "tell me my name"
  if (wire_format) return append_domain_name(text, out, !text.ends_with('.'));
  append(out, as_bytes(unescape(text)));
  return std::nullopt;
}

Complaint parse_fqdn(std::string_view text, std::vector<std::byte>& out) {
  PartScanner parts(text);
  const std::size_t begin = out.size();
  if (parts.at_end()) return "the flags are missing";
  if (Complaint wrong = parse_flags(parts.next(), out)) return wrong;
  for (int i = 0; i < 2; ++i) {
    if (parts.at_end()) return "a result code is missing (write 0)";
    if (Complaint wrong = kind::kU8.parse(parts.next(), out)) return wrong;
  }
  const bool wire_format = (load_u8(&out[begin]) & kFqdnWireFormat) != 0;
  return parse_name(parts.rest(), wire_format, out);
}

void random_fqdn(Random& random, std::vector<std::byte>& out) {
  const std::uint32_t flags = random.below(16);
  append_be(out, flags, 1);
  kind::append_random(random, out, 2);
  if ((flags & kFqdnWireFormat) != 0) {
    (void)append_domain_name(kind::random_name(random), out, random.one_in(2));
  } else {
    append(out, as_bytes(kind::random_name(random)));
  }
}

}  // namespace

std::optional<Fqdn> read_fqdn(Bytes value) {
  ByteReader in(value);
  Fqdn fqdn{.flags = in.u8(), .rcode1 = in.u8(), .rcode2 = in.u8()};
  if (!in.ok()) return std::nullopt;
  const Bytes rest = in.rest();
  if ((fqdn.flags & kFqdnWireFormat) == 0) {
    fqdn.name = as_text(rest);
    fqdn.partial = fqdn.name.find('.') == std::string::npos;
    return fqdn;
  }
  std::size_t offset = 0;
  auto name = read_domain_name(rest, offset, Compression::refused, true);
  if (!name || offset != rest.size()) return std::nullopt;
  fqdn.name = std::move(name->text);
  fqdn.partial = name->partial;
  return fqdn;
}

const ValueCodec kind::kFqdn{
    "FQDN", "SE, 0, 0, host.example.org.", 3, kAnySize, true, print_fqdn, parse_fqdn, random_fqdn};

}  // namespace lessor::wire
