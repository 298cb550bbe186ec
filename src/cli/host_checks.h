#pragma once
// What of this host stands in the way of a configuration, or makes it unsafe, beyond what its text
// says. Must not know: the running server.

#include "config/load.h"

#include <optional>
#include <string>
#include <vector>

namespace lessor::cli {

/// What a configuration may have run, each once.
[[nodiscard]] std::vector<std::string> programs_of(const config::ServerConfig& config);

/// Files with passwords in their text that others than owner and group may read.
[[nodiscard]] std::vector<config::Problem> find_open_passwords(const config::Loaded& loaded);

/// Why `lessor serve` would not start here, by the user that it would become; nothing when it can
/// run the programs. One thread.
[[nodiscard]] std::optional<std::string> find_unfit_program(const config::ServerConfig& config);

}  // namespace lessor::cli
