#include "load/histogram.h"

#include <algorithm>
#include <bit>

namespace lessor::load {

std::size_t Histogram::bucket_of(std::uint64_t value) {
  if (value < kSubBuckets) return value;
  const auto shift = static_cast<unsigned>(std::bit_width(value)) - kSubBits - 1;
  return (shift + 1) * kSubBuckets + ((value >> shift) - kSubBuckets);
}

std::uint64_t Histogram::last_in(std::size_t bucket) {
  if (bucket < kSubBuckets) return bucket;
  const std::uint64_t shift = bucket / kSubBuckets - 1;
  return ((kSubBuckets + bucket % kSubBuckets + 1) << shift) - 1;
}

void Histogram::add(Duration duration) {
  constexpr std::int64_t kLongest = (INT64_C(1) << kMaxBits) - 1;
  const std::int64_t value = std::clamp<std::int64_t>(duration.to_nanoseconds(), 0, kLongest);
  ++buckets_[bucket_of(static_cast<std::uint64_t>(value))];
  ++count_;
  max_ = std::max(max_, value);
  min_ = std::min(min_, value);
  sum_ += static_cast<double>(value);
}

void Histogram::merge(const Histogram& other) {
  for (std::size_t i = 0; i < buckets_.size(); ++i) buckets_[i] += other.buckets_[i];
  count_ += other.count_;
  max_ = std::max(max_, other.max_);
  min_ = std::min(min_, other.min_);
  sum_ += other.sum_;
}

Histogram Histogram::since(const Histogram& earlier) const {
  Histogram later;
  for (std::size_t i = 0; i < buckets_.size(); ++i) {
    const std::uint64_t n = buckets_[i] - earlier.buckets_[i];
    if (n == 0) continue;
    later.buckets_[i] = n;
    const std::int64_t most = std::min(static_cast<std::int64_t>(last_in(i)), max_);
    if (later.count_ == 0) later.min_ = most;
    later.max_ = most;
    later.count_ += n;
  }
  later.sum_ = sum_ - earlier.sum_;
  return later;
}

Duration Histogram::mean() const {
  if (count_ == 0) return {};
  return Duration::nanoseconds(static_cast<std::int64_t>(sum_ / static_cast<double>(count_)));
}

Duration Histogram::percentile(std::uint32_t per_million) const {
  if (count_ == 0) return {};
  const double share = std::min<double>(per_million, 1e6) / 1e6;
  const auto whole = static_cast<std::uint64_t>(share * static_cast<double>(count_));
  const bool exact = static_cast<double>(whole) >= share * static_cast<double>(count_);
  const std::uint64_t rank = std::max<std::uint64_t>(whole + (exact ? 0 : 1), 1);
  std::uint64_t seen = 0;
  for (std::size_t i = 0; i < buckets_.size(); ++i) {
    seen += buckets_[i];
    if (seen < rank) continue;
    return Duration::nanoseconds(std::min(static_cast<std::int64_t>(last_in(i)), max_));
  }
  return max();
}

}  // namespace lessor::load
