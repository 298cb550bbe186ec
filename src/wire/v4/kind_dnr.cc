#include "wire/v4/kind_dnr.h"

#include "base/text.h"
#include "net/address.h"
#include "wire/domain_name.h"
#include "wire/limits.h"
#include "wire/scalar_kinds.h"

namespace lessor::wire {
namespace {

/// RFC 9460 14.3.2: the parameters that have a text form of their own.
constexpr std::uint16_t kAlpn = 1;
constexpr std::uint16_t kPort = 3;
constexpr std::uint16_t kDohpath = 7;

// --- service parameters

/// "dot\,doq"; nothing when it is no list of counted protocol names.
std::optional<std::string> print_alpn(Bytes value) {
  ByteReader in(value);
  std::string text;
  while (!in.finished()) {
    const Bytes protocol = in.bytes(in.u8());
    if (!in.ok() || protocol.empty() || !is_printable(protocol)) return std::nullopt;
    text += (text.empty() ? "" : ",") + std::string(as_text(protocol));
  }
  return text;
}

std::string print_parameter(std::uint16_t key, Bytes value) {
  if (key == kPort && value.size() == 2) return "port=" + std::to_string(load_be16(value.data()));
  if (key == kDohpath && is_printable(value)) return "dohpath=" + escape(as_text(value));
  const auto alpn = key == kAlpn ? print_alpn(value) : std::nullopt;
  if (alpn) return "alpn=" + escape(*alpn);
  const std::string name = "key" + std::to_string(key);
  return value.empty() ? name : name + "=0x" + to_hex(value);
}

Complaint parse_alpn(std::string_view text, std::vector<std::byte>& value) {
  const std::string list = unescape(text);
  for (const std::string_view protocol : split(list, ',')) {
    if (protocol.empty() || protocol.size() > kMaxOptionLength) return is_not(text, "an ALPN list");
    append_be(value, protocol.size(), 1);
    append(value, as_bytes(protocol));
  }
  return std::nullopt;
}

Complaint parse_parameter(std::string_view word, std::vector<std::byte>& out) {
  const std::size_t equals = std::min(word.find('='), word.size());
  const std::string_view name = word.substr(0, equals);
  const std::string_view text = word.substr(std::min(equals + 1, word.size()));
  const auto number = name.starts_with("key") ? parse_number(name.substr(3), 0xffff) : std::nullopt;
  std::vector<std::byte> value;
  std::uint64_t key = number.value_or(0);
  Complaint wrong;
  if (name == "alpn") {
    key = kAlpn;
    wrong = parse_alpn(text, value);
  } else if (name == "port") {
    key = kPort;
    wrong = kind::kU16.parse(text, value);
  } else if (name == "dohpath") {
    key = kDohpath;
    append(value, as_bytes(unescape(text)));
  } else if (!number) {
    return is_not(word, "a service parameter (alpn=, port=, dohpath=, key7=0x...)");
  } else if (!text.empty()) {
    wrong = kind::parse_octets(text, value);
  }
  append_be(out, key, 2);
  append_be(out, value.size(), 2);
  append(out, value);
  return wrong;
}

bool print_parameters(ByteReader& in, std::string& out) {
  while (!in.finished()) {
    const std::uint16_t key = in.be16();
    const Bytes value = in.bytes(in.be16());
    if (!in.ok()) return false;
    if (!out.empty()) out += ' ';
    out += print_parameter(key, value);
  }
  return true;
}

// --- one resolver: RFC 9463 5.1

bool print_addresses(ByteReader& in, std::string& out) {
  ByteReader addresses(in.bytes(in.u8()));
  if (!in.ok() || addresses.finished()) return false;
  while (!addresses.finished()) {
    if (out.back() != ' ') out += ' ';
    if (!kind::kIp4.print(addresses, out)) return false;
  }
  return true;
}

bool print_resolver(Bytes resolver, std::string& out) {
  ByteReader in(resolver);
  out += std::to_string(in.be16()) + ", ";
  const Bytes wire_name = in.bytes(in.u8());
  std::size_t offset = 0;
  const auto name = read_domain_name(wire_name, offset, Compression::refused);
  if (!in.ok() || !name || offset != wire_name.size()) return false;
  out += name->text;
  if (in.finished()) return true;  // ADN-only mode: no addresses, no parameters
  out += ", ";
  if (!print_addresses(in, out)) return false;
  std::string parameters;
  if (!print_parameters(in, parameters)) return false;
  if (!parameters.empty()) out += ", " + parameters;
  return true;
}

Complaint parse_words(std::string_view text, std::vector<std::byte>& out,
                      Complaint (*parse)(std::string_view, std::vector<std::byte>&)) {
  for (const std::string_view word : split(text, ' ')) {
    if (word.empty()) continue;
    if (Complaint wrong = parse(word, out)) return wrong;
  }
  return std::nullopt;
}

Complaint parse_resolver(std::string_view text, std::vector<std::byte>& out) {
  PartScanner parts(text);
  if (Complaint wrong = kind::kU16.parse(parts.next(), out)) return wrong;
  std::vector<std::byte> name;
  if (Complaint wrong = append_domain_name(parts.next(), name)) return wrong;
  append_be(out, name.size(), 1);
  append(out, name);
  if (parts.at_end()) return std::nullopt;
  std::vector<std::byte> addresses;
  if (Complaint wrong = parse_words(parts.next(), addresses, kind::kIp4.parse)) return wrong;
  if (addresses.size() > kMaxOptionLength) return is_not(text, "a resolver: too many addresses");
  append_be(out, addresses.size(), 1);
  append(out, addresses);
  return parse_words(parts.rest(), out, parse_parameter);
}

// --- the option: resolvers, each with two octets of length before it

bool print_resolvers(ByteReader& in, std::string& out) {
  std::string text;
  while (!in.finished()) {
    const Bytes resolver = in.bytes(in.be16());
    if (!text.empty()) text += " | ";
    if (!in.ok() || !print_resolver(resolver, text)) return false;
  }
  out += text;
  return true;
}

Complaint parse_resolvers(std::string_view text, std::vector<std::byte>& out) {
  for (const std::string_view part : split(text, '|')) {
    std::vector<std::byte> resolver;
    if (Complaint wrong = parse_resolver(part, resolver)) return wrong;
    if (resolver.size() > 0xffff) return is_not(part, "short enough");
    append_be(out, resolver.size(), 2);
    append(out, resolver);
  }
  return std::nullopt;
}

void random_resolvers(Random& random, std::vector<std::byte>& out) {
  for (std::uint32_t i = 1 + random.below(2); i > 0; --i) {
    std::string text = std::to_string(random.below(0x10000)) + ", " + kind::random_name(random);
    const bool has_addresses = !random.one_in(3);
    if (has_addresses) text += ", " + net::to_string(net::Ip4{random.u32()});
    if (has_addresses && random.one_in(2)) text += ", alpn=dot\\,doq port=8530 key9";
    (void)parse_resolvers(text, out);
  }
}

}  // namespace

const ValueCodec kind::kEncryptedDns{"encrypted DNS resolvers",
                                     "1, dot.example.org, 192.0.2.1, alpn=dot port=853",
                                     6,
                                     kAnySize,
                                     true,
                                     print_resolvers,
                                     parse_resolvers,
                                     random_resolvers};

}  // namespace lessor::wire
