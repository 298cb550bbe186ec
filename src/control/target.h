#pragma once
// What the commands act on: the running server, as an interface. cli/serve implements it by asking
// the packet thread; tests by a plain struct. Must not know: engine, runtime, JSON.

#include "control/lease_row.h"
#include "control/statistic_marks.h"
#include "control/status.h"

#include <functional>
#include <span>

namespace lessor::control {

/// A sentence for a person, why something could not be done.
using Trouble = std::string;

/// A subnet of the configuration in force.
struct SubnetFacts {
  std::uint32_t id = 0;
  net::Prefix4 prefix;
  Duration valid_lifetime;
};

/// An interface of the host.
struct InterfaceFacts {
  std::string name;
  std::uint32_t index = 0;
  std::string mac;
  std::vector<std::string> addresses;
  bool loopback = false;
  bool up = false;       ///< administratively
  bool running = false;  ///< and with carrier
  bool ethernet = false;
  bool in_use = false;  ///< clients on it are answered
};

/// Where a client would be, for subnet4-select-test. Zero and empty: not said.
struct Whereabouts {
  std::string interface;
  net::Ip4 address;  ///< ciaddr
  net::Ip4 relay;    ///< giaddr
  net::Ip4 local;    ///< the destination of the message
  net::Ip4 remote;   ///< its source
  net::Ip4 link;     ///< sub-option 5 of option 82 (RFC 3527)
  net::Ip4 subnet;   ///< option 118 (RFC 3011)
  std::vector<std::string> classes;
};

/// A subnet that was chosen, and by which rule.
struct ChosenSubnet {
  std::uint32_t id = 0;
  net::Prefix4 prefix;
  std::string rule;
};

/// A file that was written.
struct WrittenFile {
  std::string name;
  std::size_t size = 0;
};

/// What came of asking clients to renew.
struct AskedToRenew {
  std::uint64_t asked = 0;
  std::uint64_t without_lease = 0;  ///< nobody has a running lease there
  std::uint64_t without_nonce = 0;  ///< its client does not take FORCERENEW
  std::uint64_t too_many = 0;       ///< as many as can be are being asked already
};

/// The running server. All functions are called on the control thread and may wait for the packet
/// thread, never the other way round.
class Target {
 public:
  Target() = default;
  Target(const Target&) = delete;
  Target& operator=(const Target&) = delete;
  virtual ~Target() = default;

  [[nodiscard]] virtual std::expected<Status, Trouble> status() = 0;
  /// Kea's names and values, since the start; the order does not matter.
  [[nodiscard]] virtual std::expected<std::vector<Statistic>, Trouble> statistics() = 0;
  /// What was reset of them.
  [[nodiscard]] virtual StatisticMarks& statistic_marks() = 0;
  [[nodiscard]] virtual WallTime wall_time() = 0;
  [[nodiscard]] virtual std::expected<std::vector<InterfaceFacts>, Trouble> interfaces() = 0;
  [[nodiscard]] virtual std::expected<std::vector<SubnetFacts>, Trouble> subnets() = 0;
  /// The subnet of such a client; nothing when there is none.
  [[nodiscard]] virtual std::expected<std::optional<ChosenSubnet>, Trouble> choose_subnet(
      const Whereabouts& where) = 0;

  /// The running configuration as JSON text.
  [[nodiscard]] virtual std::string config_json() = 0;
  /// Checks a configuration and changes nothing. Trouble: every error, a line each.
  [[nodiscard]] virtual std::expected<std::string, Trouble> test_config(std::string_view json) = 0;
  /// Reads the configuration file again and swaps it in. Trouble: why nothing changed.
  [[nodiscard]] virtual std::expected<std::string, Trouble> reload() = 0;
  /// From the text of the running configuration makes that of a new one; Trouble changes nothing.
  using Edit = std::function<std::expected<std::string, Trouble>(std::string_view text)>;
  /// Swaps in what `edit` makes, one at a time. Says what there is to note.
  [[nodiscard]] virtual std::expected<std::string, Trouble> edit_config(const Edit& edit) = 0;
  /// Writes the running configuration to a file, whole or not at all; "" is the one that the server
  /// was started with.
  [[nodiscard]] virtual std::expected<WrittenFile, Trouble> write_config(
      const std::string& file) = 0;
  /// Begins a clean stop that ends with `exit_code`; the answer still leaves.
  virtual void shutdown(int exit_code) = 0;
  /// Disables or enables the service on behalf of `origin`: it is enabled when no origin disables
  /// it. Disabled for `period`.
  [[nodiscard]] virtual std::expected<void, Trouble> set_service(const std::string& origin,
                                                                 bool enabled, Duration period) = 0;

  /// The leases in the next `kLeasesPerSlice` places of the table from `cursor` on (0 to begin), in
  /// no order: one slice of the packet thread. A lease that stays is met exactly once by a walk.
  [[nodiscard]] virtual std::expected<LeasePage, Trouble> walk_leases(std::uint32_t cursor) = 0;
  /// May be absent (nullopt).
  [[nodiscard]] virtual std::expected<std::optional<LeaseRow>, Trouble> find_lease(
      net::Ip4 address) = 0;
  /// Ends the lease of `address`; its client is not told. Durable when this returns.
  [[nodiscard]] virtual std::expected<void, Trouble> release_lease(net::Ip4 address) = 0;
  /// Records a lease, whoever had its address before. Durable when this returns.
  [[nodiscard]] virtual std::expected<void, Trouble> set_lease(const LeaseRow& row) = 0;
  /// Forgets who had these addresses; says how many leases that were. Durable when this returns.
  [[nodiscard]] virtual std::expected<std::uint64_t, Trouble> forget_leases(
      std::span<const net::Ip4> addresses) = 0;
  /// Asks the clients that have these addresses to renew now; they do so one after the other.
  [[nodiscard]] virtual std::expected<AskedToRenew, Trouble> ask_to_renew(
      std::span<const net::Ip4> addresses) = 0;
  /// Writes all leases in Kea's form to a file of this name in the lease folder; says its path.
  [[nodiscard]] virtual std::expected<std::string, Trouble> write_leases(
      const std::string& name) = 0;
  /// Ends the probation of one declined address, or of all; says how many.
  [[nodiscard]] virtual std::expected<std::uint64_t, Trouble> clear_declined(
      std::optional<net::Ip4> address) = 0;
  /// Works off what is due now (expired leases, ended probations); says how many.
  [[nodiscard]] virtual std::expected<std::uint64_t, Trouble> reclaim() = 0;
};

}  // namespace lessor::control
