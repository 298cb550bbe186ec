#pragma once
// A world of one's own to play in: new network, mount and process namespaces, which the kernel
// removes with everything in them when their first process ends. Must not know: what is played.

#include "runtime/system_error.h"

#include <functional>

namespace lessor::runtime {

/// Runs `play` as the first process of new namespaces and returns what it returned. There it is
/// root over an empty network; mounts made there are seen only there. As root, or as anybody in a
/// user namespace where the system allows it; no setuid helper is needed. SIGINT, SIGTERM and
/// SIGHUP are passed on to `play`, which must handle them: a first process ignores them otherwise.
/// However this process or `play` ends, by SIGKILL too, nothing stays. Single-threaded callers
/// only.
[[nodiscard]] Result<int> run_in_new_namespaces(const std::function<int()>& play);

}  // namespace lessor::runtime
