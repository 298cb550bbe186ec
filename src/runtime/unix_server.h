#pragma once
// A stream server on a local socket. Must not know: what requests mean.

#include "runtime/stream_server.h"

namespace lessor::runtime {

/// Listens at `path` from now on, as listen_unix() does; the socket goes with the server.
[[nodiscard]] Result<std::unique_ptr<StreamServer>> serve_unix(const std::string& path,
                                                               StreamServerOptions options,
                                                               StreamRequestHandler& handler);

}  // namespace lessor::runtime
