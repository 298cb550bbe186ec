#pragma once
// limits: how many leases a client, a relay's port and a relay may hold at once, and how many
// messages each may send. Off unless set. Must not know: who is counted how.

#include "config/node.h"
#include "config/server_config.h"

namespace lessor::config {

/// The counts of leases that `scope` (Dhcp4 or a subnet4 element) sets, over `inherited`. In a
/// subnet a rate of messages is an error: rates hold before the subnet of a message is known.
[[nodiscard]] LeaseLimits read_lease_limits(const Node& scope, const LeaseLimits& inherited,
                                            Report& report);

/// The rates of messages that `global` (the Dhcp4 map) sets.
[[nodiscard]] MessageRates read_message_rates(const Node& global, Report& report);

/// "10 packets per second": a whole number, "packets" or "messages" (or neither), "per", and a unit
/// from second to year (a month has 30 days, a year 365). Nothing when it is not that.
[[nodiscard]] std::optional<MessageRate> parse_rate(std::string_view text);
/// The same, from 1 to kMaxMessageRate: of one holder.
[[nodiscard]] std::optional<MessageRate> parse_message_rate(std::string_view text);

/// "10 messages per second".
[[nodiscard]] std::string to_string(const MessageRate& rate);

}  // namespace lessor::config
