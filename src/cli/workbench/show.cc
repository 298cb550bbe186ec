#include "cli/console.h"
#include "cli/workbench/commands.h"

namespace lessor::cli {

ExitCode run_show(std::span<const char* const> /*words*/) {
  complain("'show' is not in this version");
  return ExitCode::usage;
}

}  // namespace lessor::cli
