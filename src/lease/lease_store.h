#pragma once
// LeaseStore: leases on a Log. Appends batches of changes, says how far they are durable, folds
// superseded changes away, recovers. A state machine: no thread, no clock; the commit thread drives
// it. Must not know: packets, RocksDB.

#include "lease/change_log.h"
#include "lease/log.h"
#include "lease/recovery.h"

#include <expected>
#include <functional>
#include <optional>
#include <vector>

namespace lessor::lease {

/// What recover() found.
struct RecoveryReport {
  Sequence last_sequence = 0;  ///< a ChangeLog continues with the next
  std::uint64_t records = 0;
  std::size_t leases = 0;
  WallTime newest;         ///< for StoredTime
  bool torn_tail = false;  ///< unacknowledged remains of a crash were dropped: normal
  std::optional<Doubt> doubt;
  Instant doubtful_until;  ///< when doubt ends; never() while it lasts for ever; only with `doubt`
};

/// Folding starts when the superseded changes outnumber the others by this: a small store is not
/// rewritten for a handful of renewals.
inline constexpr std::uint64_t kFoldSlack = 16'384;

/// One thread. The log holds batches (new changes) and folds (old ones that still hold, repeated):
/// the last change of an address, by sequence number, is what counts. The oldest records are folded
/// a slice at a time once more than half of the log is superseded, so it stays within about twice
/// the leases; recovery reads it all. A record is dropped only after what still counted in it is
/// durable in a later one and the mark says so: at every moment, what is durable in the log and not
/// below the mark's `oldest` holds every address's last durable change.
/// After a failed sync (or append) every call fails: nothing may be promised any more.
class LeaseStore {
 public:
  /// `fold_slack` in place of kFoldSlack is for worlds too small for it.
  explicit LeaseStore(Log& log, std::uint64_t fold_slack = kFoldSlack)
      : log_(log), fold_slack_(fold_slack) {}

  /// Reads everything; each lease goes to `visitor` once, with expires_at derived from `now`. Must
  /// succeed before anything else is called. Refuses a damaged log and leaves it as it was.
  [[nodiscard]] std::expected<RecoveryReport, RecoveryError> recover(Now now,
                                                                     LeaseVisitor& visitor);

  /// Buffers the oldest `count` waiting changes as one record (1 to kMaxChangesPerRecord) and
  /// returns the last one's sequence number. They stay in `changes`.
  [[nodiscard]] std::expected<Sequence, LogError> append(const ChangeLog& changes,
                                                         std::size_t count);
  /// Makes everything appended durable (RFC 2131 3.1: before the DHCPACK) and returns durable().
  [[nodiscard]] std::expected<Sequence, LogError> sync();
  /// Every change up to this one is durable.
  [[nodiscard]] Sequence durable() const { return durable_sequence_; }

  /// Whether more than half of the log is superseded.
  [[nodiscard]] bool fold_due() const;
  /// Folds one slice of the oldest records (about `changes` changes are read). Its effect becomes
  /// durable with the next sync(). Call while fold_due().
  [[nodiscard]] std::expected<void, LogError> fold(std::size_t changes = kMaxChangesPerRecord);

  /// Whether the mark says less than is durable.
  [[nodiscard]] bool mark_due() const { return marked_ < durable_record_; }
  /// Writes the mark and drops folded records. Costs a flush of its own: not with every sync, but
  /// soon when idle, so that damage to anything older is recognised.
  [[nodiscard]] std::expected<void, LogError> write_mark();

  /// Changes in the log, superseded ones included, and addresses with a change: for statistics.
  [[nodiscard]] std::uint64_t changes_in_log() const { return changes_; }
  [[nodiscard]] std::size_t addresses() const { return latest_.size(); }

 private:
  [[nodiscard]] std::expected<void, LogError> append_record(Bytes record, std::uint16_t changes);
  [[nodiscard]] std::expected<void, LogError> write_folded(bool doubt);
  [[nodiscard]] RecordHeader header(RecordKind kind) const;
  [[nodiscard]] std::expected<void, LogError> check_usable() const;
  template <typename T>
  [[nodiscard]] std::expected<T, LogError> fail(const LogError& error);

  Log& log_;
  const std::uint64_t fold_slack_;
  RecordWriter writer_;
  AddressNote note_;  // of the record being written
  SequenceMap latest_;
  std::uint64_t steps_ = 0;       // of the wall clock, in the log
  std::vector<Sequence> copies_;  // as LogState has them, less those folded away since
  std::optional<Doubt> doubt_;
  std::optional<LogError> failed_;
  bool recovered_ = false;
  std::uint64_t last_record_ = 0;     // appended
  std::uint64_t durable_record_ = 0;  // synced
  std::uint64_t marked_ = 0;          // said by the mark
  std::uint64_t oldest_ = 1;          // records below it no longer count, durably
  std::uint64_t fold_next_ = 1;       // records below it are folded, perhaps not durably yet
  Sequence last_sequence_ = 0;
  Sequence durable_sequence_ = 0;
  WallTime newest_;
  std::uint64_t changes_ = 0;  // in the log from fold_next_ on
};

}  // namespace lessor::lease
