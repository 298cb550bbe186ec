#include "wire/v4/kind_names.h"

#include "base/text.h"
#include "net/address.h"
#include "wire/domain_name.h"
#include "wire/scalar_kinds.h"

namespace lessor::wire {
namespace {

constexpr std::string_view kCompressed = "compressed: ";
/// RFC 3361 3: the 'enc' octet.
constexpr std::uint8_t kSipNames = 0;
constexpr std::uint8_t kSipAddresses = 1;

using WireNames = std::vector<std::vector<std::byte>>;

/// The wire forms of the names, each without compression.
Complaint parse_names(std::string_view text, WireNames& names) {
  PartScanner parts(text);
  while (!parts.at_end()) {
    names.emplace_back();
    if (Complaint wrong = append_domain_name(parts.next(), names.back())) return wrong;
  }
  if (names.empty()) return "a domain name is missing";
  return std::nullopt;
}

Complaint parse_domain_list(std::string_view text, std::vector<std::byte>& out) {
  const bool compressed = text.starts_with(kCompressed);
  if (compressed) text.remove_prefix(kCompressed.size());
  WireNames names;
  if (Complaint wrong = parse_names(text, names)) return wrong;
  if (compressed) {
    append(out, compress_domain_names(names));
  } else {
    for (const auto& name : names) append(out, name);
  }
  return std::nullopt;
}

/// Whether `text` stands for exactly these octets: other pointers than ours are possible.
bool reads_back(std::string_view text, Bytes value) {
  std::vector<std::byte> again;
  return !parse_domain_list(text, again) && equal_bytes(again, value);
}

bool print_domain_list(ByteReader& in, std::string& out) {
  const Bytes value = in.rest();
  const auto names = read_domain_list(value);
  if (!names) return false;
  std::string text;
  for (const std::string& name : *names) text += (text.empty() ? "" : ", ") + name;
  if (reads_back(text, value)) {
    out += text;
    return true;
  }
  text.insert(0, kCompressed);
  out += text;
  return reads_back(text, value);
}

void random_domain_list(Random& random, std::vector<std::byte>& out) {
  WireNames names;
  const std::string domain = kind::random_name(random).substr(0, 40);
  for (std::uint32_t i = 1 + random.below(3); i > 0; --i) {
    names.emplace_back();
    (void)append_domain_name(std::string(1, static_cast<char>('a' + i)) + "." + domain + "x",
                             names.back());
  }
  if (random.one_in(2)) return append(out, compress_domain_names(names));
  for (const auto& name : names) append(out, name);
}

bool print_sip_servers(ByteReader& in, std::string& out) {
  const std::uint8_t encoding = in.u8();
  if (encoding == kSipNames) return in.ok() && print_domain_list(in, out);
  if (encoding != kSipAddresses) return false;
  const auto text =
      print_shape({.fields = {&kind::kIp4}, .count = 1, .repeat = Repeat::last}, in.rest());
  out += text.value_or("");
  return text.has_value();
}

Complaint parse_sip_servers(std::string_view text, std::vector<std::byte>& out) {
  if (!net::parse_ip4(PartScanner(text).next())) {
    append_be(out, kSipNames, 1);
    return parse_domain_list(text, out);
  }
  append_be(out, kSipAddresses, 1);
  PartScanner parts(text);
  while (!parts.at_end()) {
    if (Complaint wrong = kind::kIp4.parse(parts.next(), out)) return wrong;
  }
  return std::nullopt;
}

void random_sip_servers(Random& random, std::vector<std::byte>& out) {
  if (random.one_in(2)) {
    append_be(out, kSipNames, 1);
    return random_domain_list(random, out);
  }
  append_be(out, kSipAddresses, 1);
  kind::append_random(random, out, 4 * (1 + random.below(3)));
}

}  // namespace

std::optional<std::vector<std::string>> read_domain_list(Bytes value) {
  std::vector<std::string> names;
  for (std::size_t offset = 0; offset < value.size();) {
    const auto name = read_domain_name(value, offset, Compression::allowed);
    if (!name) return std::nullopt;
    names.push_back(name->text);
  }
  return names;
}

const ValueCodec kind::kDomainList{"list of domain names",
                                   "example.org, eng.example.org",
                                   1,
                                   kAnySize,
                                   true,
                                   print_domain_list,
                                   parse_domain_list,
                                   random_domain_list};
const ValueCodec kind::kSipServers{
    "SIP servers",     "192.0.2.1",       2, kAnySize, true, print_sip_servers,
    parse_sip_servers, random_sip_servers};

}  // namespace lessor::wire
