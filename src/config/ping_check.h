#pragma once
// Kea's ping_check hook: whether an address is asked for by ICMP echo, or ARP, before it is
// offered. Must not know: how it is asked for.

#include "config/node.h"
#include "config/server_config.h"

#include <optional>

namespace lessor::config {

/// What the hook's parameters in `global` (the Dhcp4 map) say; nothing: it is not loaded.
[[nodiscard]] std::optional<PingCheck> read_ping_hook(const Node& global, Report& report);

/// What "ping-check" in the user-context of `scope`, a shared network or a subnet, says over
/// `inherited`, key by key. Where the hook is not loaded (nothing) that is noted.
[[nodiscard]] std::optional<PingCheck> read_ping_check(const Node& scope,
                                                       const std::optional<PingCheck>& inherited,
                                                       Report& report);

}  // namespace lessor::config
