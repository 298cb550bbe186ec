#pragma once
// What can only be judged with all subnets at hand: ids, prefixes, pools, links.

#include "config/node.h"
#include "config/server_config.h"

#include <vector>

namespace lessor::config {

/// A subnet and the map that it was read from.
struct ReadSubnet {
  Node node;
  Subnet subnet;
};

/// Refuses ids that stand twice, and derives the ones that are left out.
void assign_ids(std::vector<ReadSubnet>& all, Report& report);

/// Refused: a prefix that stands twice, more than kMaxPoolAddresses in pools. Noted: a prefix
/// inside another, pools of different subnets that overlap, a relay or interface that two subnets
/// name.
void check_subnets(const std::vector<ReadSubnet>& all, Report& report);

/// The id of a subnet that the file gives none: it follows from the prefix alone, so that it stays
/// when other subnets come, go or change places. Never 0 or 4294967295.
[[nodiscard]] std::uint32_t derive_subnet_id(net::Prefix4 prefix);

}  // namespace lessor::config
