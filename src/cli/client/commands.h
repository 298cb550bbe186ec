#pragma once
// `lessor client`.

#include "cli/exit_code.h"

#include <span>

namespace lessor::cli {

/// Gets, keeps and gives back addresses, or asks the client that does. `words` are those after the
/// command's name.
[[nodiscard]] ExitCode run_client(std::span<const char* const> words);

}  // namespace lessor::cli
