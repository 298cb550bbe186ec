#pragma once
// Going to the background: the caller waits until the start is over and learns how it went.

#include "cli/exit_code.h"

#include <expected>
#include <functional>
#include <string>

namespace lessor::cli {

/// Runs `body` in a process of its own without a terminal; returns, in the caller, the code that
/// `body` gave to its `report` (once), or the one it ended with before that. After the report the
/// background process has no standard input, output and error any more. Call it before any thread
/// starts. The error is a sentence.
[[nodiscard]] std::expected<ExitCode, std::string> run_in_background(
    const std::function<ExitCode(const std::function<void(ExitCode)>& report)>& body);

}  // namespace lessor::cli
