#include "server/v4/choose_address.h"

#include "server/v4/claims.h"
#include "server/v4/quota.h"

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
  // Of a shared network another subnet may have room where this one is to give no more.
  const bool is_new = reason == Reason::previous_lease || reason == Reason::requested;
  if (is_new && packet.network != nullptr) {
    const config::Subnet* subnet = subnet_of(packet, world, *address);
    if (why_subnet_full(packet, *subnet, world) != Reason::none) return std::nullopt;
  }
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

/// A number that nobody outside foresees, the same when the client says the same once more.
std::uint64_t draw_for(const Packet& packet) {
  std::uint64_t draw = packet.client.key.low ^ (packet.request.xid * 0x9e3779b97f4a7c15U);
  draw = (draw ^ draw >> 32) * 0xd6e8feb86659fd93U;
  return draw ^ draw >> 32;
}

/// Any free address of the pools that are for the client, each as likely as any other.
[[gnu::noinline]] void choose_any_in(const config::Subnet& subnet, const Packet& packet,
                                     const World& world, Choice& choice) {
  std::uint64_t free = 0;
  for (const config::Pool& pool : subnet.pools) {
    if (!packet.is_admitted(pool.guard)) continue;
    choice.is_for_client = true;
    choice.pool_used_up |= world.prepared.figures(pool.ordinal).offered > 0;
    free += world.prepared.pool(pool.ordinal).free();
  }
  if (free == 0) return;
  const std::uint64_t draw = draw_for(packet);
  std::uint64_t wanted = draw % free;
  for (const config::Pool& pool : subnet.pools) {
    if (!packet.is_admitted(pool.guard)) continue;
    const lease::AddressPool& addresses = world.prepared.pool(pool.ordinal);
    if (wanted >= addresses.free()) {
      wanted -= addresses.free();
      continue;
    }
    const auto any = addresses.any_of_free(draw / free);
    if (!any || !judge(packet, world, *any).allowed) return;
    choice.address = any;
    choice.reason = Reason::free_address;
    return;
  }
}

void choose_free_in(const config::Subnet& subnet, const Packet& packet, const World& world,
                    Choice& choice) {
  choice.has_pools |= !subnet.pools.empty();
  if (subnet.allocator == config::Allocator::random) {
    return choose_any_in(subnet, packet, world, choice);
  }
  WallTime earliest{INT64_MAX};
  for (const config::Pool& pool : subnet.pools) {
    if (!packet.is_admitted(pool.guard)) continue;
    choice.is_for_client = true;
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

Reason why_none(const Packet& packet, const Choice& choice) {
  if (!choice.has_pools) return Reason::no_pools;
  if (!choice.is_for_client) return Reason::no_pool_for_classes;
  return packet.network == nullptr ? Reason::pool_exhausted : Reason::network_exhausted;
}

/// R2131-4.3.1-a, last: "a new address allocated from the server's pool of available addresses". Of
/// a shared network the subnets are asked in turn.
Choice choose_free(const Packet& packet, const World& world) {
  Choice choice;
  if (packet.network == nullptr) {
    choose_free_in(packet.subnet(), packet, world, choice);
    if (!choice.address) choice.reason = why_none(packet, choice);
    return choice;
  }
  Reason limited = Reason::none;
  for_each_subnet_from(first_in_turn(packet, world), packet, world,
                       [&](const config::Subnet& subnet) {
                         const Reason full = why_subnet_full(packet, subnet, world);
                         if (full != Reason::none) limited = full;
                         if (full == Reason::none) choose_free_in(subnet, packet, world, choice);
                         return !choice.address;
                       });
  if (!choice.address) {
    choice.reason = limited == Reason::none ? why_none(packet, choice) : limited;
  }
  return choice;
}

}  // namespace

const config::Subnet& first_in_turn(const Packet& packet, const World& world) {
  const config::Subnet* first = &packet.subnet();
  for (const std::uint32_t position : packet.network->subnets) {
    const config::Subnet& other = world.prepared.config().subnets[position];
    if (other.guard != packet.subnet().guard) continue;
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
