#include "server/v4/server_address.h"

namespace lessor::server::v4 {
namespace {

std::optional<net::Ip4> listed_address(const net::Interface& receiving,
                                       const config::InterfacePolicy& policy) {
  for (const config::InterfacePolicy::Listed& listed : policy.listed) {
    if (listed.address && listed.name == receiving.name) return listed.address;
  }
  return std::nullopt;
}

std::optional<net::Ip4> interface_address(const net::Interface& receiving,
                                          const net::Prefix4& subnet,
                                          const config::InterfacePolicy& policy) {
  if (const auto listed = listed_address(receiving, policy)) return listed;
  for (const net::Prefix4& own : receiving.addresses) {
    if (subnet.contains(own.address)) return own.address;
  }
  if (receiving.addresses.empty()) return std::nullopt;
  return receiving.addresses.front().address;
}

}  // namespace

std::optional<ServerAddress> choose_server_address(const wire::Request& request,
                                                   const net::Datagram& in,
                                                   const net::Prefix4& subnet,
                                                   const net::InterfaceTable& interfaces,
                                                   const config::InterfacePolicy& policy) {
  std::optional<net::Ip4> own;
  if (interfaces.owns(in.destination)) {
    own = in.destination;
  } else if (request.server_id && interfaces.owns(*request.server_id)) {
    own = request.server_id;
  } else if (const net::Interface* receiving = interfaces.find(in.interface)) {
    own = interface_address(*receiving, subnet, policy);
  }
  if (!own) return std::nullopt;
  return ServerAddress{*own, request.relay.server_id_override.value_or(*own)};
}

bool names_us(const wire::Request& request, const net::InterfaceTable& interfaces) {
  if (!request.server_id) return false;
  return interfaces.owns(*request.server_id) || names_by_relay(request);
}

bool names_by_relay(const wire::Request& request) {
  return request.server_id && request.server_id == request.relay.server_id_override;
}

bool names_another(const wire::Request& request, const net::InterfaceTable& interfaces) {
  return request.server_id && !names_us(request, interfaces);
}

}  // namespace lessor::server::v4
