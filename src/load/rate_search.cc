#include "load/rate_search.h"

#include "load/limits.h"

#include <algorithm>
#include <cmath>

namespace lessor::load {
namespace {

/// Downwards the way may be long, and the server is in distress at each rate.
constexpr double kFall = 4;

double with_three_digits(double rate) {
  const double unit = std::pow(10.0, std::floor(std::log10(rate)) - 2);
  return std::round(rate / unit) * unit;
}

double bounded(double rate) { return with_three_digits(std::clamp(rate, kLeastRate, kMaxRate)); }

}  // namespace

RateSearch::RateSearch(double first_rate) : rate_(bounded(first_rate)) {}

std::optional<double> RateSearch::next() const {
  if (over_) return std::nullopt;
  return rate_;
}

void RateSearch::judged(bool passed) {
  if (over_) return;
  ++tried_;
  // One mishap on the way up would hide everything above it, so the first rate that fails after
  // one that passed has a second chance.
  if (!passed && passed_ && !failed_ && !doubted_) {
    doubted_ = true;
    over_ = tried_ >= kMaxProbes;
    return;
  }
  (passed ? passed_ : failed_) = rate_;
  doubted_ = false;
  const double rate = following();
  over_ = tried_ >= kMaxProbes || rate == rate_ || rate == passed_ || rate == failed_ ||
          (passed_ && failed_ && *failed_ - *passed_ <= kRatePrecision * *passed_);
  rate_ = rate;
}

double RateSearch::following() const {
  if (!failed_) return bounded(2 * *passed_);
  if (!passed_) return bounded(*failed_ / kFall);
  return bounded((*passed_ + *failed_) / 2);
}

}  // namespace lessor::load
