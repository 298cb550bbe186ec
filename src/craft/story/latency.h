#pragma once
// How long answers took: counted in bins, so that a million of them take no more room than one.
// Must not know: what was asked.

#include "base/time.h"

#include <array>
#include <cstdint>
#include <vector>

namespace lessor::craft {

/// Collects durations. Least and greatest are exact, percentiles within 4%.
class Latency {
 public:
  /// Negative durations (a clock that was set back) count as none.
  void add(Duration took);

  [[nodiscard]] std::uint64_t count() const { return count_; }
  /// Precondition for these: count() > 0.
  [[nodiscard]] Duration least() const { return least_; }
  [[nodiscard]] Duration greatest() const { return greatest_; }
  /// `percent` 50 is the median.
  [[nodiscard]] Duration percentile(int percent) const;

  /// A bar of a histogram: how many took less than `below`, and not less than the bar before.
  struct Bar {
    Duration below;
    std::uint64_t count = 0;
  };
  /// Bars at 1, 2, 5, 10, 20, 50 ... from the least to the greatest, empty ones between included.
  [[nodiscard]] std::vector<Bar> bars() const;

 private:
  static constexpr std::size_t kSteps = 32;   // within each power of two
  static constexpr std::size_t kPowers = 44;  // of 100 ns: up to 20 days
  static std::size_t bin_of(Duration took);
  static Duration end_of(std::size_t bin);

  std::array<std::uint32_t, kSteps * kPowers> bins_{};
  std::uint64_t count_ = 0;
  Duration least_ = Duration::infinite();
  Duration greatest_;
};

/// "0.412 ms", "3.50 s": three digits.
[[nodiscard]] std::string latency_text(Duration took);

}  // namespace lessor::craft
