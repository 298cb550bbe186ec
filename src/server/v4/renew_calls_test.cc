#include "server/v4/renew_calls.h"

#include <gtest/gtest.h>

namespace lessor::server::v4 {
namespace {

Instant at(std::int64_t milliseconds) { return Instant() + Duration::milliseconds(milliseconds); }
net::Ip4 address(std::uint32_t number) { return {0xc0000200U + number}; }

/// Takes and makes all that is due; how many.
int make_due(RenewCalls& calls, Instant now) {
  int made = 0;
  while (const auto call = calls.take_due(now)) {
    if (RenewCalls::is_over(*call)) continue;
    calls.made(now, *call);
    ++made;
  }
  return made;
}

TEST(RenewCalls, EachAgainAfterTwiceTheWait) {
  RenewCalls calls(8);
  calls.add(at(0), address(1), 7, Reason::operator_command);
  std::vector<std::int64_t> asked_at;
  for (Instant now = at(0); !now.is_never(); now = calls.next_due()) {
    if (make_due(calls, now) > 0) asked_at.push_back((now - at(0)).to_seconds());
  }
  EXPECT_EQ(asked_at, (std::vector<std::int64_t>{0, 4, 12, 28}));
  EXPECT_EQ(calls.size(), 0U);
}

TEST(RenewCalls, NoMoreThanTheRate) {
  RenewCalls calls(200);
  calls.set_rate(50);
  for (std::uint32_t i = 0; i < 200; ++i) calls.add(at(0), address(i), i, Reason::new_settings);
  int made = 0;
  for (int ms = 0; ms <= 1'000; ++ms) made += make_due(calls, at(ms));
  EXPECT_EQ(made, 51);
  // A late timer catches up a little.
  EXPECT_EQ(make_due(calls, at(3'000)), 6);
}

TEST(RenewCalls, WhatCouldNotBeMadeComesFirstAgain) {
  RenewCalls calls(8);
  calls.add(at(0), address(1), 7, Reason::operator_command);
  calls.add(at(0), address(2), 8, Reason::operator_command);
  const auto call = calls.take_due(at(0));
  ASSERT_TRUE(call);
  calls.put_back(at(0), *call);
  EXPECT_FALSE(calls.take_due(at(0)));
  EXPECT_EQ(calls.next_due(), at(50));
  EXPECT_EQ(calls.take_due(at(50))->address, address(1));
  EXPECT_EQ(calls.take_due(at(50))->address, address(2));
}

TEST(RenewCalls, IsBoundedAndKnowsWhomItHas) {
  RenewCalls calls(2);
  calls.add(at(0), address(1), 7, Reason::operator_command);
  EXPECT_TRUE(calls.has_room());
  calls.add(at(0), address(2), 8, Reason::operator_command);
  EXPECT_FALSE(calls.has_room());
  EXPECT_TRUE(calls.may_include(address(2)));
  EXPECT_FALSE(calls.may_include(address(3)));
  (void)calls.take_due(at(0));
  (void)calls.take_due(at(0));
  EXPECT_FALSE(calls.may_include(address(2)));
}

}  // namespace
}  // namespace lessor::server::v4
