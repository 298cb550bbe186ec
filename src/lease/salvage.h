#pragma once
// Salvage: carries what a damaged lease log still holds into a fresh one, and says what is in doubt
// since. Must not know: files, RocksDB, the server.

#include "lease/log.h"
#include "lease/recovery.h"

namespace lessor::lease {

struct SalvageOptions {
  WallTime wall;
  /// The longest lease that the server may have granted (the configuration's largest max-valid-
  /// lifetime): how long the doubt lasts. Nothing: the longest that survives, at least a week.
  std::optional<Duration> longest_lease;
};

struct SalvageReport {
  std::uint64_t records_read = 0;
  std::uint64_t records_damaged = 0;  ///< there, but not whole
  std::uint64_t records_missing = 0;  ///< gaps in the numbers
  std::size_t leases = 0;             ///< carried over
  std::size_t doubtful = 0;           ///< of these, older than the damage
  std::optional<Doubt> doubt;         ///< nothing: the log was whole
};

/// Copies the last surviving change of each address from `damaged` to `fresh`, an empty log.
///
/// What a lost record said cannot be known, so nothing older than the loss is certain either: the
/// lost change may have given the address to somebody else, or an address that no record names.
/// Until the longest lease granted before the repair has ended, the server must therefore treat as
/// possibly taken every address but those whose record is newer than the last loss: it gives them
/// to no client that does not already hold them, and says ACK to a client that says it does (RENEW,
/// REBIND, INIT-REBOOT), as after the loss of a whole store. Doubt::covers() is that rule.
[[nodiscard]] std::expected<SalvageReport, LogError> salvage(Log& damaged, Log& fresh,
                                                             const SalvageOptions& options);

}  // namespace lessor::lease
