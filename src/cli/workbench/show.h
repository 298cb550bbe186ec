#pragma once
// `lessor show` once its words are understood; `lessor watch -r` is the same. Must not know: CLI11.

#include "cli/workbench/view_words.h"

namespace lessor::cli {

/// Shows the file's packets. The exit code is the program's: failed when the file cannot be read or
/// is damaged (what was there before it is shown).
[[nodiscard]] ExitCode show_file(ShowWords words);

}  // namespace lessor::cli
