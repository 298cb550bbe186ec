#pragma once
// Whether a disk has room to start on. Must not know: what is kept there.

#include "lease/log.h"

#include <string>

namespace lessor::store {

/// Takes a megabyte in `folder` and gives it back. RocksDB, opened for writing on a disk that is
/// full to the last octet, ends the process where an error would do; and a server that cannot write
/// has nothing to promise.
[[nodiscard]] std::expected<void, lease::LogError> check_disk_room(const std::string& folder);

}  // namespace lessor::store
