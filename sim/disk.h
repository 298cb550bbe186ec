#pragma once
// The disk of a simulated server: a MemoryLog, and beside it what anybody could read in it that is
// durable, worked out record by record without the store's help. Must not know: the engine.

#include "lease/clock_steps.h"
#include "lease/memory_log.h"
#include "lease/record.h"

#include <map>
#include <optional>
#include <set>
#include <string>
#include <vector>

namespace lessor::sim {

/// One address's last durable change.
struct DurableLease {
  lease::LeaseState state = lease::LeaseState::active;
  net::HardwareAddress hardware;
  std::string client_id;
  WallTime started;
  Duration lifetime;
  lease::Sequence sequence = 0;
  friend bool operator==(const DurableLease&, const DurableLease&) = default;
};
[[nodiscard]] inline DurableLease durable_of(const lease::Lease& lease) {
  return {lease.state,   lease.hardware, std::string(as_text(lease.client_id)),
          lease.started, lease.lifetime, lease.sequence};
}
using DurableLeases = std::map<std::uint32_t, DurableLease>;

class Disk final : public lease::Log {
 public:
  /// What is durable now, by address.
  [[nodiscard]] const DurableLeases& durable() const { return durable_; }
  /// Whether the wall clock was ever set forward.
  [[nodiscard]] bool has_steps() const { return !steps_.empty(); }
  /// The faults, and the octets.
  [[nodiscard]] lease::MemoryLog& log() { return log_; }
  /// The machine stops: of what was not flushed only the first `kept` octets are there afterwards.
  void crash(std::size_t kept) {
    stops_in_.reset();
    log_.crash(kept);
    read_all();
  }

  /// The power goes off at the call after so many, and stays off until crash().
  void stop_after(std::size_t calls) { stops_in_ = calls; }

  std::expected<void, lease::LogError> append(std::uint64_t number, Bytes record) override {
    if (is_off()) return off();
    auto done = log_.append(number, record);
    if (done) pending_.emplace_back(as_text(record));
    return done;
  }
  std::expected<void, lease::LogError> sync() override {
    if (is_off()) return off();
    auto done = log_.sync();
    if (!done) return done;
    for (const std::string& record : pending_) take(as_bytes(record));
    pending_.clear();
    return done;
  }
  std::expected<void, lease::LogError> write_mark(Bytes mark) override {
    if (is_off()) return off();
    return log_.write_mark(mark);
  }
  std::expected<std::string, lease::LogError> read_mark() override { return log_.read_mark(); }
  std::expected<void, lease::LogError> read(std::uint64_t first, Visitor& visitor) override {
    return log_.read(first, visitor);
  }
  std::expected<void, lease::LogError> trim(std::uint64_t number) override {
    if (is_off()) return off();
    return log_.trim(number);
  }
  std::expected<void, lease::LogError> cut(std::uint64_t number) override {
    auto done = log_.cut(number);
    read_all();
    return done;
  }
  std::expected<void, lease::LogError> write_note(std::uint64_t number, Bytes note) override {
    if (is_off()) return off();
    return log_.write_note(number, note);
  }
  std::expected<void, lease::LogError> read_notes(Visitor& visitor) override {
    return log_.read_notes(visitor);
  }

 private:
  [[nodiscard]] bool is_off() {
    if (!stops_in_) return false;
    if (*stops_in_ == 0) return true;
    --*stops_in_;
    return false;
  }
  static std::unexpected<lease::LogError> off() {
    return std::unexpected(lease::LogError{"the power is off"});
  }
  void take(Bytes record) {
    const auto reader = lease::RecordReader::open(record);
    if (!reader || reader->header().kind == lease::RecordKind::doubt) return;
    reader->for_each([&](const lease::Lease& lease) {
      if (lease::is_step(lease)) return step(lease);
      DurableLease& known = durable_[lease.address.value];
      if (lease.sequence > known.sequence) known = durable_of(lease);
    });
  }
  /// What was recorded before the wall clock was set forward is as old as it was.
  void step(const lease::Lease& change) {
    if (!steps_.insert(change.sequence).second) return;
    for (auto& [address, lease] : durable_) {
      if (lease.sequence < change.sequence) lease.started = lease.started + change.lifetime;
    }
  }
  /// After a crash a whole record that was never flushed may be there: it counts.
  void read_all() {
    pending_.clear();
    for (const auto& record : log_.records()) {
      const auto reader = lease::RecordReader::open(as_bytes(record.bytes));
      if (!reader) break;
      take(as_bytes(record.bytes));
    }
  }

  lease::MemoryLog log_;
  DurableLeases durable_;
  std::set<lease::Sequence> steps_;  // of the wall clock
  std::vector<std::string> pending_;
  std::optional<std::size_t> stops_in_;
};

}  // namespace lessor::sim
