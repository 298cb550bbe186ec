#include "load/rate_search.h"

#include "load/limits.h"

#include <gtest/gtest.h>
#include <set>
#include <vector>

namespace lessor::load {
namespace {

struct Searched {
  std::vector<double> tried;
  std::optional<double> best, worst;
};

/// Against a server that bears all rates up to `limit`; the probes in `mishaps`, counted from 0,
/// fail whatever it bears.
Searched search(double first, double limit, const std::set<std::size_t>& mishaps = {}) {
  RateSearch search(first);
  Searched found;
  while (const auto rate = search.next()) {
    search.judged(*rate <= limit && !mishaps.contains(found.tried.size()));
    found.tried.push_back(*rate);
    if (found.tried.size() > 100) break;
  }
  found.best = search.best();
  found.worst = search.worst();
  return found;
}

TEST(RateSearch, DoublesUntilARateFailsTwiceThenHalvesWhatIsBetween) {
  const std::vector<double> expected = {1'000, 2'000, 4'000, 4'000, 3'000,
                                        3'500, 3'250, 3'380, 3'320, 3'290};
  EXPECT_EQ(search(1'000, 3'300).tried, expected);
}

TEST(RateSearch, FindsALimitWithinItsPrecisionInFewProbes) {
  for (const double limit : {1.5, 37.0, 999.0, 1'000.0, 1'001.0, 19'000.0, 103'700.0, 1.9e6}) {
    for (const double first : {1.0, 1'000.0, 50'000.0}) {
      const Searched found = search(first, limit);
      ASSERT_TRUE(found.best && found.worst) << first << " " << limit;
      EXPECT_LE(*found.best, limit);
      EXPECT_GT(*found.worst, limit);
      // Three digits are no finer than one in a hundred.
      EXPECT_LE(*found.worst / *found.best, 1 + kRatePrecision) << first << " " << limit;
      EXPECT_LE(found.tried.size(), 30U) << first << " " << limit;
    }
  }
}

TEST(RateSearch, GoesDownWhenTheFirstRateIsTooHigh) {
  const Searched found = search(16'000, 900);
  ASSERT_GE(found.tried.size(), 4U);
  EXPECT_EQ(found.tried[1], 4'000);
  EXPECT_EQ(found.tried[2], 1'000);
  EXPECT_EQ(found.tried[3], 250);
  EXPECT_NEAR(*found.best, 900, 20);
}

TEST(RateSearch, HasNoAnswerWhenNothingPasses) {
  const Searched found = search(1'000, 0);
  EXPECT_FALSE(found.best);
  EXPECT_EQ(found.worst, kLeastRate);
  EXPECT_LE(found.tried.size(), 10U);
}

TEST(RateSearch, EndsAtTheHighestRateThatCanBeAskedFor) {
  const Searched found = search(1'000, 1e12);
  EXPECT_EQ(found.best, kMaxRate);
  EXPECT_FALSE(found.worst);
}

TEST(RateSearch, ForgivesOneMishapOnTheWayUp) {
  EXPECT_EQ(search(1'000, 50'000, {3}).best, search(1'000, 50'000).best);
  EXPECT_LT(*search(1'000, 50'000, {3, 4}).best, 8'000);
}

TEST(RateSearch, EndsForAnyServer) {
  for (unsigned pattern = 0; pattern < 512; ++pattern) {
    RateSearch search(700);
    int tried = 0;
    for (; search.next() && tried < 100; ++tried) search.judged((pattern >> (tried % 9) & 1U) != 0);
    EXPECT_LE(tried, kMaxProbes);
  }
}

}  // namespace
}  // namespace lessor::load
