#include "wire/v4/kind_client_id.h"

#include "base/text.h"
#include "net/address.h"
#include "wire/duid.h"
#include "wire/scalar_kinds.h"
#include "wire/v4/protocol.h"

namespace lessor::wire {
namespace {

constexpr std::string_view kEthernet = "ethernet ";
constexpr std::string_view kTextPrefix = "text ";
constexpr std::string_view kIaid = "iaid ";
constexpr std::string_view kDuid = "duid ";

/// The forms that people know; empty when it is none of them.
std::string print_known(std::uint8_t type, Bytes rest) {
  if (type == kHtypeEthernet && rest.size() == 6) {
    return std::string(kEthernet) + to_hex(rest, ':');
  }
  // RFC 2132 9.14: type 0 for what is no hardware address, "such as a fully qualified domain name".
  if (type == 0 && !rest.empty() && is_printable(rest)) {
    return std::string(kTextPrefix) + escape(as_text(rest));
  }
  // RFC 4361 6.1: 255, four octets of IAID, then a DUID of three octets or more.
  if (type == kClientIdTypeDuid && rest.size() >= 7) {
    return std::string(kIaid) + "0x" + to_hex(rest.first(4)) + " " + std::string(kDuid) +
           print_duid(rest.subspan(4));
  }
  return {};
}

bool print_client_id(ByteReader& in, std::string& out) {
  const Bytes id = in.rest();
  std::string text;
  if (!id.empty()) text = print_known(load_u8(id.data()), id.subspan(1));
  out += text.empty() ? "0x" + to_hex(id) : text;
  return true;
}

Complaint parse_iaid_and_duid(std::string_view text, std::vector<std::byte>& out) {
  const std::size_t blank = std::min(text.find(' '), text.size());
  const auto iaid = parse_number(text.substr(0, blank), UINT32_MAX);
  const std::string_view duid = trim(text.substr(blank));
  if (!iaid) return is_not(text.substr(0, blank), "an IAID (a number of 32 bits)");
  if (!duid.starts_with(kDuid)) return is_not(text, "an IAID and a DUID");
  append_be(out, kClientIdTypeDuid, 1);
  append_be(out, *iaid, 4);
  return parse_duid(trim(duid.substr(kDuid.size())), out);
}

Complaint parse_client_id(std::string_view text, std::vector<std::byte>& out) {
  if (text.starts_with(kEthernet)) {
    const auto mac = net::parse_mac(trim(text.substr(kEthernet.size())));
    if (!mac) return is_not(text, "an Ethernet address");
    append_be(out, kHtypeEthernet, 1);
    append(out, mac->octets);
    return std::nullopt;
  }
  if (text.starts_with(kTextPrefix)) {
    append_be(out, 0, 1);
    append(out, as_bytes(unescape(trim(text.substr(kTextPrefix.size())))));
    return std::nullopt;
  }
  if (text.starts_with(kIaid)) return parse_iaid_and_duid(trim(text.substr(kIaid.size())), out);
  return kind::parse_octets(text, out);
}

void random_client_id(Random& random, std::vector<std::byte>& out) {
  switch (random.below(4)) {
    case 0:
      append_be(out, kHtypeEthernet, 1);
      return kind::append_random(random, out, 6);
    case 1:
      append_be(out, 0, 1);
      return kind::append_random_text(random, out);
    case 2:
      append_be(out, kClientIdTypeDuid, 1);
      kind::append_random(random, out, 4);
      append_be(out, 1 + random.below(4), 2);  // the DUID's type
      return kind::append_random(random, out, 16);
    default:
      return kind::append_random(random, out, 2 + random.below(30));
  }
}

}  // namespace

const ValueCodec kind::kClientId{"client identifier",
                                 "ethernet 00:00:5e:00:53:01",
                                 2,
                                 kAnySize,
                                 true,
                                 print_client_id,
                                 parse_client_id,
                                 random_client_id};

}  // namespace lessor::wire
