#pragma once
// hooks-libraries: the parameters of Kea's libdhcp_run_script.so.

#include "config/node.h"
#include "config/server_config.h"

#include <optional>

namespace lessor::config {

/// Reads the hook's parameters from `global` (the Dhcp4 map); nothing where the hook is not there.
/// Refused: no program, one without an absolute path, sync, a second such library.
[[nodiscard]] std::optional<RunScript> read_run_script(const Node& global, Report& report);

}  // namespace lessor::config
