#include "server/v4/quota.h"

#include "lease/extras.h"
#include "server/v4/claims.h"

namespace lessor::server::v4 {
namespace {

/// Who is counted for what the client has in this subnet already: a running lease, else an offer.
std::optional<Charge> find_held(const Packet& packet, const World& world) {
  if (const auto running = history_of(packet, world).running) {
    const auto lease = world.leases.find(*running);
    return Charge{.hardware = lease->hardware, .place = lease->place};
  }
  const lease::Offer* offer = world.offers.find_by_client(packet.client.key);
  if (offer == nullptr || !offer->counted) return std::nullopt;
  return Charge{.hardware = offer->hardware, .place = offer->place};
}

const config::GroupLimits& limits_of(const Classes::Group& group, const World& world) {
  return world.prepared.config().classes.classes[group.position].limits;
}

/// Whether a class that the client is in has as many as it may, and what it has already (a lease or
/// an offer; null: nothing) is not counted there.
template <typename Held>
bool is_a_class_full(const Packet& packet, const World& world, const Held* held) {
  if (packet.classes == nullptr) return false;
  std::size_t limited = 0;
  for (const Classes::Group& group : packet.classes->groups()) {
    const auto& limit = limits_of(group, world).leases;
    if (!limit) continue;
    bool is_counted = false;
    if (held != nullptr) {
      for_each_class(*held, [&](std::uint32_t number) { is_counted |= number == group.number; });
    }
    const std::uint32_t count = world.census->count(world.census->holder_of_class(group.number));
    if (!is_counted && count >= *limit) return true;
    if (++limited > lease::kMaxOfferClasses) return true;
  }
  return false;
}

/// Why a class of the client's, or the subnet of `address`, can have no more. Who has this address
/// already keeps it; who is counted there for another is not one more.
[[gnu::noinline]] Reason why_groups_full(const Packet& packet, const World& world,
                                         net::Ip4 address) {
  const auto running = history_of(packet, world).running;
  if (address.is_zero() || running == address) return Reason::none;
  const lease::Offer* offer = world.offers.find_by_client(packet.client.key);
  if (running || (offer != nullptr && !offer->counted)) offer = nullptr;
  std::uint32_t counted_in = offer == nullptr ? 0 : offer->subnet_id;
  bool is_full = false;
  if (running) {
    const auto lease = world.leases.find(*running);
    counted_in = lease->subnet_id;
    is_full = is_a_class_full(packet, world, &*lease);
  } else {
    is_full = is_a_class_full(packet, world, offer);
  }
  if (is_full) return Reason::class_limit;
  const config::Subnet* subnet = subnet_of(packet, world, address);
  if (subnet == nullptr || subnet->id == counted_in) return Reason::none;
  return why_subnet_full(packet, *subnet, world);
}

constexpr std::array<Reason, config::kHolders> kFull{Reason::client_limit, Reason::port_limit,
                                                     Reason::relay_limit};

/// Why `account` can have no more; whoever is on `held` too would have no more by it.
Reason why_full(const Packet& packet, const World& world, const Account& account,
                const Account& held) {
  for (std::size_t i = 0; i < config::kHolders; ++i) {
    const lease::Holder holder = account.holders[i];
    const std::uint32_t limit = packet.subnet().lease_limits[i];
    if (limit == 0 || holder == 0 || holder == held.holders[i]) continue;
    if (world.census->count(holder) >= limit) return kFull[i];
  }
  return Reason::none;
}

/// Whether the client is behind some relay, and its message came past it: then nobody knows behind
/// which, and which port. It is known when the client asks again through it (REBINDING).
bool is_place_unknown(const Packet& packet, const World& world, const lease::Place& place) {
  const config::LeaseLimits& limits = packet.subnet().lease_limits;
  if (packet.phase != Phase::renewing || place != lease::Place()) return false;
  if (limits[static_cast<std::size_t>(config::Holder::port)] == 0 &&
      limits[static_cast<std::size_t>(config::Holder::relay)] == 0) {
    return false;
  }
  const net::Interface* receiving = world.interfaces.find(packet.in.interface);
  if (receiving == nullptr) return true;
  return std::ranges::none_of(receiving->addresses, [&](const net::Prefix4& own) {
    return is_on_network(packet, world, own.address);
  });
}

}  // namespace

Charge charge(const Packet& packet, const World& world, net::Ip4 address, Reason claim) {
  const auto before = world.leases.find(address);
  Charge mine{.hardware = packet.client.hardware, .place = find_place(packet, before)};
  if (world.prepared.config().limits_group_leases) {
    mine.refused = why_groups_full(packet, world, address);
    if (mine.refused != Reason::none) return mine;
  }
  if (claim == Reason::reserved) return mine;
  const auto held = find_held(packet, world);
  if (!held && is_place_unknown(packet, world, mine.place)) {
    mine.refused = Reason::place_unknown;
    return mine;
  }
  const Census& census = *world.census;
  const Account account = census.account_of(mine.hardware, mine.place, 0);
  const Account of_held = held ? census.account_of(held->hardware, held->place, 0) : Account();
  mine.refused = why_full(packet, world, account, of_held);
  return mine.refused != Reason::none && held ? *held : mine;
}

Reason why_no_more(const Packet& packet, const World& world, net::Ip4 address, Reason claim) {
  return charge(packet, world, address, claim).refused;
}

namespace {

/// Under pressure: without it they may have what is there.
bool is_share_used_up(const Packet& packet, const config::Subnet& subnet, const World& world) {
  const config::RandomMacs& random = subnet.random_macs;
  if (!random.limits_leases() || !is_random(packet)) return false;
  if (!is_nearly_full(packet, world, subnet, random.threshold_permille)) return false;
  std::uint64_t total = 0;
  for (const config::Pool& pool : subnet.pools) {
    total += world.prepared.figures(pool.ordinal).total;
  }
  const std::uint64_t held = world.census->count(world.census->holder_of_random(subnet.id));
  return (held + 1) * 1'000 > total * random.share_permille;
}

}  // namespace

Reason why_subnet_full(const Packet& packet, const config::Subnet& subnet, const World& world) {
  if (world.census == nullptr) return Reason::none;
  const Census& census = *world.census;
  const bool is_full = subnet.limits.leases &&
                       census.count(census.holder_of_subnet(subnet.id)) >= *subnet.limits.leases;
  if (is_full) return Reason::subnet_limit;
  return is_share_used_up(packet, subnet, world) ? Reason::random_share : Reason::none;
}

CountedClasses counted_classes(const Packet& packet, const World& world) {
  CountedClasses made;
  if (packet.classes == nullptr) return made;
  for (const bool limited : {true, false}) {
    for (const Classes::Group& group : packet.classes->groups()) {
      if (limits_of(group, world).leases.has_value() != limited) continue;
      if (made.count == made.numbers.size()) return made;
      made.numbers[made.count++] = group.number;
      made.limited += limited ? 1 : 0;
    }
  }
  return made;
}

lease::Place find_place_of(const Packet& packet, const std::optional<lease::Lease>& before) {
  const lease::Place place = packet.request.relay_info_is_stashed
                                 ? lease::Place()
                                 : place_of(packet.request, packet.subnet());
  if (packet.phase != Phase::renewing || place != lease::Place()) return place;
  const bool is_his =
      before && before->state != lease::LeaseState::declined && is_of(*before, packet.client);
  return is_his ? before->place : place;
}

bool is_one_more(const Packet& packet, const World& world) {
  return !history_of(packet, world).running;
}

}  // namespace lessor::server::v4
