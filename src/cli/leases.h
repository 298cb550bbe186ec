#pragma once
// `lessor leases ...` and `lessor status`.

#include "cli/arguments.h"

namespace lessor::cli {

/// `command` is one of the leases commands.
[[nodiscard]] ExitCode run_leases(Command command, const AskArguments& arguments);

[[nodiscard]] ExitCode run_status(const AskArguments& arguments);

}  // namespace lessor::cli
