#pragma once
// How a helper begins its life: a child that keeps nothing of the process it comes from but its end
// of a socket pair. Must not know: what it helps with.

#include "runtime/file_descriptor.h"
#include "runtime/system_error.h"

#include <span>

namespace lessor::host {

/// Both ends of a pair of sockets for records, with room for a burst of them.
struct SocketPair {
  runtime::FileDescriptor ours;
  runtime::FileDescriptor helpers;
};
[[nodiscard]] runtime::Result<SocketPair> open_socket_pair();

/// In the helper, just forked: no signal that is meant for the other process, its standard streams
/// nowhere, and nothing open but `kept`.
void settle_helper(const char* name, std::span<const int> kept);

}  // namespace lessor::host
