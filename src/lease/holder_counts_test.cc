#include "lease/holder_counts.h"

#include "base/random.h"

#include <gtest/gtest.h>

#include <map>

namespace lessor::lease {
namespace {

void add_room(HolderCounts& counts, std::size_t chunks = 1) {
  std::vector<std::unique_ptr<HolderCounts::Chunk>> made;
  for (std::size_t i = 0; i < chunks; ++i) made.push_back(std::make_unique<HolderCounts::Chunk>());
  counts.adopt(made);
}

TEST(HolderCounts, CountsEachHolderByItself) {
  HolderCounts counts(10'000);
  EXPECT_EQ(counts.count(7), 0U);
  EXPECT_EQ(counts.room(), 0U);
  add_room(counts);
  counts.take(7);
  counts.take(7);
  counts.take(8);
  EXPECT_EQ(counts.count(7), 2U);
  EXPECT_EQ(counts.count(8), 1U);
  EXPECT_EQ(counts.size(), 2U);
  counts.give_back(7);
  counts.give_back(8);
  EXPECT_EQ(counts.count(7), 1U);
  EXPECT_EQ(counts.count(8), 0U);
  EXPECT_EQ(counts.size(), 1U);
}

TEST(HolderCounts, NobodyIsNotCounted) {
  HolderCounts counts(10'000);
  counts.take(0);
  counts.give_back(0);
  EXPECT_EQ(counts.count(0), 0U);
  EXPECT_EQ(counts.size(), 0U);
}

TEST(HolderCounts, TakesNoMoreMemoryThanItsLimit) {
  HolderCounts counts(HolderCounts::kHoldersPerChunk + 1);
  add_room(counts, 5);
  EXPECT_EQ(counts.capacity(), 2 * HolderCounts::kHoldersPerChunk);
}

TEST(HolderCounts, FillsToTheLastPlaceAndEmptiesAgain) {
  HolderCounts counts(HolderCounts::kHoldersPerChunk);
  add_room(counts);
  for (int round = 0; round < 3; ++round) {
    for (Holder h = 1; h <= HolderCounts::kHoldersPerChunk; ++h) counts.take(h << round * 9);
    EXPECT_EQ(counts.room(), 0U);
    for (Holder h = 1; h <= HolderCounts::kHoldersPerChunk; ++h) counts.give_back(h << round * 9);
    EXPECT_EQ(counts.room(), counts.capacity());
  }
}

TEST(HolderCounts, AreThoseOfAMapAfterAnySequence) {
  Random random(11);
  HolderCounts counts(1 << 20);
  std::map<Holder, std::uint32_t> expected;
  for (int step = 0; step < 60'000; ++step) {
    if (counts.room() == 0) add_room(counts);
    const Holder holder = (1 + random.below(9'000)) * UINT64_C(0x9e3779b97f4a7c15);
    if (random.below(5) < (step < 40'000 ? 3 : 1)) {
      counts.take(holder);
      ++expected[holder];
    } else if (expected[holder] > 0) {
      counts.give_back(holder);
      --expected[holder];
    }
    ASSERT_EQ(counts.count(holder), expected[holder]);
  }
  std::size_t holders = 0;
  for (const auto& [holder, count] : expected) {
    ASSERT_EQ(counts.count(holder), count);
    holders += count > 0 ? 1 : 0;
  }
  EXPECT_EQ(counts.size(), holders);
}

}  // namespace
}  // namespace lessor::lease
