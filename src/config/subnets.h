#pragma once
// The subnets of a configuration, each with everything it inherits, and the checks between them.

#include "config/load.h"
#include "config/node.h"
#include "config/parameters.h"
#include "config/server_config.h"

#include <vector>

namespace lessor::config {

/// What subnets take from around them.
struct Surroundings {
  Parameters parameters;               ///< of the global scope
  const OptionSet* options = nullptr;  ///< likewise
  bool exclude_first_last_24 = false;
  const Environment* host = nullptr;
};

/// Reads `subnet4` of the Dhcp4 map. Refused between subnets: a prefix or an id that stands twice,
/// more addresses in pools than kMaxPoolAddresses. Noted: one prefix inside another, pools of
/// different subnets that overlap.
[[nodiscard]] std::vector<Subnet> read_subnets(const Node& global, const Surroundings& around,
                                               Report& report);

/// The id of a subnet that the file gives none: it follows from the prefix alone, so that it stays
/// when other subnets come, go or change places. Never 0 or 4294967295.
[[nodiscard]] std::uint32_t derive_subnet_id(net::Prefix4 prefix);

}  // namespace lessor::config
