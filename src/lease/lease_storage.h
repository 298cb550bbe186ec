#pragma once
// Where the LeaseTable keeps its leases: fixed-size chunks that never move, made on any thread and
// adopted on the packet thread by moving a pointer. Must not know: how leases are found.

#include "base/check.h"
#include "base/huge_pages.h"
#include "base/prefetch.h"
#include "lease/holder_counts.h"
#include "lease/lease.h"
#include "lease/long_bytes.h"

#include <algorithm>
#include <array>
#include <memory>
#include <span>
#include <vector>

namespace lessor::lease {

/// A lease's place in the storage; it keeps it until it is erased.
using Slot = std::uint32_t;
inline constexpr Slot kNoSlot = UINT32_MAX;

/// The most leases a table ever holds; sizes its directories.
inline constexpr std::size_t kMaxLeases = std::size_t{1} << 25;
inline constexpr std::size_t kLeasesPerChunk = 4'096;

/// Links the records that share one key (a client identifier, a hardware address). The first of
/// them, the head, stands in the hash bucket for all, so that a key with a million records costs
/// the others in its bucket one step.
struct KeyLink {
  Slot next = kNoSlot;  ///< the next record of the same key
  Slot link = kNoSlot;  ///< in a head: the next head of the bucket; else: the record before
};

/// What of a lease's time comes next.
enum class LeaseStage : std::uint8_t {
  running,   // its expires_at, as an active lease
  in_grace,  // the end of its grace, or of a decline's probation
  over,      // nothing: released, worked off, or no lease at all
};

/// One lease, packed. hardware octets, client identifier, host name and what only few have (place,
/// 12 octets; a start out of the ordinary, 8; extras, behind one octet that counts them) follow one
/// another in `bytes`, or in LongBytes when they do not fit (then `bytes` begins with their place
/// there).
struct LeaseRecord {
  static constexpr std::size_t kInlineBytes = 35;
  static constexpr std::uint32_t kOddStart = UINT32_MAX;  // before 1970, or after 2106
  static constexpr std::uint8_t kFree = 3;                // beside the values of LeaseState

  Instant expires_at;
  Sequence sequence : 63 = 0;  // at most 2^62 (docs/lease-format.md)
  Sequence has_extras : 1 = 0;
  net::Ip4 address;
  std::uint32_t started_s = 0;   // since 1970; or kOddStart
  std::uint32_t lifetime_s = 0;  // UINT32_MAX = infinite; a fraction counts as a second
  std::uint32_t subnet_id = 0;
  std::uint32_t xid = 0;
  Slot address_next = kNoSlot;  // in the bucket; of a free record: the next free one
  KeyLink client;
  KeyLink hardware;
  std::uint8_t state : 2 = kFree;
  std::uint8_t stage : 2 = static_cast<std::uint8_t>(LeaseStage::over);
  std::uint8_t client_head : 1 = 0;
  std::uint8_t hardware_head : 1 = 0;
  std::uint8_t is_long : 1 = 0;
  std::uint8_t has_place : 1 = 0;
  std::uint8_t hardware_type = 0;
  std::uint8_t hardware_size = 0;
  std::uint8_t client_id_size = 0;
  std::uint8_t hostname_size = 0;
  std::array<std::byte, kInlineBytes> bytes{};

  [[nodiscard]] bool in_use() const { return state != kFree; }
  [[nodiscard]] bool is_active() const {
    return state == static_cast<std::uint8_t>(LeaseState::active);
  }
  [[nodiscard]] bool is_in(LeaseStage s) const { return stage == static_cast<std::uint8_t>(s); }
  void set_stage(LeaseStage s) { stage = static_cast<std::uint8_t>(s) & 3U; }
};
static_assert(sizeof(LeaseRecord) == 96, "memory per lease is promised in lease_table.h");

/// Of eight records which ends first, of eight such which, and so on, up to the whole chunk's
/// eighths: the lower levels of the ExpiryQueue.
inline constexpr std::size_t kEndsPerChunk =
    kLeasesPerChunk / 8 + kLeasesPerChunk / 64 + kLeasesPerChunk / 512;

/// Records, and their share of every index: bucket n of a hash index is in chunk
/// n / kLeasesPerChunk, as record n is.
struct LeaseChunk {
  LeaseChunk() { ends.fill(Instant::never()); }
  std::array<LeaseRecord, kLeasesPerChunk> records;
  std::array<Slot, kLeasesPerChunk> address_buckets{};
  std::array<Slot, kLeasesPerChunk> client_buckets{};
  std::array<Slot, kLeasesPerChunk> hardware_buckets{};
  std::array<Instant, kEndsPerChunk> ends;
};
static_assert(sizeof(LeaseChunk) < 110 * kLeasesPerChunk);

/// Chunks that follow one another in memory: as many as fill huge pages, since every lookup of a
/// large table reads somewhere else; or fewer, for a small one.
class LeaseBlock {
 public:
  /// 14 of them take 99.5% of three huge pages.
  static constexpr std::size_t kChunks = 3 * kHugePage / sizeof(LeaseChunk);

  /// Precondition: `chunks` <= kChunks.
  explicit LeaseBlock(std::size_t chunks);
  [[nodiscard]] std::span<LeaseChunk> chunks() const { return {memory_.get(), count_}; }

 private:
  struct Free {
    void operator()(LeaseChunk* memory) const;
  };
  std::unique_ptr<LeaseChunk, Free> memory_;
  std::size_t count_;
};

/// How much to add to a table, and to the counts that go with it.
struct GrowthNeed {
  std::size_t leases = 0;      ///< so many more
  std::size_t long_bytes = 0;  ///< octets for identifiers that do not fit a record
  std::size_t holders = 0;     ///< for HolderCounts: the table wants none
  [[nodiscard]] bool empty() const { return leases == 0 && long_bytes == 0 && holders == 0; }
};

/// Memory to adopt: a table takes its part and leaves the holders.
struct Growth {
  explicit Growth(GrowthNeed need);
  std::vector<LeaseBlock> leases;
  std::vector<std::unique_ptr<LongBytes::Block>> blocks;
  std::vector<std::unique_ptr<HolderCounts::Chunk>> holders;
};

/// The chunks of one table. One thread.
class LeaseStorage {
 public:
  LeaseStorage() {
    blocks_.reserve(kMaxChunks);
    chunks_.reserve(kMaxChunks);
  }

  /// Takes the memory over; allocates nothing. Beyond kMaxLeases the rest stays in `growth`.
  void adopt(Growth& growth);
  /// What to add soon; empty while there is plenty.
  [[nodiscard]] GrowthNeed wanted() const;

  [[nodiscard]] LeaseChunk& chunk_of(Slot slot) const { return *chunks_[slot / kLeasesPerChunk]; }
  [[nodiscard]] LeaseRecord& record(Slot slot) const {
    return chunk_of(slot).records[slot % kLeasesPerChunk];
  }

  /// Has the processor fetch what it does not have of a record, without waiting for it.
  void fetch(Slot slot) const {
    const LeaseRecord* const at = &record(slot);
    prefetch(at);
    prefetch(reinterpret_cast<const std::byte*>(at + 1) - 1);
  }

  [[nodiscard]] bool has_free_slot() const { return free_ != kNoSlot || used_ < capacity(); }
  /// Precondition: has_free_slot().
  [[nodiscard]] Slot take_slot();
  /// Gives a record, and its long bytes, back.
  void give_back(Slot slot);

  /// The identifiers of `lease` as a record holds them, octet for octet.
  [[nodiscard]] static std::size_t size_of_bytes(const Lease& lease);
  /// Whether fill(slot, lease) has room for the identifiers; `slot` may be kNoSlot.
  [[nodiscard]] bool has_room_for_bytes(const Lease& lease) const;
  /// Writes everything but links and expiry. Precondition: has_room_for_bytes(lease).
  void fill(Slot slot, const Lease& lease);

  [[nodiscard]] Bytes hardware(Slot slot) const {
    const LeaseRecord& r = record(slot);
    return {bytes_of(r), hardware_octets(r)};
  }
  [[nodiscard]] Bytes client_id(Slot slot) const {
    const LeaseRecord& r = record(slot);
    return {bytes_of(r) + hardware_octets(r), r.client_id_size};
  }
  [[nodiscard]] net::HardwareAddress hardware_address(Slot slot) const;
  /// The record as a value; its spans point into this storage.
  [[nodiscard]] Lease lease(Slot slot) const;

  [[nodiscard]] std::size_t size() const { return size_; }
  /// Leases that have extras.
  [[nodiscard]] std::size_t with_extras() const { return with_extras_; }
  [[nodiscard]] std::size_t capacity() const { return chunks_.size() * kLeasesPerChunk; }
  [[nodiscard]] std::size_t chunks() const { return chunks_.size(); }
  /// Slots from here on were never used.
  [[nodiscard]] Slot used() const { return used_; }
  [[nodiscard]] std::size_t memory_bytes() const;

 private:
  static constexpr std::size_t kPlaceSize = 12;  // relay 4, port 8
  static constexpr std::size_t kStartSize = 8;

  [[nodiscard]] static std::size_t hardware_octets(const LeaseRecord& r) {
    return std::min<std::size_t>(r.hardware_size, 16);
  }
  /// Of what stands before the extras.
  [[nodiscard]] static std::size_t size_without_extras(const LeaseRecord& r) {
    return hardware_octets(r) + r.client_id_size + r.hostname_size +
           (r.has_place ? kPlaceSize : 0) +
           (r.started_s == LeaseRecord::kOddStart ? kStartSize : 0);
  }
  [[nodiscard]] std::size_t size_of_bytes(const LeaseRecord& r) const {
    const std::size_t size = size_without_extras(r);
    return r.has_extras == 0 ? size : size + 1 + load_u8(bytes_of(r) + size);
  }
  [[nodiscard]] const std::byte* bytes_of(const LeaseRecord& r) const {
    return r.is_long != 0 ? long_bytes_.at(load_be32(r.bytes.data())) : r.bytes.data();
  }

  static constexpr std::size_t kMaxChunks = kMaxLeases / kLeasesPerChunk;

  // Both reserved whole: growing never moves them.
  std::vector<LeaseBlock> blocks_;
  std::vector<LeaseChunk*> chunks_;  // in them
  LongBytes long_bytes_;
  Slot used_ = 0;
  Slot free_ = kNoSlot;
  std::size_t size_ = 0;
  std::size_t with_extras_ = 0;
};

}  // namespace lessor::lease
