#pragma once
// Committer: what the commit thread does, as a state machine: batches changes, makes them durable,
// keeps the log small. The thread only calls it and measures. Must not know: threads, clocks.

#include "lease/lease_store.h"

#include <expected>

namespace lessor::lease {

/// Counted since start, for people.
struct CommitStatistics {
  std::uint64_t flushes = 0;
  std::uint64_t changes = 0;
  std::uint64_t largest_batch = 0;
  std::uint64_t last_batch = 0;
  Duration last_flush;
  Duration longest_flush;
};

/// The consumer side of the ChangeLog. One thread.
class Committer {
 public:
  /// At most `max_batch` changes go into one flush (1 to kMaxChangesPerRecord): bounds how long the
  /// first reply waits.
  Committer(ChangeLog& changes, LeaseStore& store, std::size_t max_batch = 512);

  /// Whether changes wait.
  [[nodiscard]] bool has_changes() const { return changes_.waiting() > 0; }
  /// Makes the oldest waiting changes durable and returns how far the store is durable: what waited
  /// for that may be answered now. Nothing waiting: returns that at once. After an error nothing
  /// may be promised any more: stop, say so, exit.
  [[nodiscard]] std::expected<Sequence, LogError> commit();
  /// One bounded step of housekeeping, for when nothing waits: folding, then the mark. false when
  /// there is none left. (Under unbroken load commit() does both now and then.)
  [[nodiscard]] std::expected<bool, LogError> tidy();
  /// Commits what waits and writes the mark: the last call before a clean stop.
  [[nodiscard]] std::expected<Sequence, LogError> finish();

  /// How long commit() took, as its caller measured it.
  void note_flush(Duration took);
  [[nodiscard]] const CommitStatistics& statistics() const { return statistics_; }

 private:
  // Under unbroken load every so many commits write the mark: 3% more flushes, and at most this
  // many batches that could lose their tail to a damaged disk unnoticed.
  static constexpr std::uint64_t kCommitsPerMark = 32;

  ChangeLog& changes_;
  LeaseStore& store_;
  std::size_t max_batch_;
  std::uint64_t commits_since_mark_ = 0;
  CommitStatistics statistics_;
};

}  // namespace lessor::lease
