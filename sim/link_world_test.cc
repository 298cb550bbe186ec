#include "sim/link_world.h"

#include <gtest/gtest.h>

#include <cstdlib>

namespace lessor::sim {
namespace {

void expect_lawful(const LinkWorld& world, std::uint64_t seed) {
  for (const std::string& law : world.broken_laws()) {
    ADD_FAILURE() << "seed " << seed << ": " << law << "\n" << world.last_events();
  }
}

/// A day of thirty clients on a good network: everybody is bound, and stays it by renewals alone.
TEST(LinkWorld, OnAGoodNetworkEverybodyKeepsItsAddressAllDay) {
  LinkWorld world({.seed = 1});
  world.switch_all_on();
  world.pass(Duration::seconds(10));
  EXPECT_EQ(world.holding(), 30U);
  world.pass(Duration::seconds(24 * 3'600));
  EXPECT_EQ(world.holding(), 30U);
  EXPECT_EQ(world.tally().bound, 30U);
  EXPECT_EQ(world.tally().lost, 0U);
  EXPECT_GE(world.tally().refreshed, 30U * (24 * 6 * 2 - 10));  // every five minutes
  expect_lawful(world, 1);
}

/// Hours of loss, repetition, delay and clients that come and go as they like; then the weather
/// clears and everybody must be bound.
void play(std::uint64_t seed) {
  const WorldPlan plan{.seed = seed,
                       .clients = 20 + seed % 20,
                       .servers = 1 + static_cast<int>(seed % 3),
                       .lease_time = Duration::seconds(30 + static_cast<int>(seed * 37 % 600)),
                       .scarce = seed % 2 == 1};
  LinkWorld world(plan);
  world.set_weather({.lose_one_in = 4,
                     .repeat_one_in = 8,
                     .max_delay = Duration::milliseconds(1 + static_cast<int>(seed * 997 % 3'000)),
                     .clients_misbehave = true});
  world.switch_all_on();
  world.pass(Duration::seconds(3'600));
  world.set_weather({});
  world.switch_all_on();
  world.pass(Duration::seconds(200));
  const std::size_t enough = plan.scarce ? plan.clients / 2 : plan.clients;
  EXPECT_GE(world.holding(), enough) << "seed " << seed << "\n" << world.last_events();
  expect_lawful(world, seed);
}

TEST(LinkWorld, NoAddressIsHeldTwiceInAnyWeather) {
  const char* const more = std::getenv("LESSOR_LINK_WORLDS");
  const std::uint64_t worlds = more != nullptr ? std::strtoull(more, nullptr, 10) : 12;
  for (std::uint64_t seed = 1; seed <= worlds && !testing::Test::HasFailure(); ++seed) play(seed);
}

}  // namespace
}  // namespace lessor::sim
