#pragma once
// Salvage: carries what a damaged lease log still holds into a fresh one, with every address that
// is in doubt out of use. Must not know: files, RocksDB, the server.

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
  std::uint64_t records_lost = 0;  ///< damaged or missing, as far as their numbers are known
  std::size_t leases = 0;          ///< carried over as they were
  std::size_t out_of_use = 0;      ///< addresses declined until the doubt ends
  std::size_t kept = 0;            ///< leases in doubt that are kept for their clients till then
  bool all_known = true;           ///< whether the notes name every address that was lost
  WallTime doubt_ends;             ///< when nothing is in doubt any more; 0 when nothing is
};

/// Copies the last surviving change of each address from `damaged` to `fresh`, an empty log.
///
/// A lost record may have given an address to somebody else than the surviving ones say. As long as
/// notes tell which addresses the lost records were about, exactly those whose loss no later record
/// makes good are in doubt: they are recorded as declined until the longest lease that may have
/// been granted has ended, so nobody is given them, whoever asks.
///
/// Without notes of every lost record, any address may be in doubt. Then the fresh log carries a
/// Doubt: the server gives an address without a record to no client but one that says that it holds
/// it (RENEW, REBIND). Surviving leases older than the last loss and not over stay with their
/// clients until the doubt ends (to take them away would take the whole site down; two clients
/// could share one only if a release and a new lease of it were both lost and the first client came
/// back); addresses that were free by such a record are out of use till then.
[[nodiscard]] std::expected<SalvageReport, LogError> salvage(Log& damaged, Log& fresh,
                                                             const SalvageOptions& options);

}  // namespace lessor::lease
