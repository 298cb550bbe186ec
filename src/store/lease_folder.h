#pragma once
// A lease folder as a whole: reading it beside a running server, and repairing it without one. Must
// not know: commands, packets.

#include "lease/recovery.h"
#include "lease/salvage.h"

#include <string>

namespace lessor::store {

/// Hands every durable lease in `folder` to `visitor` and returns how many; takes no lock, changes
/// nothing. A server may run: what it drops while we read makes us read again.
[[nodiscard]] std::expected<std::size_t, lease::RecoveryError> read_lease_folder(
    const std::string& folder, Now now, lease::LeaseVisitor& visitor);

/// What repair_lease_folder() did.
struct FolderRepair {
  lease::SalvageReport salvaged;
  std::string damaged;  ///< where the damaged store is kept
};

/// Replaces the store in `folder` by what lease::salvage() makes of it and keeps the damaged one
/// beside it. Takes the folder's lock: the server must not run. Until the very last step, which is
/// one rename, nothing is changed.
[[nodiscard]] std::expected<FolderRepair, lease::LogError> repair_lease_folder(
    const std::string& folder, const lease::SalvageOptions& options);

}  // namespace lessor::store
