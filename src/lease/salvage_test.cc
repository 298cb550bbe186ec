#include "lease/salvage.h"

#include "lease/store_world.h"

#include <gtest/gtest.h>

namespace lessor::lease {
namespace {

/// Damages or removes record `r` and repairs the log.
SalvageReport repair(const MemoryLog& whole, std::size_t r, bool missing, bool notes,
                     MemoryLog& fresh) {
  MemoryLog damaged = whole;
  if (missing) {
    damaged.records().erase(damaged.records().begin() + static_cast<std::ptrdiff_t>(r));
  } else {
    damaged.records()[r].bytes[55] ^= 1;
  }
  if (!notes) damaged.notes().clear();
  const auto report = salvage(
      damaged, fresh, {.wall = {kWall.seconds + 10}, .longest_lease = Duration::seconds(600)});
  EXPECT_TRUE(report.has_value());
  return report.value_or(SalvageReport{});
}

/// What a server may make of an address after a repair: it is somebody's, or nobody's for now.
void expect_safe(const Facts& truth, const Facts& repaired) {
  for (const auto& [address, fact] : truth) {
    const auto found = repaired.find(address);
    ASSERT_NE(found, repaired.end()) << address;
    const bool declined = found->second.state == LeaseState::declined;
    EXPECT_TRUE(declined || found->second.client_id == fact.client_id) << address;
  }
}

// Whatever record is lost: exactly the addresses whose last change it held go out of use; all
// others are as they were, and an address that was never leased is free.
TEST(Salvage, TakesOutOfUseWhatTheLostRecordWasAbout) {
  MemoryLog whole;
  World world(whole);
  const Sequence durable = fill(world);
  ASSERT_TRUE(world.store().write_mark().has_value());
  const Facts& truth = world.history().at(durable);
  const std::size_t doubtful[] = {0, 1, 2};  // of the first record all is superseded later
  for (std::size_t r = 0; r < whole.records().size(); ++r) {
    for (const bool missing : {false, true}) {
      MemoryLog fresh;
      const SalvageReport report = repair(whole, r, missing, true, fresh);
      EXPECT_TRUE(report.all_known);
      EXPECT_EQ(report.records_lost, 1U);
      EXPECT_EQ(report.out_of_use, doubtful[r]);
      EXPECT_EQ(report.leases + report.out_of_use, truth.size());
      World repaired(fresh);
      EXPECT_FALSE(repaired.report().doubt.has_value());
      expect_safe(truth, repaired.loaded());
      for (const auto& [address, fact] : repaired.loaded()) {
        if (fact.state != LeaseState::declined) continue;
        EXPECT_EQ(repaired.collected().expiry.at(address),
                  kNow.mono + Duration::seconds(600));  // 10 s ahead of this start's clock
      }
      const Sequence next = repaired.push(99, "new");
      EXPECT_GT(next, durable);
      EXPECT_EQ(repaired.commit(), next);
    }
  }
}

TEST(Salvage, WithoutNotesDoubtsWhateverHasNoNewerRecord) {
  MemoryLog whole;
  World world(whole);
  const Sequence durable = fill(world);
  ASSERT_TRUE(world.store().write_mark().has_value());
  for (std::size_t r = 0; r < whole.records().size(); ++r) {
    MemoryLog fresh;
    const SalvageReport report = repair(whole, r, r % 2 == 0, false, fresh);
    EXPECT_FALSE(report.all_known);
    EXPECT_EQ(report.doubt_ends, WallTime{kWall.seconds + 610});
    const World repaired(fresh);
    ASSERT_TRUE(repaired.report().doubt.has_value());
    EXPECT_EQ(repaired.report().doubtful_until, kNow.mono + Duration::seconds(600));
    // Nobody but its client gets a surviving lease before the doubt ends.
    for (const auto& [address, until] : repaired.collected().expiry) {
      const bool certain = world.history().at(durable).contains(address) &&
                           repaired.loaded().at(address).sequence <= durable;
      EXPECT_TRUE(certain || until >= kNow.mono + Duration::seconds(600)) << address;
    }
  }
}

TEST(Salvage, OfAWholeLogLosesAndDoubtsNothing) {
  MemoryLog log;
  World world(log);
  const Sequence durable = fill(world);
  world.push(77, "never acknowledged");
  ASSERT_TRUE(world.append(1).has_value());
  log.crash(70);  // torn: normal
  MemoryLog fresh;
  const auto report = salvage(log, fresh, {.wall = kWall});
  ASSERT_TRUE(report.has_value());
  EXPECT_EQ(report->records_lost, 0U);
  EXPECT_EQ(report->doubt_ends, WallTime{});
  Facts facts;
  const auto recovered = recover(fresh, facts);
  ASSERT_TRUE(recovered.has_value());
  EXPECT_FALSE(recovered->doubt.has_value());
  EXPECT_EQ(facts, world.history().at(durable));
}

TEST(Salvage, OfALostTailKnowsFromTheNotesWhatItWas) {
  MemoryLog log;
  World world(log);
  const Sequence durable = fill(world);
  ASSERT_TRUE(world.store().write_mark().has_value());
  log.records().pop_back();
  MemoryLog fresh;
  const auto report = salvage(log, fresh, {.wall = kWall});
  ASSERT_TRUE(report.has_value());
  EXPECT_TRUE(report->all_known);
  const World repaired(fresh);
  expect_safe(world.history().at(durable), repaired.loaded());
}

TEST(Salvage, OfALostMarkOrNothingButNotesDoubtsEverything) {
  MemoryLog whole;
  World world(whole);
  (void)fill(world);
  ASSERT_TRUE(world.store().write_mark().has_value());
  MemoryLog no_mark = whole;
  no_mark.mark().clear();
  MemoryLog fresh;
  const auto report = salvage(no_mark, fresh, {.wall = kWall});
  ASSERT_TRUE(report.has_value());
  EXPECT_FALSE(report->all_known);
  EXPECT_GE(report->doubt_ends, WallTime{kWall.seconds + 7 * 86'400});
  EXPECT_EQ(report->leases, 0U);
  const World repaired(fresh);
  EXPECT_TRUE(repaired.report().doubt.has_value());

  MemoryLog no_records = whole;
  no_records.records().clear();
  MemoryLog fresh2;
  ASSERT_TRUE(salvage(no_records, fresh2, {.wall = kWall}).has_value());
  const World empty(fresh2);
  EXPECT_EQ(empty.report().leases, 3U);
  for (const auto& [address, fact] : empty.loaded()) EXPECT_EQ(fact.state, LeaseState::declined);

  MemoryLog not_whole = no_mark;  // damaged all of it: something was there
  not_whole.notes().clear();
  for (auto& record : not_whole.records()) record.bytes.clear();
  MemoryLog fresh4;
  ASSERT_TRUE(salvage(not_whole, fresh4, {.wall = kWall}).has_value());
  EXPECT_TRUE(World(fresh4).report().doubt.has_value());

  MemoryLog nothing;  // who asks for a repair had a store
  MemoryLog fresh3;
  ASSERT_TRUE(salvage(nothing, fresh3, {.wall = kWall}).has_value());
  EXPECT_EQ(World(fresh3).report().leases, 0U);
  EXPECT_TRUE(World(fresh3).report().doubt.has_value());
}

TEST(Salvage, DoubtOutlivesFoldingUntilItsTime) {
  MemoryLog whole;
  {
    World world(whole);
    (void)fill(world);
    ASSERT_TRUE(world.store().write_mark().has_value());
  }
  MemoryLog log;
  (void)repair(whole, 1, false, false, log);
  World world(log);
  const auto fold_all = [&] {
    for (int i = 0; i < 9; ++i) {
      EXPECT_TRUE(world.store().fold().has_value());
      EXPECT_TRUE(world.store().sync().has_value());
      EXPECT_TRUE(world.store().write_mark().has_value());
    }
  };
  fold_all();
  EXPECT_GT(log.records().front().number, 5U);
  {
    MemoryLog copy = log;
    const World again(copy);
    EXPECT_TRUE(again.report().doubt.has_value());
  }
  world.push(70, "much later", Duration::seconds(60), {kWall.seconds + 700});
  (void)world.commit();
  fold_all();
  const World last(log);
  EXPECT_FALSE(last.report().doubt.has_value());
}

}  // namespace
}  // namespace lessor::lease
