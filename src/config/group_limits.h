#pragma once
// Kea's limits hook: what its user-context sets for a client class or a subnet. Must not know: who
// is counted how.

#include "config/message_rate.h"
#include "config/node.h"

namespace lessor::config {

/// Whether `global` (the Dhcp4 map) loads the hook: without it nothing of this counts.
[[nodiscard]] bool has_limits_hook(const Node& global, Report& report);

/// What "limits" in the user-context of `scope`, a class or a subnet, sets. Not loaded: nothing,
/// and a note where something stands.
[[nodiscard]] GroupLimits read_group_limits(const Node& scope, bool loaded, Report& report);

}  // namespace lessor::config
