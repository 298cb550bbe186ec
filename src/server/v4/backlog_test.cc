// Who waits in an overload, and in which order those that wait leave.
#include "server/v4/backlog.h"

#include "server/v4/test_kit.h"

#include <gtest/gtest.h>

namespace lessor::server::v4 {
namespace {

using namespace testing;

constexpr Duration kSecond = Duration::seconds(1);

Instant at(std::int64_t milliseconds) { return Instant() + Duration::milliseconds(milliseconds); }

std::uint32_t xid_of(const net::Datagram& in) { return load_be32(in.payload.data() + 4); }

/// DISCOVERs of different clients behind different ports; `n` is the xid.
Say nth(std::uint32_t n) {
  return discover(host(n)).xid(n).through("10.0.0." + std::to_string(n % 200 + 1),
                                          octets({1, 1, static_cast<int>(n % 250)}));
}

class BacklogTest : public ::testing::Test {
 protected:
  bool take(std::uint32_t n, Instant now) {
    Say say = nth(n);
    return backlog_.take(now, say.said());
  }
  Backlog backlog_{8, {1, 2}};
};

TEST_F(BacklogTest, TheNewestLeavesFirst) {
  for (std::uint32_t n = 1; n <= 3; ++n) EXPECT_TRUE(take(n, at(n)));
  EXPECT_EQ(xid_of(backlog_.give_newest()), 3U);
  EXPECT_TRUE(take(4, at(4)));
  EXPECT_EQ(xid_of(backlog_.give_newest()), 4U);
  EXPECT_EQ(xid_of(backlog_.give_newest()), 2U);
  EXPECT_EQ(backlog_.oldest_age(at(11)), Duration::milliseconds(10));
  EXPECT_EQ(xid_of(backlog_.give_newest()), 1U);
  EXPECT_EQ(backlog_.size(), 0U);
  EXPECT_EQ(backlog_.oldest_age(at(11)), Duration());
}

TEST_F(BacklogTest, WhatIsOlderThanItsClientWaitsIsGivenUpOldestFirst) {
  EXPECT_TRUE(take(1, at(0)));
  EXPECT_TRUE(take(2, at(500)));
  const Instant limit = Instant() + kGivenUpAfter;
  EXPECT_FALSE(backlog_.give_up(limit));
  EXPECT_EQ(xid_of(*backlog_.give_up(limit + Duration::milliseconds(1))), 1U);
  EXPECT_FALSE(backlog_.give_up(limit + Duration::milliseconds(1)));
  EXPECT_EQ(xid_of(*backlog_.give_up(limit + kSecond)), 2U);
  EXPECT_FALSE(backlog_.give_up(limit + kSecond));
}

TEST_F(BacklogTest, ItsPlacesAreUsedAgainAndAgain) {
  std::uint32_t next = 0;
  Instant now;
  for (int round = 0; round < 50; ++round) {  // both ends move through the ring
    now = now + kGivenUpAfter;
    for (int i = 0; i < 3; ++i) ASSERT_TRUE(take(++next, now)) << round;
    ASSERT_EQ(xid_of(backlog_.give_newest()), next);
    const Instant later = now + kGivenUpAfter + kSecond;
    ASSERT_EQ(xid_of(*backlog_.give_up(later)), next - 2);
    ASSERT_EQ(xid_of(*backlog_.give_up(later)), next - 1);
    ASSERT_EQ(backlog_.size(), 0U);
  }
}

TEST_F(BacklogTest, NobodyTakesAllPlaces) {
  std::uint32_t taken = 0;
  for (std::uint32_t n = 1; n <= 20; ++n) {
    Say say = discover(host(n)).through("10.0.0.1", octets({1, 1, 7}));  // of one port
    taken += backlog_.take(at(0), say.said()) ? 1 : 0;
  }
  EXPECT_EQ(taken, 4U);
  EXPECT_TRUE(take(1, at(0)));  // of another
  while (backlog_.size() > 0) (void)backlog_.give_newest();
  Say say = discover(host(1)).through("10.0.0.1", octets({1, 1, 7}));
  EXPECT_TRUE(backlog_.take(at(0), say.said()));  // what left is no longer counted
}

TEST_F(BacklogTest, TooLongIsRefused) {
  Say fits = nth(1);
  Say long_one = nth(2).with(43, Octets(250)).with(224, Octets(250)).with(225, Octets(250));
  EXPECT_TRUE(backlog_.take(at(0), fits.said()));
  EXPECT_FALSE(backlog_.take(at(0), long_one.said()));
  EXPECT_EQ(backlog_.size(), 1U);
}

}  // namespace
}  // namespace lessor::server::v4
