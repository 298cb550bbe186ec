#include "cli/bench/bench_max.h"

#include "load/rate_search.h"

#include <algorithm>
#include <cmath>

namespace lessor::cli {
namespace {

using load::Count;

/// Binding everybody before the search is no measurement.
constexpr std::uint32_t kBindingWindow = 256;
constexpr int kBindingTries = 4;
/// What a rate has left behind, in queues of kernels too, is over before the next one is tried.
constexpr Duration kRest = Duration::milliseconds(500);
/// An exchange whose time came is begun this much after the last one's at most.
constexpr Duration kGrace = Duration::milliseconds(20);

std::expected<void, std::string> bind_all(BenchRun& run, double most_lost) {
  run.play();
  const BenchReport report = run.report();
  const std::uint64_t bound = report.figures.count(Count::done);
  const auto missing = static_cast<double>(report.plan.clients - bound);
  if (run.is_stopped() || missing <= most_lost * report.plan.clients) return {};
  if (bound == 0) return std::unexpected("nobody got an address, so there is nothing to search");
  return std::unexpected("only " + grouped(bound) + " of " + grouped(report.plan.clients) +
                         " clients got an address, and the others' questions would count as lost: "
                         "fewer --clients, or a larger pool");
}

load::Probe probe_rate(BenchRun& run, const load::Plan& wanted, double rate) {
  load::Plan plan = run.plan();
  plan.scenario = wanted.scenario;
  plan.tries = wanted.tries;
  plan.window = 0;
  plan.rate = rate;
  const double seconds = static_cast<double>(wanted.duration.to_milliseconds()) / 1e3;
  plan.exchanges =
      std::max<std::uint64_t>(1, static_cast<std::uint64_t>(std::llround(rate * seconds)));
  plan.duration = wanted.duration + kGrace;
  run.rest(kRest);
  run.play_again(plan);
  const BenchReport report = run.report();
  load::Probe probe = load::probe_of(report.figures, rate, plan.exchanges);
  probe.lost_here = report.lost_here;
  probe.send_failures = report.send_failures;
  probe.cpu_share = cpu_share(report);
  probe.reached = report.reached;
  probe.waiting = report.waiting;
  return probe;
}

class Search {
 public:
  Search(BenchRun& run, const BenchWords& words, const TriedRate& tried)
      : run_(run),
        words_(words),
        tried_(tried),
        found_{.max_lost = words.max_lost.value_or(0), .at_each = words.plan.duration} {}

  std::expected<MaxSearch, std::string> find() {
    if (auto bound = bind_all(run_, found_.max_lost); !bound) return std::unexpected(bound.error());
    found_.run = run_.report();
    before_ = found_.run.figures;
    load::RateSearch search(words_.plan.rate);
    while (const auto rate = run_.is_stopped() ? std::nullopt : search.next()) {
      const auto passed = try_rate(*rate);
      if (passed) search.judged(*passed);
      found_.best = search.best();
      found_.worst = search.worst();
    }
    // The highest of several that passed may have been lucky, or the server has gone since.
    if (found_.best && found_.worst && !run_.is_stopped()) {
      found_.confirmed = try_rate(*found_.best);
    }
    // Without a rate tried the run is what was before.
    if (!found_.probes.empty()) found_.run.preparation = before_;
    found_.run.samples = run_.report().samples;
    found_.run.interrupted = run_.is_stopped();
    return std::move(found_);
  }

 private:
  /// Whether it passed; nothing when it was interrupted.
  std::optional<bool> try_rate(double rate) {
    const load::Probe probe = probe_rate(run_, words_.plan, rate);
    const BenchReport report = run_.report();
    const load::Verdict verdict = load::judge(probe, found_.max_lost);
    const bool passed = !run_.is_stopped() && verdict == load::Verdict::passed;
    const bool kept = passed || (!found_.best && !run_.is_stopped());
    if (!kept) add_violations(report.figures);
    if (kept && !found_.probes.empty()) add_violations(found_.run.figures);
    if (kept) found_.run = report;
    if (run_.is_stopped()) return std::nullopt;
    found_.probes.push_back(probe);
    tried_(probe, verdict);
    return passed;
  }

  /// What is wrong at any rate is told, whichever rate the search finds.
  void add_violations(const load::Figures& of) {
    for (std::size_t i = 0; i < load::kViolations; ++i) before_.violations[i] += of.violations[i];
    if (!before_.evidence) before_.evidence = of.evidence;
  }

  BenchRun& run_;
  const BenchWords& words_;
  const TriedRate& tried_;
  MaxSearch found_;
  load::Figures before_;  // binding everybody, and what was wrong in runs that are not told
};

}  // namespace

BenchWords binding_words(BenchWords words) {
  load::Plan& plan = words.plan;
  plan.scenario = load::Scenario::dora;
  plan.window = kBindingWindow;
  plan.rate = 0;
  plan.exchanges = plan.clients;
  plan.duration = Duration::infinite();
  plan.tries = std::max(plan.tries, kBindingTries);
  return words;
}

std::expected<MaxSearch, std::string> search_max(BenchRun& run, const BenchWords& words,
                                                 const TriedRate& tried) {
  return Search(run, words, tried).find();
}

}  // namespace lessor::cli
