#pragma once
// What the commands act on: the running server, as an interface. cli/serve implements it by asking
// the packet thread; tests by a plain struct. Must not know: engine, runtime, JSON.

#include "control/lease_row.h"
#include "control/status.h"

namespace lessor::control {

/// A sentence for a person, why something could not be done.
using Trouble = std::string;

/// The running server. All functions are called on the control thread and may wait for the packet
/// thread, never the other way round.
class Target {
 public:
  Target() = default;
  Target(const Target&) = delete;
  Target& operator=(const Target&) = delete;
  virtual ~Target() = default;

  [[nodiscard]] virtual std::expected<Status, Trouble> status() = 0;
  /// Kea's names and values; the order does not matter.
  [[nodiscard]] virtual std::expected<std::vector<Statistic>, Trouble> statistics() = 0;
  [[nodiscard]] virtual WallTime wall_time() = 0;

  /// The running configuration as JSON text.
  [[nodiscard]] virtual std::string config_json() = 0;
  /// Checks a configuration and changes nothing. Trouble: every error, a line each.
  [[nodiscard]] virtual std::expected<std::string, Trouble> test_config(std::string_view json) = 0;
  /// Reads the configuration file again and swaps it in. Trouble: why nothing changed.
  [[nodiscard]] virtual std::expected<std::string, Trouble> reload() = 0;
  /// Begins a clean stop that ends with `exit_code`; the answer still leaves.
  virtual void shutdown(int exit_code) = 0;

  /// The leases in the next `kLeasesPerSlice` places of the table from `cursor` on (0 to begin), in
  /// no order: one slice of the packet thread. A lease that stays is met exactly once by a walk.
  [[nodiscard]] virtual std::expected<LeasePage, Trouble> walk_leases(std::uint32_t cursor) = 0;
  /// May be absent (nullopt).
  [[nodiscard]] virtual std::expected<std::optional<LeaseRow>, Trouble> find_lease(
      net::Ip4 address) = 0;
  /// Ends the lease of `address`; its client is not told. Durable when this returns.
  [[nodiscard]] virtual std::expected<void, Trouble> release_lease(net::Ip4 address) = 0;
  /// Ends the probation of one declined address, or of all; says how many.
  [[nodiscard]] virtual std::expected<std::uint64_t, Trouble> clear_declined(
      std::optional<net::Ip4> address) = 0;
  /// Works off what is due now (expired leases, ended probations); says how many.
  [[nodiscard]] virtual std::expected<std::uint64_t, Trouble> reclaim() = 0;
};

}  // namespace lessor::control
