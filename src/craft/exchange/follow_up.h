#pragma once
// What a client sends next: the REQUEST that takes an OFFER, and what follows from a lease (RFC
// 2131 4.3.2, 4.4.5, 4.4.6). Must not know: when it is sent, who decides to.

#include "craft/exchange/lease_text.h"

namespace lessor::craft {

/// The REQUEST in SELECTING state that takes `offer`. `discover`, when known, is what was asked:
/// its options are repeated, as RFC 2131 3.1 wants it ("The DHCPREQUEST message ... MUST use the
/// same value in the DHCP message header's 'secs' field and be sent to the same IP broadcast
/// address"). The error says why the offer cannot be taken: no OFFER, no address, no server
/// identifier.
[[nodiscard]] std::expected<Recipe, std::string> request_from_offer(
    const Heard& offer, const Heard* discover = nullptr);

/// What may follow a lease.
enum class FollowUp : std::uint8_t { renew, rebind, reboot, release, decline, inform };
[[nodiscard]] std::optional<FollowUp> read_follow_up(std::string_view name);

/// The message that goes on from `lease`. Renewals and releases are for the server alone: its
/// hardware address is given when the lease has it. The error says what the lease lacks.
[[nodiscard]] std::expected<Recipe, std::string> follow_up(FollowUp what, const ClientLease& lease);

}  // namespace lessor::craft
