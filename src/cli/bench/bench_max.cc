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

load::Probe try_rate(BenchRun& run, const load::Plan& wanted, double rate) {
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

/// What is wrong at any rate is told, whichever rate the search finds.
void add_violations(load::Figures& to, const load::Figures& of) {
  for (std::size_t i = 0; i < load::kViolations; ++i) to.violations[i] += of.violations[i];
  if (!to.evidence) to.evidence = of.evidence;
}

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

std::expected<MaxSearch, std::string> search_max(
    BenchRun& run, const BenchWords& words,
    const std::function<void(const load::Probe&, load::Verdict)>& tried) {
  MaxSearch found{.max_lost = words.max_lost.value_or(0), .at_each = words.plan.duration};
  if (auto bound = bind_all(run, found.max_lost); !bound) return std::unexpected(bound.error());
  found.run = run.report();
  load::Figures before = found.run.figures;
  load::RateSearch search(words.plan.rate);
  while (const auto rate = run.is_stopped() ? std::nullopt : search.next()) {
    const load::Probe probe = try_rate(run, words.plan, *rate);
    const BenchReport report = run.report();
    const load::Verdict verdict = load::judge(probe, found.max_lost);
    const bool passed = !run.is_stopped() && verdict == load::Verdict::passed;
    const bool kept = passed || !search.best();
    add_violations(before, kept ? found.run.figures : report.figures);
    if (kept) found.run = report;
    if (run.is_stopped()) break;
    search.judged(passed);
    found.probes.push_back(probe);
    tried(probe, verdict);
  }
  found.run.preparation = before;
  found.run.samples = run.report().samples;
  found.run.interrupted = run.is_stopped();
  found.best = search.best();
  found.worst = search.worst();
  return found;
}

}  // namespace lessor::cli
