#pragma once
// The charts of a load run: latency by percentile, and how it went over time; of a search: what
// came of each rate. Must not know: pages.

#include "cli/bench/bench_max_report.h"
#include "cli/bench/bench_report.h"
#include "cli/bench/chart.h"

#include <vector>

namespace lessor::cli {

/// Latency, logarithmic, over percentiles, which are as far apart as nines are. Without lines when
/// nothing was timed.
[[nodiscard]] Chart percentile_chart(const BenchReport& report);
/// Exchanges a second, latency, what is under way, and what went wrong, if anything did. None
/// without samples.
[[nodiscard]] std::vector<Chart> time_charts(const std::vector<load::Sample>& samples);
/// What was reached, lost, and how long it took, over the rate that was asked for.
[[nodiscard]] std::vector<Chart> search_charts(const MaxSearch& search);

}  // namespace lessor::cli
