#include "load/timer_wheel.h"

#include "base/random.h"

#include <algorithm>
#include <gtest/gtest.h>
#include <vector>

namespace lessor::load {
namespace {

constexpr Duration kTick = Duration::milliseconds(8);

Instant at(std::int64_t milliseconds) {
  return Instant::from_nanoseconds(1'000'000'000'000) + Duration::milliseconds(milliseconds);
}

TEST(TimerWheel, RingsNeverEarlyAndAtMostATickLate) {
  TimerWheel wheel(1);
  for (const std::int64_t wait : {0, 1, 7, 8, 9, 4'000, 64'999, 130'000}) {
    wheel.set(0, at(wait), at(0));
    const Instant rings = wheel.next_deadline();
    EXPECT_GE(rings, at(wait));
    EXPECT_LT(rings - at(wait), kTick);
    EXPECT_FALSE(wheel.take_due(rings - Duration::nanoseconds(1)));
    EXPECT_EQ(wheel.take_due(rings), 0U);
    EXPECT_TRUE(wheel.next_deadline().is_never());
  }
}

TEST(TimerWheel, ForgetsWhatWasStoppedOrSetAnew) {
  TimerWheel wheel(3);
  wheel.set(0, at(100), at(0));
  wheel.set(1, at(100), at(0));
  wheel.set(2, at(100), at(0));
  wheel.stop(1);
  wheel.stop(1);
  wheel.set(2, at(500), at(0));
  EXPECT_EQ(wheel.take_due(at(200)), 0U);
  EXPECT_FALSE(wheel.take_due(at(200)));
  EXPECT_EQ(wheel.take_due(at(600)), 2U);
}

TEST(TimerWheel, TakesWhatIsBeyondItAtItsEnd) {
  TimerWheel wheel(1);
  wheel.set(0, at(1'000'000), at(0));
  EXPECT_FALSE(wheel.take_due(at(130'000)));
  EXPECT_EQ(wheel.take_due(at(132'000)), 0U);
}

TEST(TimerWheel, AgreesWithASortedListOverManyTurns) {
  constexpr std::uint32_t kClients = 300;
  Random random(11);
  TimerWheel wheel(kClients);
  std::vector<Instant> model(kClients, Instant::never());
  Instant now = at(0);
  for (int step = 0; step < 20'000; ++step) {
    const std::uint32_t client = random.below(kClients);
    if (random.one_in(4)) {
      wheel.stop(client);
      model[client] = Instant::never();
    } else {
      const Instant rings = now + Duration::milliseconds(random.below(120'000));
      wheel.set(client, rings, now);
      model[client] = rings;
    }
    if (!random.one_in(50)) continue;
    now = now + Duration::milliseconds(random.below(20'000));
    while (const auto due = wheel.take_due(now)) {
      EXPECT_LE(model[*due], now);
      model[*due] = Instant::never();
    }
    const Instant next = *std::ranges::min_element(model);
    EXPECT_GT(next + kTick, now);  // nobody was forgotten
    EXPECT_GE(wheel.next_deadline(), next);
    if (!next.is_never()) {
      EXPECT_LT(wheel.next_deadline() - next, kTick);
    }
  }
}

}  // namespace
}  // namespace lessor::load
