#include "server/v4/client.h"

#include <array>

namespace lessor::server::v4 {
namespace {

const config::Reservation* find_reservation(const wire::Request& request,
                                            const config::ServerConfig& config,
                                            const config::Subnet& subnet) {
  if (!subnet.reservations_in_subnet || subnet.reservations.empty()) return nullptr;
  for (const config::IdentifierType type : config.identifier_order) {
    const bool by_hardware = type == config::IdentifierType::hw_address;
    const Bytes identifier =
        by_hardware ? request.hardware_address.bytes() : request.client_id.value_or(Bytes());
    if (identifier.empty()) continue;
    if (const auto* found = subnet.find_reservation(type, identifier)) return found;
  }
  return nullptr;
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

Client identify(const wire::Request& request, const config::ServerConfig& config,
                const config::Subnet& subnet, HashKey key) {
  Client client;
  client.hardware = request.hardware_address;
  client.client_id = request.client_id.value_or(Bytes());
  client.by_id = !client.client_id.empty() && (subnet.match_client_id || client.hardware.size == 0);
  client.any_id = !subnet.match_client_id;
  client.identity = client.by_id ? lease::identity_of(key, client.client_id)
                                 : lease::identity_of(key, client.hardware);
  // By the network's address, not the subnet's id: a reload may renumber ids, offers live on.
  client.key = lease::client_key(client.identity, client.by_id, subnet.prefix.network().value);
  client.reservation = find_reservation(request, config, subnet);
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
