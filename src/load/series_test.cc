#include "load/series.h"

#include <gtest/gtest.h>

namespace lessor::load {
namespace {

constexpr Duration kTenth = Duration::milliseconds(100);
const Instant kStart = Instant::from_nanoseconds(9'000'000'000);

/// Exchanges of one millisecond each.
void add(Figures& figures, int exchanges) {
  figures.count(Count::begun) += static_cast<std::uint64_t>(exchanges);
  figures.count(Count::done) += static_cast<std::uint64_t>(exchanges);
  for (int i = 0; i < exchanges; ++i) figures.step(Step::bind).add(Duration::milliseconds(1));
}

TEST(Series, HoldsWhatWasAddedInEachStretch) {
  Series series;
  Figures figures;
  EXPECT_TRUE(series.next_deadline().is_never());
  series.begin_run(kStart);
  EXPECT_EQ(series.next_deadline(), kStart + kTenth);
  add(figures, 10);
  series.take(kStart + kTenth, figures, 4);
  EXPECT_EQ(series.next_deadline(), kStart + kTenth * 2);
  add(figures, 30);
  figures.count(Count::timeouts) = 5;
  figures.step(Step::renew).add(Duration::milliseconds(8));
  series.take(kStart + kTenth * 2, figures, 7);
  series.take(kStart + kTenth * 2, figures, 7);  // nothing has passed
  ASSERT_EQ(series.samples().size(), 2U);
  const Sample& second = series.samples()[1];
  EXPECT_EQ(series.samples()[0].done, 10U);
  EXPECT_EQ(second.at, kTenth * 2);
  EXPECT_EQ(second.span, kTenth);
  EXPECT_EQ(second.done, 30U);
  EXPECT_EQ(second.rate(second.done), 300);
  EXPECT_EQ(second.timeouts, 5U);
  EXPECT_EQ(second.outstanding, 7U);
  EXPECT_NEAR(static_cast<double>(second.p50.to_nanoseconds()), 1e6, 1e4);
  EXPECT_NEAR(static_cast<double>(second.p99.to_nanoseconds()), 8e6, 8e4);
}

TEST(Series, GoesOnWithTheNextRunButLeavesTheTimeBetweenOut) {
  Series series;
  Figures figures;
  series.begin_run(kStart);
  add(figures, 10);
  series.take(kStart + kTenth, figures, 0);
  series.begin_run(kStart + kTenth * 6);
  Figures next;
  add(next, 3);
  series.take(kStart + kTenth * 7, next, 0);
  ASSERT_EQ(series.samples().size(), 2U);
  EXPECT_EQ(series.samples()[1].at, kTenth * 7);
  EXPECT_EQ(series.samples()[1].span, kTenth);
  EXPECT_EQ(series.samples()[1].done, 3U);
}

TEST(Series, MakesNoRateOfARunsShortEnd) {
  Series series;
  Figures figures;
  series.begin_run(kStart);
  add(figures, 10);
  series.take(kStart + kTenth, figures, 0);
  add(figures, 1);
  series.take(kStart + kTenth + Duration::microseconds(3), figures, 0);
  ASSERT_EQ(series.samples().size(), 1U);
  EXPECT_EQ(series.samples()[0].done, 11U);
  EXPECT_EQ(series.samples()[0].span, kTenth + Duration::microseconds(3));
  series.begin_run(kStart + kTenth * 5);  // but a whole run may be short
  series.take(kStart + kTenth * 5 + Duration::milliseconds(1), figures, 0);
  EXPECT_EQ(series.samples().size(), 2U);
}

TEST(Series, StaysBoundedAndLosesNothing) {
  Series series;
  Figures figures;
  series.begin_run(kStart);
  Instant now = kStart;
  for (int i = 0; i < 5'000; ++i) {
    if (i == 2'000) figures.step(Step::bind).add(Duration::seconds(1));
    add(figures, 3);
    now = series.next_deadline();
    series.take(now, figures, 1);
    ASSERT_LT(series.samples().size(), kMaxSamples);
  }
  std::uint64_t done = 0;
  Duration spans, longest;
  for (const Sample& sample : series.samples()) {
    done += sample.done;
    spans = spans + sample.span;
    longest = std::max(longest, sample.p99);
  }
  EXPECT_EQ(done, 15'000U);
  EXPECT_EQ(spans, now - kStart);
  EXPECT_EQ(series.samples().back().at, now - kStart);
  EXPECT_GE(longest, Duration::milliseconds(990));  // a stall outlives joining
  EXPECT_GE(series.samples().size(), kMaxSamples / 2 - 1);
}

}  // namespace
}  // namespace lessor::load
