#pragma once
// What a fuzz target's seeds have to be: each x_fuzz.cc says it for its own.

#include "base/bytes.h"

/// Whether `seed` leads the target somewhere; one that is refused at the door would never lead a
/// fuzzer further.
bool is_good_seed(lessor::Bytes seed);
