#include "load/histogram.h"

#include "base/random.h"

#include <algorithm>
#include <gtest/gtest.h>
#include <vector>

namespace lessor::load {
namespace {

Duration ns(std::int64_t n) { return Duration::nanoseconds(n); }

TEST(Histogram, IsEmptyAtFirst) {
  const Histogram empty;
  EXPECT_EQ(empty.count(), 0U);
  EXPECT_EQ(empty.percentile(500'000), Duration());
  EXPECT_EQ(empty.max(), Duration());
  EXPECT_EQ(empty.mean(), Duration());
}

TEST(Histogram, IsExactForSmallDurations) {
  Histogram h;
  for (int i = 1; i <= 100; ++i) h.add(ns(i));
  EXPECT_EQ(h.percentile(500'000), ns(50));
  EXPECT_EQ(h.percentile(990'000), ns(99));
  EXPECT_EQ(h.percentile(1'000'000), ns(100));
  EXPECT_EQ(h.percentile(0), ns(1));
  EXPECT_EQ(h.min(), ns(1));
  EXPECT_EQ(h.mean(), ns(50));
}

TEST(Histogram, KeepsItsRelativeErrorAtEveryPowerOfTwo) {
  for (unsigned bits = 0; bits < 42; ++bits) {
    for (const std::int64_t offset : {-1, 0, 1}) {
      const std::int64_t value = std::max<std::int64_t>((INT64_C(1) << bits) + offset, 0);
      Histogram h;
      h.add(ns(value));
      h.add(ns(value));
      h.add(ns(INT64_C(1) << 42));  // so that max() does not correct the answer
      const std::int64_t median = h.percentile(500'000).to_nanoseconds();
      EXPECT_GE(median, value);
      EXPECT_LE(median, value + value / 128) << value;
    }
  }
}

TEST(Histogram, IsWithinItsErrorOfTheSortedDurations) {
  Random random(7);
  Histogram h;
  std::vector<std::int64_t> all;
  for (int i = 0; i < 20'000; ++i) {
    const auto value = static_cast<std::int64_t>(random.u64() >> (24 + random.below(36)));
    all.push_back(value);
    h.add(ns(value));
  }
  std::ranges::sort(all);
  for (const std::uint32_t share : {10'000U, 500'000U, 900'000U, 990'000U, 999'000U, 1'000'000U}) {
    const std::size_t rank = std::size_t{share} * all.size() / 1'000'000;
    const std::int64_t exact = all[std::max<std::size_t>(rank, 1) - 1];
    const std::int64_t found = h.percentile(share).to_nanoseconds();
    EXPECT_GE(found, exact) << share;
    EXPECT_LE(found, exact + exact / 128) << share;
  }
  EXPECT_EQ(h.max(), ns(all.back()));
}

TEST(Histogram, MergedIsAsIfAllHadBeenAddedToOne) {
  Random random(3);
  Histogram one, other, both;
  for (int i = 0; i < 1'000; ++i) {
    const Duration value = ns(random.below(1'000'000'000));
    (i % 3 == 0 ? one : other).add(value);
    both.add(value);
  }
  one.merge(other);
  EXPECT_EQ(one.count(), both.count());
  EXPECT_EQ(one.max(), both.max());
  EXPECT_EQ(one.min(), both.min());
  EXPECT_EQ(one.mean(), both.mean());
  for (std::uint32_t share = 0; share <= 1'000'000; share += 50'000) {
    EXPECT_EQ(one.percentile(share), both.percentile(share));
  }
}

TEST(Histogram, CountsWhatIsOutOfItsRangeAtItsEnds) {
  Histogram h;
  h.add(ns(-5));
  h.add(Duration::infinite());
  EXPECT_EQ(h.count(), 2U);
  EXPECT_EQ(h.percentile(500'000), Duration());
  EXPECT_EQ(h.max(), ns((INT64_C(1) << 42) - 1));
}

TEST(Histogram, TellsWhatWasAddedSinceACopy) {
  Histogram all;
  for (int i = 0; i < 1'000; ++i) all.add(Duration::microseconds(5'000));
  const Histogram before = all;
  EXPECT_EQ(all.since(before).count(), 0U);
  EXPECT_EQ(all.since(before).percentile(990'000), Duration());
  for (int i = 1; i <= 100; ++i) all.add(Duration::microseconds(10 * i));
  const Histogram later = all.since(before);
  EXPECT_EQ(later.count(), 100U);
  EXPECT_NEAR(static_cast<double>(later.percentile(500'000).to_nanoseconds()), 500e3, 4e3);
  EXPECT_NEAR(static_cast<double>(later.max().to_nanoseconds()), 1'000e3, 8e3);
  EXPECT_NEAR(static_cast<double>(later.min().to_nanoseconds()), 10e3, 80);
  EXPECT_NEAR(static_cast<double>(later.mean().to_nanoseconds()), 505e3, 1e3);
}

}  // namespace
}  // namespace lessor::load
