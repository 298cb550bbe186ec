#pragma once
// The subnets of a configuration, each with everything it inherits, and the checks between them.

#include "config/client_classes.h"
#include "config/load.h"
#include "config/node.h"
#include "config/parameters.h"
#include "config/server_config.h"

#include <string>
#include <vector>

namespace lessor::config {

/// What subnets take from around them.
struct Surroundings {
  ClassNames* classes = nullptr;       ///< the definitions have been read
  Parameters parameters;               ///< of the global scope, or of the shared network
  const OptionSet* options = nullptr;  ///< of the global scope
  bool exclude_first_last_24 = false;
  bool unique_reserved_addresses = true;
  std::vector<net::Ip4> globally_reserved;  ///< sorted
  const Environment* host = nullptr;
};

/// What `subnet4` and `shared-networks` say.
struct Links {
  std::vector<SharedNetwork> networks;
  HugeVector<Subnet> subnets;  ///< each with its position in `networks`
};

/// Reads `subnet4` and `shared-networks` of the Dhcp4 map, numbers what has no id, and checks
/// networks and subnets against one another (subnet_checks.h, networks.h).
[[nodiscard]] Links read_links(const Node& global, const Surroundings& around, Report& report);

/// `interface` and `relay` of a subnet or a shared network; empty when they are left out.
[[nodiscard]] std::string read_interface_name(const Node& map, Report& report);
[[nodiscard]] std::vector<net::Ip4> read_relays(const Node& map, Report& report);

}  // namespace lessor::config
