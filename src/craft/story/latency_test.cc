#include "craft/story/latency.h"

#include <gtest/gtest.h>

namespace lessor::craft {
namespace {

TEST(Latency, TellsLeastGreatestAndPercentilesWithinFourPercent) {
  Latency latency;
  for (int i = 1; i <= 1'000; ++i) latency.add(Duration::microseconds(i));
  EXPECT_EQ(latency.count(), 1'000U);
  EXPECT_EQ(latency.least(), Duration::microseconds(1));
  EXPECT_EQ(latency.greatest(), Duration::microseconds(1'000));
  for (const int percent : {1, 50, 95, 99}) {
    const auto exact = static_cast<double>(percent) * 10'000;
    const auto told = static_cast<double>(latency.percentile(percent).to_nanoseconds());
    EXPECT_NEAR(told, exact, exact * 0.04) << percent;
  }
  EXPECT_EQ(latency.percentile(100), latency.greatest());
}

TEST(Latency, TakesAnyDuration) {
  Latency latency;
  latency.add(Duration::seconds(-5));  // the clock was set back
  latency.add(Duration::seconds(400'000'000));
  EXPECT_EQ(latency.least(), Duration());
  EXPECT_EQ(latency.percentile(100), Duration::seconds(400'000'000));
  EXPECT_FALSE(latency.bars().empty());
}

TEST(Latency, BarsHoldEverythingOnce) {
  Latency latency;
  for (const int ms : {1, 3, 3, 40, 900}) latency.add(Duration::milliseconds(ms));
  std::uint64_t all = 0;
  const auto bars = latency.bars();
  for (const Latency::Bar& bar : bars) all += bar.count;
  EXPECT_EQ(all, 5U);
  EXPECT_EQ(bars.front().below, Duration::milliseconds(2));
  EXPECT_EQ(bars.back().below, Duration::seconds(1));
  EXPECT_TRUE(Latency().bars().empty());
}

TEST(Latency, TextHasThreeDigits) {
  EXPECT_EQ(latency_text(Duration::microseconds(412)), "0.412 ms");
  EXPECT_EQ(latency_text(Duration::microseconds(3'499)), "3.50 ms");
  EXPECT_EQ(latency_text(Duration::milliseconds(42)), "42.0 ms");
  EXPECT_EQ(latency_text(Duration::seconds(120)), "120 s");
}

}  // namespace
}  // namespace lessor::craft
