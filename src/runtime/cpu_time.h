#pragma once
// How much processor time this program has used.

#include "base/time.h"

namespace lessor::runtime {

/// Of all its threads, in the kernel and outside, since it was started.
[[nodiscard]] Duration process_cpu_time();

}  // namespace lessor::runtime
