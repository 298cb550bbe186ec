#pragma once
// A load run or a search as one self-contained page of HTML: what was run where, the figures, and
// charts. It has no script and needs nothing from outside. Must not know: files, the machine it is
// written on.

#include "cli/bench/bench_max_report.h"
#include "cli/bench/bench_report.h"
#include "cli/bench/machine.h"

#include <span>
#include <string>
#include <string_view>

namespace lessor::cli {

/// What a page tells. Borrowed, while it is told.
struct BenchPage {
  const BenchReport& report;          ///< of a search: its run
  const MaxSearch* search = nullptr;  ///< when it was one
  std::string command;                ///< as it was typed
  std::string date;
  std::string version;
  Machine machine;
};

/// The page. Any text in it is harmless.
[[nodiscard]] std::string to_html(const BenchPage& page);

/// Words as a shell takes them: in quotes where they need some.
[[nodiscard]] std::string command_line_of(std::string_view program,
                                          std::span<const char* const> words);

}  // namespace lessor::cli
