#include "cli/drop_limiter.h"

#include <gtest/gtest.h>

#include <vector>

namespace lessor::cli {
namespace {

using server::v4::Reason;

class DropLimiterTest : public testing::Test {
 protected:
  std::vector<std::string> told() {
    std::vector<std::string> lines;
    limiter.tell_due(now, [&](std::string line) { lines.push_back(std::move(line)); });
    return lines;
  }
  DropLimiter limiter;
  Instant now = Instant::from_nanoseconds(5'000'000'000);
};

TEST_F(DropLimiterTest, AdmitsTheFirstAndCountsTheRest) {
  EXPECT_TRUE(limiter.admit(Reason::no_subnet, now));
  for (int i = 0; i < 37; ++i) EXPECT_FALSE(limiter.admit(Reason::no_subnet, now));
  EXPECT_TRUE(told().empty());
  EXPECT_TRUE(limiter.holds_back());
  now = now + DropLimiter::kWindow;
  const auto lines = told();
  EXPECT_FALSE(limiter.holds_back());
  ASSERT_EQ(lines.size(), 1U);
  EXPECT_EQ(lines[0].find("37 more messages not answered: "), 0U);
  EXPECT_NE(lines[0].find("reason=no_subnet"), std::string::npos);
  EXPECT_TRUE(told().empty());
  EXPECT_TRUE(limiter.admit(Reason::no_subnet, now));
}

TEST_F(DropLimiterTest, ReasonsDoNotShareAWindow) {
  EXPECT_TRUE(limiter.admit(Reason::no_subnet, now));
  EXPECT_TRUE(limiter.admit(Reason::pool_exhausted, now));
}

TEST_F(DropLimiterTest, SaysNothingWhenNothingWasHeldBack) {
  EXPECT_TRUE(limiter.admit(Reason::no_subnet, now));
  now = now + DropLimiter::kWindow;
  EXPECT_TRUE(told().empty());
}

}  // namespace
}  // namespace lessor::cli
