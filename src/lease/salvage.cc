#include "lease/salvage.h"

#include "base/check.h"

#include <algorithm>
#include <set>

namespace lessor::lease {
namespace {

// How long doubt lasts at least when nobody knows the longest lease that was granted.
constexpr Duration kLeastDoubt = Duration::seconds(7 * 86'400);

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

  /// Decides how far the log went; `last_note` is the last record that was noted. Without proof
  /// that its end was durable it was torn, not lost; but where something was lost, the end is not
  /// trusted either.
  void end(std::uint64_t last_note) {
    end_ = last_needed_;
    if (lost_count() > 0) end_ = std::max({last_needed_, last_seen_, last_note});
  }
  /// Whether record `number` counts and does not survive.
  [[nodiscard]] bool is_lost(std::uint64_t number) const {
    return oldest_ <= number && number <= end_ && !whole_.contains(number);
  }
  [[nodiscard]] std::uint64_t lost_count() const {
    if (end_ < oldest_) return 0;
    const auto survive = std::distance(whole_.lower_bound(oldest_), whole_.upper_bound(end_));
    return end_ - oldest_ + 1 - static_cast<std::uint64_t>(survive);
  }
  /// The last lost record that is not among `known`; 0 when there is none.
  [[nodiscard]] std::uint64_t last_lost_but(const std::set<std::uint64_t>& known) const {
    std::uint64_t number = end_;
    while (number >= oldest_ && (whole_.contains(number) || known.contains(number))) --number;
    return number >= oldest_ ? number : 0;
  }

  std::uint64_t records = 0;
  SequenceMap latest;       // the sequence of each address's last surviving change
  SequenceMap last_record;  // the last surviving record that names it
  Sequence last_sequence = 0;
  WallTime newest;
  Duration longest;
  std::optional<Doubt> doubt;  // of an earlier repair
  ClockSteps steps;

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
      if (is_step(lease)) return void(steps.add(lease));
      longest = std::max(longest, lease.lifetime);
      last_record.set(lease.address, header.number);
      if (lease.sequence >= latest.find(lease.address)) latest.set(lease.address, lease.sequence);
    });
  }

  std::set<std::uint64_t> whole_;
  std::uint64_t oldest_ = 1;
  std::uint64_t last_needed_ = 0;
  std::uint64_t last_seen_ = 0;
  std::uint64_t end_ = 0;
};

/// Second pass, over the notes: which addresses the lost records were about.
class Notes final : public Log::Visitor {
 public:
  explicit Notes(const Survey& survey) : survey_(survey) {}

  bool visit(std::uint64_t number, Bytes note) override {
    if (!survey_.is_lost(number)) return true;
    // Without a step of the clock nothing is known of what came before it.
    bool has_step = false;
    AddressNote::for_each(note, [&](net::Ip4 address) { has_step |= address.is_zero(); });
    if (has_step) return true;
    known.insert(number);
    AddressNote::for_each(note, [&](net::Ip4 address) {
      // A later record names the address again: what was lost is superseded.
      if (survey_.last_record.find(address) < number) doubtful.insert(address.value);
    });
    return true;
  }

  std::set<std::uint64_t> known;     // lost records that have a note
  std::set<std::uint32_t> doubtful;  // addresses, in host order

 private:
  const Survey& survey_;
};

struct LastNote final : Log::Visitor {
  bool visit(std::uint64_t note, Bytes) override {
    number = std::max(number, note);
    return true;
  }
  std::uint64_t number = 0;
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
  [[nodiscard]] bool is_over(const Lease& lease, const ClockSteps& steps) const {
    const WallTime started = steps.moved(lease.started, lease.sequence);
    return lease.state != LeaseState::active || started + lease.lifetime <= wall;
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
      if (is_step(lease)) {
        if (steps_.insert(lease.sequence).second) fn_(lease);
        return;
      }
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
  std::set<Sequence> steps_;
};

std::optional<Mark> mark_of(Log& log) {
  const auto text = log.read_mark();
  if (!text) return std::nullopt;
  const auto mark = read_mark(as_bytes(*text));
  return mark ? std::optional(*mark) : std::nullopt;
}

/// Reads the notes and says what they leave open.
std::expected<Plan, LogError> make_plan(Log& damaged, Survey& survey, bool has_mark,
                                        const SalvageOptions& options) {
  Plan plan{.wall = stored_wall(options.wall, survey.newest),
            .doubt_lasts = options.longest_lease.value_or(std::max(survey.longest, kLeastDoubt))};
  LastNote last;
  if (const auto read = damaged.read_notes(last); !read) return std::unexpected(read.error());
  survey.end(last.number);
  Notes notes(survey);
  if (const auto read = damaged.read_notes(notes); !read) return std::unexpected(read.error());
  plan.out_of_use = std::move(notes.doubtful);
  plan.last_unknown = survey.last_lost_but(notes.known);
  // Without a mark nobody knows where the log ended; nor whether there was one, when nothing is
  // left: a store that is as new needs no repair.
  if (!has_mark) plan.last_unknown = UINT64_MAX;
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

/// Writes what survives: first what is certain, then what stays with its client for the time being.
/// What is in doubt and belongs to nobody joins plan.out_of_use.
std::expected<void, LogError> write_survivors(Log& damaged, const Survey& survey, Plan& plan,
                                              Writer& writer, SalvageReport& report) {
  const auto is_certain = [&](const Lease& lease) {
    return plan.is_certain(lease, survey.last_record.find(lease.address));
  };
  Survivors certain(survey, [&](const Lease& lease) {
    if (is_step(lease)) {
      writer.carry_over(lease);
    } else if (is_certain(lease)) {
      writer.carry_over(lease);
      ++report.leases;
    } else if (plan.is_over(lease, survey.steps)) {
      plan.out_of_use.insert(lease.address.value);
    }
  });
  if (const auto read = damaged.read(0, certain); !read) return read;
  Survivors kept(survey, [&](Lease lease) {
    if (is_step(lease) || is_certain(lease) || plan.out_of_use.contains(lease.address.value))
      return;
    // Nobody else is to get it before the doubt ends.
    lease.lifetime = std::max(lease.lifetime, plan.doubt_lasts);
    lease.started = plan.wall;
    writer.change(lease);
    ++report.kept;
  });
  return damaged.read(0, kept);
}

}  // namespace

std::expected<SalvageReport, LogError> salvage(Log& damaged, Log& fresh,
                                               const SalvageOptions& options) {
  Survey survey;
  if (const auto read = damaged.read(0, survey); !read) return std::unexpected(read.error());
  const std::optional<Mark> mark = mark_of(damaged);
  survey.note_mark(mark);
  auto plan = make_plan(damaged, survey, mark.has_value(), options);
  if (!plan) return std::unexpected(plan.error());
  SalvageReport report{.records_read = survey.records,
                       .records_lost = survey.lost_count(),
                       .all_known = plan->last_unknown == 0};

  if (const auto cut = fresh.cut(1); !cut) return std::unexpected(cut.error());
  Writer writer(fresh, survey.last_sequence, survey.newest);
  const auto written = write_survivors(damaged, survey, *plan, writer, report);
  if (!written) return std::unexpected(written.error());
  for (const std::uint32_t address : plan->out_of_use) {
    writer.change({.address = {address},
                   .state = LeaseState::declined,
                   .started = plan->wall,
                   .lifetime = plan->doubt_lasts});
  }
  report.out_of_use = plan->out_of_use.size();
  if (!report.all_known || report.out_of_use > 0)
    report.doubt_ends = plan->wall + plan->doubt_lasts;
  carry_doubt(survey, *plan, writer);
  if (const auto finished = writer.finish(); !finished) return std::unexpected(finished.error());
  return report;
}

}  // namespace lessor::lease
