#include "wire/v4/kind_user_class.h"

#include "base/text.h"
#include "wire/limits.h"
#include "wire/scalar_kinds.h"

namespace lessor::wire {
namespace {

constexpr std::string_view kPlain = "plain ";
constexpr Shape kClasses{.fields = {&kind::kTuple8}, .count = 1, .repeat = Repeat::last};

/// RFC 3004 4: "the length of each class is at least one".
bool has_empty_class(Bytes value) {
  ByteReader in(value);
  while (!in.finished()) {
    const std::uint8_t length = in.u8();
    (void)in.bytes(length);
    if (length == 0 || !in.ok()) return true;
  }
  return false;
}

bool print_user_class(ByteReader& in, std::string& out) {
  const Bytes value = in.rest();
  if (!has_empty_class(value)) {
    const auto text = print_shape(kClasses, value);
    out += text.value_or("");
    return text.has_value();
  }
  out += std::string(kPlain) + escape(as_text(value));
  return is_printable(value);
}

Complaint parse_user_class(std::string_view text, std::vector<std::byte>& out) {
  if (text.starts_with(kPlain)) {
    append(out, as_bytes(unescape(trim(text.substr(kPlain.size())))));
    return std::nullopt;
  }
  // Bare octets with blanks or colons between them, as Kea's files hold them.
  const bool octets = text.find_first_of(" :") != std::string_view::npos && from_hex(text);
  if (octets) return kind::parse_octets(text, out);
  PartScanner parts(text);
  while (!parts.at_end()) {
    if (Complaint wrong = kind::kTuple8.parse(parts.next(), out)) return wrong;
  }
  return std::nullopt;
}

void random_user_class(Random& random, std::vector<std::byte>& out) {
  if (random.one_in(4)) return append(out, as_bytes("iPXE"));
  for (std::uint32_t i = 1 + random.below(3); i > 0; --i) kind::kTuple8.random(random, out);
}

}  // namespace

const ValueCodec kind::kUserClass{
    "user class", "blue", 1, kAnySize, true, print_user_class, parse_user_class, random_user_class};

}  // namespace lessor::wire
