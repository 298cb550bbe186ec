#pragma once
// `lessor bench`.

#include "cli/exit_code.h"

#include <span>

namespace lessor::cli {

/// Loads a server and tells how it fared. `words` are those after the command's name.
[[nodiscard]] ExitCode run_bench(std::span<const char* const> words);

}  // namespace lessor::cli
