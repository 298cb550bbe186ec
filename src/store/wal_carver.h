#pragma once
// Takes log records out of RocksDB's write-ahead logs where RocksDB itself gives up: it drops the
// rest of a 32 KB block behind one flipped octet, which in a small network is every lease. Must not
// know: what a record says (whoever uses one checks it).

#include "store/rocksdb_log.h"

#include <string_view>

namespace lessor::store {

/// Adds the records found in the octets of one write-ahead log. A later one of the same number
/// replaces an earlier one.
void carve_write_ahead_log(std::string_view octets, Records& records);

/// Adds the records found in all write-ahead logs in `path`, oldest first.
void carve_write_ahead_logs(const std::string& path, Records& records);

/// The number of the last whole record in the folder's write-ahead logs that is not removed again;
/// 0 when there is none.
[[nodiscard]] std::uint64_t last_in_write_ahead_logs(const std::string& path);

}  // namespace lessor::store
