#include "load/probe.h"

#include <algorithm>

namespace lessor::load {
namespace {

double share(std::uint64_t part, std::uint64_t all) {
  return all == 0 ? 0 : static_cast<double>(part) / static_cast<double>(all);
}

/// What most exchanges were timed as.
Step most_timed(const Figures& figures) {
  Step most = Step::bind;
  for (const Step step : {Step::renew, Step::rebind, Step::reboot}) {
    if (figures.step(step).count() > figures.step(most).count()) most = step;
  }
  return most;
}

}  // namespace

std::string_view name(Verdict verdict) {
  switch (verdict) {
    case Verdict::passed:
      return "passed";
    case Verdict::dropped:
      return "dropped";
    case Verdict::refused:
      return "refused";
    case Verdict::crowded:
      return "clients busy";
    case Verdict::behind:
      return "falls behind";
    case Verdict::generator:
      return "generator";
  }
  return "";
}

std::uint64_t Probe::lost() const {
  const std::uint64_t never = planned - std::min(begun, planned);
  return std::min(planned, never + timeouts + unfinished);
}

double Probe::lost_share() const { return share(lost(), planned); }

double Probe::refused_share() const { return share(refused, planned); }

Verdict judge(const Probe& probe, double most_lost) {
  const double most = most_lost * static_cast<double>(probe.planned);
  const auto beyond = [&](std::uint64_t n) { return static_cast<double>(n) > most; };
  const std::uint64_t never = probe.planned - std::min(probe.begun, probe.planned);
  const std::uint64_t unanswered = probe.timeouts + probe.unfinished;
  const std::uint64_t own = probe.lost_here + probe.send_failures;
  // Whether the load was what was asked for comes first: else nothing is shown of the server.
  if (probe.late > kLateMax || (beyond(never) && probe.held == 0)) return Verdict::generator;
  // Each message that was lost here is one timeout at most.
  if (beyond(unanswered - std::min(own, unanswered))) return Verdict::dropped;
  if (beyond(unanswered)) return Verdict::generator;
  if (beyond(never)) return Verdict::crowded;
  if (beyond(probe.lost())) return Verdict::dropped;
  if (beyond(probe.lost() + probe.refused)) return Verdict::refused;
  const double keeps_up = kMostWaiting * static_cast<double>(probe.planned) + kAnyWaiting;
  return static_cast<double>(probe.waiting) > keeps_up ? Verdict::behind : Verdict::passed;
}

Probe probe_of(const Figures& figures, double rate, std::uint64_t planned) {
  const Step whole = most_timed(figures);
  return {.rate = rate,
          .planned = planned,
          .begun = figures.count(Count::begun),
          .timeouts = figures.count(Count::timeouts),
          .unfinished = figures.count(Count::unfinished),
          .refused = figures.count(Count::refused),
          .held = figures.count(Count::held),
          .late = figures.step(Step::lateness).percentile(990'000),
          .p50 = figures.step(whole).percentile(500'000),
          .p99 = figures.step(whole).percentile(990'000)};
}

}  // namespace lessor::load
