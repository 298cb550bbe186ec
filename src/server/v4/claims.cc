#include "server/v4/claims.h"

#include "server/v4/lease_time.h"

namespace lessor::server::v4 {
namespace {

Claim refused(Reason reason) { return {.allowed = false, .reason = reason}; }
Claim allowed(Reason reason) { return {.allowed = true, .reason = reason}; }

/// In a pool, and the pool is for clients of other classes.
bool is_of_another_class(const Packet& packet, const config::Subnet& subnet, net::Ip4 address) {
  if (packet.classes == nullptr) return false;
  const config::Pool* pool = subnet.find_pool(address);
  return pool != nullptr && !packet.is_admitted(pool->guard);
}

/// Reserved for others, and not for this client. (Several may share one reserved address.)
bool is_reserved_for_another(const Packet& packet, const World& world, const config::Subnet& subnet,
                             net::Ip4 address) {
  if (reserved_address(packet) == address) return false;
  if (subnet.reservations_in_subnet && subnet.find_reservation(address) != nullptr) return true;
  if (!subnet.reservations_global) return false;
  const config::ServerConfig& config = world.prepared.config();
  return config.hosts().find(config.reservations, address) != nullptr;
}

/// Why we ourselves, another client's lease, an offer or a probation stand in the way of `address`;
/// `none` when nothing does.
Reason obstacle(const Packet& packet, const World& world, net::Ip4 address,
                const std::optional<lease::Lease>& lease) {
  if (world.interfaces.owns(address)) return Reason::ours;
  if (lease && world.now.mono < lease::free_for_others_at(*lease)) {
    if (lease->state == lease::LeaseState::declined) return Reason::declined;
    if (!is_of(*lease, packet.client)) return Reason::leased_to_another;
  }
  const lease::Offer* offer = world.offers.find_by_address(address);
  if (offer != nullptr && offer->client != packet.client.key) return Reason::offered_to_another;
  return Reason::none;
}

/// A reservation of the client for another address than `address`, which it could have now.
bool is_reservation_due(const Packet& packet, const World& world, net::Ip4 address) {
  const auto reserved = reserved_address(packet);
  return reserved && *reserved != address && subnet_of(packet, world, *reserved) != nullptr &&
         obstacle(packet, world, *reserved, world.leases.find(*reserved)) == Reason::none;
}

/// The claim to a pool's address that nothing stands in the way of. `lease` is its record, if any.
Claim judge_free(const Packet& packet, const World& world, net::Ip4 address,
                 const std::optional<lease::Lease>& lease) {
  const config::Pool* pool = find_pool(packet, world, address);
  if (pool == nullptr) return refused(Reason::out_of_pool);
  if (lease && lease->state != lease::LeaseState::declined && is_of(*lease, packet.client)) {
    return allowed(Reason::previous_lease);
  }
  if (world.prepared.pool(pool->ordinal).is_doubtful(address)) return refused(Reason::in_doubt);
  return allowed(Reason::requested);
}

/// On the client's network, but in a subnet for other classes; or off it.
Claim refuse_subnet(const Packet& packet, const World& world, net::Ip4 address) {
  const bool is_near = packet.network != nullptr && is_on_network(packet, world, address);
  return refused(is_near ? Reason::wrong_class : Reason::wrong_network);
}

}  // namespace

const config::Subnet* find_in_network(const Packet& packet, const World& world, net::Ip4 address) {
  const auto is_for_client = [&](const config::Subnet& subnet) {
    return subnet.network == packet.subnet().network && packet.is_admitted(subnet.guard);
  };
  return world.prepared.config().find_subnet(address, is_for_client);
}

bool is_in_network(const Packet& packet, const World& world, net::Ip4 address) {
  const auto is_near = [&](const config::Subnet& subnet) {
    return subnet.network == packet.subnet().network;
  };
  return world.prepared.config().find_subnet(address, is_near) != nullptr;
}

bool is_nearly_full(const Packet& packet, const World& world, const config::Subnet& subnet,
                    std::uint32_t permille) {
  std::uint64_t total = 0;
  std::uint64_t free = 0;
  for (const config::Pool& pool : subnet.pools) {
    if (!packet.is_admitted(pool.guard)) continue;
    total += world.prepared.figures(pool.ordinal).total;
    free += world.prepared.figures(pool.ordinal).free;
  }
  return (total - free) * 1'000 >= total * permille;
}

Duration time_for(const Packet& packet, const World& world, net::Ip4 address) {
  const config::Lifetimes* own = packet.classes == nullptr ? nullptr : packet.classes->lifetimes();
  const config::Subnet* subnet = &packet.subnet();
  if (packet.network != nullptr) subnet = find_in_network(packet, world, address);
  if (subnet == nullptr) subnet = &packet.subnet();
  const config::Lifetimes& lifetimes = own == nullptr ? subnet->lifetimes : *own;
  const bool is_short = subnet->short_lease_permille <= 1'000 &&
                        is_nearly_full(packet, world, *subnet, subnet->short_lease_permille);
  const Duration time =
      is_short ? lifetimes.min_valid : grant_time(lifetimes, packet.request.lease_time);
  const Duration longest = subnet->random_macs.longest;
  return longest < time && is_random(packet) ? longest : time;
}

Claim judge(const Packet& packet, const World& world, net::Ip4 address) {
  const config::Subnet* subnet = subnet_of(packet, world, address);
  if (subnet == nullptr) return refuse_subnet(packet, world, address);
  if (is_reserved_for_another(packet, world, *subnet, address)) {
    return refused(Reason::reserved_for_another);
  }
  const auto lease = world.leases.find(address);
  if (const Reason taken = obstacle(packet, world, address, lease); taken != Reason::none) {
    return refused(taken);
  }
  if (reserved_address(packet) == address) return allowed(Reason::reserved);
  if (is_reservation_due(packet, world, address)) return refused(Reason::reservation_due);
  if (is_of_another_class(packet, *subnet, address)) return refused(Reason::wrong_class);
  if (lease && is_running(*lease, packet.client, world.now.mono)) {
    return allowed(Reason::current_lease);
  }
  return judge_free(packet, world, address, lease);
}

const config::Pool* find_pool(const Packet& packet, const World& world, net::Ip4 address) {
  // Of one subnet all pools lie in its prefix: nothing to ask before.
  const config::Subnet* subnet =
      packet.network == nullptr ? &packet.subnet() : subnet_of(packet, world, address);
  const config::Pool* pool = subnet == nullptr ? nullptr : subnet->find_pool(address);
  if (pool == nullptr || world.prepared.pool(pool->ordinal).is_excluded(address)) return nullptr;
  if (!packet.is_admitted(pool->guard)) return nullptr;
  return pool;
}

bool is_source_honest(const Packet& packet) {
  return !packet.request.giaddr.is_zero() || packet.in.source.is_zero() ||
         packet.in.source == packet.request.ciaddr;
}

bool is_running(const lease::Lease& lease, const Client& client, Instant now) {
  return lease.state == lease::LeaseState::active && now < lease.expires_at && is_of(lease, client);
}

bool is_holder(const Packet& packet, const World& world, net::Ip4 address) {
  const auto lease = world.leases.find(address);
  return lease && is_running(*lease, packet.client, world.now.mono);
}

History history_of(const Packet& packet, const World& world) {
  History history;
  WallTime latest{INT64_MIN};
  for_each_lease_of(packet.client, world.leases, [&](const lease::Lease& lease) {
    if (!is_on_network(packet, world, lease.address)) return true;
    if (is_running(lease, packet.client, world.now.mono)) {
      history.running = lease.address;
      return false;
    }
    if (const WallTime ended = lease::ended_at(lease); ended > latest) {
      latest = ended;
      history.previous = lease.address;
    }
    return true;
  });
  return history;
}

namespace {

bool may_be_near(const Packet& packet, net::Ip4 address) {
  return packet.network != nullptr ? packet.network->contains(address)
                                   : packet.subnet().prefix.contains(address);
}

}  // namespace

std::optional<net::Ip4> reserved_address(const Packet& packet) {
  const config::Reservation* reservation = packet.client.reservation;
  if (reservation == nullptr || !reservation->address) return std::nullopt;
  // A global one may be of another network: of no use to a client here.
  if (!may_be_near(packet, *reservation->address)) return std::nullopt;
  return reservation->address;
}

bool is_offer_live(const Packet& packet, const World& world, net::Ip4 address) {
  const lease::Offer* offer = world.offers.find_by_address(address);
  return offer != nullptr && offer->client == packet.client.key &&
         world.now.mono < offer->expires_at;
}

Reason why_reservation_waits(const Packet& packet, const World& world) {
  const auto reserved = reserved_address(packet);
  if (!reserved) return Reason::none;
  const Claim claim = judge(packet, world, *reserved);
  return claim.allowed ? Reason::none : claim.reason;
}

}  // namespace lessor::server::v4
