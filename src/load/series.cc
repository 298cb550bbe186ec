#include "load/series.h"

#include <algorithm>

namespace lessor::load {
namespace {

Sample joined(const Sample& a, const Sample& b) {
  return {.at = b.at,
          .span = a.span + b.span,
          .begun = a.begun + b.begun,
          .done = a.done + b.done,
          .refused = a.refused + b.refused,
          .timeouts = a.timeouts + b.timeouts,
          .outstanding = b.outstanding,
          .p50 = std::max(a.p50, b.p50),
          .p99 = std::max(a.p99, b.p99)};
}

}  // namespace

void Series::begin_run(Instant now) {
  if (!first_) first_ = now;
  last_ = now;
  fresh_ = true;
  due_ = now + span_;
  counted_ = {};
  timed_ = Histogram();
}

void Series::take(Instant now, const Figures& figures, std::uint32_t outstanding) {
  if (!first_ || now <= last_) return;
  const auto added = [&](Count what) {
    return figures.count(what) - counted_[static_cast<std::size_t>(what)];
  };
  Histogram times = figures.step(Step::bind);
  for (const Step step : {Step::renew, Step::rebind, Step::reboot}) times.merge(figures.step(step));
  const Histogram here = times.since(timed_);
  const Sample sample{.at = now - *first_,
                      .span = now - last_,
                      .begun = added(Count::begun),
                      .done = added(Count::done),
                      .refused = added(Count::refused),
                      .timeouts = added(Count::timeouts),
                      .outstanding = outstanding,
                      .p50 = here.percentile(500'000),
                      .p99 = here.percentile(990'000)};
  // A run's short last stretch would make a high rate of a few exchanges.
  if (!fresh_ && sample.span * 2 < span_) {
    samples_.back() = joined(samples_.back(), sample);
  } else {
    samples_.push_back(sample);
  }
  fresh_ = false;
  counted_ = figures.counts;
  timed_ = times;
  last_ = now;
  if (samples_.size() >= kMaxSamples) join_pairs();
  due_ = now + span_;
}

/// A pair of two runs, with time between them, joins, too: neither is looked at by itself then.
void Series::join_pairs() {
  for (std::size_t i = 0; i + 1 < samples_.size(); i += 2) {
    samples_[i / 2] = joined(samples_[i], samples_[i + 1]);
  }
  samples_.resize(samples_.size() / 2);
  span_ = span_ * 2;
}

}  // namespace lessor::load
