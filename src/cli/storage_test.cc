#include "cli/storage.h"

#include "lease/memory_log.h"
#include "runtime/clock.h"

#include <gtest/gtest.h>

namespace lessor::cli {
namespace {

constexpr Duration kPatience = Duration::seconds(10);

struct Recovered final : lease::LeaseVisitor {
  void visit(const lease::Lease& lease) override { addresses.push_back(lease.address); }
  std::vector<net::Ip4> addresses;
};

/// Opens a Storage on a copy of `disk`; `log` is the log in use.
std::unique_ptr<Storage> open(const lease::MemoryLog& disk, lease::MemoryLog*& log) {
  auto storage = Storage::open("/folder", [&](const std::string&) {
    auto copy = std::make_unique<lease::MemoryLog>(disk);
    log = copy.get();
    return std::expected<std::unique_ptr<lease::Log>, lease::LogError>(std::move(copy));
  });
  return storage ? std::move(*storage) : nullptr;
}

lease::Lease lease_of(std::uint32_t address) {
  lease::Lease lease;
  lease.address = {address};
  lease.hardware.size = 6;
  lease.started = {1'000};
  lease.lifetime = Duration::seconds(600);
  return lease;
}

TEST(Storage, WhatIsDurableIsThereAfterARestart) {
  const lease::MemoryLog disk;
  lease::MemoryLog* log = nullptr;
  const auto storage = open(disk, log);
  ASSERT_NE(storage, nullptr);
  Recovered none;
  ASSERT_TRUE(storage->recover(runtime::read_clock(), none));
  EXPECT_TRUE(none.addresses.empty());
  ASSERT_TRUE(storage->start());
  lease::Sequence last = 0;
  for (std::uint32_t i = 1; i <= 3'000; ++i) last = storage->changes().push(lease_of(i));
  storage->submit({});
  ASSERT_TRUE(storage->wait_durable(last, kPatience));
  EXPECT_GT(storage->status().count, 0U);
  storage->finish();
  EXPECT_FALSE(storage->failed());

  log->crash();
  lease::MemoryLog* second = nullptr;
  const auto again = open(*log, second);
  Recovered all;
  const auto report = again->recover(runtime::read_clock(), all);
  ASSERT_TRUE(report) << report.error();
  EXPECT_EQ(all.addresses.size(), 3'000U);
  EXPECT_EQ(again->changes().last(), last);
}

TEST(Storage, AFailedFlushEndsAllPromises) {
  const lease::MemoryLog disk;
  lease::MemoryLog* log = nullptr;
  const auto storage = open(disk, log);
  Recovered none;
  ASSERT_TRUE(storage->recover(runtime::read_clock(), none));
  log->fail_syncs("No space left on device");
  ASSERT_TRUE(storage->start());
  const lease::Sequence last = storage->changes().push(lease_of(1));
  storage->submit({});
  EXPECT_FALSE(storage->wait_durable(last, kPatience));
  EXPECT_TRUE(storage->failed());
  EXPECT_NE(storage->failure().find("No space left"), std::string::npos);
  EXPECT_LT(storage->durable(), last);
}

TEST(Storage, DamageNamesTheRepairAndATroubleOfTheSystemDoesNot) {
  const auto refuse = [](bool damaged) {
    const auto storage = Storage::open("/folder", [&](const std::string&) {
      return std::expected<std::unique_ptr<lease::Log>, lease::LogError>(
          std::unexpected(lease::LogError{"cannot open /folder/leases: why", damaged}));
    });
    return storage ? std::string() : storage.error();
  };
  EXPECT_EQ(refuse(false), "cannot open /folder/leases: why");
  EXPECT_TRUE(refuse(true).starts_with("the lease store in /folder: cannot open /folder/leases"));
  EXPECT_NE(refuse(true).find("'lessor leases repair --lease-dir /folder'"), std::string::npos);
}

TEST(Storage, WritesTheMarkOnceItIsQuiet) {
  const lease::MemoryLog disk;
  lease::MemoryLog* log = nullptr;
  const auto storage = open(disk, log);
  Recovered none;
  ASSERT_TRUE(storage->recover(runtime::read_clock(), none));
  ASSERT_TRUE(storage->start());
  EXPECT_TRUE(storage->next_deadline().is_never());
  const Instant now = runtime::read_clock().mono;
  const lease::Sequence last = storage->changes().push(lease_of(1));
  storage->submit(now);
  ASSERT_TRUE(storage->wait_durable(last, kPatience));
  EXPECT_GT(storage->next_deadline(), now);
  EXPECT_FALSE(storage->next_deadline().is_never());
  const std::size_t before = log->marks();
  storage->on_time();
  EXPECT_TRUE(storage->next_deadline().is_never());
  storage->finish();
  EXPECT_GT(log->marks(), before);
}

// The damage is named, and what to do about it.
TEST(Storage, RefusesADamagedStoreAndNamesTheRepair) {
  const lease::MemoryLog disk;
  lease::MemoryLog* log = nullptr;
  const auto storage = open(disk, log);
  Recovered none;
  ASSERT_TRUE(storage->recover(runtime::read_clock(), none));
  ASSERT_TRUE(storage->start());
  for (std::uint32_t i = 1; i <= 3; ++i) {
    const lease::Sequence last = storage->changes().push(lease_of(i));
    storage->submit({});
    ASSERT_TRUE(storage->wait_durable(last, kPatience));
  }
  storage->finish();
  log->records().front().bytes[60] ^= 0x10;

  lease::MemoryLog* second = nullptr;
  const auto again = open(*log, second);
  const auto report = again->recover(runtime::read_clock(), none);
  ASSERT_FALSE(report);
  EXPECT_NE(report.error().find("lessor leases repair --lease-dir /folder"), std::string::npos)
      << report.error();
}

}  // namespace
}  // namespace lessor::cli
