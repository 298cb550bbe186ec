#pragma once
// What a client may claim of an address: the one place that knows why an address can or cannot go
// to a client. Pure.

#include "server/v4/decision.h"
#include "server/v4/place.h"

namespace lessor::server::v4 {

/// Whether the client may have the address, and why or why not.
struct Claim {
  bool allowed = false;
  Reason reason = Reason::none;
  [[nodiscard]] bool is_own() const {
    return allowed && (reason == Reason::reserved || reason == Reason::current_lease ||
                       reason == Reason::previous_lease);
  }
};

// In a shared network, apart from the rest, which has nothing to do with it elsewhere.
[[nodiscard]] const config::Subnet* find_in_network(const Packet& packet, const World& world,
                                                    net::Ip4 address);
[[nodiscard]] bool is_in_network(const Packet& packet, const World& world, net::Ip4 address);

/// The subnet, of those that the client may have addresses of, that `address` belongs to: its own
/// or another of its shared network that is for its classes. Null when it belongs to none.
[[nodiscard]] inline const config::Subnet* subnet_of(const Packet& packet, const World& world,
                                                     net::Ip4 address) {
  if (packet.network != nullptr) return find_in_network(packet, world, address);
  return packet.subnet().prefix.contains(address) ? &packet.subnet() : nullptr;
}

/// Whether `address` belongs to the client's network, be its subnet for the client's classes or
/// not.
[[nodiscard]] inline bool is_on_network(const Packet& packet, const World& world,
                                        net::Ip4 address) {
  if (packet.network != nullptr) return is_in_network(packet, world, address);
  return packet.subnet().prefix.contains(address);
}

/// How long the client may have the address: by what it asks for, and the lease times of the first
/// of its classes that has any, else of the address's subnet. The least of them where that is so
/// full that it is to give short leases; and no longer than made-up hardware addresses get there.
[[nodiscard]] Duration time_for(const Packet& packet, const World& world, net::Ip4 address);

/// Whether a client makes up its hardware address; not one with a reservation.
[[nodiscard]] inline bool is_random(const Packet& packet) {
  return packet.client.reservation == nullptr && is_made_up(packet.client.hardware);
}

/// Whether so much of what the client could have of a subnet is in use, in thousandths.
[[nodiscard]] bool is_nearly_full(const Packet& packet, const World& world,
                                  const config::Subnet& subnet, std::uint32_t permille);

/// Judges the client's claim to `address` on its network. In this order: it must be on the network,
/// in a subnet for its classes; not reserved for, leased to, or on offer to another; not on
/// probation. Then it may be its own reservation; if it has another reservation that is free it
/// shall move there; it must not be in a pool for other classes; its running lease, in a pool or
/// not; any other address must be in a pool.
[[nodiscard]] Claim judge(const Packet& packet, const World& world, net::Ip4 address);

/// The pool of the client's network that may give `address` away to clients of its classes; null
/// when none may, or when the address is left out of its pool (reserved ones are).
[[nodiscard]] const config::Pool* find_pool(const Packet& packet, const World& world,
                                            net::Ip4 address);

/// Whether the datagram's source may speak for ciaddr: it is ciaddr, or unset, or a relay's.
[[nodiscard]] bool is_source_honest(const Packet& packet);

/// Whether this is a lease of the client that runs now.
[[nodiscard]] bool is_running(const lease::Lease& lease, const Client& client, Instant now);

/// Whether the client has a running lease of `address`.
[[nodiscard]] bool is_holder(const Packet& packet, const World& world, net::Ip4 address);

/// The client's leases on its network: the running one, else the one that ended last (released or
/// expired; it may be another's by now).
struct History {
  std::optional<net::Ip4> running;
  std::optional<net::Ip4> previous;
};
[[nodiscard]] History history_of(const Packet& packet, const World& world);

/// The address reserved for the client on its network, if any.
[[nodiscard]] std::optional<net::Ip4> reserved_address(const Packet& packet);

/// Whether our offer of this address to this client stands.
[[nodiscard]] bool is_offer_live(const Packet& packet, const World& world, net::Ip4 address);

/// Why the client cannot have the address reserved for it now; `none` when it can, or has none.
[[nodiscard]] Reason why_reservation_waits(const Packet& packet, const World& world);

/// Calls fn(const Subnet&) for the subnets that the client may have addresses of, `first` first and
/// then those of its shared network by id, round about, until it returns false.
template <typename Fn>
void for_each_subnet_from(const config::Subnet& first, const Packet& packet, const World& world,
                          Fn&& fn) {
  if (packet.network == nullptr) return static_cast<void>(fn(first));
  const HugeVector<config::Subnet>& all = world.prepared.config().subnets;
  const std::vector<std::uint32_t>& members = packet.network->subnets;
  std::size_t at = 0;
  while (&all[members[at]] != &first) ++at;
  for (std::size_t seen = 0; seen < members.size(); ++seen) {
    const config::Subnet& subnet = all[members[at]];
    if (packet.is_admitted(subnet.guard) && !fn(subnet)) return;
    at = at + 1 == members.size() ? 0 : at + 1;
  }
}

/// Calls fn(const Lease&) for the client's leases, latest first, until it returns false.
template <typename Fn>
void for_each_lease_of(const Client& client, const lease::LeaseTable& leases, Fn&& fn) {
  const auto visit = [&](const lease::Lease& lease) {
    return lease.state == lease::LeaseState::declined || !is_of(lease, client) || fn(lease);
  };
  if (client.by_id) {
    leases.for_each_by_client_id(client.client_id, client.identity, visit);
  } else {
    leases.for_each_by_hardware(client.hardware, client.identity, visit);
  }
}

}  // namespace lessor::server::v4
