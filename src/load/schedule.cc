#include "load/schedule.h"

#include <algorithm>
#include <cmath>
#include <limits>

namespace lessor::load {
namespace {

constexpr double kForever = std::numeric_limits<double>::infinity();

double seconds_of(Duration time) { return static_cast<double>(time.to_nanoseconds()) / 1e9; }

Duration duration_of(double seconds) {
  if (seconds * 1e9 >= static_cast<double>(INT64_MAX)) return Duration::infinite();
  return Duration::nanoseconds(std::llround(seconds * 1e9));
}

}  // namespace

Schedule Schedule::constant(double rate) {
  Schedule schedule;
  schedule.stretches_ = {{.time = kForever, .rate = rate, .rate_last = rate, .count = kForever}};
  return schedule;
}

Schedule Schedule::within(Duration time, std::uint64_t count) {
  const double most = static_cast<double>(count);
  const double seconds = seconds_of(time);
  const double rate = seconds > 0 ? most / seconds : kForever;
  Schedule schedule;
  schedule.stretches_ = {{.time = seconds, .rate = rate, .rate_last = rate, .count = most}};
  return schedule;
}

Schedule Schedule::following(const std::vector<RatePoint>& points) {
  Schedule schedule;
  double before = 0;
  for (std::size_t i = 1; i < points.size(); ++i) {
    const double from = seconds_of(points[i - 1].at);
    const double time = seconds_of(points[i].at) - from;
    const double count = time * (points[i - 1].rate + points[i].rate) / 2;
    schedule.stretches_.push_back({.from = from,
                                   .time = time,
                                   .rate = points[i - 1].rate,
                                   .rate_last = points[i].rate,
                                   .before = before,
                                   .count = count});
    before += count;
  }
  return schedule;
}

Duration Schedule::at(std::uint64_t n) const {
  const auto wanted = static_cast<double>(n);
  // The first stretch in which more than n become due.
  const auto found = std::ranges::upper_bound(stretches_, wanted, {},
                                              [](const Stretch& s) { return s.before + s.count; });
  if (found == stretches_.end()) return Duration::infinite();
  const double more = wanted - found->before;
  const double slope =
      found->rate == found->rate_last ? 0 : (found->rate_last - found->rate) / found->time;
  // more = rate t + slope t^2 / 2, solved in the form that a slope of zero does not harm.
  const double root = std::sqrt(std::max(found->rate * found->rate + 2 * slope * more, 0.0));
  const double after = more > 0 ? 2 * more / (found->rate + root) : 0;
  return duration_of(found->from + std::min(after, found->time));
}

Duration Schedule::end() const {
  if (stretches_.empty()) return Duration();
  return duration_of(stretches_.back().from + stretches_.back().time);
}

}  // namespace lessor::load
