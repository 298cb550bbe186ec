// One run of the same clients after the other.

#include "load/test_fleet.h"

#include <set>

namespace lessor::load {
namespace {

TEST(FleetAgain, GoesOnWithTheClientsThatHaveBeenIdleLongest) {
  Plan plan = closed(10, 2);
  plan.exchanges = 4;
  World world(plan);
  world.run();
  const std::size_t before = world.heard().size();
  world.fleet().run_again(plan);
  world.run();
  EXPECT_EQ(world.count(Count::done), 4U);
  std::set<net::Mac> first, second;
  for (std::size_t i = 0; i < world.heard().size(); ++i) {
    (i < before ? first : second).insert(world.heard()[i].mac);
  }
  EXPECT_EQ(first.size(), 4U);
  EXPECT_EQ(second.size(), 4U);
  for (const net::Mac& mac : second) EXPECT_FALSE(first.contains(mac));
}

TEST(FleetAgain, RenewsWhatAnEarlierRunHasBoundWithoutBindingAnew) {
  World world(closed(50, 5));
  world.run();
  const std::size_t before = world.heard().size();
  world.fleet().run_again(
      {.scenario = Scenario::renew, .clients = 50, .rate = 1'000, .exchanges = 200});
  world.run();
  EXPECT_EQ(world.count(Count::done), 200U);
  EXPECT_EQ(world.figures().step(Step::renew).count(), 200U);
  EXPECT_EQ(world.figures().step(Step::bind).count(), 0U);
  EXPECT_EQ(world.fleet().preparation().count(Count::begun), 0U);
  EXPECT_EQ(world.heard().size(), before + 200);
  EXPECT_NEAR(world.figures().rate(), 1'000, 20);
}

TEST(FleetAgain, MixesWhatAnEarlierRunHasBound) {
  Plan plan = closed(60, 5);
  plan.mix = {1, 2, 1, 1, 1, 0};
  World world(plan);
  world.run();
  plan.scenario = Scenario::mix;
  plan.window = 0;
  plan.rate = 1'000;
  plan.exchanges = 600;
  world.fleet().run_again(plan);
  world.run();
  EXPECT_EQ(world.count(Count::done), 600U);
  EXPECT_NEAR(world.figures().rate(), 1'000, 20);
  for (const Exchange kind : {Exchange::dora, Exchange::renew, Exchange::release}) {
    EXPECT_GT(world.figures().count(Count::done, kind), 50U);
  }
  EXPECT_EQ(world.figures().violated(), 0U);
}

TEST(FleetAgain, ForgetsWhatWasUnderWayAndWhoseAnswerComesLate) {
  Plan plan = closed(20, 20);
  plan.patience = Duration::milliseconds(100);
  World world(plan);
  world.delay = Duration::milliseconds(150);
  world.run();
  EXPECT_EQ(world.count(Count::unfinished), 20U);
  world.delay = Duration::milliseconds(60);
  plan.patience = Duration::seconds(10);
  world.fleet().run_again(plan);
  EXPECT_EQ(world.fleet().outstanding(), 0U);
  world.run();
  // The late OFFERs have transactions of the first run.
  EXPECT_EQ(world.count(Count::begun), 20U);
  EXPECT_EQ(world.count(Count::done), 20U);
  EXPECT_EQ(world.count(Count::timeouts), 0U);
  EXPECT_EQ(world.count(Count::late), 20U);
  EXPECT_EQ(world.figures().violated(), 0U);
}

}  // namespace
}  // namespace lessor::load
