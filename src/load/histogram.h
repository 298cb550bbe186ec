#pragma once
// A histogram of durations whose buckets grow with what they hold: percentiles with a bounded
// relative error, in fixed memory, however many durations there are. Must not know: what is
// measured.

#include "base/time.h"

#include <array>
#include <cstdint>

namespace lessor::load {

/// Each power of two is divided into 128 equal buckets, so a percentile is at most 1/128 (0.8%)
/// above the duration that has its rank. Exact: count, smallest, largest, and all below 128 ns.
/// What is longer than 2^42 ns (73 minutes) counts as that long.
class Histogram {
 public:
  /// A negative duration counts as zero.
  void add(Duration duration);
  /// Adds all that `other` holds.
  void merge(const Histogram& other);
  /// What was added since `earlier`, a copy of this: its largest and smallest are those of the
  /// buckets, so at most 0.8% off.
  [[nodiscard]] Histogram since(const Histogram& earlier) const;

  [[nodiscard]] std::uint64_t count() const { return count_; }
  [[nodiscard]] Duration max() const { return Duration::nanoseconds(max_); }
  [[nodiscard]] Duration min() const { return Duration::nanoseconds(count_ == 0 ? 0 : min_); }
  [[nodiscard]] Duration mean() const;
  /// The smallest bound that at least `per_million` of a million durations do not exceed: 500'000
  /// is the median, 999'000 is p99.9. Zero when there are none; never above max().
  [[nodiscard]] Duration percentile(std::uint32_t per_million) const;

 private:
  static constexpr unsigned kSubBits = 7;
  static constexpr std::uint64_t kSubBuckets = 1U << kSubBits;
  static constexpr unsigned kMaxBits = 42;
  static constexpr std::size_t kBuckets = (kMaxBits - kSubBits + 1) * kSubBuckets;

  [[nodiscard]] static std::size_t bucket_of(std::uint64_t value);
  [[nodiscard]] static std::uint64_t last_in(std::size_t bucket);

  std::array<std::uint64_t, kBuckets> buckets_{};
  std::uint64_t count_ = 0;
  std::int64_t max_ = 0;
  std::int64_t min_ = INT64_MAX;
  double sum_ = 0;
};

}  // namespace lessor::load
