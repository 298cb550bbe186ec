#include "cli/line_limiter.h"

#include <gtest/gtest.h>

#include <vector>

namespace lessor::cli {
namespace {

using server::v4::Event;
using server::v4::EventKind;
using server::v4::Reason;

class LineLimiterTest : public testing::Test {
 protected:
  bool admit(EventKind kind, Reason reason) {
    Event event;
    event.kind = kind;
    event.reason = reason;
    return limiter.admit(event, now);
  }
  bool admit_drop(Reason reason) { return admit(EventKind::drop, reason); }
  std::vector<std::string> told() {
    std::vector<std::string> lines;
    limiter.tell_due(now, [&](std::string line) { lines.push_back(std::move(line)); });
    return lines;
  }
  LineLimiter limiter;
  Instant now = Instant::from_nanoseconds(5'000'000'000);
};

TEST_F(LineLimiterTest, AdmitsTheFirstSilenceAndCountsTheRest) {
  EXPECT_TRUE(admit_drop(Reason::no_subnet));
  for (int i = 0; i < 37; ++i) EXPECT_FALSE(admit_drop(Reason::no_subnet));
  EXPECT_TRUE(told().empty());
  EXPECT_TRUE(limiter.holds_back());
  now = now + LineLimiter::kWindow;
  EXPECT_FALSE(admit_drop(Reason::no_subnet));  // one more, till it is told
  const auto lines = told();
  EXPECT_FALSE(limiter.holds_back());
  ASSERT_EQ(lines.size(), 1U);
  EXPECT_EQ(lines[0].find("38 more messages not answered: "), 0U) << lines[0];
  EXPECT_NE(lines[0].find("reason=no_subnet"), std::string::npos);
  EXPECT_TRUE(told().empty());
  EXPECT_TRUE(admit_drop(Reason::no_subnet));
}

TEST_F(LineLimiterTest, ReasonsDoNotShareAWindow) {
  EXPECT_TRUE(admit_drop(Reason::no_subnet));
  EXPECT_TRUE(admit_drop(Reason::pool_exhausted));
}

TEST_F(LineLimiterTest, SaysNothingWhenNothingWasHeldBack) {
  EXPECT_TRUE(admit_drop(Reason::no_subnet));
  now = now + LineLimiter::kWindow;
  EXPECT_TRUE(told().empty());
  EXPECT_TRUE(admit_drop(Reason::no_subnet));
}

// bad-input C3-08: a flood of DISCOVERs, or of REQUESTs to be refused, ends in a bounded log.
// C2-10
TEST_F(LineLimiterTest, AnswersToStrangersAreBounded) {
  for (const EventKind kind : {EventKind::offer, EventKind::nak, EventKind::inform}) {
    for (std::uint64_t i = 0; i < LineLimiter::kAnswersInWindow; ++i) {
      ASSERT_TRUE(admit(kind, Reason::none)) << i;
    }
    for (int i = 0; i < 5; ++i) EXPECT_FALSE(admit(kind, Reason::wrong_network));
  }
  now = now + LineLimiter::kWindow;
  EXPECT_EQ(told(), (std::vector<std::string>{"5 more lines held back: event=offer",
                                              "5 more lines held back: event=nak",
                                              "5 more lines held back: event=inform"}));
  EXPECT_TRUE(admit(EventKind::nak, Reason::none));
}

TEST_F(LineLimiterTest, WhatHappensToLeasesIsAlwaysTold) {
  for (const EventKind kind : {EventKind::ack, EventKind::release, EventKind::decline,
                               EventKind::lease_expired, EventKind::lease_ended}) {
    for (int i = 0; i < 20'000; ++i) ASSERT_TRUE(admit(kind, Reason::none));
  }
  EXPECT_FALSE(limiter.holds_back());
}

}  // namespace
}  // namespace lessor::cli
