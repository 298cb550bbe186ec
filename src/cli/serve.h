#pragma once
// `lessor serve`, `lessor serve -t` and `lessor check`.

#include "cli/arguments.h"
#include "cli/storage.h"

namespace lessor::cli {

/// Serves until told to stop. `open_log` is the lease store's disk.
[[nodiscard]] ExitCode run_serve(const ServeArguments& arguments, const LogFactory& open_log);

/// Prints what a configuration file means, or every error in it.
[[nodiscard]] ExitCode run_check(const std::string& file);

}  // namespace lessor::cli
