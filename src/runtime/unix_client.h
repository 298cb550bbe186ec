#pragma once
// Asking a server on a local stream socket.

#include "base/time.h"
#include "runtime/system_error.h"

#include <string>
#include <string_view>

namespace lessor::runtime {

/// Connects to `path`, writes `request`, closes the writing side, and returns all that comes back
/// until the server closes. `patience` bounds the whole. Errors: nobody listens (ENOENT,
/// ECONNREFUSED; the hint asks whether the server runs), no permission, no answer in time
/// (ETIMEDOUT), an answer beyond 256 MiB.
[[nodiscard]] Result<std::string> ask_unix(const std::string& path, std::string_view request,
                                           Duration patience);

}  // namespace lessor::runtime
