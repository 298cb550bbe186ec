// Wall clocks that are set forward: what a store makes of leases that were granted before.
#include "lease/clock_steps.h"

#include "lease/salvage.h"
#include "lease/store_world.h"

#include <gtest/gtest.h>

namespace lessor::lease {
namespace {

constexpr Duration kYears = Duration::seconds(50LL * 365 * 86'400);

/// What happens on a router without a battery: it boots in 1970, serves, and then learns the time.
Sequence grant_then_step(World& world) {
  world.push(10, "before", Duration::seconds(600), {60});
  (void)world.commit();
  world.changes().push(change_of_step(WallTime{70} + kYears, kYears));
  const Sequence last = world.push(11, "after", Duration::seconds(600), WallTime{75} + kYears);
  (void)world.commit();
  return last;
}

Now at(Duration since_boot) { return {kNow.mono, WallTime{} + kYears + since_boot}; }

TEST(ClockSteps, ALeaseOfBeforeTheStepLastsAsLongAsItWas) {
  MemoryLog log;
  World world(log, {kNow.mono, {50}});
  grant_then_step(world);
  log.crash();
  World again(log, at(Duration::seconds(160)));
  EXPECT_EQ(again.collected().expiry.at(10), kNow.mono + Duration::seconds(500));
  EXPECT_EQ(again.collected().expiry.at(11), kNow.mono + Duration::seconds(515));
  EXPECT_EQ(again.loaded().at(10).started, 60 + kYears.to_seconds());
  EXPECT_FALSE(again.loaded().contains(0)) << "the step itself is no lease";
  EXPECT_EQ(again.report().leases, 2U);
}

TEST(ClockSteps, StepsAddUp) {
  MemoryLog log;
  World world(log, {kNow.mono, {50}});
  world.push(10, "a", Duration::seconds(600), {60});
  world.changes().push(change_of_step({100'000}, Duration::seconds(99'900)));
  world.changes().push(change_of_step({300'000}, Duration::seconds(200'000)));
  world.commit();
  World again(log, {kNow.mono, {300'010}});
  EXPECT_EQ(again.loaded().at(10).started, 60 + 299'900);
}

/// Folds move the lease and the step to other records, in either order; neither is counted twice.
TEST(ClockSteps, OutliveFolding) {
  MemoryLog log;
  {
    World world(log, {kNow.mono, {50}});
    grant_then_step(world);
    for (int i = 0; i < 20; ++i) {
      world.push(12, "busy", Duration::seconds(600), WallTime{80 + i} + kYears);
      world.commit();
      ASSERT_TRUE(world.store().fold(2).has_value());
      ASSERT_TRUE(world.store().sync().has_value());
      ASSERT_TRUE(world.store().write_mark().has_value());
    }
    ASSERT_GT(log.records().front().number, 3U) << "the old records are gone";
  }
  World again(log, at(Duration::seconds(160)));
  EXPECT_EQ(again.collected().expiry.at(10), kNow.mono + Duration::seconds(500));
}

TEST(ClockSteps, OutliveARepair) {
  MemoryLog log;
  World world(log, {kNow.mono, {50}});
  grant_then_step(world);
  ASSERT_TRUE(world.store().write_mark().has_value());
  MemoryLog fresh;
  const auto report = salvage(log, fresh, {.wall = at(Duration::seconds(160)).wall});
  ASSERT_TRUE(report.has_value());
  EXPECT_EQ(report->leases, 2U);
  EXPECT_EQ(report->out_of_use, 0U);
  World again(fresh, at(Duration::seconds(160)));
  EXPECT_EQ(again.collected().expiry.at(10), kNow.mono + Duration::seconds(500));
}

/// Nobody knows how old anything of before is: the repair doubts it all.
TEST(ClockSteps, AStepThatIsLostLeavesAllInDoubt) {
  MemoryLog log;
  World world(log, {kNow.mono, {50}});
  grant_then_step(world);
  ASSERT_TRUE(world.store().write_mark().has_value());
  log.records()[1].bytes[60] ^= 1;
  MemoryLog fresh;
  const auto report = salvage(log, fresh, {.wall = at(Duration::seconds(160)).wall});
  ASSERT_TRUE(report.has_value());
  EXPECT_FALSE(report->all_known);
  World again(fresh, at(Duration::seconds(160)));
  EXPECT_TRUE(again.report().doubt.has_value());
}

TEST(ClockSteps, TooManyMakeLeasesLastLongerNeverShorter) {
  ClockSteps steps;
  for (Sequence i = 1; i <= 2 * ClockSteps::kMax; ++i) {
    Lease step = change_of_step({}, Duration::seconds(10));
    step.sequence = i * 2;
    steps.add(step);
    steps.add(step);  // a fold repeats it
  }
  for (Sequence i = 1; i <= 2 * ClockSteps::kMax; ++i) {
    const std::int64_t exact = 10 * static_cast<std::int64_t>(2 * ClockSteps::kMax - i + 1);
    EXPECT_GE(steps.moved({0}, i * 2 - 1).seconds, exact);
  }
  EXPECT_EQ(steps.moved({0}, 1).seconds, 20 * static_cast<std::int64_t>(ClockSteps::kMax));
  EXPECT_EQ(steps.moved({0}, 4 * ClockSteps::kMax).seconds, 0);
}

TEST(StoredTime, NoticesThatTheClockIsSetForward) {
  StoredTime time(kWall, kNow.mono);
  const auto tell = [&](std::int64_t mono, std::int64_t wall) {
    (void)time.apply({kNow.mono + Duration::seconds(mono), {kWall.seconds + wall}});
    return time.take_step().to_seconds();
  };
  EXPECT_EQ(tell(0, 5'000), 0) << "nobody served for so long: no step";
  EXPECT_EQ(tell(10, 5'010), 0);
  EXPECT_EQ(tell(20, 5'022), 0) << "slewed";
  EXPECT_EQ(tell(30, 9'032), 4'000);
  EXPECT_EQ(tell(40, 9'042), 0) << "told once";
  EXPECT_EQ(tell(50, 100), 0) << "set back: it counts on";
  EXPECT_EQ(tell(60, 9'062), 0);
}

/// A clock that is behind the store's time at the start, and is then put right.
TEST(StoredTime, NoticesThatALateClockIsPutRight) {
  StoredTime time(kWall, kNow.mono);
  (void)time.apply({kNow.mono, {0}});
  (void)time.apply({kNow.mono + Duration::seconds(30), {kWall.seconds + 86'400}});
  EXPECT_EQ(time.step().to_seconds(), 86'370);
}

}  // namespace
}  // namespace lessor::lease
