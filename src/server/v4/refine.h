#pragma once
// What the configuration makes of a grant or an offer that is decided: a young lease serves again
// as it is (cache-threshold, cache-max-age), an offer makes a lease (offer-lifetime). Pure.

#include "server/v4/decision.h"

namespace lessor::server::v4 {

/// The packet as of the subnet that `address` belongs to: in a shared network a client is that
/// subnet's from here on, with its options, its times, and what it sets aside for the client.
[[nodiscard]] Packet settle_in_subnet(const Packet& packet, const World& world, net::Ip4 address);

/// How long a lease is good that is made with an offer; zero: offers make none.
[[nodiscard]] Duration offer_lifetime(const Packet& packet);

/// Whether the client of a grant had a running lease of its address by a DHCPACK before: what an
/// offer made counts only from when its client has chosen it.
[[nodiscard]] bool was_granted(const Packet& packet, const World& world, const Decision& decision);

/// `decision` with a shorter time, and another effect, where that is so. For configurations with
/// refines_leases.
[[nodiscard]] Decision refine(const Packet& packet, const World& world, const Decision& decision);

}  // namespace lessor::server::v4
