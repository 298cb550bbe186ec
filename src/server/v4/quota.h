#pragma once
// Quota: whether a client may have one address more, and on whose account it goes, where the
// configuration limits how many a client, a port, a relay, a class or a subnet may hold. Pure.

#include "server/v4/decision.h"

namespace lessor::server::v4 {

/// On whose account an address goes, or why the client can have none.
struct Charge {
  Reason refused = Reason::none;  ///< client_limit, port_limit, relay_limit, place_unknown, ...
  net::HardwareAddress hardware;
  lease::Place place;
};

/// The account for an address that the client gets by the claim `claim`. None, when its class or
/// the address's subnet is full, unless it has a running lease of this address: as in Kea a
/// reservation makes no difference to that. Its own, when that has room or `claim` is a
/// reservation, which is never refused then. Else, when the client has an address
/// in this subnet, leased or offered and counted, the account of that one: to move is not one more,
/// and who holds a lease keeps it. Else none. `address` is the one in question, zero when there is
/// none. Precondition: world.census is there.
[[nodiscard]] Charge charge(const Packet& packet, const World& world, net::Ip4 address,
                            Reason claim);

/// Why the client can have no address by `claim`: of charge(), as most want to know no more.
[[nodiscard]] Reason why_no_more(const Packet& packet, const World& world, net::Ip4 address,
                                 Reason claim);

/// The classes that a client's lease or offer is counted in, by config/class_number: those with a
/// limit first, then others that may have one some day.
struct CountedClasses {
  std::array<std::uint32_t, kClassesOfLease> numbers{};
  std::size_t limited = 0;  ///< with a limit: more than lease::kMaxOfferClasses are refused
  std::size_t count = 0;
};
[[nodiscard]] CountedClasses counted_classes(const Packet& packet, const World& world);

/// Why the client can have no address of a subnet that it has none of: all clients there together
/// have as many as they may; or those that make up their hardware addresses, of which it is one,
/// have their share, and few are left for others.
[[nodiscard]] Reason why_subnet_full(const Packet& packet, const config::Subnet& subnet,
                                     const World& world);

/// Where the client is: as its message says; or, when it renews by unicast, past its relay, as its
/// lease of `before` has it.
[[nodiscard]] lease::Place find_place_of(const Packet& packet,
                                         const std::optional<lease::Lease>& before);
/// The same, at once for who is on a link and not renewing.
[[nodiscard]] inline lease::Place find_place(const Packet& packet,
                                             const std::optional<lease::Lease>& before) {
  const bool is_told = says_place(packet.request) || packet.phase == Phase::renewing;
  return is_told ? find_place_of(packet, before) : lease::Place();
}

/// Whether an offer to the client is one address more for its account: not when it has a lease in
/// this subnet, whose place it will take.
[[nodiscard]] bool is_one_more(const Packet& packet, const World& world);

}  // namespace lessor::server::v4
