#pragma once
// hooks-libraries: Kea's plug-ins by name, and what a file that loads one loses here. Must not
// know: how any of them works.

#include "config/node.h"

namespace lessor::config {

/// Judges each library of `global` (the Dhcp4 map): one that only gives operators commands is
/// accepted, which is noted; one that would change what clients or others get is refused by name.
void check_hooks(const Node& global, Report& report);

}  // namespace lessor::config
