#include "lease/salvage.h"

#include "base/check.h"

#include <algorithm>

namespace lessor::lease {
namespace {

// How long doubt lasts at least when nobody knows the longest lease that was granted.
constexpr Duration kLeastDoubt = Duration::seconds(7 * 86'400);
// Everything is in doubt: no surviving record is known to be newer than the last loss.
constexpr Sequence kEverything = UINT64_MAX;

/// First pass: what survives, and after which change nothing was lost any more.
class Survey final : public Log::Visitor {
 public:
  explicit Survey(std::uint64_t first_needed) : expected_(first_needed) {}

  bool visit(std::uint64_t number, Bytes bytes) override {
    if (number < expected_) return true;
    if (number > expected_) lose(number - expected_, report_.records_missing);
    expected_ = number + 1;
    const auto record = RecordReader::open(bytes);
    if (!record || record->header().number != number) {
      lose(1, report_.records_damaged);
      return true;
    }
    take(*record);
    return true;
  }

  /// What was lost after the last surviving record: `mark` knows how far the log once went.
  void end(const std::optional<Mark>& mark) {
    if (mark) proven_ = std::max(proven_, mark->number);
    if (proven_ >= expected_) {
      report_.records_missing += proven_ - expected_ + 1;
      before_ = kEverything;
    } else if (losing_ && first_lost_ <= proven_) {
      before_ = kEverything;
    }
    if (!mark && report_.records_read > 0) before_ = kEverything;
    if (mark && last_sequence_ < mark->sequence) before_ = kEverything;
    if (mark) {
      last_sequence_ = std::max(last_sequence_, mark->sequence);
      newest_ = std::max(newest_, mark->newest);
    }
  }

  [[nodiscard]] const SalvageReport& report() const { return report_; }
  [[nodiscard]] const SequenceMap& latest() const { return latest_; }
  /// Changes from this one on are certain; 0: nothing was lost.
  [[nodiscard]] Sequence before() const { return before_; }
  [[nodiscard]] Sequence last_sequence() const { return last_sequence_; }
  [[nodiscard]] WallTime newest() const { return newest_; }
  [[nodiscard]] Duration longest() const { return longest_; }
  [[nodiscard]] const std::optional<Doubt>& earlier_doubt() const { return doubt_; }

 private:
  void lose(std::uint64_t records, std::uint64_t& counter) {
    counter += records;
    if (!losing_) first_lost_ = expected_;
    losing_ = true;
  }

  void take(const RecordReader& record) {
    const RecordHeader& header = record.header();
    ++report_.records_read;
    proven_ = std::max(proven_, header.durable);
    last_sequence_ = std::max(last_sequence_, header.last_sequence);
    newest_ = std::max(newest_, header.newest);
    if (losing_) {
      // A batch begins right after what was lost; a fold's own changes are all older.
      const bool is_batch = header.kind == RecordKind::batch;
      before_ = header.last_sequence - (is_batch ? header.change_count : 0) + 1;
      losing_ = false;
    }
    if (header.kind == RecordKind::doubt) doubt_ = record.doubt();
    record.for_each([&](const Lease& lease) {
      longest_ = std::max(longest_, lease.lifetime);
      if (lease.sequence >= latest_.find(lease.address)) latest_.set(lease.address, lease.sequence);
    });
  }

  SalvageReport report_;
  SequenceMap latest_;
  std::uint64_t expected_;
  std::uint64_t first_lost_ = 0;
  std::uint64_t proven_ = 0;
  bool losing_ = false;
  Sequence before_ = 0;
  Sequence last_sequence_ = 0;
  WallTime newest_;
  Duration longest_;
  std::optional<Doubt> doubt_;
};

/// Second pass: writes what survives, as folds.
class Copy final : public Log::Visitor {
 public:
  Copy(const Survey& survey, Log& fresh) : survey_(survey), fresh_(fresh) { writer_.begin(); }

  bool visit(std::uint64_t number, Bytes bytes) override {
    const auto record = RecordReader::open(bytes);
    if (!record || record->header().number != number) return true;
    record->for_each([&](const Lease& lease) {
      if (survey_.latest().find(lease.address) != lease.sequence) return;
      if (copied_.find(lease.address) != 0) return;
      copied_.set(lease.address, lease.sequence);
      if (lease.sequence < survey_.before()) ++doubtful_;
      writer_.add(lease);
      if (writer_.full()) flush();
    });
    return result_.has_value();
  }

  void flush() {
    if (writer_.changes() > 0) append(writer_.finish(header(RecordKind::fold)));
    writer_.begin();
  }
  void write(const Doubt& doubt) { append(writer_.finish(header(RecordKind::doubt), doubt)); }

  [[nodiscard]] const std::expected<void, LogError>& result() const { return result_; }
  [[nodiscard]] std::uint64_t records() const { return records_; }
  [[nodiscard]] std::size_t copied() const { return copied_.size(); }
  [[nodiscard]] std::size_t doubtful() const { return doubtful_; }

 private:
  [[nodiscard]] RecordHeader header(RecordKind kind) const {
    return {.kind = kind,
            .number = records_ + 1,
            .oldest = 1,
            .durable = 0,
            .last_sequence = survey_.last_sequence(),
            .newest = survey_.newest()};
  }
  void append(Bytes record) {
    if (!result_) return;
    result_ = fresh_.append(records_ + 1, record);
    ++records_;
  }

  const Survey& survey_;
  Log& fresh_;
  RecordWriter writer_;
  SequenceMap copied_;
  std::size_t doubtful_ = 0;
  std::uint64_t records_ = 0;
  std::expected<void, LogError> result_;
};

std::optional<Mark> mark_of(Log& log) {
  const auto text = log.read_mark();
  if (!text) return std::nullopt;
  const auto mark = read_mark(as_bytes(*text));
  return mark ? std::optional(*mark) : std::nullopt;
}

/// The doubt that the fresh log is to carry: the new one, an earlier one that still lasts, or both.
std::optional<Doubt> doubt_of(const Survey& survey, const SalvageOptions& options) {
  const WallTime wall = stored_wall(options.wall, survey.newest());
  const std::optional<Doubt>& earlier = survey.earlier_doubt();
  if (survey.before() == 0) return earlier;
  Doubt doubt{.started = wall,
              .lifetime = options.longest_lease.value_or(std::max(survey.longest(), kLeastDoubt)),
              .before = std::min(survey.before(), survey.last_sequence() + 1)};
  if (!earlier) return doubt;
  doubt.before = std::max(doubt.before, earlier->before);
  if (doubt.started + doubt.lifetime < earlier->started + earlier->lifetime)
    doubt.lifetime = earlier->lifetime;
  return doubt;
}

}  // namespace

std::expected<SalvageReport, LogError> salvage(Log& damaged, Log& fresh,
                                               const SalvageOptions& options) {
  const std::optional<Mark> mark = mark_of(damaged);
  Survey survey(mark ? mark->oldest : 1);
  if (const auto read = damaged.read(0, survey); !read) return std::unexpected(read.error());
  survey.end(mark);

  if (const auto cut = fresh.cut(1); !cut) return std::unexpected(cut.error());
  Copy copy(survey, fresh);
  if (const auto read = damaged.read(0, copy); !read) return std::unexpected(read.error());
  copy.flush();
  SalvageReport report = survey.report();
  report.doubt = doubt_of(survey, options);
  if (report.doubt) copy.write(*report.doubt);
  if (!copy.result()) return std::unexpected(copy.result().error());
  if (const auto synced = fresh.sync(); !synced) return std::unexpected(synced.error());

  const Mark fresh_mark{.number = copy.records(),
                        .sequence = copy.records() > 0 ? survey.last_sequence() : 0,
                        .oldest = 1,
                        .newest = survey.newest()};
  if (const auto marked = fresh.write_mark(write_mark(fresh_mark)); !marked)
    return std::unexpected(marked.error());
  report.leases = copy.copied();
  report.doubtful = report.doubt ? copy.doubtful() : 0;
  return report;
}

}  // namespace lessor::lease
