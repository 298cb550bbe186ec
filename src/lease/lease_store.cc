#include "lease/lease_store.h"

#include "base/check.h"

#include <algorithm>

namespace lessor::lease {
namespace {

/// Reads the oldest records for one slice: keeps the changes that still hold.
class FoldSlice final : public Log::Visitor {
 public:
  FoldSlice(std::uint64_t first, std::uint64_t end, std::size_t budget, const SequenceMap& latest,
            std::vector<Sequence>& copies, RecordWriter& kept, AddressNote& note)
      : next_(first),
        end_(end),
        budget_(budget),
        latest_(latest),
        copies_(copies),
        kept_(kept),
        note_(note) {}

  bool visit(std::uint64_t number, Bytes bytes) override {
    if (number >= end_ || read_ >= budget_) return false;
    const auto record = RecordReader::open(bytes);
    if (!record || number != next_) {
      damaged_ = true;
      return false;
    }
    // A record is folded whole or not at all.
    if (kept_.changes() + still_holding(*record) > kMaxChangesPerRecord) return false;
    record->for_each([&](const Lease& lease) {
      if (!still_holds(lease) || is_copied(lease.sequence)) return;
      kept_.add(lease);
      note_.add(lease.address);
    });
    has_doubt_ = has_doubt_ || record->header().kind == RecordKind::doubt;
    read_ += record->header().change_count;
    ++next_;
    return true;
  }

  /// The first record not folded.
  [[nodiscard]] std::uint64_t next() const { return next_; }
  [[nodiscard]] std::uint64_t changes_read() const { return read_; }
  [[nodiscard]] bool has_doubt() const { return has_doubt_; }
  [[nodiscard]] bool damaged() const { return damaged_; }

 private:
  [[nodiscard]] std::size_t still_holding(const RecordReader& record) const {
    std::size_t count = 0;
    record.for_each([&](const Lease& lease) {
      if (still_holds(lease)) ++count;
    });
    return count;
  }
  /// Whether there is another copy in a later record. Each copy is asked for once: the last one
  /// stays.
  bool is_copied(Sequence sequence) {
    const auto copy = std::ranges::lower_bound(copies_, sequence);
    if (copy == copies_.end() || *copy != sequence) return false;
    copies_.erase(copy);
    return true;
  }
  /// Steps of the clock hold for ever: they are few.
  [[nodiscard]] bool still_holds(const Lease& lease) const {
    return is_step(lease) || latest_.find(lease.address) == lease.sequence;
  }

  std::uint64_t next_;
  std::uint64_t end_;
  std::size_t budget_;
  const SequenceMap& latest_;
  std::vector<Sequence>& copies_;
  RecordWriter& kept_;
  AddressNote& note_;
  std::uint64_t read_ = 0;
  bool has_doubt_ = false;
  bool damaged_ = false;
};

}  // namespace

std::expected<RecoveryReport, RecoveryError> LeaseStore::recover(Now now, LeaseVisitor& visitor) {
  auto state = check_log(log_);
  if (!state) return std::unexpected(state.error());
  const auto leases = visit_leases(log_, *state, now, visitor);
  if (!leases) return std::unexpected(leases.error());

  last_record_ = durable_record_ = state->last;
  last_sequence_ = durable_sequence_ = state->last_sequence;
  oldest_ = fold_next_ = state->first;
  newest_ = state->newest;
  changes_ = state->changes;
  doubt_ = state->doubt;
  latest_ = std::move(state->latest);
  copies_ = std::move(state->copies);
  steps_ = state->step_count;
  recovered_ = true;
  // What a crash left behind is dropped before new records take its numbers; and the mark is there
  // before the first record is, so that its absence means damage.
  if (const auto cut = log_.cut(last_record_ + 1); !cut) {
    return std::unexpected(unreadable(cut.error()));
  }
  if (const auto marked = write_mark(); !marked) {
    return std::unexpected(unreadable(marked.error()));
  }
  RecoveryReport report{.last_sequence = last_sequence_,
                        .records = state->records,
                        .leases = *leases,
                        .newest = newest_,
                        .torn_tail = state->torn_tail,
                        .doubt = doubt_};
  if (doubt_) {
    report.doubtful_until =
        derive_expiry(doubt_->started, doubt_->lifetime, now.mono, stored_wall(now.wall, newest_));
  }
  return report;
}

template <typename T>
std::expected<T, LogError> LeaseStore::fail(const LogError& error) {
  failed_ = error;
  return std::unexpected(error);
}

std::expected<void, LogError> LeaseStore::check_usable() const {
  CHECK(recovered_);
  if (failed_) return std::unexpected(*failed_);
  return {};
}

RecordHeader LeaseStore::header(RecordKind kind) const {
  return {.kind = kind,
          .number = last_record_ + 1,
          .oldest = oldest_,
          .durable = durable_record_,
          .last_sequence = last_sequence_,
          .newest = newest_};
}

std::expected<void, LogError> LeaseStore::append_record(Bytes record, std::uint16_t changes) {
  // A doubt has no note: when it is lost, a repair must not think that it knows all.
  if (changes > 0) {
    if (const auto noted = log_.write_note(last_record_ + 1, note_.bytes()); !noted)
      return fail<void>(noted.error());
  }
  if (const auto done = log_.append(last_record_ + 1, record); !done)
    return fail<void>(done.error());
  ++last_record_;
  changes_ += changes;
  return {};
}

std::expected<Sequence, LogError> LeaseStore::append(const ChangeLog& changes, std::size_t count) {
  if (const auto usable = check_usable(); !usable) return std::unexpected(usable.error());
  CHECK(count > 0 && count <= kMaxChangesPerRecord);
  writer_.begin();
  note_.begin();
  for (std::size_t i = 0; i < count; ++i) {
    const Lease lease = changes.at(i).lease();
    CHECK(lease.sequence == last_sequence_ + 1);
    last_sequence_ = lease.sequence;
    newest_ = std::max(newest_, lease.started);
    if (!is_step(lease)) {
      latest_.set(lease.address, lease.sequence);
    } else {
      ++steps_;
      if (doubt_) doubt_->started = doubt_->started + lease.lifetime;
    }
    writer_.add(lease);
    note_.add(lease.address);
  }
  const Bytes record = writer_.finish(header(RecordKind::batch));
  if (const auto done = append_record(record, writer_.changes()); !done)
    return std::unexpected(done.error());
  return last_sequence_;
}

std::expected<Sequence, LogError> LeaseStore::sync() {
  if (const auto usable = check_usable(); !usable) return std::unexpected(usable.error());
  if (const auto synced = log_.sync(); !synced) return fail<Sequence>(synced.error());
  durable_record_ = last_record_;
  durable_sequence_ = last_sequence_;
  oldest_ = fold_next_;  // what they held is durable in the folds
  return durable_sequence_;
}

bool LeaseStore::fold_due() const { return changes_ > 2 * (latest_.size() + steps_) + fold_slack_; }

std::expected<void, LogError> LeaseStore::fold(std::size_t changes) {
  if (const auto usable = check_usable(); !usable) return usable;
  writer_.begin();
  note_.begin();
  FoldSlice slice(fold_next_, durable_record_ + 1, changes, latest_, copies_, writer_, note_);
  if (const auto read = log_.read(fold_next_, slice); !read) return fail<void>(read.error());
  if (slice.damaged()) {
    return fail<void>({"the lease log is damaged: record " + std::to_string(slice.next()) +
                       " could not be read back"});
  }
  changes_ -= slice.changes_read();
  if (const auto written = write_folded(slice.has_doubt()); !written) return written;
  fold_next_ = slice.next();
  return {};
}

std::expected<void, LogError> LeaseStore::write_folded(bool doubt) {
  if (writer_.changes() > 0) {
    const Bytes record = writer_.finish(header(RecordKind::fold));
    if (const auto done = append_record(record, writer_.changes()); !done) return done;
  }
  if (!doubt || !doubt_ || newest_ >= doubt_->started + doubt_->lifetime) return {};
  return append_record(writer_.finish(header(RecordKind::doubt), *doubt_), 0);
}

std::expected<void, LogError> LeaseStore::write_mark() {
  if (const auto usable = check_usable(); !usable) return usable;
  const std::vector<std::byte> mark = lease::write_mark({.number = durable_record_,
                                                         .sequence = durable_sequence_,
                                                         .oldest = oldest_,
                                                         .newest = newest_});
  if (const auto written = log_.write_mark(mark); !written) return fail<void>(written.error());
  marked_ = durable_record_;
  if (const auto trimmed = log_.trim(oldest_); !trimmed) return fail<void>(trimmed.error());
  return {};
}

}  // namespace lessor::lease
