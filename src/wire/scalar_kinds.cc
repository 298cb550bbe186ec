#include "wire/scalar_kinds.h"

#include "base/text.h"
#include "base/time.h"
#include "net/address.h"
#include "wire/domain_name.h"
#include "wire/ip6_text.h"

namespace lessor::wire::kind {
namespace {

// --- numbers

template <std::size_t Octets>
std::uint64_t read_be(ByteReader& in) {
  std::uint64_t value = 0;
  for (const std::byte b : in.bytes(Octets)) value = value << 8 | load_u8(&b);
  return value;
}

template <std::size_t Octets>
bool print_unsigned(ByteReader& in, std::string& out) {
  out += std::to_string(read_be<Octets>(in));
  return in.ok();
}

template <std::size_t Octets>
Complaint parse_unsigned(std::string_view text, std::vector<std::byte>& out) {
  constexpr std::uint64_t kMax = UINT64_MAX >> (64 - 8 * Octets);
  const auto value = parse_number(text, kMax);
  if (!value) return is_not(text, "a number from 0 to " + std::to_string(kMax));
  append_be(out, *value, Octets);
  return std::nullopt;
}

template <std::size_t Octets>
void random_octets(Random& random, std::vector<std::byte>& out) {
  append_random(random, out, Octets);
}

template <std::size_t Octets>
bool print_signed(ByteReader& in, std::string& out) {
  const std::uint64_t raw = read_be<Octets>(in) << (64 - 8 * Octets);
  out += std::to_string(static_cast<std::int64_t>(raw) >> (64 - 8 * Octets));
  return in.ok();
}

template <std::size_t Octets>
Complaint parse_signed(std::string_view text, std::vector<std::byte>& out) {
  constexpr std::int64_t kMax = INT64_MAX >> (64 - 8 * Octets);
  const bool negative = text.starts_with('-');
  const auto magnitude = parse_number(text.substr(negative ? 1 : 0),
                                      static_cast<std::uint64_t>(kMax) + (negative ? 1 : 0));
  if (!magnitude) {
    return is_not(text,
                  "a number from " + std::to_string(-kMax - 1) + " to " + std::to_string(kMax));
  }
  append_be(out, negative ? 0 - *magnitude : *magnitude, Octets);
  return std::nullopt;
}

bool print_boolean(ByteReader& in, std::string& out) {
  const std::uint8_t value = in.u8();
  out += value == 1 ? "true" : "false";
  return in.ok() && value <= 1;
}

Complaint parse_boolean(std::string_view text, std::vector<std::byte>& out) {
  const std::string word = to_lower(text);
  const bool yes = word == "true" || word == "1";
  if (!yes && word != "false" && word != "0") return is_not(text, "true or false");
  append_be(out, yes ? 1 : 0, 1);
  return std::nullopt;
}

void random_boolean(Random& random, std::vector<std::byte>& out) {
  append_be(out, random.below(2), 1);
}

Complaint parse_seconds(std::string_view text, std::vector<std::byte>& out) {
  if (const auto number = parse_number(text, UINT32_MAX)) {
    append_be(out, *number, 4);
    return std::nullopt;
  }
  const auto duration = parse_duration(text);
  const bool whole = duration && (duration->is_infinite() ||
                                  (Duration::seconds(duration->to_seconds()) == *duration &&
                                   duration->to_seconds() < INT64_C(0xffffffff)));
  if (!whole) return is_not(text, "a number of seconds (3600), a duration (1h) or \"infinite\"");
  append_be(out, duration->to_wire(), 4);
  return std::nullopt;
}

// --- addresses

bool print_ip4(ByteReader& in, std::string& out) {
  out += net::to_string(net::Ip4{in.be32()});
  return in.ok();
}

Complaint parse_ip4(std::string_view text, std::vector<std::byte>& out) {
  const auto address = net::parse_ip4(text);
  if (!address) return is_not(text, "an IPv4 address");
  append_be(out, address->value, 4);
  return std::nullopt;
}

bool print_ip6_octets(ByteReader& in, std::string& out) {
  Ip6Octets address{};
  copy_bytes(address, in.bytes(address.size()));
  out += print_ip6(address);
  return in.ok();
}

Complaint parse_ip6_octets(std::string_view text, std::vector<std::byte>& out) {
  const auto address = parse_ip6(text);
  if (!address) return is_not(text, "an IPv6 address");
  append(out, *address);
  return std::nullopt;
}

bool print_mac(ByteReader& in, std::string& out) {
  out += to_hex(in.bytes(6), ':');
  return in.ok();
}

Complaint parse_mac(std::string_view text, std::vector<std::byte>& out) {
  const auto mac = net::parse_mac(text);
  if (!mac) return is_not(text, "a MAC address");
  append(out, mac->octets);
  return std::nullopt;
}

// RFC 7597 5.1: the first `length` bits of 16 are the port-set identifier, the rest is zero.
bool print_psid(ByteReader& in, std::string& out) {
  const std::uint8_t length = in.u8();
  const std::uint16_t bits = in.be16();
  if (!in.ok() || length > 16) return false;
  out += std::to_string(bits >> (16 - length)) + "/" + std::to_string(length);
  return (bits & (0xffffU >> length)) == 0;
}

Complaint parse_psid(std::string_view text, std::vector<std::byte>& out) {
  const std::size_t slash = std::min(text.find('/'), text.size());
  const auto length = parse_number(text.substr(std::min(slash + 1, text.size())), 16);
  const auto value =
      length ? parse_number(text.substr(0, slash), (1U << *length) - 1) : std::nullopt;
  if (!value) return is_not(text, "a port-set identifier");
  append_be(out, *length, 1);
  append_be(out, *value << (16 - *length), 2);
  return std::nullopt;
}

void random_psid(Random& random, std::vector<std::byte>& out) {
  const std::uint32_t length = random.below(17);
  append_be(out, length, 1);
  append_be(out, random.below(1U << length) << (16 - length), 2);
}

// --- text and octets

bool print_text(ByteReader& in, std::string& out) {
  const Bytes text = in.rest();
  out += escape(as_text(text));
  return is_printable(text);
}

Complaint parse_text(std::string_view text, std::vector<std::byte>& out) {
  append(out, as_bytes(unescape(text)));
  return std::nullopt;
}

bool print_octets(ByteReader& in, std::string& out) {
  out += "0x" + to_hex(in.rest());
  return true;
}

template <std::size_t Octets>
bool print_exactly(ByteReader& in, std::string& out) {
  out += "0x" + to_hex(in.bytes(Octets));
  return in.ok();
}

template <std::size_t Octets>
Complaint parse_exactly(std::string_view text, std::vector<std::byte>& out) {
  const auto octets = from_hex(text);
  if (!octets || octets->size() != Octets) {
    return is_not(text, std::to_string(Octets) + " octets in hexadecimal");
  }
  append(out, *octets);
  return std::nullopt;
}

bool print_quoted(ByteReader& in, std::string& out) {
  out += print_identifier(in.rest());
  return true;
}

void random_some_octets(Random& random, std::vector<std::byte>& out) {
  append_random(random, out, 1 + random.below(24));
}

void random_identifier(Random& random, std::vector<std::byte>& out) {
  random.one_in(2) ? random_some_octets(random, out) : append_random_text(random, out);
}

template <std::size_t LengthOctets>
bool print_tuple(ByteReader& in, std::string& out) {
  const Bytes value = in.bytes(read_be<LengthOctets>(in));
  out += print_identifier(value);
  return in.ok();
}

template <std::size_t LengthOctets>
Complaint parse_tuple(std::string_view text, std::vector<std::byte>& out) {
  std::vector<std::byte> value;
  if (text.starts_with("'") || text.starts_with("0x")) {
    if (Complaint wrong = parse_octets(text, value)) return wrong;
  } else {
    append(value, as_bytes(unescape(text)));  // plain text is what most tuples hold
  }
  if (value.size() >= std::size_t{1} << (8 * LengthOctets)) return is_not(text, "short enough");
  append_be(out, value.size(), LengthOctets);
  append(out, value);
  return std::nullopt;
}

template <std::size_t LengthOctets>
void random_tuple(Random& random, std::vector<std::byte>& out) {
  std::vector<std::byte> value;
  random_identifier(random, value);
  append_be(out, value.size(), LengthOctets);
  append(out, value);
}

bool print_name(ByteReader& in, std::string& out) {
  // A name without compression looks at nothing before its start.
  ByteReader copy = in;
  std::size_t size = 0;
  const auto name = read_domain_name(copy.rest(), size, Compression::refused);
  if (!name) return false;
  (void)in.bytes(size);
  out += name->text;
  return true;
}

Complaint parse_name(std::string_view text, std::vector<std::byte>& out) {
  return append_domain_name(text, out);
}

void random_wire_name(Random& random, std::vector<std::byte>& out) {
  (void)append_domain_name(random_name(random), out);
}

}  // namespace

Complaint parse_octets(std::string_view text, std::vector<std::byte>& out) {
  if (text.size() >= 2 && text.front() == '\'' && text.back() == '\'') {
    append(out, as_bytes(unescape(text.substr(1, text.size() - 2))));
    return std::nullopt;
  }
  const auto octets = from_hex(text);
  if (!octets) return is_not(text, "hexadecimal (0x01ff, 01:ff) or 'text' in quotes");
  append(out, *octets);
  return std::nullopt;
}

std::string print_identifier(Bytes value) {
  const bool text = is_printable(value) && !value.empty() &&
                    as_text(value).find_first_of("'\\") == std::string_view::npos;
  return text ? "'" + escape(as_text(value)) + "'" : "0x" + to_hex(value);
}

void append_random(Random& random, std::vector<std::byte>& out, std::size_t octets) {
  for (std::size_t i = 0; i < octets; ++i) out.push_back(static_cast<std::byte>(random.u32()));
}

void append_random_text(Random& random, std::vector<std::byte>& out) {
  constexpr std::string_view kCharacters = "abcxyzABCXYZ0189-_.,;:/\\\"'=(){}[]%$!? ~";
  constexpr std::string_view kEnds = "abcxyzABCXYZ19-_./,\\";  // blanks at an end would be trimmed
  const auto draw = [&](std::string_view from) {
    out.push_back(
        static_cast<std::byte>(from[random.below(static_cast<std::uint32_t>(from.size()))]));
  };
  draw(kEnds);
  for (std::uint32_t i = random.below(20); i > 0; --i) draw(kCharacters);
  draw(kEnds);
}

std::string random_name(Random& random) {
  constexpr std::string_view kCharacters = "abcdefghijklmnopqrstuvwxyz0123456789-";
  std::string name;
  for (std::uint32_t labels = 1 + random.below(3); labels > 0; --labels) {
    if (!name.empty()) name += '.';
    for (std::uint32_t i = 1 + random.below(random.one_in(8) ? 63 : 10); i > 0; --i) {
      name += kCharacters[random.below(static_cast<std::uint32_t>(kCharacters.size()))];
    }
  }
  return name;
}

const ValueCodec kBoolean{"boolean",     "true",        1, 1, false, print_boolean,
                          parse_boolean, random_boolean};
const ValueCodec kU8{"8-bit number",  "64", 1, 1, false, print_unsigned<1>, parse_unsigned<1>,
                     random_octets<1>};
const ValueCodec kU16{"16-bit number",   "1500",          2, 2, false, print_unsigned<2>,
                      parse_unsigned<2>, random_octets<2>};
const ValueCodec kU32{"32-bit number",   "3600",          4, 4, false, print_unsigned<4>,
                      parse_unsigned<4>, random_octets<4>};
const ValueCodec kU64{"64-bit number", "1", 8, 8, false, print_unsigned<8>, parse_unsigned<8>,
                      random_octets<8>};
const ValueCodec kI8{"signed 8-bit number", "-1", 1, 1, false, print_signed<1>, parse_signed<1>,
                     random_octets<1>};
const ValueCodec kI16{"signed 16-bit number", "-1", 2, 2, false, print_signed<2>, parse_signed<2>,
                      random_octets<2>};
const ValueCodec kI32{"signed 32-bit number", "-18000",        4, 4, false, print_signed<4>,
                      parse_signed<4>,        random_octets<4>};
const ValueCodec kSeconds{"seconds",     "3600",          4, 4, false, print_unsigned<4>,
                          parse_seconds, random_octets<4>};
const ValueCodec kIp4{"IPv4 address", "192.0.2.1", 4,         4,
                      false,          print_ip4,   parse_ip4, random_octets<4>};
const ValueCodec kIp6{"IPv6 address",   "2001:db8::1",    16, 16, false, print_ip6_octets,
                      parse_ip6_octets, random_octets<16>};
const ValueCodec kMac{"MAC address", "00:00:5e:00:53:01", 6,         6,
                      false,         print_mac,           parse_mac, random_octets<6>};
const ValueCodec kPsid{
    "port-set identifier", "3/4", 3, 3, false, print_psid, parse_psid, random_psid};
const ValueCodec kText{"text", "some text", 1,          kAnySize,
                       true,   print_text,  parse_text, append_random_text};
const ValueCodec kTextOrEmpty{"text", "some text", 0,          kAnySize,
                              true,   print_text,  parse_text, append_random_text};
const ValueCodec kOctets{"octets",     "0x01c0a80001",    1, kAnySize, true, print_octets,
                         parse_octets, random_some_octets};
const ValueCodec kOctetsOrEmpty{"octets",     "0x01c0a80001",    0, kAnySize, true, print_octets,
                                parse_octets, random_some_octets};
const ValueCodec kOctets4{"4 octets",       "0x00112233",    4, 4, false, print_exactly<4>,
                          parse_exactly<4>, random_octets<4>};
const ValueCodec kOctets16{"16 octets",
                           "0x00112233445566778899aabbccddeeff",
                           16,
                           16,
                           false,
                           print_exactly<16>,
                           parse_exactly<16>,
                           random_octets<16>};
const ValueCodec kIdentifier{"identifier", "'eth0'",         1, kAnySize, true, print_quoted,
                             parse_octets, random_identifier};
const ValueCodec kTuple8{"counted text", "blue",         1, 256, false, print_tuple<1>,
                         parse_tuple<1>, random_tuple<1>};
const ValueCodec kTuple16{
    "counted text", "https://boot.example.org", 2, kAnySize, false, print_tuple<2>, parse_tuple<2>,
    random_tuple<2>};
const ValueCodec kName{"domain name", "example.org", 1,          255,
                       false,         print_name,    parse_name, random_wire_name};

}  // namespace lessor::wire::kind
