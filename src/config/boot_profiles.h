#pragma once
// Reads `boot` of Dhcp4 and subnets.

#include "config/boot_profile.h"
#include "config/node.h"

#include <optional>

namespace lessor::config {

/// The profile of a map; nothing when it has none. Refused: a profile without a file, a URL without
/// http:// or https://, what does not fit 'file'.
[[nodiscard]] std::optional<BootProfile> read_boot_profile(const Node& scope, Report& report);

}  // namespace lessor::config
