#pragma once
// The flex_id hook as Kea's files have it: hooks-libraries with libdhcp_flex_id.so. Must not know:
// how the expression is evaluated.

#include "config/client_classes.h"
#include "config/node.h"
#include "config/server_config.h"

#include <optional>

namespace lessor::config {

/// Reads the hook's parameters from `global` (the Dhcp4 map): identifier-expression and
/// replace-client-id. Nothing where the hook is not there, or has no expression.
[[nodiscard]] std::optional<FlexId> read_flex_id(const Node& global, ClassNames& classes,
                                                 Report& report);

}  // namespace lessor::config
