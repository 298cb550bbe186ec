#pragma once
// Addresses of local sockets.

#include "runtime/file_descriptor.h"
#include "runtime/system_error.h"

#include <sys/un.h>

namespace lessor::runtime {

/// The socket address of `path`. Error: longer than the 107 octets that the kernel takes.
[[nodiscard]] Result<sockaddr_un> unix_address(const std::string& path);

/// A stream socket connected to `path`. The error carries connect()'s errno: ENOENT, ECONNREFUSED
/// (nobody listens), EACCES.
[[nodiscard]] Result<FileDescriptor> connect_unix(const std::string& path);

}  // namespace lessor::runtime
