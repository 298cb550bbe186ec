#pragma once
// The subnets of a configuration, each with everything it inherits, and the checks between them.

#include "config/client_classes.h"
#include "config/load.h"
#include "config/node.h"
#include "config/parameters.h"
#include "config/server_config.h"

#include <vector>

namespace lessor::config {

/// What subnets take from around them.
struct Surroundings {
  ClassNames* classes = nullptr;       ///< the definitions have been read
  Parameters parameters;               ///< of the global scope
  const OptionSet* options = nullptr;  ///< likewise
  bool exclude_first_last_24 = false;
  bool unique_reserved_addresses = true;
  std::vector<net::Ip4> globally_reserved;  ///< sorted
  const Environment* host = nullptr;
};

/// Reads `subnet4` of the Dhcp4 map, numbers what has no id, and checks the subnets against one
/// another (subnet_checks.h).
[[nodiscard]] std::vector<Subnet> read_subnets(const Node& global, const Surroundings& around,
                                               Report& report);

}  // namespace lessor::config
