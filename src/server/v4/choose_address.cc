#include "server/v4/choose_address.h"

#include "server/v4/claims.h"

namespace lessor::server::v4 {
namespace {

/// The choice when the client may have `address`; nothing otherwise. A client that asks afresh is
/// moved into the pools: its running lease outside of them is honoured when it renews, not offered
/// again, whether it asks for it or not.
std::optional<Choice> if_allowed(const Packet& packet, const World& world,
                                 std::optional<net::Ip4> address, Reason reason) {
  if (!address) return std::nullopt;
  const Claim claim = judge(packet, world, *address);
  if (!claim.allowed) return std::nullopt;
  const bool running = claim.reason == Reason::current_lease;
  if (running && find_pool(packet, world, *address) == nullptr) return std::nullopt;
  return Choice{.address = address, .reason = reason};
}

std::optional<net::Ip4> offered_address(const Packet& packet, const World& world) {
  const lease::Offer* offer = world.offers.find_by_client(packet.client.key);
  if (offer == nullptr) return std::nullopt;
  return offer->address;
}

/// What the client has a claim to by its past, or by its wish.
Choice choose_known(const Packet& packet, const World& world) {
  const History history = history_of(packet, world);
  const struct {
    std::optional<net::Ip4> address;
    Reason reason;
  } wishes[] = {
      {reserved_address(packet), Reason::reserved},      {history.running, Reason::current_lease},
      {offered_address(packet, world), Reason::offered}, {history.previous, Reason::previous_lease},
      {packet.request.requested_ip, Reason::requested},
  };
  for (const auto& wish : wishes) {
    if (const auto choice = if_allowed(packet, world, wish.address, wish.reason)) return *choice;
  }
  return {};
}

/// When the free address's last lease ended; before all others when it never had one.
WallTime free_since(const World& world, const config::Pool& pool, net::Ip4 address) {
  if (world.prepared.pool(pool.ordinal).is_never_used(address)) return WallTime{INT64_MIN};
  const auto lease = world.leases.find(address);
  return lease ? lease::ended_at(*lease) : WallTime{INT64_MAX};
}

void choose_free_in(const config::Subnet& subnet, const Packet& packet, const World& world,
                    Choice& choice) {
  WallTime earliest{INT64_MAX};
  for (const config::Pool& pool : subnet.pools) {
    if (!packet.is_admitted(pool.guard)) continue;
    choice.pool_used_up |= world.prepared.figures(pool.ordinal).offered > 0;
    const auto best = world.prepared.pool(pool.ordinal).best();
    if (!best || !judge(packet, world, *best).allowed) continue;
    const WallTime since = free_since(world, pool, *best);
    if (choice.address && since >= earliest) continue;
    earliest = since;
    choice.address = best;
    choice.reason = Reason::free_address;
    if (since.seconds == INT64_MIN) break;
  }
}

/// R2131-4.3.1-a, last: "a new address allocated from the server's pool of available addresses". Of
/// a shared network the subnets are asked in turn.
Choice choose_free(const Packet& packet, const World& world) {
  Choice choice{.reason = Reason::pool_exhausted};
  if (packet.network == nullptr) {
    choose_free_in(packet.subnet, packet, world, choice);
    return choice;
  }
  for_each_subnet_from(first_in_turn(packet, world), packet, world,
                       [&](const config::Subnet& subnet) {
                         choose_free_in(subnet, packet, world, choice);
                         return !choice.address;
                       });
  return choice;
}

}  // namespace

const config::Subnet& first_in_turn(const Packet& packet, const World& world) {
  const config::Subnet* first = &packet.subnet;
  for (const std::uint32_t position : packet.network->subnets) {
    const config::Subnet& other = world.prepared.config().subnets[position];
    if (other.guard != packet.subnet.guard) continue;
    if (world.prepared.last_turn(other) > world.prepared.last_turn(*first)) first = &other;
  }
  return *first;
}

Choice choose_address(const Packet& packet, const World& world) {
  Choice choice = choose_known(packet, world);
  if (!choice.address) choice = choose_free(packet, world);
  if (choice.reason != Reason::reserved) choice.waiting = why_reservation_waits(packet, world);
  return choice;
}

}  // namespace lessor::server::v4
