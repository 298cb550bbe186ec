#include "wire/defined_kinds.h"

#include "base/text.h"
#include "wire/ip6_text.h"
#include "wire/scalar_kinds.h"

#include <algorithm>

namespace lessor::wire {
namespace {

constexpr std::size_t kIp6Bits = 128;

std::size_t octets_for(std::size_t bits) { return (bits + 7) / 8; }

/// Clears what lies behind the first `bits` of an address.
void cut(Ip6Octets& address, std::size_t bits) {
  for (std::size_t i = 0; i < address.size(); ++i) {
    const std::size_t kept = bits > 8 * i ? std::min<std::size_t>(bits - 8 * i, 8) : 0;
    address[i] &= static_cast<std::byte>(0xff00U >> kept);
  }
}

bool print_ip6_prefix(ByteReader& in, std::string& out) {
  const std::size_t bits = in.u8();
  if (!in.ok() || bits > kIp6Bits) return false;
  Ip6Octets address{};
  const Bytes octets = in.bytes(octets_for(bits));
  if (!in.ok()) return false;
  copy_bytes(address, octets);
  Ip6Octets whole = address;
  cut(whole, bits);
  out += print_ip6(address) + "/" + std::to_string(bits);
  return whole == address;
}

Complaint parse_ip6_prefix(std::string_view text, std::vector<std::byte>& out) {
  const std::size_t slash = std::min(text.find('/'), text.size());
  auto address = parse_ip6(text.substr(0, slash));
  const auto bits = parse_number(text.substr(std::min(slash + 1, text.size())), kIp6Bits);
  if (!address || !bits) return is_not(text, "an IPv6 prefix");
  cut(*address, *bits);
  append_be(out, *bits, 1);
  append(out, Bytes(*address).first(octets_for(*bits)));
  return std::nullopt;
}

void random_ip6_prefix(Random& random, std::vector<std::byte>& out) {
  const std::size_t bits = random.below(kIp6Bits + 1);
  Ip6Octets address{};
  for (std::byte& octet : address) octet = static_cast<std::byte>(random.u32());
  cut(address, bits);
  append_be(out, bits, 1);
  append(out, Bytes(address).first(octets_for(bits)));
}

bool print_plain_tuple(ByteReader& in, std::string& out) {
  const Bytes text = in.bytes(in.u8());
  out += escape(as_text(text));
  return in.ok() && is_printable(text);
}

Complaint parse_plain_tuple(std::string_view text, std::vector<std::byte>& out) {
  const std::string plain = unescape(text);
  if (plain.size() > 255) return is_not(text, "short enough: at most 255 octets fit");
  append_be(out, plain.size(), 1);
  append(out, as_bytes(plain));
  return std::nullopt;
}

void random_plain_tuple(Random& random, std::vector<std::byte>& out) {
  std::vector<std::byte> text;
  kind::append_random_text(random, text);
  append_be(out, text.size(), 1);
  append(out, text);
}

constexpr bool kTakesRest = false;

constexpr DefinedType kTypes[] = {
    {"empty", nullptr, false},     {"binary", &kind::kOctets, kTakesRest},
    {"boolean", &kind::kBoolean},  {"int8", &kind::kI8},
    {"int16", &kind::kI16},        {"int32", &kind::kI32},
    {"uint8", &kind::kU8},         {"uint16", &kind::kU16},
    {"uint32", &kind::kU32},       {"ipv4-address", &kind::kIp4},
    {"ipv6-address", &kind::kIp6}, {"ipv6-prefix", &kind::kIp6Prefix},
    {"psid", &kind::kPsid},        {"string", &kind::kText, kTakesRest},
    {"tuple", &kind::kPlainTuple}, {"fqdn", &kind::kName},
};

}  // namespace

namespace kind {
const ValueCodec kIp6Prefix{"IPv6 prefix",    "2001:db8::/32",  1, 17, false, print_ip6_prefix,
                            parse_ip6_prefix, random_ip6_prefix};
const ValueCodec kPlainTuple{
    "counted text",    "blue", 1, 256, false, print_plain_tuple, parse_plain_tuple,
    random_plain_tuple};
}  // namespace kind

std::span<const DefinedType> defined_types() { return kTypes; }

const DefinedType* find_defined_type(std::string_view name) {
  const auto* const found = std::ranges::find(kTypes, name, &DefinedType::name);
  return found == std::end(kTypes) ? nullptr : found;
}

}  // namespace lessor::wire
