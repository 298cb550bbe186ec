#include "load/mix.h"

#include <gtest/gtest.h>

namespace lessor::load {
namespace {

TEST(MixDraw, KeepsTheProportions) {
  const Mix mix = {20, 70, 2, 5, 3, 0};
  MixDraw draw(mix, 7);
  std::array<int, kExchanges> drawn{};
  constexpr int kDraws = 100'000;
  for (int i = 0; i < kDraws; ++i) ++drawn[static_cast<std::size_t>(draw.draw())];
  for (std::size_t i = 0; i < kExchanges; ++i) {
    EXPECT_NEAR(drawn[i], kDraws / 100 * static_cast<int>(mix[i]), 500) << i;
  }
  EXPECT_EQ(drawn[5], 0);
}

TEST(MixDraw, DrawsTheSameFromTheSameSeed) {
  const Mix mix = {1, 1, 1, 1, 1, 1};
  MixDraw one(mix, 7);
  MixDraw same(mix, 7);
  MixDraw other(mix, 8);
  int differ = 0;
  for (int i = 0; i < 1'000; ++i) {
    const Exchange kind = one.draw();
    EXPECT_EQ(kind, same.draw());
    differ += kind == other.draw() ? 0 : 1;
  }
  EXPECT_GT(differ, 500);
}

}  // namespace
}  // namespace lessor::load
