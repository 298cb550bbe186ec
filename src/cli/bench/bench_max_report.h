#pragma once
// The search for the highest rate, for people and for programs. Must not know: how it is made.

#include "cli/bench/bench_report.h"
#include "load/probe.h"

#include <optional>
#include <string>
#include <vector>

namespace lessor::cli {

/// What a search has found.
struct MaxSearch {
  double max_lost = 0;              ///< the share, 0 to 1, that may be lost
  Duration at_each;                 ///< how long each rate was tried
  std::vector<load::Probe> probes;  ///< in the order in which they were tried
  std::optional<double> best;       ///< the highest rate that passed
  std::optional<double> worst;      ///< the lowest that failed
  std::optional<bool> confirmed;    ///< whether the best, tried once more in the end, passed again
  BenchReport run;                  ///< the last at the best rate that passed; else the last of all
};

/// What all rates are tried with.
[[nodiscard]] std::string search_title(const BenchReport& report, double max_lost,
                                       Duration at_each);
/// The same, and the heads of the columns: the lines above probe_line()s.
[[nodiscard]] std::string search_heading(const BenchReport& report, double max_lost);
/// "12,345", or "1.5" where digits behind the point say something.
[[nodiscard]] std::string rate_text(double rate);
/// What came of one rate, below the heads of the columns; its verdict is not among them.
[[nodiscard]] std::vector<std::string> probe_cells(const load::Probe& probe);
/// One rate and what came of it, a line.
[[nodiscard]] std::string probe_line(const load::Probe& probe, load::Verdict verdict);
/// The answer in sentences, a line each: what the rate is, and what was the limit.
[[nodiscard]] std::string search_answer(const MaxSearch& search);
/// The search, and the run at the rate that it found.
[[nodiscard]] std::string to_json(const MaxSearch& search);

}  // namespace lessor::cli
