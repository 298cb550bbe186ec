#pragma once
// A lease as it is shown and exported: an owned copy, with the time that is left. Carried as JSON
// in Kea's shape. Must not know: engine, store, sockets.

#include "lease/lease.h"

#include <expected>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

namespace lessor::control {

/// One lease, detached from its table.
struct LeaseRow {
  net::Ip4 address;
  lease::LeaseState state = lease::LeaseState::active;
  net::HardwareAddress hardware;
  std::string client_id;  ///< bytes of option 61
  std::string hostname;   ///< bytes, unsanitised
  std::string extras;     ///< bytes: what it keeps beside (lease/extras)
  WallTime started;
  Duration lifetime;
  Duration remaining;  ///< until its end as the server counts it; negative when it is over
  std::uint32_t subnet_id = 0;
  std::string subnet;  ///< its prefix in the configuration in force; empty when it is in none

  /// Wall-clock end: the start and the lifetime; INT64_MAX seconds when infinite.
  [[nodiscard]] WallTime ends() const { return started + lifetime; }
  /// Active or declined by its record, but over: so is a declined address's time out of use.
  [[nodiscard]] bool expired() const {
    return state != lease::LeaseState::released && remaining <= Duration();
  }
};

/// Copies a lease; `now.mono` gives what remains.
[[nodiscard]] LeaseRow make_row(const lease::Lease& lease, Now now);
/// The row as a lease whose views point into `row`, for exports. `expires_at` is not set.
[[nodiscard]] lease::Lease as_lease(const LeaseRow& row);

/// Kea's number of its state: 0 valid, 1 declined, 2 expired, 3 released.
[[nodiscard]] int kea_state(const LeaseRow& row);

/// "active", "expired", "released" or "declined".
[[nodiscard]] std::string_view state_name(const LeaseRow& row);

/// Some leases of a walk through all of them, or the rows of an answer.
struct LeasePage {
  std::vector<LeaseRow> rows;
  std::optional<std::uint32_t> next;  ///< the cursor to go on with; nothing when the walk is over
};

/// Kea's lease4 object: "ip-address", "hw-address", "client-id", "valid-lft", "cltt", "subnet-id",
/// "state" (0 valid, 1 declined, 2 expired, 3 released), "hostname", "fqdn-fwd", "fqdn-rev",
/// "user-context" where it has one; and of ours "remaining" (seconds), "subnet", and
/// "hostname-hex", the octets of a host name that is not UTF-8 (its "hostname" has U+FFFD for what
/// is none). An infinite lifetime is 4294967295, as on the wire.
[[nodiscard]] std::string to_json(const LeaseRow& row);
/// {"leases": [...], "count": N, "next": CURSOR or absent}.
[[nodiscard]] std::string to_json(const LeasePage& page);
/// Reads a page back. The error is a sentence.
[[nodiscard]] std::expected<LeasePage, std::string> read_page(std::string_view json);

}  // namespace lessor::control
