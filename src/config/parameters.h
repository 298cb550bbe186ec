#pragma once
// The parameters that a subnet inherits from the global scope: lifetimes, timers, boot fields and
// switches. One reader for every scope.

#include "config/node.h"
#include "config/server_config.h"

namespace lessor::config {

/// The three lifetime keys, each inherited by itself. A bound that no scope sets is the lease time.
struct LifetimeKeys {
  Duration valid = Duration::seconds(7'200);
  std::optional<Duration> min_valid;
  std::optional<Duration> max_valid;

  [[nodiscard]] Lifetimes resolved() const {
    return {valid, min_valid.value_or(valid), max_valid.value_or(valid)};
  }
};

/// cache-threshold and cache-max-age, each inherited by itself.
struct CachingKeys {
  std::optional<std::uint32_t> millionths;
  std::optional<Duration> max_age;

  /// Off where neither says anything, and where either is 0. The age alone is enough, too.
  [[nodiscard]] LeaseCaching resolved() const {
    if ((!millionths && !max_age) || max_age == Duration()) return {};
    return {millionths.value_or(1'000'000), max_age.value_or(Duration::infinite())};
  }
};

/// What a scope says, else what the scope around it says, else the default.
struct Parameters {
  LifetimeKeys lifetimes;
  Timers timers;
  BootFields boot;
  bool authoritative = false;
  bool match_client_id = true;
  bool reservations_in_subnet = true;
  bool reservations_out_of_pool = false;
  bool reservations_global = false;
  bool rapid_commit = false;
  std::optional<BootProfile> boot_profile;
  LeaseLimits lease_limits{};
  Allocator allocator = Allocator::oldest;
  std::uint32_t short_lease_permille = UINT32_MAX;
  bool stores_extended_info = false;
  CachingKeys caching;
  Duration offer_lifetime;
  std::optional<PingCheck> ping_check;  ///< nothing: the hook is not loaded
  RandomMacs random_macs;
};

/// Reads the three lifetime keys that `scope` sets, over `inherited`.
[[nodiscard]] LifetimeKeys read_lifetimes(const Node& scope, const LifetimeKeys& inherited,
                                          Report& report);

/// Reads the parameters that `scope` (Dhcp4 or a subnet4 element) sets, over `inherited`.
[[nodiscard]] Parameters read_parameters(const Node& scope, const Parameters& inherited,
                                         Report& report);

/// Reads next-server, server-hostname and boot-file-name, over `inherited`.
[[nodiscard]] BootFields read_boot_fields(const Node& scope, const BootFields& inherited,
                                          Report& report);

}  // namespace lessor::config
