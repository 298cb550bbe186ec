#include "lease/lease_store.h"

#include "base/random.h"
#include "lease/committer.h"
#include "lease/memory_log.h"
#include "lease/salvage.h"

#include <gtest/gtest.h>

#include <map>
#include <string>
#include <vector>

namespace lessor::lease {
namespace {

constexpr WallTime kWall{1'700'000'000};
constexpr Now kNow{Instant::from_nanoseconds(5'000'000'000), kWall};

/// What a lease says, by value.
struct Fact {
  LeaseState state = LeaseState::active;
  std::string client_id;
  std::int64_t started = 0;
  Sequence sequence = 0;
  friend bool operator==(const Fact&, const Fact&) = default;
};
using Facts = std::map<std::uint32_t, Fact>;

struct Collect final : LeaseVisitor {
  void visit(const Lease& lease) override {
    EXPECT_FALSE(facts.contains(lease.address.value)) << "visited twice";
    facts[lease.address.value] = {lease.state, std::string(as_text(lease.client_id)),
                                  lease.started.seconds, lease.sequence};
    expiry[lease.address.value] = lease.expires_at;
  }
  Facts facts;
  std::map<std::uint32_t, Instant> expiry;
};

/// A store, its change log, and what it ought to hold after each change.
class World {
 public:
  explicit World(MemoryLog& log, Now now = kNow) : store_(log) {
    const auto report = store_.recover(now, loaded_);
    EXPECT_TRUE(report.has_value()) << (report ? "" : report.error().message);
    if (!report) return;
    report_ = *report;
    changes_.emplace(512, report_.last_sequence + 1);
    history_[report_.last_sequence] = loaded_.facts;
  }

  Sequence push(std::uint32_t address, std::string id, Duration lifetime = Duration::seconds(60),
                WallTime started = kWall) {
    const Sequence s = changes_->push({.address = {address},
                                       .client_id = as_bytes(id),
                                       .started = started,
                                       .lifetime = lifetime});
    Facts facts = history_.rbegin()->second;
    facts[address] = {LeaseState::active, std::move(id), started.seconds, s};
    history_[s] = std::move(facts);
    return s;
  }
  std::expected<Sequence, LogError> append(std::size_t count) {
    auto done = store_.append(*changes_, count);
    if (done) changes_->drop(count);
    return done;
  }
  Sequence commit() {
    EXPECT_TRUE(append(changes_->waiting()).has_value());
    const auto durable = store_.sync();
    EXPECT_TRUE(durable.has_value());
    return durable.value_or(0);
  }

  LeaseStore& store() { return store_; }
  ChangeLog& changes() { return *changes_; }
  const Facts& loaded() const { return loaded_.facts; }
  const Collect& collected() const { return loaded_; }
  const RecoveryReport& report() const { return report_; }
  const std::map<Sequence, Facts>& history() const { return history_; }

 private:
  LeaseStore store_;
  Collect loaded_;
  RecoveryReport report_;
  std::optional<ChangeLog> changes_;
  std::map<Sequence, Facts> history_;
};

/// A small store with a bit of everything: renewals, hand-overs, several batches.
Sequence fill(World& world) {
  world.push(10, "a");
  world.push(11, "b");
  (void)world.commit();
  world.push(10, "a", Duration::seconds(60), {kWall.seconds + 5});
  (void)world.commit();
  world.push(12, "a client with a longer identifier than most");
  world.push(11, "c", Duration::infinite(), {kWall.seconds + 6});
  return world.commit();
}

std::expected<RecoveryReport, RecoveryError> recover(MemoryLog log, Facts& facts, Now now = kNow) {
  LeaseStore store(log);
  Collect collect;
  const auto report = store.recover(now, collect);
  facts = collect.facts;
  return report;
}

// R2131-3.1-b: what sync() confirmed is there after a crash, with every field.
TEST(LeaseStore, RecoversWhatWasMadeDurable) {
  MemoryLog log;
  World world(log);
  EXPECT_EQ(world.report().last_sequence, 0U);
  EXPECT_EQ(fill(world), 5U);
  log.crash();
  World again(log);
  EXPECT_EQ(again.report().last_sequence, 5U);
  EXPECT_EQ(again.report().leases, 3U);
  EXPECT_EQ(again.report().newest, WallTime{kWall.seconds + 6});
  EXPECT_EQ(again.loaded(), world.history().at(5));
  EXPECT_EQ(again.push(13, "d"), 6U);
  EXPECT_EQ(again.commit(), 6U);
}

TEST(LeaseStore, DerivesExpiryFromTheWallClock) {
  MemoryLog log;
  {
    World world(log);
    world.push(1, "short", Duration::seconds(60));
    world.push(2, "long", Duration::seconds(3'600));
    world.push(3, "for ever", Duration::infinite());
    (void)world.commit();
  }
  struct Case {
    std::int64_t wall_offset;
    std::int64_t left_short;
    std::int64_t left_long;
  };
  const Case cases[] = {
      {0, 60, 3'600},
      {30, 30, 3'570},
      {60, 0, 3'540},
      {100'000, 0, 0},
      {-1, 60, 3'600},              // a clock behind the newest stored time counts as that time
      {-1'700'000'000, 60, 3'600},  // as does one that starts in 1970
  };
  for (const Case& c : cases) {
    const Now now{kNow.mono, {kWall.seconds + c.wall_offset}};
    MemoryLog copy = log;
    World world(copy, now);
    const auto left = [&](std::uint32_t address) {
      return world.collected().expiry.at(address) - now.mono;
    };
    EXPECT_EQ(left(1), Duration::seconds(c.left_short)) << c.wall_offset;
    EXPECT_EQ(left(2), Duration::seconds(c.left_long)) << c.wall_offset;
    EXPECT_TRUE(world.collected().expiry.at(3).is_never());
  }
}

// A machine without a battery clock: leases that it grants in "1970" are not expired at its next
// start.
TEST(StoredTime, NeverRunsBehindTheStore) {
  const StoredTime time(kWall, kNow.mono);
  const Instant later = kNow.mono + Duration::seconds(10);
  EXPECT_EQ(time.apply({later, {50}}).wall, WallTime{kWall.seconds + 10});
  EXPECT_EQ(time.apply({later, {kWall.seconds + 99}}).wall, WallTime{kWall.seconds + 99});
  EXPECT_EQ(time.apply({later, {50}}).mono, later);
}

// C2-10, C2-11: the machine stops at any octet of an unfinished flush. What was acknowledged stays,
// the rest is there as a prefix or not at all, and the store goes on.
TEST(LeaseStore, SurvivesACrashAtEveryOctetOfAnUnfinishedFlush) {
  MemoryLog whole;
  World world(whole);
  const Sequence durable = fill(world);
  world.push(20, "x");
  world.push(10, "y");
  ASSERT_TRUE(world.append(2).has_value());
  world.push(21, "z");
  ASSERT_TRUE(world.append(1).has_value());
  for (std::size_t kept = 0; kept <= whole.unsynced_bytes(); ++kept) {
    MemoryLog log = whole;
    log.crash(kept);
    World again(log);
    ASSERT_GE(again.report().last_sequence, durable) << kept;
    ASSERT_EQ(again.loaded(), world.history().at(again.report().last_sequence)) << kept;
    const Sequence next = again.push(30, "after");
    ASSERT_EQ(again.commit(), next);
    Facts facts;
    ASSERT_TRUE(recover(log, facts).has_value()) << kept;
    ASSERT_EQ(facts, again.history().at(next));
  }
}

/// Recovers `log` and checks that it is refused or holds all of `world` up to `durable`.
void expect_refused_or_whole(const MemoryLog& log, const World& world, Sequence durable,
                             std::size_t& refused) {
  Facts facts;
  const auto report = recover(log, facts);
  if (!report) {
    ++refused;
    EXPECT_TRUE(facts.empty());  // nothing is handed out before all is checked
    return;
  }
  ASSERT_GE(report->last_sequence, durable);
  ASSERT_EQ(facts, world.history().at(report->last_sequence));
}

// C2-11: whichever octet of the log or its mark is damaged, in whatever bit: never a lease wrong or
// missing.
TEST(LeaseStore, RefusesEveryFlippedOctet) {
  MemoryLog whole;
  World world(whole);
  const Sequence durable = fill(world);
  ASSERT_TRUE(world.store().write_mark().has_value());
  std::size_t refused = 0;
  std::size_t octets = 0;
  for (const int flip : {0x01, 0x80, 0xff}) {
    for (std::size_t r = 0; r < whole.records().size(); ++r) {
      for (std::size_t i = 0; i < whole.records()[r].bytes.size(); ++i, ++octets) {
        MemoryLog log = whole;
        log.records()[r].bytes[i] = static_cast<char>(log.records()[r].bytes[i] ^ flip);
        expect_refused_or_whole(log, world, durable, refused);
      }
    }
    for (std::size_t i = 0; i < whole.mark().size(); ++i, ++octets) {
      MemoryLog log = whole;
      log.mark()[i] = static_cast<char>(log.mark()[i] ^ flip);
      expect_refused_or_whole(log, world, durable, refused);
    }
  }
  EXPECT_EQ(refused, octets);
}

// What the mark or a later record proves durable is never missed, even while the mark lags: only
// the very last batch has no witness then.
TEST(LeaseStore, LaterRecordsProveDurabilityWhileTheMarkLags) {
  MemoryLog whole;
  World world(whole);
  (void)fill(world);
  std::size_t refused = 0;
  for (std::size_t r = 0; r + 1 < whole.records().size(); ++r) {
    for (std::size_t i = 0; i < whole.records()[r].bytes.size(); ++i) {
      MemoryLog log = whole;
      log.records()[r].bytes[i] = static_cast<char>(log.records()[r].bytes[i] ^ 4);
      expect_refused_or_whole(log, world, 5, refused);
    }
  }
  EXPECT_GT(refused, 0U);
}

TEST(LeaseStore, RefusesMissingRecordsAndSaysWhich) {
  MemoryLog whole;
  World world(whole);
  (void)fill(world);
  ASSERT_TRUE(world.store().write_mark().has_value());
  for (std::size_t r = 0; r < whole.records().size(); ++r) {
    MemoryLog log = whole;
    log.records().erase(log.records().begin() + static_cast<std::ptrdiff_t>(r));
    Facts facts;
    const auto report = recover(log, facts);
    ASSERT_FALSE(report.has_value()) << r;
    EXPECT_EQ(report.error().kind, RecoveryError::Kind::damaged);
    EXPECT_NE(report.error().message.find("record " + std::to_string(r + 1)), std::string::npos)
        << report.error().message;
  }
  // Every prefix: cut anywhere, the mark knows that there was more.
  for (std::size_t size = 0; size < whole.records().size(); ++size) {
    MemoryLog log = whole;
    log.records().resize(size);
    Facts facts;
    EXPECT_FALSE(recover(log, facts).has_value()) << size;
  }
  MemoryLog log = whole;
  log.mark().clear();
  Facts facts;
  EXPECT_FALSE(recover(log, facts).has_value());
}

TEST(LeaseStore, LeavesADamagedLogAsItWas) {
  MemoryLog log;
  World world(log);
  (void)fill(world);
  log.records()[0].bytes[60] ^= 1;
  const auto before = log.records();
  LeaseStore store(log);
  Collect collect;
  EXPECT_FALSE(store.recover(kNow, collect).has_value());
  ASSERT_EQ(log.records().size(), before.size());
  for (std::size_t i = 0; i < before.size(); ++i)
    EXPECT_EQ(log.records()[i].bytes, before[i].bytes);
}

// C2-10 (disk full), R2131-3.1-b: after a failed flush nothing is promised any more.
TEST(LeaseStore, StopsForGoodAfterAFailedFlush) {
  MemoryLog log;
  World world(log);
  const Sequence durable = fill(world);
  world.push(50, "late");
  ASSERT_TRUE(world.append(1).has_value());
  log.fail_syncs("/var/lib/lessor: no space left on device");
  const auto failed = world.store().sync();
  ASSERT_FALSE(failed.has_value());
  EXPECT_EQ(failed.error().message, "/var/lib/lessor: no space left on device");
  EXPECT_EQ(world.store().durable(), durable);
  log.fail_syncs("");  // the disk recovers; what it did meanwhile nobody knows
  EXPECT_FALSE(world.store().sync().has_value());
  EXPECT_FALSE(world.store().write_mark().has_value());
  EXPECT_FALSE(world.store().fold().has_value());
  world.push(51, "later");
  EXPECT_FALSE(world.append(1).has_value());
}

TEST(LeaseStore, StopsForGoodAfterAFailedAppend) {
  MemoryLog log;
  World world(log);
  (void)fill(world);
  world.push(50, "late");
  log.fail_appends("disk full");
  EXPECT_FALSE(world.append(1).has_value());
  log.fail_appends("");
  EXPECT_FALSE(world.store().sync().has_value());
}

/// Runs a store through random batches, folds, marks, crashes; after each crash what is recovered
/// is what was acknowledged, or a prefix that includes it.
TEST(LeaseStore, RecoversThroughFoldsAndCrashes) {
  Random random(5);
  MemoryLog log;
  Facts expected;
  Sequence acknowledged = 0;
  std::uint64_t folded_records = 0;
  for (int life = 0; life < 60; ++life) {
    World world(log);
    ASSERT_GE(world.report().last_sequence, acknowledged);
    if (world.report().last_sequence == acknowledged) {
      ASSERT_EQ(world.loaded(), expected);
    }
    acknowledged = world.report().last_sequence;
    expected = world.loaded();
    const int steps = 5 + static_cast<int>(random.below(40));
    for (int step = 0; step < steps; ++step) {
      const std::uint32_t count = 1 + random.below(8);
      for (std::uint32_t i = 0; i < count; ++i)
        world.push(random.below(30), "c" + std::to_string(random.below(100)));
      ASSERT_TRUE(world.append(count).has_value());
      if (random.one_in(2)) {
        ASSERT_TRUE(world.store().fold(1 + random.below(20)).has_value());
      }
      if (random.one_in(5)) continue;
      acknowledged = world.store().sync().value();
      expected = world.history().at(acknowledged);
      if (random.one_in(3)) {
        ASSERT_TRUE(world.store().write_mark().has_value());
      }
    }
    folded_records = std::max(folded_records, log.records().front().number);
    log.crash(random.one_in(2) ? 0 : random.below(2'000));
    // Whatever survived unacknowledged is judged against this life's history.
    Facts facts;
    const auto report = recover(log, facts);
    ASSERT_TRUE(report.has_value()) << report.error().message;
    ASSERT_GE(report->last_sequence, acknowledged);
    ASSERT_EQ(facts, world.history().at(report->last_sequence));
    acknowledged = report->last_sequence;
    expected = facts;
  }
  EXPECT_GT(folded_records, 100U);  // old records really went
}

TEST(Committer, KeepsTheLogWithinBoundsUnderRenewals) {
  MemoryLog log;
  World world(log);
  Committer committer(world.changes(), world.store(), 256);
  for (int round = 0; round < 400; ++round) {
    for (std::uint32_t i = 0; i < 256; ++i)
      (void)world.changes().push({.address = {i * 3}, .started = kWall});
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

// Whatever record is lost: a repaired store names no client for an address that another may hold,
// without calling it doubtful; nothing acknowledged is certain and wrong.
TEST(Salvage, CallsDoubtfulWhateverMayBeWrong) {
  MemoryLog whole;
  World world(whole);
  const Sequence durable = fill(world);
  ASSERT_TRUE(world.store().write_mark().has_value());
  const Facts& truth = world.history().at(durable);
  for (std::size_t r = 0; r < whole.records().size(); ++r) {
    for (const bool missing : {false, true}) {
      MemoryLog damaged = whole;
      if (missing) {
        damaged.records().erase(damaged.records().begin() + static_cast<std::ptrdiff_t>(r));
      } else {
        damaged.records()[r].bytes[55] ^= 1;
      }
      MemoryLog fresh;
      const auto report = salvage(
          damaged, fresh, {.wall = {kWall.seconds + 10}, .longest_lease = Duration::seconds(600)});
      ASSERT_TRUE(report.has_value());
      ASSERT_TRUE(report->doubt.has_value());
      EXPECT_EQ(report->records_damaged + report->records_missing, 1U);

      World repaired(fresh);
      ASSERT_TRUE(repaired.report().doubt.has_value());
      EXPECT_EQ(repaired.report().leases, report->leases);
      EXPECT_GE(repaired.report().last_sequence, durable);
      const Doubt doubt = *repaired.report().doubt;
      EXPECT_EQ(doubt.started + doubt.lifetime, WallTime{kWall.seconds + 610});
      for (const auto& [address, fact] : truth) {
        const auto found = repaired.loaded().find(address);
        Lease lease{.sequence = found == repaired.loaded().end() ? 0 : found->second.sequence};
        const bool is_right = found != repaired.loaded().end() && found->second == fact;
        EXPECT_TRUE(is_right || doubt.covers(&lease)) << r << ' ' << address;
      }
      // New leases are certain again, and survive with the doubt.
      const Sequence next = repaired.push(99, "new");
      EXPECT_GE(next, doubt.before);
      EXPECT_EQ(repaired.commit(), next);
      World again(fresh);
      EXPECT_TRUE(again.report().doubt.has_value());
      EXPECT_EQ(again.report().doubtful_until, kNow.mono + Duration::seconds(600 + 10 - 10));
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
  EXPECT_FALSE(report->doubt.has_value());
  Facts facts;
  ASSERT_TRUE(recover(fresh, facts).has_value());
  EXPECT_EQ(facts, world.history().at(durable));
}

TEST(Salvage, OfALostTailOrMarkDoubtsEverything) {
  MemoryLog whole;
  World world(whole);
  (void)fill(world);
  ASSERT_TRUE(world.store().write_mark().has_value());
  MemoryLog no_tail = whole;
  no_tail.records().pop_back();
  MemoryLog no_mark = whole;
  no_mark.mark().clear();
  MemoryLog nothing = whole;
  nothing.records().clear();
  for (MemoryLog* log : {&no_tail, &no_mark, &nothing}) {
    MemoryLog fresh;
    const auto report = salvage(*log, fresh, {.wall = kWall});
    ASSERT_TRUE(report.has_value() && report->doubt.has_value());
    EXPECT_EQ(report->doubtful, report->leases);
    EXPECT_GE(report->doubt->lifetime, Duration::seconds(7 * 86'400));
    World repaired(fresh);
    for (const auto& [address, fact] : repaired.loaded()) {
      Lease lease{.sequence = fact.sequence};
      EXPECT_TRUE(repaired.report().doubt->covers(&lease));
    }
  }
}

TEST(LeaseStore, DoubtOutlivesFoldingUntilItsTime) {
  MemoryLog damaged;
  {
    World world(damaged);
    (void)fill(world);
    ASSERT_TRUE(world.store().write_mark().has_value());
    damaged.records()[1].bytes[50] ^= 1;
  }
  MemoryLog log;
  ASSERT_TRUE(salvage(damaged, log, {.wall = kWall, .longest_lease = Duration::seconds(600)}));
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
    World again(copy);
    EXPECT_TRUE(again.report().doubt.has_value());
  }
  world.push(70, "much later", Duration::seconds(60), {kWall.seconds + 700});
  (void)world.commit();
  fold_all();
  World last(log);
  EXPECT_FALSE(last.report().doubt.has_value());
}

}  // namespace
}  // namespace lessor::lease
