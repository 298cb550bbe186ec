#pragma once
// When exchanges are due, whatever becomes of those before: a rate, a rate that changes, or all
// within a time. Must not know: clocks, what an exchange is.

#include "base/time.h"

#include <cstdint>
#include <vector>

namespace lessor::load {

/// So many exchanges a second at this time; between two points the rate changes in a straight
/// line, and two points at one time are a step.
struct RatePoint {
  Duration at;  ///< since the beginning
  double rate = 0;
};

/// A schedule from time zero on.
class Schedule {
 public:
  /// `rate` a second, for ever.
  [[nodiscard]] static Schedule constant(double rate);
  /// `count` spread evenly over `time`, which may be zero: all at once.
  [[nodiscard]] static Schedule within(Duration time, std::uint64_t count);
  /// As the points say, the first at zero, in order of time, at least two. Nothing is due after
  /// the last.
  [[nodiscard]] static Schedule following(const std::vector<RatePoint>& points);

  /// When exchange number `n`, from 0, is due: the last moment at which only n have been. never:
  /// infinite().
  [[nodiscard]] Duration at(std::uint64_t n) const;
  /// Nothing is due from then on.
  [[nodiscard]] Duration end() const;

 private:
  /// From one point to the next.
  struct Stretch {
    double from = 0, time = 0;       // seconds; the last one may have no end
    double rate = 0, rate_last = 0;  // a second
    double before = 0, count = 0;    // exchanges: due before it, due in it
  };

  std::vector<Stretch> stretches_;
};

}  // namespace lessor::load
