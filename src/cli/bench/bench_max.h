#pragma once
// `lessor bench --max`: rates tried one after the other until the highest is found that the server
// bears. Must not know: which rate is next, what a rate has to do to pass.

#include "cli/bench/bench_max_report.h"
#include "cli/bench/bench_run.h"
#include "cli/bench/bench_words.h"

#include <expected>
#include <functional>
#include <string>

namespace lessor::cli {

/// The words of the run before a search, in which everybody is bound: what `run` is opened with.
[[nodiscard]] BenchWords binding_words(BenchWords words);

/// Hears of each rate as it is judged.
using TriedRate = std::function<void(const load::Probe&, load::Verdict)>;

/// Binds all clients, then tries rates, with the same clients, until the search is over, the best
/// one once more, or until somebody interrupts. The error is a sentence: too few clients got an
/// address.
[[nodiscard]] std::expected<MaxSearch, std::string> search_max(BenchRun& run,
                                                               const BenchWords& words,
                                                               const TriedRate& tried);

}  // namespace lessor::cli
