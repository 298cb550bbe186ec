#include "server/v4/token_bucket.h"

#include <gtest/gtest.h>

namespace lessor::server::v4 {
namespace {

constexpr Instant kStart = Instant::from_nanoseconds(5'000'000'000);
constexpr Duration kYear = Duration::seconds(31'536'000);

int taken(TokenBucket& bucket, Instant now, const config::MessageRate& rate, int asked) {
  int count = 0;
  for (; asked > 0 && bucket.has_one(now, rate); --asked, ++count) bucket.take_one(now, rate);
  return count;
}

TEST(TokenBucket, GivesThatManyAtOnceAndThemAgainInTheTime) {
  const config::MessageRate rate{.messages = 4, .period = Duration::seconds(60)};
  TokenBucket bucket;
  EXPECT_EQ(taken(bucket, kStart, rate, 100), 4);
  EXPECT_EQ(taken(bucket, kStart + Duration::seconds(14), rate, 100), 0);
  EXPECT_EQ(taken(bucket, kStart + Duration::seconds(30), rate, 100), 2);
  EXPECT_EQ(taken(bucket, kStart + Duration::seconds(900), rate, 100), 4);
}

TEST(TokenBucket, GivesNothingOfNothingAndOneAYear) {
  TokenBucket bucket;
  EXPECT_EQ(taken(bucket, kStart, {.messages = 0, .period = kYear}, 100), 0);
  const config::MessageRate rate{.messages = 1, .period = kYear};
  EXPECT_EQ(taken(bucket, kStart, rate, 100), 1);
  EXPECT_EQ(taken(bucket, kStart + kYear - Duration::seconds(1), rate, 100), 0);
  EXPECT_EQ(taken(bucket, kStart + kYear, rate, 100), 1);
}

TEST(TokenBucket, OfBillionsIsNeverEmpty) {
  const config::MessageRate rate{.messages = UINT32_MAX, .period = Duration::seconds(1)};
  TokenBucket bucket;
  EXPECT_EQ(taken(bucket, kStart, rate, 100'000), 100'000);
}

TEST(TokenBuckets, KeepNamesApartAndTheHeaviestLongest) {
  TokenBuckets buckets(64);
  const config::MessageRate rate{.messages = 100, .period = Duration::seconds(1)};
  EXPECT_EQ(taken(buckets.find(1), kStart, rate, 200), 100);
  EXPECT_EQ(taken(buckets.find(2), kStart, rate, 3), 3);
  for (std::uint64_t name = 3; name < 5'000; ++name) {
    (void)taken(buckets.find(name * UINT64_C(0xd6e8feb86659fd93)), kStart, rate, 1);
  }
  EXPECT_EQ(taken(buckets.find(1), kStart, rate, 200), 0);
}

TEST(TokenBuckets, AreSwappedWhole) {
  TokenBuckets one(64);
  TokenBuckets none;
  one.find(7).full_at = kStart;
  none.swap(one);
  EXPECT_TRUE(one.empty());
  ASSERT_FALSE(none.empty());
  EXPECT_EQ(none.find(7).full_at, kStart);
}

}  // namespace
}  // namespace lessor::server::v4
