#pragma once
// The system calls that a server or a network client may make (seccomp).

#include "runtime/system_error.h"

#include <cstdint>

namespace lessor::runtime {

/// What kind of process it is. All of them: new sockets only for local ones, UDP, raw frames and
/// routes by netlink; threads, but no processes; no new executable memory; no signals to others.
enum class SystemCalls : std::uint8_t {
  server,          ///< keeps a lease store: makes, writes and removes files
  relay,           ///< opens files to read only; removes its socket
  network_client,  ///< opens files to read only; has a helper process for the rest, and waits for
                   ///< it
};

/// From now on, for every thread and for good: calls on the list work; calls that only an intruder
/// would make (running a program, loading code into the kernel, looking into other processes) kill
/// the process; all others fail with ENOSYS and are logged by the kernel's audit. Does nothing in a
/// build with a sanitizer, nor on 32-bit machines. Requires "no new privileges" or CAP_SYS_ADMIN.
[[nodiscard]] Result<void> filter_system_calls(SystemCalls calls = SystemCalls::server);

/// Whether this build runs under a sanitizer, whose runtime makes system calls of its own.
[[nodiscard]] bool has_sanitizer();

}  // namespace lessor::runtime
