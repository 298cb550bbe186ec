#pragma once
// Reading a lease log back: checks that every record that was ever durable is there and whole, and
// finds the last change of each address. Changes nothing. Must not know: RocksDB, files.

#include "lease/clock_steps.h"
#include "lease/log.h"
#include "lease/record.h"
#include "lease/sequence_map.h"

#include <optional>
#include <span>
#include <string>
#include <utility>
#include <vector>

namespace lessor::lease {

/// Why a log was not accepted.
struct RecoveryError {
  enum class Kind : std::uint8_t {
    unreadable,  ///< the log could not be read at all: the operating system's or RocksDB's words
    damaged,     ///< records that were durable are missing or damaged: only a repair helps
    too_new,     ///< written by a newer version
  };
  Kind kind = Kind::damaged;
  std::string message;  ///< a sentence: which record, what is wrong, how we know
};

/// The refusal of a log that could not be read: damaged when it is the disk's content.
[[nodiscard]] RecoveryError unreadable(const LogError& error);

/// What a log holds, found without changing it.
struct LogState {
  std::uint64_t first = 1;    ///< the first record that is there
  std::uint64_t last = 0;     ///< the last record of the intact prefix
  std::uint64_t oldest = 1;   ///< records below it no longer count
  std::uint64_t durable = 0;  ///< proven durable: by later records, or by the mark
  Sequence last_sequence = 0;
  WallTime newest;            ///< the latest wall-clock time that any change carries
  std::uint64_t records = 0;  ///< in the intact prefix
  std::uint64_t changes = 0;  ///< in those records, superseded ones included
  /// Changes that are there more than once, a number for each further copy: what a crash leaves of
  /// a fold, whose originals are there still. Sorted.
  std::vector<Sequence> copies;
  SequenceMap latest;
  std::optional<Doubt> doubt;
  ClockSteps steps;
  std::uint64_t step_count = 0;  ///< of them, copies left out
  bool has_mark = false;
  bool torn_tail = false;  ///< after the last record there are remains of writes never confirmed
};

/// Reads the whole log and its mark. Accepts an intact prefix that includes everything ever known
/// durable; what follows it was never acknowledged. Refuses anything less.
[[nodiscard]] std::expected<LogState, RecoveryError> check_log(Log& log);

/// Receives the leases of a store.
struct LeaseVisitor {
  /// Said before the first: how many come.
  virtual void expect(std::size_t /*leases*/) {}
  /// `lease` and its bytes are valid during the call only.
  virtual void visit(const Lease& lease) = 0;
  /// Several leases, of as many addresses: who has a use for that takes them together.
  virtual void visit_some(std::span<const Lease> leases) {
    for (const Lease& lease : leases) visit(lease);
  }

 protected:
  ~LeaseVisitor() = default;
};

/// Hands each address's last change to `visitor`, once, with expires_at derived from `now` (see
/// derive_expiry). Returns how many. `state` is check_log()'s.
[[nodiscard]] std::expected<std::size_t, RecoveryError> visit_leases(Log& log,
                                                                     const LogState& state, Now now,
                                                                     LeaseVisitor& visitor);

/// Wall time as the store counts it: never before the newest time that it holds, so that a clock
/// stepped back does not bring expired leases to life, nor one that starts in 1970.
[[nodiscard]] constexpr WallTime stored_wall(WallTime wall, WallTime newest) {
  return wall < newest ? newest : wall;
}

/// When a lease recovered at `now` ends: clamp(started + lifetime - wall, 0, lifetime) from now on
/// the monotonic clock; never() when infinite. `wall` is stored_wall()'s.
[[nodiscard]] Instant derive_expiry(WallTime started, Duration lifetime, Instant mono,
                                    WallTime wall);

/// Keeps Now.wall from running backwards while the server runs, from the newest stored time on: of
/// leases granted under a clock that starts in 1970, or after one was set back, those before would
/// set the time of the next start, and the others would look expired then. And notices when it is
/// set forward, which the store must know of (change_of_step): leases granted before would
/// look expired at the next start. Whoever reads the clocks passes every Now through it. One
/// thread.
class StoredTime {
 public:
  /// Before a recovery: the first time that it is told is right.
  StoredTime() = default;
  StoredTime(WallTime newest, Instant loaded_at) : wall_(newest), at_(loaded_at) {}
  /// A clock that runs behind is replaced by the last right time and what has passed since.
  [[nodiscard]] constexpr Now apply(Now now) {
    const WallTime passed = wall_ + (now.mono - at_);
    const bool first = !std::exchange(told_, true);
    if (now.wall < passed) return {now.mono, passed};
    if (!first && now.wall > passed + kSlack) {
      step_ = step_ + Duration::seconds(now.wall.seconds - passed.seconds);
    }
    wall_ = now.wall;
    at_ = now.mono;
    return now;
  }
  /// By how much the wall clock was set forward since take_step(); zero when it was not.
  [[nodiscard]] Duration step() const { return step_; }
  [[nodiscard]] Duration take_step() { return std::exchange(step_, Duration()); }

 private:
  /// Clocks are read in seconds, and slewed by less.
  static constexpr Duration kSlack = Duration::seconds(3);

  WallTime wall_{INT64_MIN};
  Instant at_;
  bool told_ = false;  // how long nobody served, before the first time, is no step
  Duration step_;
};

}  // namespace lessor::lease
