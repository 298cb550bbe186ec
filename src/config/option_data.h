#pragma once
// option-data: options to send, by name or code, from text or hexadecimal.

#include "config/client_classes.h"
#include "config/node.h"
#include "config/option_defs.h"
#include "config/server_config.h"

#include <vector>

namespace lessor::config {

/// Reads the `option-data` list of any scope (global, subnet, pool, reservation), and `options`,
/// which says the same shorter: {"routers": "192.0.2.1"}. Refused: an
/// unknown option, one that the server itself sets, a value that the option cannot have, an option
/// that stands twice for the same classes. `defs`: what options there are beside those that
/// everybody has.
[[nodiscard]] OptionSet read_option_data(const Node& scope, const OptionDefs& defs,
                                         ClassNames& classes, Report& report);

/// Why no configuration may set an option; nothing when it may.
[[nodiscard]] std::optional<std::string_view> why_not_configurable(wire::OptionCode code);

/// The IPv4 addresses that options name (routers, DNS servers, time servers ...): hosts of theirs
/// are not for leasing.
void collect_addresses(const OptionSet& options, std::vector<net::Ip4>& addresses);

}  // namespace lessor::config
