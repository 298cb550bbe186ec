#include "lease/committer.h"

#include "lease/store_world.h"

#include <gtest/gtest.h>

namespace lessor::lease {
namespace {

TEST(Committer, KeepsTheLogWithinBoundsUnderRenewals) {
  MemoryLog log;
  World world(log);
  Committer committer(world.changes(), world.store(), 256);
  for (int round = 0; round < 400; ++round) {
    for (std::uint32_t i = 0; i < 256; ++i)
      (void)world.changes().push({.address = {1 + i * 3}, .started = kWall});
    ASSERT_TRUE(committer.commit().has_value());
  }
  EXPECT_EQ(world.store().durable(), 400U * 256U);
  EXPECT_LT(world.store().changes_in_log(), 20'000U);
  std::size_t steps = 0;
  while (committer.tidy().value()) ASSERT_LT(++steps, 100U);
  EXPECT_LT(log.records().size(), 100U);
  EXPECT_EQ(committer.statistics().flushes, 400U);
  EXPECT_EQ(committer.statistics().changes, 400U * 256U);
  Facts facts;
  const auto report = recover(log, facts);
  ASSERT_TRUE(report.has_value());
  EXPECT_EQ(report->leases, 256U);
  EXPECT_EQ(report->last_sequence, 400U * 256U);
}

TEST(Committer, BatchesIntoOneFlushAndMarksWhenIdle) {
  MemoryLog log;
  World world(log);
  Committer committer(world.changes(), world.store(), 64);
  EXPECT_FALSE(committer.has_changes());
  EXPECT_EQ(committer.commit().value(), 0U);
  EXPECT_EQ(log.syncs(), 0U);
  for (std::uint32_t i = 0; i < 100; ++i) (void)world.changes().push({.address = {i}});
  EXPECT_EQ(committer.commit().value(), 64U);
  EXPECT_EQ(log.syncs(), 1U);
  EXPECT_TRUE(committer.has_changes());
  EXPECT_EQ(committer.commit().value(), 100U);
  const std::size_t marks = log.marks();
  EXPECT_TRUE(committer.tidy().value());
  EXPECT_EQ(log.marks(), marks + 1);
  EXPECT_FALSE(committer.tidy().value());
  committer.note_flush(Duration::milliseconds(3));
  committer.note_flush(Duration::milliseconds(2));
  EXPECT_EQ(committer.statistics().longest_flush, Duration::milliseconds(3));
  EXPECT_EQ(committer.statistics().last_flush, Duration::milliseconds(2));
  EXPECT_EQ(committer.statistics().largest_batch, 64U);
}

TEST(Committer, SaysWhyItStops) {
  MemoryLog log;
  World world(log);
  Committer committer(world.changes(), world.store());
  (void)world.changes().push({.address = {1}});
  log.fail_syncs("the disk is full");
  EXPECT_EQ(committer.commit().error().message, "the disk is full");
  EXPECT_EQ(committer.finish().error().message, "the disk is full");
}

}  // namespace
}  // namespace lessor::lease
