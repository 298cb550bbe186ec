#pragma once
// Addresses of local sockets.

#include "base/time.h"
#include "runtime/file_descriptor.h"
#include "runtime/system_error.h"

#include <sys/un.h>

namespace lessor::runtime {

/// The socket address of `path`. Error: longer than the 107 octets that the kernel takes.
[[nodiscard]] Result<sockaddr_un> unix_address(const std::string& path);

/// A stream socket connected to `path`, which never blocks. The error carries connect()'s errno:
/// ENOENT, ECONNREFUSED (nobody listens), EACCES, EAGAIN: so many others wait for the server that
/// the kernel takes no more, for `patience` (rounded up to a millisecond). Its queue is served in
/// turn, so who waits comes in.
[[nodiscard]] Result<FileDescriptor> connect_unix(const std::string& path, Duration patience = {});

}  // namespace lessor::runtime
