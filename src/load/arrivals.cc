#include "load/arrivals.h"

#include <algorithm>

namespace lessor::load {
namespace {

Duration divided(Duration time, double by) {
  const double ns = static_cast<double>(time.to_nanoseconds()) / by;
  return Duration::nanoseconds(static_cast<std::int64_t>(ns));
}

}  // namespace

Arrivals::Arrivals(std::vector<Duration> times, double speed) : times_(std::move(times)) {
  if (times_.empty()) return;
  std::ranges::sort(times_);
  const Duration first = times_.front();
  for (Duration& time : times_) time = divided(time - first, speed);
  Duration pause = Duration::seconds(1);
  if (times_.back() > Duration()) {
    pause = times_.back() / static_cast<std::int64_t>(times_.size() - 1);
  }
  round_ = times_.back() + pause;
}

Duration Arrivals::at(std::uint64_t n) const {
  const auto rounds = static_cast<std::int64_t>(n / times_.size());
  return round_ * rounds + times_[n % times_.size()];
}

}  // namespace lessor::load
