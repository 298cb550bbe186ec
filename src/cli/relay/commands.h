#pragma once
// `lessor relay`.

#include "cli/exit_code.h"

#include <span>

namespace lessor::cli {

/// Relays, checks a file, or asks the running relay. `words` are those after the command's name.
[[nodiscard]] ExitCode run_relay(std::span<const char* const> words);

}  // namespace lessor::cli
