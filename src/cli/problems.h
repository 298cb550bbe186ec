#pragma once
// Configuration problems as lines of text.

#include "config/problem.h"

namespace lessor::cli {

/// One line a problem, without a newline after the last.
[[nodiscard]] std::string lines(const std::vector<config::Problem>& problems);

}  // namespace lessor::cli
