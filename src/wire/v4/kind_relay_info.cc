#include "wire/v4/kind_relay_info.h"

#include "wire/scalar_kinds.h"

#include <array>

namespace lessor::wire {
namespace {

using kind::kIdentifier;
using kind::kIp4;
using kind::kMac;
using kind::kOctets;
using kind::kText;
using kind::kU16;
using kind::kU32;
using kind::kU8;

constexpr Shape of(const ValueCodec& codec) { return {.fields = {&codec}, .count = 1}; }
constexpr Shape kFlag{};

// clang-format off
constexpr std::array kRows = std::to_array<SubOptionRow>({
  {1, "circuit-id", of(kIdentifier), "RFC 3046 3.1", "the relay's circuit that the client is on"},
  {2, "remote-id", of(kIdentifier), "RFC 3046 3.2", "the far end of that circuit"},
  {4, "docsis-device-class", of(kU32), "RFC 3256", "what kind of cable device the client is"},
  {5, "link-selection", of(kIp4), "RFC 3527", "the subnet to take an address from"},
  {6, "subscriber-id", of(kIdentifier), "RFC 3993", "the subscriber, wherever he is connected"},
  {7, "radius-attributes", of(kOctets), "RFC 4014", "what RADIUS said of the client"},
  {8, "authentication", of(kOctets), "RFC 4030", "proof that the relay wrote this"},
  {9, "vendor-specific", of(kOctets), "RFC 4243", "enterprise numbers with data of their own"},
  {10, "relay-flags", of(kU8), "RFC 5010", "128: the client's message was unicast"},
  {11, "server-id-override", of(kIp4), "RFC 5107", "what to send as server identifier"},
  {12, "relay-id", of(kOctets), "RFC 6925", "the relay's own identifier"},
  {13, "access-network-type", of(kU16), "RFC 7839", "the kind of access network"},
  {14, "access-network-name", of(kText), "RFC 7839", "the name of the access network (SSID)"},
  {15, "access-point-name", of(kText), "RFC 7839", "the name of the access point"},
  {16, "access-point-bssid", of(kMac), "RFC 7839", "the 48-bit identifier of the access point"},
  {17, "operator-id", of(kU32), "RFC 7839", "the operator's enterprise number"},
  {18, "operator-realm", of(kText), "RFC 7839", "the operator's realm"},
  {19, "relay-port", kFlag, "RFC 8357", "the relay's UDP port is the one that it sent from"},
  {150, "cisco-link-selection", of(kIp4), "Cisco", "as 5, before RFC 3527"},
  {151, "virtual-subnet-selection", of(kOctets), "RFC 6607", "the VPN that the client is in"},
  {152, "virtual-subnet-selection-control", kFlag, "RFC 6607",
   "the server does not know 151 if it returns this (Cisco: server identifier override)"},
});
// clang-format on

constexpr bool codes_ascend_and_names_differ() {
  for (std::size_t i = 1; i < kRows.size(); ++i) {
    if (kRows[i - 1].code >= kRows[i].code) return false;
    for (std::size_t j = 0; j < i; ++j) {
      if (kRows[i].name == kRows[j].name) return false;
    }
  }
  return true;
}
static_assert(codes_ascend_and_names_differ(), "a row is duplicate or out of order");

bool print_relay_info(ByteReader& in, std::string& out) {
  const auto text = print_sub_options(kRows, in.rest());
  out += text.value_or("");
  return text.has_value();
}

Complaint parse_relay_info(std::string_view text, std::vector<std::byte>& out) {
  return parse_sub_options(kRows, text, out);
}

void random_relay_info(Random& random, std::vector<std::byte>& out) {
  random_sub_options(kRows, random, out);
}

}  // namespace

SubOptionTable relay_sub_options() { return kRows; }

const ValueCodec kind::kRelayInfo{"relay agent information",
                                  "circuit-id='eth0', remote-id=0x0102",
                                  0,
                                  kAnySize,
                                  true,
                                  print_relay_info,
                                  parse_relay_info,
                                  random_relay_info};

}  // namespace lessor::wire
