#include "server/v4/client.h"

#include <algorithm>
#include <array>

namespace lessor::server::v4 {
namespace {

/// RFC 4361 6.1: type 255, four octets of IAID, the DUID.
constexpr std::byte kDuidType{255};
constexpr std::size_t kDuidOffset = 5;

Bytes duid_of(const wire::Request& request) {
  const Bytes id = request.client_id.value_or(Bytes());
  return id.size() > kDuidOffset && id.front() == kDuidType ? id.subspan(kDuidOffset) : Bytes();
}

Bytes client_id_of(const wire::Request& request, const FlexValue* flex) {
  if (flex != nullptr && !flex->client_id.empty()) return flex->client_id;
  return request.client_id.value_or(Bytes());
}

/// What the client goes by; empty when it does not say.
Bytes identifier_of(config::IdentifierType type, const wire::Request& request,
                    const FlexValue* flex) {
  switch (type) {
    case config::IdentifierType::hw_address:
      return request.hardware_address.bytes();
    case config::IdentifierType::duid:
      return duid_of(request);
    case config::IdentifierType::circuit_id:
      return request.relay.circuit_id.value_or(Bytes());
    case config::IdentifierType::client_id:
      return client_id_of(request, flex);
    case config::IdentifierType::flex_id:
      return flex == nullptr ? Bytes() : flex->id;
  }
  return {};
}

/// The beginning of a hardware address counts where no whole identifier does.
const config::Reservation* find_by_prefix(const config::HostIndex& index,
                                          const std::vector<config::Reservation>& all,
                                          const wire::Request& request,
                                          const config::ServerConfig& config) {
  const auto& order = config.identifier_order;
  const bool counts =
      std::ranges::find(order, config::IdentifierType::hw_address) != std::ranges::end(order);
  return counts ? index.find_prefix(all, request.hardware_address.bytes()) : nullptr;
}

const config::Reservation* find_in(const config::HostIndex& index,
                                   const std::vector<config::Reservation>& all,
                                   const wire::Request& request, const config::ServerConfig& config,
                                   const FlexValue* flex) {
  for (const config::IdentifierType type : config.identifier_order) {
    if (!index.has(type)) continue;
    const Bytes identifier = identifier_of(type, request, flex);
    if (identifier.empty()) continue;
    if (const auto* found = index.find(all, type, identifier)) return found;
  }
  return index.has_prefixes() ? find_by_prefix(index, all, request, config) : nullptr;
}

/// Of a shared network the first subnet, from the client's on, that sets an address aside for it;
/// else what its own sets aside.
const config::Reservation* find_in_network(const wire::Request& request,
                                           const config::ServerConfig& config,
                                           const config::Subnet& own, const FlexValue* flex) {
  const config::SharedNetwork& network = *config.network_of(own);
  const auto has_address = [&](const config::Reservation* found) {
    return found != nullptr && found->address && network.contains(*found->address);
  };
  const config::Reservation* found = find_reservation(request, config, own, flex);
  if (has_address(found)) return found;
  for (const std::uint32_t position : network.subnets) {
    const auto* other = find_reservation(request, config, config.subnets[position], flex);
    if (has_address(other)) return other;
    if (found == nullptr) found = other;
  }
  return found;
}

/// Everything that names a port, in one buffer to hash.
class SourceName {
 public:
  void u32(std::uint32_t value) { writer_.be32(value); }
  void bytes(Bytes value) { writer_.bytes(value.first(std::min<std::size_t>(value.size(), 255))); }
  [[nodiscard]] Bytes all() const { return writer_.written(); }

 private:
  std::array<std::byte, 264> room_;
  ByteWriter writer_{room_};
};

}  // namespace

const config::Reservation* find_global(const wire::Request& request,
                                       const config::ServerConfig& config, const FlexValue* flex) {
  if (config.reservations.empty()) return nullptr;
  return find_in(config.hosts(), config.reservations, request, config, flex);
}

const config::Reservation* find_reservation(const wire::Request& request,
                                            const config::ServerConfig& config,
                                            const config::Subnet& subnet, const FlexValue* flex) {
  // As Kea: that of the subnet counts alone, if there is one.
  if (subnet.reservations_in_subnet && !subnet.reservations.empty()) {
    const auto* found = find_in(subnet.hosts(), subnet.reservations, request, config, flex);
    if (found != nullptr) return found;
  }
  return subnet.reservations_global ? find_global(request, config, flex) : nullptr;
}

Client identify(const wire::Request& request, const config::ServerConfig& config,
                const config::Subnet& subnet, HashKey key, const FlexValue* flex) {
  Client client;
  client.hardware = request.hardware_address;
  client.client_id = client_id_of(request, flex);
  client.by_id = !client.client_id.empty() && (subnet.match_client_id || client.hardware.size == 0);
  client.flex = flex;
  client.any_id = !subnet.match_client_id;
  client.identity = client.by_id ? lease::identity_of(key, client.client_id)
                                 : lease::identity_of(key, client.hardware);
  // By the network's name or address, not the subnet's id: a reload may renumber ids, offers live
  // on.
  client.key = lease::client_key(client.identity, client.by_id, subnet.link);
  client.reservation = subnet.network == config::kNoNetwork
                           ? find_reservation(request, config, subnet, flex)
                           : find_in_network(request, config, subnet, flex);
  return client;
}

bool is_of(const lease::Lease& lease, const Client& client) {
  if (client.by_id) return equal_bytes(lease.client_id, client.client_id);
  return lease.hardware == client.hardware && (client.any_id || lease.client_id.empty());
}

std::uint64_t source_of(const wire::Request& request, const net::Datagram& in, HashKey key) {
  SourceName name;
  const wire::RelayInfo& relay = request.relay;
  if (!request.giaddr.is_zero()) {
    name.u32(request.giaddr.value);
    name.bytes(relay.circuit_id ? *relay.circuit_id : relay.remote_id.value_or(Bytes()));
    return sip_hash(key, name.all());
  }
  name.u32(in.interface);
  if (relay.circuit_id) {
    name.bytes(*relay.circuit_id);
  } else if (in.framed) {
    name.bytes(in.source_mac.octets);
  } else {
    name.bytes(request.hardware_address.bytes());
  }
  return sip_hash(key, name.all());
}

}  // namespace lessor::server::v4
