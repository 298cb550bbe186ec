#include "lease/recovery.h"

#include <algorithm>
#include <array>
#include <set>

namespace lessor::lease {
namespace {

RecoveryError damaged(std::uint64_t number, std::string_view what, std::string_view proof) {
  return {.kind = RecoveryError::Kind::damaged,
          .message = "the lease log is damaged: record " + std::to_string(number) + ": " +
                     std::string(what) + ", but " + std::string(proof)};
}

/// First pass: follows the records from the first as long as each is whole and continues the one
/// before, then only looks for proof that what broke had been durable.
class Check final : public Log::Visitor {
 public:
  explicit Check(LogState& state) : state_(state) {}

  bool visit(std::uint64_t number, Bytes bytes) override {
    const auto record = RecordReader::open(bytes);
    if (state_.records == 0 && !fault_) begin(number);
    if (!record) {
      if (!fault_) fault_ = record.error();
      return true;
    }
    const RecordHeader& header = record->header();
    if (header.number == number) note_proof(header);
    if (fault_) return true;
    if (number != state_.last + 1) {
      fault_.emplace(std::nullopt);
    } else if (header.number != number || !continues(header)) {
      fault_ = RecordFault::inconsistent;
    } else {
      take(*record);
    }
    return true;
  }

  /// Why the intact prefix ends where it does.
  [[nodiscard]] std::string broken_because() const {
    return fault_ && *fault_ ? std::string(to_string(**fault_)) : "it is missing";
  }
  [[nodiscard]] bool broken() const { return fault_.has_value(); }
  [[nodiscard]] bool too_new() const { return fault_ && *fault_ == RecordFault::version; }

 private:
  void begin(std::uint64_t number) {
    state_.first = number;
    state_.last = number - 1;
  }

  // Only what a whole record says counts, and what it says of the past stays true wherever it is.
  void note_proof(const RecordHeader& header) {
    state_.durable = std::max(state_.durable, header.durable);
    state_.oldest = std::max(state_.oldest, header.oldest);
  }

  [[nodiscard]] bool continues(const RecordHeader& header) const {
    const bool is_batch = header.kind == RecordKind::batch;
    const Sequence before = header.last_sequence - (is_batch ? header.change_count : 0);
    return state_.records == 0 || (before == state_.last_sequence && header.newest >= newest_);
  }

  void take(const RecordReader& record) {
    const RecordHeader& header = record.header();
    state_.last = header.number;
    state_.last_sequence = header.last_sequence;
    state_.newest = newest_ = header.newest;
    state_.changes += header.change_count;
    ++state_.records;
    if (header.kind == RecordKind::doubt) state_.doubt = record.doubt();
    record.for_each([&](const Lease& lease) {
      if (is_step(lease)) return take_step(lease, header.kind);
      const Sequence known = state_.latest.find(lease.address);
      if (lease.sequence == known) state_.copies.push_back(known);
      if (lease.sequence > known) state_.latest.set(lease.address, lease.sequence);
    });
  }

  void take_step(const Lease& step, RecordKind kind) {
    if (state_.steps.add(step)) {
      ++state_.step_count;
    } else {
      state_.copies.push_back(step.sequence);
    }
    // A new step, not one that a fold repeats: what is in doubt began before it.
    if (kind == RecordKind::batch && state_.doubt) {
      state_.doubt->started = state_.doubt->started + step.lifetime;
    }
  }

  LogState& state_;
  WallTime newest_{INT64_MIN};
  std::optional<std::optional<RecordFault>> fault_;  // broken; why: no value = a record is missing
};

/// Keeps leases, whose bytes are their records', until there are some to hand out together.
class Gathered {
 public:
  explicit Gathered(LeaseVisitor& to) : to_(to) {}

  void add(const Lease& lease) {
    leases_[count_] = lease;
    leases_[count_].client_id = keep(lease.client_id);
    leases_[count_].hostname = keep(lease.hostname);
    leases_[count_].extras = keep(lease.extras);
    if (++count_ == leases_.size()) hand_out();
  }
  void hand_out() {
    to_.visit_some(std::span(leases_).first(count_));
    count_ = used_ = 0;
  }

 private:
  static constexpr std::size_t kAtOnce = 32;

  Bytes keep(Bytes bytes) {
    const MutableBytes kept = MutableBytes(octets_).subspan(used_, bytes.size());
    copy_bytes(kept, bytes);
    used_ += bytes.size();
    return kept;
  }

  LeaseVisitor& to_;
  std::array<Lease, kAtOnce> leases_;
  std::array<std::byte, kAtOnce * (2 * 255 + kMaxExtras)> octets_;
  std::size_t count_ = 0;
  std::size_t used_ = 0;
};

/// Second pass: hands out the change of each address that counts.
class HandOut final : public Log::Visitor {
 public:
  HandOut(const LogState& state, Now now, LeaseVisitor& visitor)
      : state_(state),
        leases_(visitor),
        mono_(now.mono),
        wall_(stored_wall(now.wall, state.newest)) {}

  bool visit(std::uint64_t number, Bytes bytes) override {
    if (number > state_.last) return false;
    const auto record = RecordReader::open(bytes);
    if (!record) {
      failed_at_ = number;
      return false;
    }
    record->for_each([&](Lease lease) {
      if (!is_step(lease) && holds(lease)) hand_out(lease);
    });
    return true;
  }
  void finish() { leases_.hand_out(); }

  [[nodiscard]] std::size_t count() const { return count_; }
  [[nodiscard]] std::optional<std::uint64_t> failed_at() const { return failed_at_; }

 private:
  [[nodiscard]] bool holds(const Lease& lease) {
    if (state_.latest.find(lease.address) != lease.sequence) return false;
    // A folded change may be there twice, the original not trimmed yet: once is enough.
    return !std::ranges::binary_search(state_.copies, lease.sequence) ||
           copied_.insert(lease.address.value).second;
  }
  void hand_out(Lease& lease) {
    lease.started = state_.steps.moved(lease.started, lease.sequence);
    lease.expires_at = derive_expiry(lease.started, lease.lifetime, mono_, wall_);
    leases_.add(lease);
    ++count_;
  }

  const LogState& state_;
  Gathered leases_;
  Instant mono_;
  WallTime wall_;
  std::set<std::uint32_t> copied_;  // addresses whose change is there more than once: handed out
  std::size_t count_ = 0;
  std::optional<std::uint64_t> failed_at_;
};

std::expected<std::optional<Mark>, RecoveryError> load_mark(Log& log) {
  const auto text = log.read_mark();
  if (!text) return std::unexpected(unreadable(text.error()));
  if (text->empty()) return std::nullopt;
  const auto mark = read_mark(as_bytes(*text));
  if (mark) return *mark;
  const bool newer = mark.error() == RecordFault::version;
  return std::unexpected(RecoveryError{
      .kind = newer ? RecoveryError::Kind::too_new : RecoveryError::Kind::damaged,
      .message = "the lease log's mark is unusable: " + std::string(to_string(mark.error()))});
}

}  // namespace

RecoveryError unreadable(const LogError& error) {
  using Kind = RecoveryError::Kind;
  return {.kind = error.damaged ? Kind::damaged : Kind::unreadable, .message = error.message};
}

std::expected<LogState, RecoveryError> check_log(Log& log) {
  const auto mark = load_mark(log);
  if (!mark) return std::unexpected(mark.error());
  LogState state;
  state.has_mark = mark->has_value();
  // Records are only ever trimmed below the mark's `oldest`: from it on each must be there.
  const std::uint64_t first_needed = state.has_mark ? (*mark)->oldest : 1;
  Check check(state);
  if (const auto read = log.read(first_needed, check); !read)
    return std::unexpected(unreadable(read.error()));
  state.torn_tail = check.broken();
  std::ranges::sort(state.copies);
  if (check.too_new()) {
    return std::unexpected(
        RecoveryError{.kind = RecoveryError::Kind::too_new,
                      .message = "the lease log was written by a newer version (record " +
                                 std::to_string(state.last + 1) + "): use that version"});
  }
  // Damaged ones count too: the mark is there before the first record is (LeaseStore::recover).
  if (!state.has_mark && (state.records > 0 || check.broken()))
    return std::unexpected(damaged(state.last, "the log has records", "its mark is missing"));
  if (state.has_mark) {
    state.durable = std::max(state.durable, (*mark)->number);
    state.oldest = std::max(state.oldest, (*mark)->oldest);
    state.newest = std::max(state.newest, (*mark)->newest);
  }
  if (state.last < state.durable) {
    return std::unexpected(
        damaged(state.last + 1, check.broken_because(),
                "everything up to record " + std::to_string(state.durable) + " had been saved"));
  }
  if (state.records > 0 && state.first != first_needed) {
    return std::unexpected(damaged(first_needed, "it is missing",
                                   "records from it on are needed and the first that is there is " +
                                       std::to_string(state.first)));
  }
  if (state.has_mark && state.last_sequence < (*mark)->sequence) {
    return std::unexpected(damaged(
        state.last, "the log ends with change " + std::to_string(state.last_sequence),
        "everything up to change " + std::to_string((*mark)->sequence) + " had been saved"));
  }
  return state;
}

std::expected<std::size_t, RecoveryError> visit_leases(Log& log, const LogState& state, Now now,
                                                       LeaseVisitor& visitor) {
  HandOut hand_out(state, now, visitor);
  visitor.expect(state.latest.size());
  const auto read = log.read(state.first, hand_out);
  if (!read) return std::unexpected(unreadable(read.error()));
  hand_out.finish();
  if (hand_out.failed_at() || hand_out.count() != state.latest.size()) {
    return std::unexpected(damaged(hand_out.failed_at().value_or(state.last), "it changed",
                                   "nobody else may write while the log is read"));
  }
  return hand_out.count();
}

Instant derive_expiry(WallTime started, Duration lifetime, Instant mono, WallTime wall) {
  if (lifetime.is_infinite()) return Instant::never();
  const std::int64_t left = started.seconds + lifetime.to_seconds() - wall.seconds;
  return mono + Duration::seconds(std::clamp<std::int64_t>(left, 0, lifetime.to_seconds()));
}

}  // namespace lessor::lease
