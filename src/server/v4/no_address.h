#pragma once
// Answers without an address: to clients that take IPv6 only where they can (RFC 8925), and of a
// boot proxy, beside which another server gives the addresses. Pure. Must not know: pools, leases.

#include "server/v4/decision.h"

namespace lessor::server::v4 {

/// R8925-a: whether the client asks for option 108 and gets it here, by its reservation, its
/// classes, its subnet or the global scope.
[[nodiscard]] bool takes_no_address(const Packet& packet, const Prepared& prepared);
/// RFC 8925 3.3: "The server SHOULD NOT assign an address for the pool. Instead, it SHOULD return
/// 0.0.0.0 as the offered address." Nothing is held.
[[nodiscard]] Decision offer_no_address(const Packet& packet, const World& world);

/// What a boot proxy says: to a DHCPDISCOVER of a client that boots and has a file here, an offer
/// without an address; to its DHCPREQUEST at the boot server's port, the same once more; else
/// nothing.
[[nodiscard]] Decision decide_as_proxy(const Packet& packet);

}  // namespace lessor::server::v4
