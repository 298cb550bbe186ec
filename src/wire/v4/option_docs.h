#pragma once
// docs/options.md, printed from the option table. A test compares the file with it.

#include <string>

namespace lessor::wire {

/// The whole file.
[[nodiscard]] std::string options_markdown();

}  // namespace lessor::wire
