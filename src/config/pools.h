#pragma once
// Pools: ranges as written or "auto", and the addresses in them that are never leased.

#include "config/client_classes.h"
#include "config/load.h"
#include "config/node.h"
#include "config/server_config.h"

#include <string_view>
#include <vector>

namespace lessor::config {

/// An address that somebody has already, or that nobody may have.
struct TakenAddress {
  net::Ip4 address;
  std::string_view why;  ///< "the router's or another server's address" and so on; static text
};

/// What a pool must know of its subnet.
struct PoolFacts {
  net::Prefix4 prefix;
  bool exclude_first_last_24 = false;
  std::vector<TakenAddress> taken;  ///< sorted, one of each; may lie outside of every pool
  std::vector<net::Ip4> reserved;   ///< sorted
};

/// Every address that is taken in `prefix`: its network and broadcast addresses, the host's own and
/// its gateways, and `named` (by options, next-server, relays). Sorted, one of each.
[[nodiscard]] std::vector<TakenAddress> find_taken_addresses(net::Prefix4 prefix,
                                                             const std::vector<net::Ip4>& named,
                                                             const Environment& host);

/// Reads the `pools` of a subnet4 element, sorted by range. Refused: a range outside of the subnet,
/// two that overlap, "auto" where nothing is left.
[[nodiscard]] PoolList read_pools(const Node& subnet, const PoolFacts& facts, ClassNames& classes,
                                  Report& report);

/// The whole subnet less what is taken; nothing when no address is left. Taken addresses at the
/// ends shorten the range, those inside are excluded.
[[nodiscard]] std::optional<Pool> make_auto_pool(const PoolFacts& facts);

/// The addresses of `range` that are never leased dynamically: taken, reserved, and with
/// exclude-first-last-24 those that end in .0 or .255. Sorted, one of each.
[[nodiscard]] std::vector<net::Ip4> find_excluded(net::Range4 range, const PoolFacts& facts);

}  // namespace lessor::config
