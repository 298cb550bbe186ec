// Fuzzes what a restart may find: a store that octets fill, and then its machine crashes, or its
// disk rots.
//   After a crash everything acknowledged is there, and the table is one that there once was.
//   Damage that a checksum tells of is refused with a reason, or the table is one that there once
//   was; a repair then keeps every address that it is not sure of from everybody else.
//   Damage with a right checksum (a writer gone mad) is refused or loaded.
// What loads goes on: changes are appended, and the next recovery finds the same and them.
//
// The input: one octet a step (its lower bits say what, Step), and what the step reads. The whole
// of it is also tried as the octets of a log's only record.

#include "base/hash.h"
#include "lease/lease_store.h"
#include "lease/memory_log.h"
#include "lease/salvage.h"
#include "property.h"
#include "seed.h"

#include <map>
#include <optional>

namespace lessor::lease {
namespace {

using fuzz::expect;

constexpr WallTime kWall{1'700'000'000};
constexpr Now kNow{Instant::from_nanoseconds(5'000'000'000), kWall};
constexpr int kMaxSteps = 200;

/// What a lease says.
struct Fact {
  LeaseState state = LeaseState::active;
  std::string client_id, hostname;
  std::int64_t started = 0;
  Duration lifetime;
  Sequence sequence = 0;
  friend bool operator==(const Fact&, const Fact&) = default;
};
using Facts = std::map<std::uint32_t, Fact>;

struct Collect final : LeaseVisitor {
  void visit(const Lease& lease) override {
    const bool fresh = facts
                           .emplace(lease.address.value,
                                    Fact{lease.state, std::string(as_text(lease.client_id)),
                                         std::string(as_text(lease.hostname)),
                                         lease.started.seconds, lease.lifetime, lease.sequence})
                           .second;
    fuzz::expect(fresh, "an address is recovered twice");
    fuzz::expect(lease.expires_at >= kNow.mono, "a lease ended before it was recovered");
  }
  Facts facts;
};

/// A store on a log, and what it holds after each change.
class Store {
 public:
  explicit Store(MemoryLog& log) : store_(log) {
    Collect loaded;
    auto report = store_.recover(kNow, loaded);
    if (!report) {
      refusal_ = report.error().message;
      expect(!refusal_.empty(), "refused without a word");
      return;
    }
    expect(report->leases == loaded.facts.size(), "leases are counted wrong");
    report_ = *report;
    facts_ = std::move(loaded.facts);
    changes_.emplace(64, report_.last_sequence + 1);
  }

  [[nodiscard]] bool loaded() const { return changes_.has_value(); }
  [[nodiscard]] const std::string& refusal() const { return refusal_; }
  [[nodiscard]] const RecoveryReport& report() const { return report_; }
  [[nodiscard]] const Facts& facts() const { return facts_; }
  [[nodiscard]] Sequence last() const { return changes_->last(); }
  [[nodiscard]] LeaseStore& store() { return store_; }

  void push(const Lease& lease) {
    const Sequence sequence = changes_->push(lease);
    facts_[lease.address.value] = {lease.state,
                                   std::string(as_text(lease.client_id)),
                                   std::string(as_text(lease.hostname)),
                                   lease.started.seconds,
                                   lease.lifetime,
                                   sequence};
    if (!changes_->has_room()) append();
  }
  void append() {
    const std::size_t count = changes_->waiting();
    if (count == 0) return;
    expect(store_.append(*changes_, count).has_value(), "a whole disk refuses");
    changes_->drop(count);
  }
  /// Everything pushed is acknowledged.
  void commit() {
    append();
    expect(store_.sync() == last(), "less is durable than was synced");
  }

 private:
  LeaseStore store_;
  RecoveryReport report_;
  std::optional<ChangeLog> changes_;
  Facts facts_;
  std::string refusal_;
};

void expect_same(const Facts& found, const Facts& wanted, const char* what) {
  expect(found == wanted, what);
}

/// Which change of each address counts, whatever it says.
std::map<std::uint32_t, Sequence> sequences_of(const Facts& facts) {
  std::map<std::uint32_t, Sequence> sequences;
  for (const auto& [address, fact] : facts) sequences[address] = fact.sequence;
  return sequences;
}

/// What loads goes on, and is found again. Of a change that is there twice, in different words (a
/// writer gone mad), either may be found.
void try_going_on(MemoryLog log) {
  const auto state = check_log(log);
  const bool has_copies = state && !state->copies.empty();
  Facts wanted;
  {
    Store store(log);
    if (!store.loaded() || store.last() > UINT64_MAX - 8) return;
    for (const std::uint32_t address : {1U, 0xc0000210U}) {
      store.push({.address = {address},
                  .client_id = as_bytes("new"),
                  .started = kWall,
                  .lifetime = Duration::seconds(60)});
    }
    store.commit();
    expect(store.store().fold(2).has_value(), "what loads cannot be folded");
    store.commit();
    expect(store.store().write_mark().has_value(), "no mark");
    wanted = store.facts();
  }
  log.crash();
  const Store again(log);
  expect(again.loaded(), "what went on is refused", again.refusal());
  expect(sequences_of(again.facts()) == sequences_of(wanted), "other changes after going on");
  if (!has_copies) expect_same(again.facts(), wanted, "other leases after going on");
}

enum class Step : std::uint8_t {
  push,
  commit,
  append,
  fold,
  mark,
  restart,  ///< a crash: what was not synced may be torn
  flip,     ///< from here on damage, which ends at the next restart
  cut,
  remove,
  insert,
  forge,  ///< octets changed, and the checksum made right
  damage_mark,
  remove_note,
};
constexpr std::uint8_t kSteps = static_cast<std::uint8_t>(Step::remove_note) + 1;

class Walk {
 public:
  explicit Walk(Bytes input) : in_(input) {}

  void run() {
    reopen();
    for (int steps = 0; in_.remaining() > 0 && steps < kMaxSteps && store_; ++steps) {
      const auto step = static_cast<Step>(in_.u8() % kSteps);
      if (step < Step::flip)
        healthy(step);
      else
        damage(step);
    }
    restart();
  }
  [[nodiscard]] std::size_t restarts() const { return restarts_; }

 private:
  void reopen() {
    store_.emplace(log_);
    if (!store_->loaded()) return store_.reset();
    history_[store_->last()] = store_->facts();
  }

  void healthy(Step step) {
    if (hurt()) return restart();
    if (step == Step::push) push();
    if (step == Step::commit) commit();
    if (step == Step::append) store_->append();
    if (step == Step::fold) expect(store_->store().fold(in_.u8() % 8 + 1).has_value(), "no fold");
    if (step == Step::mark) expect(store_->store().write_mark().has_value(), "no mark");
    if (step == Step::restart) restart();
  }

  void push() {
    const std::uint8_t pick = in_.u8();
    const std::uint8_t size = in_.u8();
    client_.assign(size, static_cast<char>(in_.u8()));
    static constexpr std::int64_t kLifetimes[] = {0, 60, 3'600, 8'000'000'000};
    const Duration lifetime = Duration::seconds(kLifetimes[pick >> 4U & 3U]);
    store_->push({.address = {0xc0000200U + (pick & 7U)},
                  .state = static_cast<LeaseState>((pick >> 3U & 3U) % 3),
                  .hardware = {.type = 1, .size = static_cast<std::uint8_t>(size % 17)},
                  .client_id = as_bytes(client_),
                  .hostname = as_bytes(client_).first(size / 4),
                  .started = {kWall.seconds + in_.u8() - 128},
                  .lifetime = (pick & 0x40U) != 0 ? Duration::infinite() : lifetime});
    history_[store_->last()] = store_->facts();
  }
  void commit() {
    store_->commit();
    acknowledged_ = store_->last();
  }

  [[nodiscard]] bool hurt() const { return told_ || forged_; }

  void damage(Step step) {
    if (!hurt()) begin_damage();
    auto& records = log_.records();
    const std::size_t at = records.empty() ? 0 : in_.u8() % records.size();
    if (step == Step::forge) return forge();
    told_ = true;
    if (step == Step::insert) return insert();
    if (step == Step::damage_mark) return damage_mark();
    if (step == Step::remove_note) return remove_note();
    if (records.empty()) return;
    std::string& bytes = records[at].bytes;
    const std::size_t place = in_.be16() % std::max<std::size_t>(bytes.size(), 1);
    if (step == Step::flip && !bytes.empty()) bytes[place] = static_cast<char>(bytes[place] ^ 1);
    if (step == Step::cut) bytes.resize(place);
    if (step == Step::remove) records.erase(records.begin() + static_cast<std::ptrdiff_t>(at));
  }
  void begin_damage() {
    // How far a log without its mark went, nobody can know: damage comes when it is quiet.
    marked_ = (in_.u8() & 1U) != 0;
    if (!marked_) return;
    commit();
    expect(store_->store().write_mark().has_value(), "no mark");
  }
  void insert() {
    const std::uint64_t number = in_.u8();
    const Bytes octets = in_.bytes(std::min<std::size_t>(in_.u8(), in_.remaining()));
    const auto behind = std::ranges::find_if(
        log_.records(), [&](const MemoryLog::Record& r) { return r.number >= number; });
    if (behind != log_.records().end() && behind->number == number) return;
    log_.records().insert(behind, {number, std::string(as_text(octets))});
  }
  void damage_mark() {
    std::string& mark = log_.mark();
    if (mark.empty()) return;
    const std::uint8_t place = in_.u8();
    if (place == 0)
      mark.clear();
    else
      mark[place % mark.size()] = static_cast<char>(mark[place % mark.size()] ^ 4);
  }
  void remove_note() {
    auto& notes = log_.notes();
    if (!notes.empty()) notes.erase(notes.begin() + in_.u8() % static_cast<int>(notes.size()));
  }
  void forge() {
    auto& records = log_.records();
    if (records.empty()) return;
    std::string& bytes = records[in_.u8() % records.size()].bytes;
    if (bytes.size() < 8) return;
    forged_ = true;
    for (int changes = in_.u8() % 8; changes >= 0; --changes) {
      bytes[in_.be16() % bytes.size()] = static_cast<char>(in_.u8());
    }
    seal(bytes);
  }

  static void seal(std::string& bytes) {
    std::array<std::byte, 4> checksum{};
    store_be32(checksum.data(), crc32c(as_bytes(bytes).first(bytes.size() - 4)));
    bytes.replace(bytes.size() - 4, 4, as_text(checksum));
  }

  void restart() {
    if (!store_) return;
    ++restarts_;
    store_.reset();
    if (!hurt()) log_.crash(in_.be16() % (log_.unsynced_bytes() + 1));
    if (hurt()) try_salvage();
    empty_ = hurt() && log_.records().empty() && log_.mark().empty();
    const MemoryLog before(log_);
    reopen_and_compare();
    try_going_on(before);
    // Notes tell of what was written, and not what a writer gone mad made of it.
    if (forged_) log_.notes().clear();
    told_ = forged_ = marked_ = false;
  }

  void reopen_and_compare() {
    Store found(log_);
    if (!found.loaded()) {
      expect(hurt(), "refused after a mere crash", found.refusal());
      return take_repaired();
    }
    const Sequence last = found.last();
    if (!forged_ && !empty_) {
      const auto known = history_.find(last);
      expect(known != history_.end(), "changes that nobody made");
      expect_same(found.facts(), known->second, "a table that never was");
      expect(told_ || last >= acknowledged_, "an acknowledged change is lost");
      expect(!marked_ || last >= acknowledged_, "damage is taken for the end");
    }
    begin_anew();
  }
  /// What is on the disk now is where the walk goes on.
  void begin_anew() {
    history_.clear();
    reopen();
    if (store_ && store_->last() > UINT64_MAX - 1'024) store_.reset();  // no numbers are left
    acknowledged_ = store_ ? store_->last() : 0;
  }
  /// As an operator does with a store that is refused.
  void take_repaired() {
    MemoryLog damaged(log_);
    MemoryLog fresh;
    if (!salvage(damaged, fresh, {.wall = kWall, .longest_lease = {}})) return;
    log_.records() = fresh.records();
    log_.notes() = fresh.notes();
    log_.mark() = fresh.mark();
    expect(log_.cut(UINT64_MAX).has_value(), "no disk");
    begin_anew();
  }

  /// Nobody but its client may have an address after the repair, unless it is known to be free.
  void try_salvage() {
    MemoryLog damaged(log_);
    MemoryLog fresh;
    const auto report = salvage(damaged, fresh, {.wall = kWall, .longest_lease = {}});
    if (!report) return expect(!report.error().message.empty(), "no repair, and no word");
    const Store repaired(fresh);
    expect(repaired.loaded() || forged_, "a repaired store is refused", repaired.refusal());
    if (!repaired.loaded() || forged_ || !marked_ || repaired.report().doubt) return;
    for (const auto& [address, fact] : history_.rbegin()->second) {
      const auto found = repaired.facts().find(address);
      expect(found != repaired.facts().end(), "an address is forgotten, and nobody doubts");
      const bool kept = found->second.client_id == fact.client_id;
      const bool out_of_use = found->second.state == LeaseState::declined;
      expect(kept || out_of_use, "an address went back to an earlier client");
    }
  }

  ByteReader in_;
  MemoryLog log_;
  std::optional<Store> store_;
  std::string client_;
  std::map<Sequence, Facts> history_;
  Sequence acknowledged_ = 0;
  bool told_ = false;    // damaged: a checksum or a gap tells
  bool forged_ = false;  // damaged, and nothing tells
  bool empty_ = false;   // log and mark are gone: nobody can tell it from a new store
  bool marked_ = false;  // the mark was up to date when the damage began
  std::size_t restarts_ = 0;
};

/// The octets as the only record of a log, as they are and with a right checksum.
void try_as_record(Bytes octets) {
  std::string bytes(as_text(octets));
  const std::uint64_t number = octets.size() >= 16 ? load_be64(octets.data() + 8) : 1;
  MemoryLog log;
  expect(log.append(number, as_bytes(bytes)).has_value() && log.sync().has_value(), "no log");
  for (const std::uint64_t oldest : {std::uint64_t{1}, number}) {
    const Mark mark{.number = number, .sequence = 0, .oldest = oldest, .newest = kWall};
    log.mark() = as_text(write_mark(mark));
    MemoryLog fresh;
    MemoryLog copy(log);
    if (salvage(copy, fresh, {.wall = kWall, .longest_lease = {}})) try_going_on(fresh);
    try_going_on(log);
  }
}

}  // namespace
}  // namespace lessor::lease

extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size) {
  const lessor::Bytes input = std::as_bytes(std::span(data, size));
  lessor::lease::try_as_record(input);
  lessor::lease::Walk(input).run();
  return 0;
}

// A walk through more than one restart.
bool is_good_seed(lessor::Bytes seed) {
  lessor::lease::Walk walk(seed);
  walk.run();
  return walk.restarts() > 1;
}
