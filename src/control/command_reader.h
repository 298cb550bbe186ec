#pragma once
// Where a command ends, for the servers of control sockets. Must not know: what commands mean.

#include "runtime/stream_server.h"

#include <memory>

namespace lessor::control {

/// A reader for one command: it ends with its object's closing brace, or where it is refused.
[[nodiscard]] std::unique_ptr<runtime::StreamRequestReader> command_reader();

}  // namespace lessor::control
