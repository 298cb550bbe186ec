#pragma once
// random-macs: what clients that make up their hardware addresses get of a subnet. Must not know:
// who they are.

#include "config/node.h"
#include "config/server_config.h"

namespace lessor::config {

/// What "random-macs" of `scope` (Dhcp4, a shared network or a subnet) sets, over `inherited`, key
/// by key.
[[nodiscard]] RandomMacs read_random_macs(const Node& scope, const RandomMacs& inherited,
                                          Report& report);

}  // namespace lessor::config
