#pragma once
// The Log on RocksDB: records keyed by number in one folder, and beside them a small file for the
// mark. Must not know: what a record means.

#include "lease/log.h"

#include <map>
#include <memory>
#include <string>

namespace lessor::store {

/// How a folder is opened.
enum class OpenMode : std::uint8_t {
  serve,      ///< read and write; takes the folder's lock; makes the folder (0750) when missing
  read_only,  ///< reads what is durable; takes no lock, changes nothing; beside a running server
              ///< too
};

/// Where in a lease folder the log itself is: its RocksDB, its mark and its notes.
[[nodiscard]] inline std::string database_folder(const std::string& folder) {
  return folder + "/leases";
}

/// Where a repair builds a new one before it swaps the two.
[[nodiscard]] inline std::string fresh_folder(const std::string& folder) {
  return folder + "/leases.new";
}

/// How many octets RocksDB gathers in memory before it makes a data file of them; also about what a
/// restart reads again.
inline constexpr std::size_t kWriteBuffer = 32U << 20;

/// Opens the log in `folder`. Errors name the folder, what failed and what to do; a folder that
/// another process holds is refused with that process's id. (A test has a small `write_buffer`, so
/// that data files come, are merged and go all the time.)
[[nodiscard]] std::expected<std::unique_ptr<lease::Log>, lease::LogError> open_rocksdb_log(
    const std::string& folder, OpenMode mode, std::size_t write_buffer = kWriteBuffer);

/// Opens the log proper, database_folder() or another of its kind, without locking anything: for
/// whoever holds the lock already. serve makes the folder when missing.
[[nodiscard]] std::expected<std::unique_ptr<lease::Log>, lease::LogError> open_database_log(
    const std::string& path, OpenMode mode);

/// Records by number.
using Records = std::map<std::uint64_t, std::string>;

/// Every record that RocksDB can be brought to read from a damaged log in `path`, past unreadable
/// blocks, and with its own books rebuilt in a copy when they are damaged too. Changes nothing.
[[nodiscard]] Records rescue_records(const std::string& path);

}  // namespace lessor::store
