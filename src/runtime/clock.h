#pragma once
// The only place where clocks and true randomness are read.

#include "base/hash.h"
#include "base/time.h"

namespace lessor::runtime {

/// Both clocks: CLOCK_BOOTTIME (it also counts suspend) and the wall clock.
[[nodiscard]] Now read_clock();

/// The wall clock since 1970-01-01 UTC in nanoseconds, as captures stamp frames.
[[nodiscard]] Duration read_wall_clock();

/// A seed for base/random.h, from the kernel (getrandom).
[[nodiscard]] std::uint64_t random_seed();
/// A secret for the hash tables that strangers fill.
[[nodiscard]] HashKey random_hash_key();

}  // namespace lessor::runtime
