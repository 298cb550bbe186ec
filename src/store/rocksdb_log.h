#pragma once
// The Log on RocksDB: records keyed by number in one folder, and beside them a small file for the
// mark. Must not know: what a record means.

#include "lease/log.h"

#include <memory>
#include <string>

namespace lessor::store {

/// How a folder is opened.
enum class OpenMode : std::uint8_t {
  serve,      ///< read and write; takes the folder's lock; makes the folder (0750) when missing
  read_only,  ///< reads what is durable; takes no lock, changes nothing; beside a running server
              ///< too
  salvage,    ///< read only, and past damaged records instead of stopping at the first
};

/// Where in a lease folder the log itself is: its RocksDB, its mark and its notes.
[[nodiscard]] inline std::string database_folder(const std::string& folder) {
  return folder + "/leases";
}

/// Opens the log in `folder`. Errors name the folder, what failed and what to do; a folder that
/// another process holds is refused with that process's id.
[[nodiscard]] std::expected<std::unique_ptr<lease::Log>, lease::LogError> open_rocksdb_log(
    const std::string& folder, OpenMode mode);

}  // namespace lessor::store
