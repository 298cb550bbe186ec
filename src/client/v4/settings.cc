#include "client/v4/settings.h"

#include "wire/option_notation.h"

namespace lessor::client::v4 {

std::vector<wire::OptionCode> default_request_list() {
  // R3442-a: "MUST list the Classless Static Routes option code before the Router and Static Routes
  // option codes". R2132-3.3-a is the server's matter, but one that keeps our order (R2132-9.8-a)
  // and runs out of room drops the last ones first: so what a host cannot do without comes first.
  return {
      wire::kOptionClasslessStaticRoute,
      wire::kOptionRouters,
      wire::kOptionSubnetMask,
      wire::kOptionDomainNameServers,
      wire::kOptionDomainName,
      wire::kOptionDomainSearch,
      wire::kOptionHostName,
      wire::kOptionInterfaceMtu,
      wire::kOptionBroadcastAddress,
      wire::kOptionNtpServers,
      wire::kOptionStaticRoutes,
      wire::kOptionV4CaptivePortal,
      wire::kOptionDhcpLeaseTime,
      wire::kOptionDhcpServerIdentifier,
      wire::kOptionDhcpRenewalTime,
      wire::kOptionDhcpRebindingTime,
  };
}

std::vector<wire::OptionCode> anonymous_request_list() {
  // RFC 7844 3.6 asks for a minimal list in one order for everybody. These are what no host does
  // without: how to reach others, and names. Ascending but for R3442-a's order.
  return {
      wire::kOptionClasslessStaticRoute, wire::kOptionSubnetMask, wire::kOptionRouters,
      wire::kOptionDomainNameServers,    wire::kOptionDomainName,
  };
}

std::vector<std::byte> client_id_of_duid(std::uint32_t iaid, Bytes duid) {
  std::vector<std::byte> id;
  wire::append_be(id, wire::kClientIdTypeDuid, 1);
  wire::append_be(id, iaid, 4);
  wire::append(id, duid);
  return id;
}

std::vector<std::byte> client_id_of_mac(const net::Mac& mac) {
  std::vector<std::byte> id;
  wire::append_be(id, wire::kHtypeEthernet, 1);
  wire::append(id, mac.octets);
  return id;
}

}  // namespace lessor::client::v4
