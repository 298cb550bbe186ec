#include "cli/console.h"
#include "cli/workbench/commands.h"
#include "cli/workbench/show.h"

namespace lessor::cli {

ExitCode run_watch(std::span<const char* const> words) {
  auto read = read_watch_words(words);
  if (!read) return print_stop(read.error());
  if (!read->read.empty()) {
    ShowWords show;
    static_cast<ViewWords&>(show) = *read;
    show.file = read->read;
    return show_file(std::move(show));
  }
  complain("'watch' is not in this version, but for -r");
  return ExitCode::usage;
}

}  // namespace lessor::cli
