#include "lease/extras.h"

#include "base/text.h"
#include "lease/lease_table.h"
#include "lease/store_world.h"

#include <gtest/gtest.h>

namespace lessor::lease {
namespace {

constexpr std::string_view kInfo("\x01\x04port\x02\x03rem\x0c\x02\xab\xcd", 15);

std::string extras_with(std::string_view info) {
  ExtrasWriter writer;
  EXPECT_TRUE(writer.set(Extra::relay_info, as_bytes(info)));
  return std::string(as_text(writer.bytes()));
}

TEST(Extras, AreFoundByTheirCode) {
  const std::string extras = extras_with(kInfo);
  const Lease lease{.extras = as_bytes(extras)};
  EXPECT_EQ(as_text(relay_info_of(lease)), kInfo);
  EXPECT_EQ(as_text(remote_id_of(lease)), "rem");
  EXPECT_EQ(to_hex(relay_id_of(lease)), "abcd");
  EXPECT_EQ(as_text(find_sub_option(relay_info_of(lease), 1)), "port");
  EXPECT_TRUE(find_sub_option(relay_info_of(lease), 3).empty());
  EXPECT_TRUE(find_extra(lease, Extra::user_context).empty());
  EXPECT_TRUE(relay_info_of(Lease()).empty());
}

TEST(Extras, AreReplacedAndTakenAwayWithoutTouchingOthers) {
  ExtrasWriter writer;
  ASSERT_TRUE(writer.set(Extra::user_context, as_bytes("{}")));
  ASSERT_TRUE(writer.set(Extra::relay_info, as_bytes(kInfo)));
  ASSERT_TRUE(writer.set(Extra::relay_info, as_bytes("\x01\x01x")));
  EXPECT_EQ(to_hex(writer.bytes()),
            "03027b7d"
            "0203010178");
  ASSERT_TRUE(writer.set(Extra::user_context, {}));
  EXPECT_EQ(to_hex(writer.bytes()), "0203010178");
  ExtrasWriter next(writer.bytes());
  ASSERT_TRUE(next.set(Extra::relay_info, {}));
  EXPECT_TRUE(next.bytes().empty());
}

TEST(Extras, TakeNoMoreThanFits) {
  const std::string longest(kMaxExtras - 2, 'x');
  ExtrasWriter writer;
  ASSERT_TRUE(writer.set(Extra::user_context, as_bytes(longest)));
  EXPECT_EQ(writer.bytes().size(), kMaxExtras);
  EXPECT_FALSE(writer.set(Extra::relay_info, as_bytes("a")));
  EXPECT_FALSE(writer.set(Extra::user_context, as_bytes(longest + "x")));
  EXPECT_FALSE(writer.set(Extra::user_context, as_bytes(std::string(300, 'x'))));
  EXPECT_EQ(as_text(writer.bytes().subspan(2)), longest);
}

// C2-11: from a damaged store, or from whoever sent option 82.
TEST(Extras, OctetsThatEndTooEarlyAreNoTriples) {
  const auto all = [](std::uint8_t, Bytes) { return true; };
  EXPECT_TRUE(for_each_triple({}, all));
  EXPECT_TRUE(for_each_triple(as_bytes(std::string_view("\x01\x00", 2)), all));
  EXPECT_FALSE(for_each_triple(as_bytes("\x01"), all));
  EXPECT_FALSE(for_each_triple(as_bytes("\x01\x02x"), all));
  EXPECT_EQ(as_text(find_sub_option(as_bytes("\x02\x01y\x02\x09z"), 2)), "y");
  EXPECT_TRUE(find_sub_option(as_bytes("\x01\x01y\x02\x09z"), 2).empty());
}

TEST(Extras, AreKeptInMemoryHoweverLongTheIdentifiers) {
  LeaseTable table({1, 2}, 1);
  const std::string most(kMaxExtras, 'x');
  std::uint32_t address = 1;
  for (const std::size_t size : {0U, 5U, 29U, 100U, 255U}) {
    for (const std::size_t extras : {1U, 20U, 241U}) {
      const std::string id(size, 'i');
      const std::string name(size == 255 ? 255 : 0, 'n');
      Lease lease{.address = {address}, .client_id = as_bytes(id), .hostname = as_bytes(name)};
      lease.extras = as_bytes(most).first(extras);
      if (size != 5) lease.place = {.relay = {0x0a010203}, .port = 7};
      if (size == 29) lease.started = {-1};
      ASSERT_TRUE(table.put(lease)) << size;
      const auto found = table.find({address++});
      ASSERT_TRUE(found) << size;
      EXPECT_EQ(as_text(found->extras), as_text(lease.extras)) << size;
      EXPECT_EQ(found->place, lease.place) << size;
      EXPECT_EQ(found->started, lease.started) << size;
      EXPECT_EQ(as_text(found->client_id), id);
    }
  }
  EXPECT_EQ(table.with_extras(), address - 1);
  // Their cells are taken and given back as they come and go.
  const std::size_t memory = table.memory_bytes();
  for (int turn = 0; turn < 3'000; ++turn) {
    Lease lease = table.find({1}).value();
    lease.extras = as_bytes(most).first(static_cast<std::size_t>(turn) % 200);
    ASSERT_TRUE(table.put(lease)) << turn;
    ASSERT_EQ(table.find({1})->extras.size(), static_cast<std::size_t>(turn) % 200);
  }
  EXPECT_EQ(table.memory_bytes(), memory);
  while (address > 1) ASSERT_TRUE(table.erase({--address}));
  EXPECT_EQ(table.with_extras(), 0U);
}

// The whole way to the disk and back, and folded into later records.
TEST(Extras, OutliveARestartAndFolding) {
  struct Kept final : LeaseVisitor {
    void visit(const Lease& lease) override {
      all[lease.address.value] = std::string(as_text(lease.extras));
    }
    std::map<std::uint32_t, std::string> all;
  };
  MemoryLog log;
  const std::string extras = extras_with(kInfo);
  const std::string longest(kMaxExtras - 2, 'x');
  ExtrasWriter most;
  ASSERT_TRUE(most.set(Extra::user_context, as_bytes(longest)));
  {
    World world(log);
    const std::string name(255, 'n');
    world.changes().push({.address = {1},
                          .client_id = as_bytes(name),
                          .hostname = as_bytes(name),
                          .extras = most.bytes(),
                          .started = kWall,
                          .lifetime = Duration::seconds(600),
                          .place = {.relay = {7}, .port = 8}});
    world.changes().push({.address = {2},
                          .extras = as_bytes(extras),
                          .started = kWall,
                          .lifetime = Duration::seconds(600)});
    (void)world.commit();
    world.push(3, "a");
    (void)world.commit();
    ASSERT_TRUE(world.store().fold().has_value());
    ASSERT_TRUE(world.store().sync().has_value());
    ASSERT_TRUE(world.store().write_mark().has_value());
    EXPECT_GT(log.records().front().number, 1U);  // the first is gone
  }
  LeaseStore store(log);
  Kept kept;
  ASSERT_TRUE(store.recover(kNow, kept).has_value());
  EXPECT_EQ(kept.all[1], as_text(most.bytes()));
  EXPECT_EQ(kept.all[2], extras);
  EXPECT_EQ(kept.all[3], "");
}

}  // namespace
}  // namespace lessor::lease
