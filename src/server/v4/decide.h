#pragma once
// The server's decisions (RFC 2131 4.3): one function a message type. Pure: they read the world and
// change nothing.

#include "server/v4/decision.h"

namespace lessor::server::v4 {

/// Chooses the answer to a client's message. Never fails: silence is a verdict, with its reason.
[[nodiscard]] Decision decide(const Packet& packet, const World& world);

/// R2131-4.3.1-a: which address to offer, and whether it must be probed or room be made first.
[[nodiscard]] Decision decide_discover(const Packet& packet, const World& world);

/// RFC 2131 4.3.3: only the client that holds the address may decline it, and only to us (C3-02).
[[nodiscard]] Decision decide_decline(const Packet& packet, const World& world);

/// RFC 2131 4.3.4: only the client that holds the address may release it (C3-03).
[[nodiscard]] Decision decide_release(const Packet& packet, const World& world);

/// RFC 2131 4.3.5: configuration without address; no lease is looked up (R2131-3.4-a).
[[nodiscard]] Decision decide_inform(const Packet& packet, const World& world);

}  // namespace lessor::server::v4
