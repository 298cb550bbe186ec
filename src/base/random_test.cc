#include "base/random.h"

#include <gtest/gtest.h>

#include <array>

namespace lessor {
namespace {

TEST(Random, OneSeedIsOneSequence) {
  Random a(1);
  Random b(1);
  Random c(2);
  bool differs = false;
  for (int i = 0; i < 100; ++i) {
    const std::uint64_t drawn = a.u64();
    EXPECT_EQ(drawn, b.u64());
    differs = differs || drawn != c.u64();
  }
  EXPECT_TRUE(differs);
}

TEST(Random, DrawsEveryNumberBelowItsBoundAboutAsOften) {
  Random random(7);
  std::array<int, 10> drawn{};
  for (int i = 0; i < 10'000; ++i) ++drawn.at(random.below(drawn.size()));
  for (const int count : drawn) {
    EXPECT_GT(count, 850);
    EXPECT_LT(count, 1'150);
  }
  EXPECT_EQ(random.below(0), 0U);
  EXPECT_EQ(random.below(1), 0U);
}

}  // namespace
}  // namespace lessor
