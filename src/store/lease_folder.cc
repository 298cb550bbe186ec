#include "store/lease_folder.h"

#include "store/folder_lock.h"
#include "store/folders.h"
#include "store/rocksdb_log.h"
#include "store/salvage_log.h"

#include <fcntl.h>
#include <unistd.h>

#include <algorithm>
#include <cerrno>
#include <cstdio>
#include <cstring>
#include <filesystem>

namespace lessor::store {
namespace {

using lease::LogError;
using lease::RecoveryError;

constexpr int kReadAttempts = 5;

std::expected<std::size_t, RecoveryError> read_once(const std::string& folder, Now now,
                                                    lease::LeaseVisitor& visitor,
                                                    bool& handing_out) {
  const auto log = open_rocksdb_log(folder, OpenMode::read_only);
  if (!log) return std::unexpected(lease::unreadable(log.error()));
  const auto state = lease::check_log(**log);
  if (!state) return std::unexpected(state.error());
  handing_out = true;
  return lease::visit_leases(**log, *state, now, visitor);
}

LogError system_error(const std::string& what) { return {what + ": " + std::strerror(errno)}; }

/// "leases.damaged-20261122-160405"; a number follows when there is one already.
std::string name_for_damaged(const std::string& folder, WallTime wall) {
  std::string time = to_string(wall);
  std::erase_if(time, [](char c) { return c == '-' || c == ':'; });
  std::ranges::replace(time, ' ', '-');
  const std::string name = database_folder(folder) + ".damaged-" + time;
  std::string free = name;
  for (int n = 2; std::filesystem::exists(free); ++n) free = name + "-" + std::to_string(n);
  return free;
}

/// The damaged store and the new one change places in one step: never is there none.
std::expected<void, LogError> swap(const std::string& damaged, const std::string& fresh) {
  if (::renameat2(AT_FDCWD, fresh.c_str(), AT_FDCWD, damaged.c_str(), RENAME_EXCHANGE) == 0)
    return {};
  return std::unexpected(system_error("cannot swap " + fresh + " and " + damaged));
}

}  // namespace

std::expected<std::size_t, RecoveryError> read_lease_folder(const std::string& folder, Now now,
                                                            lease::LeaseVisitor& visitor) {
  for (int attempt = 1;; ++attempt) {
    bool handing_out = false;
    const auto leases = read_once(folder, now, visitor, handing_out);
    if (leases || handing_out || attempt == kReadAttempts) return leases;
  }
}

std::expected<FolderRepair, LogError> repair_lease_folder(const std::string& folder,
                                                          const lease::SalvageOptions& options) {
  if (!std::filesystem::exists(database_folder(folder)))
    return std::unexpected(LogError{"there is no lease store in " + folder});
  const auto lock = FolderLock::take(folder);
  if (!lock) return std::unexpected(lock.error());
  const std::string fresh = fresh_folder(folder);
  std::error_code error;
  std::filesystem::remove_all(fresh, error);

  FolderRepair repair{.salvaged = {}, .damaged = name_for_damaged(folder, options.wall)};
  {
    const auto from = open_salvage_log(database_folder(folder));
    const auto to = open_database_log(fresh, OpenMode::serve);
    if (!to) return std::unexpected(to.error());
    auto salvaged = lease::salvage(*from, **to, options);
    if (!salvaged) return std::unexpected(salvaged.error());
    repair.salvaged = *salvaged;
  }
  if (const auto flushed = flush_folder(fresh); !flushed) return std::unexpected(flushed.error());
  // First the new store takes the name that the damaged one is to have: whenever we are
  // interrupted, nothing under a name that the next repair clears away is anybody's only copy.
  if (std::rename(fresh.c_str(), repair.damaged.c_str()) != 0)
    return std::unexpected(system_error("cannot rename " + fresh + " to " + repair.damaged));
  if (const auto swapped = swap(database_folder(folder), repair.damaged); !swapped) {
    std::filesystem::remove_all(repair.damaged, error);
    return std::unexpected(swapped.error());
  }
  if (const auto flushed = flush_folder(folder); !flushed) return std::unexpected(flushed.error());
  return repair;
}

}  // namespace lessor::store
