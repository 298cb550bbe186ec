#pragma once
// The system calls that a server may make (seccomp).

#include "runtime/system_error.h"

namespace lessor::runtime {

/// From now on, for every thread and for good: calls on the list work; calls that only an intruder
/// would make (running a program, loading code into the kernel, looking into other processes) kill
/// the process; all others fail with ENOSYS and are logged by the kernel's audit. Does nothing in a
/// build with a sanitizer, nor on 32-bit machines. Requires "no new privileges" or CAP_SYS_ADMIN.
[[nodiscard]] Result<void> filter_system_calls();

/// Whether this build runs under a sanitizer, whose runtime makes system calls of its own.
[[nodiscard]] bool has_sanitizer();

}  // namespace lessor::runtime
