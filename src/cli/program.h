#pragma once
// The program: from the command line's words to an exit code.

#include "cli/storage.h"

#include <span>

namespace lessor::cli {

/// Runs one command. `words` are those after the program's name; `open_log` is the disk under the
/// lease store of `serve`.
[[nodiscard]] int run_program(std::span<const char* const> words, const LogFactory& open_log);

}  // namespace lessor::cli
