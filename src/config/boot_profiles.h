#pragma once
// Reads `boot` of Dhcp4, networks, subnets and client classes.

#include "config/boot_profile.h"
#include "config/node.h"

#include <optional>

namespace lessor::config {

/// The profile of a map; nothing when it has none. Refused: a profile without a file, a URL without
/// http:// or https://, what does not fit 'file'.
[[nodiscard]] std::optional<BootProfile> read_boot_profile(const Node& scope, Report& report);

/// Likewise of a client class, which has no say in who gives addresses: `proxy` is refused. What it
/// has no file for is told by others, so that no file at all is no error.
[[nodiscard]] std::optional<BootProfile> read_boot_of_class(const Node& map, Report& report);

}  // namespace lessor::config
