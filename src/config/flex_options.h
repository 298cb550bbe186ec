#pragma once
// hooks-libraries: the parameters of Kea's libdhcp_flex_option.so.

#include "config/client_classes.h"
#include "config/node.h"
#include "config/server_config.h"

#include <vector>

namespace lessor::config {

/// The options and sub-options of every such library, in the order of the file. Refused: what its
/// own documentation does not know, options that the server itself sets, sub-options of an option
/// that has other fields, too, and csv-format where wire::is_flat() does not know the fields.
[[nodiscard]] std::vector<FlexOption> read_flex_options(const Node& global, ClassNames& classes,
                                                        Report& report);

}  // namespace lessor::config
