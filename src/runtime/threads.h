#pragma once
// Starting a thread: named, with every signal blocked (signals belong to the event loop).

#include "runtime/system_error.h"

#include <functional>
#include <thread>

namespace lessor::runtime {

/// Starts `body` on a thread named "lessor-" and `name` (8 octets at most). Error: EAGAIN when the
/// system allows no more threads.
[[nodiscard]] Result<std::thread> start_thread(const char* name, std::function<void()> body);

}  // namespace lessor::runtime
