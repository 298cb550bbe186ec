#include "lease/salvage.h"

#include "base/check.h"

#include <algorithm>
#include <set>

namespace lessor::lease {
namespace {

// How long doubt lasts at least when nobody knows the longest lease that was granted.
constexpr Duration kLeastDoubt = Duration::seconds(7 * 86'400);

// Numbers come from disk: a gap of more than this is no gap that notes could fill.
constexpr std::size_t kMostMissing = 1'000'000;

/// First pass: what survives, and the numbers of what does not.
class Survey final : public Log::Visitor {
 public:
  bool visit(std::uint64_t number, Bytes bytes) override {
    const auto record = RecordReader::open(bytes);
    if (record && record->header().number == number) take(*record);
    last_seen_ = std::max(last_seen_, number);
    return true;
  }

  void note_mark(const std::optional<Mark>& mark) {
    if (!mark) return;
    oldest_ = std::max(oldest_, mark->oldest);
    last_needed_ = std::max(last_needed_, mark->number);
    last_sequence = std::max(last_sequence, mark->sequence);
    newest = std::max(newest, mark->newest);
  }

  /// The records that count and do not survive; `last_note` is the last record that was noted.
  /// Without proof that the end was durable it was torn, not lost; but where something was lost,
  /// the end is not trusted either.
  [[nodiscard]] std::set<std::uint64_t> lost(std::uint64_t last_note) const {
    std::set<std::uint64_t> numbers = missing_up_to(last_needed_);
    if (numbers.empty()) return numbers;
    return missing_up_to(std::max({last_needed_, last_seen_, last_note}));
  }

  std::uint64_t records = 0;
  SequenceMap latest;       // the sequence of each address's last surviving change
  SequenceMap last_record;  // the last surviving record that names it
  Sequence last_sequence = 0;
  WallTime newest;
  Duration longest;
  std::optional<Doubt> doubt;  // of an earlier repair

 private:
  void take(const RecordReader& record) {
    const RecordHeader& header = record.header();
    ++records;
    whole_.insert(header.number);
    oldest_ = std::max(oldest_, header.oldest);
    last_needed_ = std::max({last_needed_, header.durable, header.number});
    last_sequence = std::max(last_sequence, header.last_sequence);
    newest = std::max(newest, header.newest);
    if (header.kind == RecordKind::doubt) doubt = record.doubt();
    record.for_each([&](const Lease& lease) {
      longest = std::max(longest, lease.lifetime);
      last_record.set(lease.address, header.number);
      if (lease.sequence >= latest.find(lease.address)) latest.set(lease.address, lease.sequence);
    });
  }

  [[nodiscard]] std::set<std::uint64_t> missing_up_to(std::uint64_t last) const {
    std::set<std::uint64_t> missing;
    for (std::uint64_t n = oldest_; n <= last && missing.size() < kMostMissing; ++n)
      if (!whole_.contains(n)) missing.insert(n);
    return missing;
  }

  std::set<std::uint64_t> whole_;
  std::uint64_t oldest_ = 1;
  std::uint64_t last_needed_ = 0;
  std::uint64_t last_seen_ = 0;
};

/// Second pass, over the notes: which addresses the lost records were about.
class Notes final : public Log::Visitor {
 public:
  bool visit(std::uint64_t number, Bytes note) override {
    last = std::max(last, number);
    if (lost == nullptr || !lost->contains(number)) return true;
    known.insert(number);
    AddressNote::for_each(note, [&](net::Ip4 address) {
      // A later record names the address again: what was lost is superseded.
      if (survey->last_record.find(address) < number) doubtful.insert(address.value);
    });
    return true;
  }

  const Survey* survey = nullptr;
  const std::set<std::uint64_t>* lost = nullptr;
  std::uint64_t last = 0;
  std::set<std::uint64_t> known;     // lost records that have a note
  std::set<std::uint32_t> doubtful;  // addresses, in host order
};

/// What is known and what is not.
struct Plan {
  std::set<std::uint32_t> out_of_use;  // addresses to decline, in host order
  std::uint64_t last_unknown = 0;      // the last lost record of which no note tells; 0: none
  WallTime wall;
  Duration doubt_lasts;

  /// Whether the surviving change of an address, last named by record `number`, is its last one.
  [[nodiscard]] bool is_certain(const Lease& lease, std::uint64_t number) const {
    return number > last_unknown && !out_of_use.contains(lease.address.value);
  }
  [[nodiscard]] bool is_over(const Lease& lease) const {
    return lease.state != LeaseState::active || lease.started + lease.lifetime <= wall;
  }
};

/// Writes the fresh log: what is certain as folds, what is in doubt as new changes.
class Writer {
 public:
  Writer(Log& fresh, Sequence last_sequence, WallTime newest)
      : fresh_(fresh), sequence_(last_sequence), newest_(newest) {}

  void carry_over(const Lease& lease) { add(RecordKind::fold, lease); }
  void change(Lease lease) {
    flush_unless(RecordKind::batch);
    lease.sequence = ++sequence_;
    newest_ = std::max(newest_, lease.started);
    add(RecordKind::batch, lease);
  }
  void doubt(const Doubt& doubt) {
    flush();
    newest_ = std::max(newest_, doubt.started);
    append(writer_.finish(header(RecordKind::doubt), doubt));
    writer_.begin();
  }
  /// Makes everything durable, and the mark.
  [[nodiscard]] std::expected<void, LogError> finish() {
    flush();
    if (!result_) return result_;
    if (const auto synced = fresh_.sync(); !synced) return synced;
    const Mark mark{.number = records_,
                    .sequence = records_ > 0 ? sequence_ : 0,
                    .oldest = 1,
                    .newest = newest_};
    return fresh_.write_mark(write_mark(mark));
  }

 private:
  void add(RecordKind kind, const Lease& lease) {
    flush_unless(kind);
    writer_.add(lease);
    note_.add(lease.address);
  }
  void flush_unless(RecordKind kind) {
    if (kind_ != kind || writer_.full()) flush();
    kind_ = kind;
  }
  void flush() {
    if (writer_.changes() > 0) {
      if (result_) result_ = fresh_.write_note(records_ + 1, note_.bytes());
      append(writer_.finish(header(kind_)));
    }
    writer_.begin();
    note_.begin();
  }
  void append(Bytes record) {
    if (result_) result_ = fresh_.append(records_ + 1, record);
    ++records_;
  }
  [[nodiscard]] RecordHeader header(RecordKind kind) const {
    return {.kind = kind,
            .number = records_ + 1,
            .oldest = 1,
            .last_sequence = sequence_,
            .newest = newest_};
  }

  Log& fresh_;
  RecordWriter writer_;
  AddressNote note_;
  RecordKind kind_ = RecordKind::fold;
  Sequence sequence_;
  WallTime newest_;
  std::uint64_t records_ = 0;
  std::expected<void, LogError> result_;
};

/// Last passes: hands each address's last surviving change to `fn`, once.
template <typename Fn>
class Survivors final : public Log::Visitor {
 public:
  Survivors(const Survey& survey, Fn fn) : survey_(survey), fn_(std::move(fn)) {}

  bool visit(std::uint64_t number, Bytes bytes) override {
    const auto record = RecordReader::open(bytes);
    if (!record || record->header().number != number) return true;
    record->for_each([&](const Lease& lease) {
      if (survey_.latest.find(lease.address) != lease.sequence) return;
      if (done_.find(lease.address) != 0) return;  // folded: it is there twice
      done_.set(lease.address, lease.sequence);
      fn_(lease);
    });
    return true;
  }

 private:
  const Survey& survey_;
  Fn fn_;
  SequenceMap done_;
};

std::optional<Mark> mark_of(Log& log) {
  const auto text = log.read_mark();
  if (!text) return std::nullopt;
  const auto mark = read_mark(as_bytes(*text));
  return mark ? std::optional(*mark) : std::nullopt;
}

/// Reads the notes and says what they leave open.
std::expected<Plan, LogError> make_plan(Log& damaged, const Survey& survey, bool has_mark,
                                        const SalvageOptions& options, SalvageReport& report) {
  Plan plan{.wall = stored_wall(options.wall, survey.newest),
            .doubt_lasts = options.longest_lease.value_or(std::max(survey.longest, kLeastDoubt))};
  Notes notes;
  if (const auto read = damaged.read_notes(notes); !read) return std::unexpected(read.error());
  const std::set<std::uint64_t> lost = survey.lost(notes.last);
  notes.survey = &survey;
  notes.lost = &lost;
  if (const auto read = damaged.read_notes(notes); !read) return std::unexpected(read.error());
  plan.out_of_use = std::move(notes.doubtful);
  for (const std::uint64_t number : lost)
    if (!notes.known.contains(number)) plan.last_unknown = number;
  // Without a mark nobody knows where the log ended.
  if (!has_mark && survey.records + notes.last > 0) plan.last_unknown = UINT64_MAX;
  if (lost.size() == kMostMissing) plan.last_unknown = UINT64_MAX;
  report.records_lost = lost.size();
  report.all_known = plan.last_unknown == 0;
  return plan;
}

/// The fresh log's doubt: this repair's, or an earlier one's that still lasts, whichever is longer.
void carry_doubt(const Survey& survey, const Plan& plan, Writer& writer) {
  Doubt doubt{.started = plan.wall};
  if (plan.last_unknown > 0) doubt.lifetime = plan.doubt_lasts;
  if (survey.doubt &&
      doubt.started + doubt.lifetime < survey.doubt->started + survey.doubt->lifetime)
    doubt = *survey.doubt;
  if (doubt.lifetime > Duration()) writer.doubt(doubt);
}

}  // namespace

std::expected<SalvageReport, LogError> salvage(Log& damaged, Log& fresh,
                                               const SalvageOptions& options) {
  Survey survey;
  if (const auto read = damaged.read(0, survey); !read) return std::unexpected(read.error());
  const std::optional<Mark> mark = mark_of(damaged);
  survey.note_mark(mark);
  SalvageReport report{.records_read = survey.records};
  auto plan = make_plan(damaged, survey, mark.has_value(), options, report);
  if (!plan) return std::unexpected(plan.error());

  if (const auto cut = fresh.cut(1); !cut) return std::unexpected(cut.error());
  Writer writer(fresh, survey.last_sequence, survey.newest);
  Survivors certain(survey, [&](const Lease& lease) {
    if (plan->is_certain(lease, survey.last_record.find(lease.address))) {
      writer.carry_over(lease);
      ++report.leases;
    } else if (plan->is_over(lease)) {
      plan->out_of_use.insert(lease.address.value);
    }
  });
  if (const auto read = damaged.read(0, certain); !read) return std::unexpected(read.error());
  Survivors kept(survey, [&](Lease lease) {
    if (plan->is_certain(lease, survey.last_record.find(lease.address))) return;
    if (plan->out_of_use.contains(lease.address.value)) return;
    // Nobody else is to get it before the doubt ends.
    lease.lifetime = std::max(lease.lifetime, plan->doubt_lasts);
    lease.started = plan->wall;
    writer.change(lease);
    ++report.kept;
  });
  if (const auto read = damaged.read(0, kept); !read) return std::unexpected(read.error());
  for (const std::uint32_t address : plan->out_of_use) {
    writer.change({.address = {address},
                   .state = LeaseState::declined,
                   .started = plan->wall,
                   .lifetime = plan->doubt_lasts});
  }
  report.out_of_use = plan->out_of_use.size();
  carry_doubt(survey, *plan, writer);
  if (plan->last_unknown > 0 || report.out_of_use > 0)
    report.doubt_ends = plan->wall + plan->doubt_lasts;
  if (const auto finished = writer.finish(); !finished) return std::unexpected(finished.error());
  return report;
}

}  // namespace lessor::lease
