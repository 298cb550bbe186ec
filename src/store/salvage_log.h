#pragma once
// The Log that a repair reads from: whatever can be found of a damaged one. Must not know: what a
// record says.

#include "store/rocksdb_log.h"

namespace lessor::store {

/// Reads all that survives of the log in `path` (a database_folder()) into memory, by every means;
/// what cannot be read is left out. Appending to it is an error.
[[nodiscard]] std::unique_ptr<lease::Log> open_salvage_log(const std::string& path);

}  // namespace lessor::store
