#pragma once
// For tests: a lease store on a MemoryLog, and what it ought to hold after each change.

#include "lease/lease_store.h"
#include "lease/memory_log.h"

#include <gtest/gtest.h>

#include <map>
#include <optional>
#include <string>

namespace lessor::lease {

inline constexpr WallTime kWall{1'700'000'000};
inline constexpr Now kNow{Instant::from_nanoseconds(5'000'000'000), kWall};

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
inline Sequence fill(World& world) {
  world.push(10, "a");
  world.push(11, "b");
  (void)world.commit();
  world.push(10, "a", Duration::seconds(60), {kWall.seconds + 5});
  (void)world.commit();
  world.push(12, "a client with a longer identifier than most");
  world.push(11, "c", Duration::infinite(), {kWall.seconds + 6});
  return world.commit();
}

inline std::expected<RecoveryReport, RecoveryError> recover(MemoryLog log, Facts& facts,
                                                            Now now = kNow) {
  LeaseStore store(log);
  Collect collect;
  const auto report = store.recover(now, collect);
  facts = collect.facts;
  return report;
}

}  // namespace lessor::lease
