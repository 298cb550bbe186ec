#include "lease/change_log.h"

#include <gtest/gtest.h>

#include <string>
#include <thread>

namespace lessor::lease {
namespace {

Lease lease_of(std::uint32_t address, Bytes id = {}) {
  return {.address = {address}, .client_id = id};
}

TEST(ChangeLog, NumbersFromTheGivenNumberAndKeepsTheBytes) {
  ChangeLog log(4, 101);
  EXPECT_EQ(log.last(), 100U);
  {
    std::string id = "gone soon";
    EXPECT_EQ(log.push(lease_of(7, as_bytes(id))), 101U);
    id.assign(9, '?');
  }
  ASSERT_EQ(log.waiting(), 1U);
  EXPECT_EQ(log.at(0).lease().sequence, 101U);
  EXPECT_EQ(as_text(log.at(0).lease().client_id), "gone soon");
}

TEST(ChangeLog, ContinuesAfterARecovery) {
  ChangeLog log(4);
  log.continue_after(41);
  EXPECT_EQ(log.last(), 41U);
  EXPECT_EQ(log.push(lease_of(7)), 42U);
}

TEST(ChangeLog, IsBounded) {
  ChangeLog log(3);  // rounded up to 4
  EXPECT_TRUE(log.has_room(4));
  EXPECT_FALSE(log.has_room(5));
  for (std::uint32_t i = 0; i < 4; ++i) (void)log.push(lease_of(i));
  EXPECT_FALSE(log.has_room());
  log.drop(3);
  EXPECT_TRUE(log.has_room(3));
  EXPECT_EQ(log.at(0).lease().address, net::Ip4{3});
  EXPECT_EQ(log.push(lease_of(9)), 5U);
}

TEST(ChangeLog, CarriesChangesBetweenThreadsInOrder) {
  constexpr Sequence kChanges = 20'000;
  ChangeLog log(64);
  std::thread producer([&] {
    for (Sequence s = 1; s <= kChanges;) {
      if (!log.has_room()) {
        std::this_thread::yield();
        continue;
      }
      const std::uint32_t address = static_cast<std::uint32_t>(s);
      const std::string id = std::to_string(s);
      EXPECT_EQ(log.push(lease_of(address, as_bytes(id))), s);
      ++s;
    }
  });
  Sequence expected = 1;
  while (expected <= kChanges) {
    const std::size_t count = log.waiting();
    for (std::size_t i = 0; i < count; ++i, ++expected) {
      const Lease lease = log.at(i).lease();
      ASSERT_EQ(lease.sequence, expected);
      ASSERT_EQ(as_text(lease.client_id), std::to_string(expected));
    }
    log.drop(count);
    if (count == 0) std::this_thread::yield();
  }
  producer.join();
}

}  // namespace
}  // namespace lessor::lease
