#include "sim/world.h"

#include "sim/player.h"

#include <gtest/gtest.h>

namespace lessor::sim {
namespace {

Plan fair_weather(std::size_t clients, int hops) {
  Plan plan{.seed = 1};
  plan.sites = {{.hops = 0, .clients = hops == 0 ? clients : 0}};
  if (hops > 0) plan.sites.push_back({.hops = hops, .clients = clients});
  plan.lease_time = Duration::seconds(600);
  return plan;
}

void expect_lawful(const World& world) {
  for (const std::string& law : world.broken_laws()) {
    ADD_FAILURE() << law << "\n" << world.chronicle().last_events();
  }
}

/// A day on a good network, and behind every number of relays: everybody is bound, and stays it by
/// renewals alone.
TEST(World, OnAGoodNetworkEverybodyKeepsItsAddressAllDay) {
  for (const int hops : {0, 1, 2, 3, 4}) {
    SCOPED_TRACE(std::to_string(hops) + " relays");
    World world(fair_weather(20, hops));
    world.pass(Duration::seconds(1));
    world.switch_all_on();
    world.pass(Duration::seconds(10));
    EXPECT_EQ(world.bound(), 20U);
    world.pass(Duration::seconds(24 * 3'600));
    EXPECT_EQ(world.bound(), 20U);
    EXPECT_EQ(world.tally().bound, 20U);
    EXPECT_EQ(world.tally().lost, 0U);
    EXPECT_GE(world.tally().renewed, 20U * (24 * 6 * 2 - 10));  // every five minutes
    expect_lawful(world);
  }
}

TEST(World, OneSeedAlwaysGoesTheSameWay) {
  for (const std::uint64_t seed : {3, 10, 47}) {
    World first(draw(seed));
    World second(draw(seed));
    first.play();
    second.play();
    EXPECT_EQ(first.tally(), second.tally()) << "seed " << seed;
    EXPECT_EQ(first.chronicle().last_events(), second.chronicle().last_events());
    EXPECT_GT(first.tally().frames, 0U);
  }
}

/// What the worlds are drawn for is there: else their laws would hold for nothing.
TEST(World, SeedsDrawEverything) {
  std::array<int, kTroubles> troubles{};
  std::array<int, 5> hops{};
  std::array<int, 4> servers{};
  std::size_t most_clients = 0;
  int infinite = 0;
  int scarce = 0;
  for (std::uint64_t seed = 1; seed <= 200; ++seed) {
    const Plan plan = draw(seed);
    for (std::size_t i = 0; i < kTroubles; ++i) troubles[i] += plan.troubles[i] ? 1 : 0;
    for (const SitePlan& site : plan.sites) ++hops[static_cast<std::size_t>(site.hops)];
    ++servers[static_cast<std::size_t>(plan.servers)];
    most_clients = std::max(most_clients, plan.clients());
    infinite += plan.lease_time.is_infinite() ? 1 : 0;
    scarce += plan.scarce ? 1 : 0;
  }
  for (std::size_t i = 0; i < kTroubles; ++i) {
    EXPECT_GE(troubles[i], 50) << name_of(static_cast<Trouble>(i));
  }
  for (const int sites : hops) EXPECT_GE(sites, 10);
  for (const int number : {1, 2, 3}) EXPECT_GE(servers[static_cast<std::size_t>(number)], 20);
  EXPECT_GE(most_clients, 1'000U);
  EXPECT_GE(infinite, 3);
  EXPECT_GE(scarce, 30);
}

/// And it happens: crashes, refused starts, reloads, declines.
TEST(World, TroublesHappen) {
  Account account;
  for (std::uint64_t seed = 1; seed <= 12; ++seed) EXPECT_TRUE(play(seed, "build/sim", account));
  EXPECT_GT(account.tally.crashes, 20U);
  EXPECT_GT(account.tally.refused, 0U);
  EXPECT_GT(account.tally.reloads, 20U);
  EXPECT_GT(account.tally.declines, 10U);
  EXPECT_GT(account.tally.lost, 10U);
  EXPECT_GT(account.tally.renewed, 1'000U);
}

}  // namespace
}  // namespace lessor::sim
