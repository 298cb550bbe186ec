#include "lease/lease_store.h"

#include "base/hash.h"
#include "base/random.h"
#include "lease/salvage.h"
#include "lease/store_world.h"

#include <gtest/gtest.h>

#include <algorithm>
#include <array>

namespace lessor::lease {
namespace {

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
  StoredTime time(kWall, kNow.mono);
  const Instant later = kNow.mono + Duration::seconds(10);
  EXPECT_EQ(time.apply({later, {50}}).wall, WallTime{kWall.seconds + 10});
  EXPECT_EQ(time.apply({later, {kWall.seconds + 99}}).wall, WallTime{kWall.seconds + 99});
  EXPECT_EQ(time.apply({later, {50}}).mono, later);
}

// A clock that was a day ahead is set right while the server runs: a lease granted after that is
// not expired at the next start because an earlier one is dated tomorrow.
TEST(StoredTime, NeverRunsBackwards) {
  StoredTime time(kWall, kNow.mono);
  const std::int64_t tomorrow = kWall.seconds + 86'400;
  EXPECT_EQ(time.apply({kNow.mono, {tomorrow}}).wall, WallTime{tomorrow});
  for (int s = 1; s <= 100; ++s) {  // and loses nothing by being asked often
    const Now now{kNow.mono + Duration::milliseconds(s * 100), {kWall.seconds + s / 10}};
    EXPECT_EQ(time.apply(now).wall, WallTime{tomorrow + s / 10});
  }
  MemoryLog log;
  World world(log);
  world.push(10, "before", Duration::seconds(3'600), {tomorrow});
  const Now granted = time.apply({kNow.mono + Duration::seconds(60), {kWall.seconds + 60}});
  world.push(11, "after", Duration::seconds(3'600), granted.wall);
  (void)world.commit();
  const Now restart{kNow.mono + Duration::seconds(120), {kWall.seconds + 120}};
  const World again(log, restart);
  EXPECT_GE(again.collected().expiry.at(11), granted.mono + Duration::seconds(3'600));
}

TEST(StoredTime, PassesTheFirstTimeAsItIs) {
  StoredTime time;
  EXPECT_EQ(time.apply({kNow.mono, {50}}).wall, WallTime{50});
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
  // Not the torn first record of a new store: that one has its mark already.
  log.records()[0].bytes.resize(60);
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
        world.push(1 + random.below(30), "c" + std::to_string(random.below(100)));
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

/// A crash after a fold leaves its changes in the log twice. That does not add up from crash to
/// crash, or a store would sooner or later fold for ever.
TEST(LeaseStore, FoldsCopiesThatCrashesLeftAway) {
  MemoryLog log;
  constexpr std::uint32_t kLeases = 20;
  {
    World world(log);
    for (std::uint32_t address = 1; address <= kLeases; ++address) world.push(address, "a");
    (void)world.commit();
    ASSERT_TRUE(world.store().write_mark().has_value());
  }
  for (int crashes = 0; crashes < 5; ++crashes) {
    World world(log);
    ASSERT_TRUE(world.store().fold().has_value());
    ASSERT_TRUE(world.store().sync().has_value());
    log.crash();  // before the mark says that the originals count no longer
  }
  World world(log);
  EXPECT_EQ(world.store().changes_in_log(), 6 * kLeases);
  const std::uint64_t last = log.records().back().number;
  for (std::uint64_t record = log.records().front().number; record <= last; ++record) {
    ASSERT_TRUE(world.store().fold(1).has_value());
  }
  ASSERT_TRUE(world.store().sync().has_value());
  ASSERT_TRUE(world.store().write_mark().has_value());
  EXPECT_EQ(world.store().changes_in_log(), kLeases);
  Facts facts;
  ASSERT_TRUE(recover(log, facts).has_value());
  EXPECT_EQ(facts, world.loaded());
}

// C2-11: whatever a log holds, its checksums put right by whoever made it: it is read or refused,
// and salvaged, without a crash or an endless loop.
TEST(LeaseStore, ReadsOrRefusesAnythingThatSomebodySealed) {
  Random random(23);
  MemoryLog whole;
  World world(whole);
  (void)fill(world);
  ASSERT_TRUE(world.store().write_mark().has_value());
  const auto seal = [](std::string& bytes) {
    const auto body = bytes.size() - 4;
    std::array<std::byte, 4> checksum{};
    store_be32(checksum.data(), crc32c(as_bytes(bytes).first(body)));
    bytes.replace(body, 4, as_text(checksum));
  };
  const auto mutate = [&](std::string& bytes, std::size_t first) {
    const std::uint32_t room = static_cast<std::uint32_t>(bytes.size() - 4 - first);
    const std::size_t at = first + random.below(room);
    const char extremes[] = {0, 1, 0x7f, static_cast<char>(0x80), static_cast<char>(0xff)};
    for (std::size_t i = at; i < bytes.size() - 4 && i < at + 1 + random.below(8); ++i)
      bytes[i] = extremes[random.below(5)];
    seal(bytes);
  };
  std::size_t read = 0;
  for (int round = 0; round < 3'000; ++round) {
    MemoryLog log = whole;
    for (std::uint32_t i = 0; i <= random.below(3); ++i) {
      auto& record = log.records()[random.below(static_cast<std::uint32_t>(log.records().size()))];
      mutate(record.bytes, 4);
      if (random.one_in(4)) record.number = load_be64(as_bytes(record.bytes).data() + 8);
    }
    if (random.one_in(3)) mutate(log.mark(), 4);
    std::ranges::sort(log.records(), {}, &MemoryLog::Record::number);
    Facts facts;
    if (recover(log, facts)) ++read;
    MemoryLog fresh;
    ASSERT_TRUE(salvage(log, fresh, {.wall = kWall}).has_value());
    ASSERT_TRUE(recover(fresh, facts).has_value()) << round;
  }
  EXPECT_GT(read, 100U);  // some changes do no harm: another host name, another xid
}

}  // namespace
}  // namespace lessor::lease
