#pragma once
// LeaseTable: every lease the server knows, in memory, by address, by client and by time of expiry.
// Engines own one and `decide` reads it. Must not know: packets, pools, configuration, disks.

#include "base/hash.h"
#include "lease/expiry_queue.h"
#include "lease/lease.h"
#include "lease/lease_index.h"
#include "lease/lease_storage.h"

#include <memory>
#include <optional>
#include <span>

namespace lessor::lease {

/// How many leases of one client (or hardware address) a lookup visits, latest first: a client has
/// one lease a subnet, so more than this are a stranger's playing, not a client's.
inline constexpr std::size_t kMaxLeasesPerClient = 64;

/// What has come for a lease whose time is up.
enum class ExpiryStage : std::uint8_t {
  expired,     ///< an active lease ended; its address is still kept for its client
  grace_over,  ///< the address may go to anybody: the grace has passed, or a decline's probation
};

/// All leases, one thread. put, erase and every lookup are O(1), allocate nothing and never stall:
/// records live in chunks that do not move, the hash indexes grow one bucket at a time (linear
/// hashing), new chunks are made on another thread and adopted by moving pointers.
/// 110 octets a lease, indexes and all, when its identifiers and its place (12) take 35 together;
/// extras take a cell of LongBytes, with the identifiers. Lease values returned are views: their
/// byte spans are valid until the table changes.
class LeaseTable {
 public:
  /// `key` keeps strangers, who choose identifiers, from aiming at one bucket.
  explicit LeaseTable(HashKey key, std::size_t leases = 0);
  LeaseTable(const LeaseTable&) = delete;
  LeaseTable& operator=(const LeaseTable&) = delete;

  /// Makes room for `leases` in all. Allocates: at start-up only.
  void reserve(std::size_t leases);
  /// What to add before room runs out; empty while there is plenty. Ask it now and then.
  [[nodiscard]] GrowthNeed growth_wanted() const { return storage_.wanted(); }
  /// Makes that room, on any thread: it touches no table.
  [[nodiscard]] static std::unique_ptr<Growth> make_growth(GrowthNeed need);
  /// Takes the room over. Allocates and copies nothing. The emptied Growth may be destroyed
  /// anywhere.
  void adopt(Growth& growth) {
    storage_.adopt(growth);
    expiry_.grow();
  }

  /// Whether put(lease) would succeed. An engine asks before it changes anything.
  [[nodiscard]] bool has_room_for(const Lease& lease) const;
  /// Inserts, or replaces what is known of lease.address. Copies the bytes. false: no room, nothing
  /// changed. Identifiers longer than 255 octets are not leases' (options hold no more).
  bool put(const Lease& lease);
  /// Has the processor fetch what put() of these leases will look at, of all at once: a big table
  /// waits for memory, not for work. A few dozen; more take turns. Changes nothing.
  void fetch_for(std::span<const Lease> leases) const;
  /// Forgets the lease; false when there is none.
  bool erase(net::Ip4 address);

  [[nodiscard]] std::optional<Lease> find(net::Ip4 address) const;
  /// A lease that is active and whose end has not been worked off by expire_due(), with its number
  /// in walks.
  struct Current {
    Lease lease;
    std::uint32_t number = 0;
  };
  [[nodiscard]] std::optional<Current> find_current(net::Ip4 address) const;
  /// The number in walks of the lease of `address`, which it keeps until it is erased; kWalkEnd
  /// when there is none.
  [[nodiscard]] std::uint32_t number_of(net::Ip4 address) const {
    return address_index_.find(address);
  }
  /// Calls fn(const Lease&) for the leases of a client identifier (not empty), latest put first,
  /// until it returns false. fn must not change the table.
  template <typename Fn>
  void for_each_by_client_id(Bytes client_id, Fn&& fn) const {
    (void)visit(client_index_.find(client_id), client_index_, fn);
  }
  /// As for_each_by_client_id, for a hardware address: first the leases of clients that sent no
  /// client identifier, then the others (kMaxLeasesPerClient of each), so that nobody hides the
  /// former by inventing identifiers.
  template <typename Fn>
  void for_each_by_hardware(const net::HardwareAddress& hardware, Fn&& fn) const {
    if (visit(hardware_index_.find(hardware, false), hardware_index_, fn))
      (void)visit(hardware_index_.find(hardware, true), hardware_index_, fn);
  }
  /// Both, for who has the identity_of() it with the table's key already.
  template <typename Fn>
  void for_each_by_client_id(Bytes client_id, const Identity& identity, Fn&& fn) const {
    (void)visit(client_index_.find(client_id, identity.high), client_index_, fn);
  }
  template <typename Fn>
  void for_each_by_hardware(const net::HardwareAddress& hardware, const Identity& identity,
                            Fn&& fn) const {
    if (visit(hardware_index_.find(hardware, false, identity.high), hardware_index_, fn))
      (void)visit(hardware_index_.find(hardware, true), hardware_index_, fn);
  }

  /// Works off at most `budget` leases whose time is up, earliest first, and calls
  /// fn(const Lease&, ExpiryStage) for each; fn may change the table (not after that use the
  /// lease's bytes). An active lease comes twice: at expires_at, and grace_of(lifetime) later. A
  /// declined one comes once, as grace_over. A released one never: it is free at once. The record
  /// stays. Returns how many were worked off; `budget` of them means that more may wait.
  template <typename Fn>
  std::size_t expire_due(Instant now, std::size_t budget, Fn&& fn) {
    std::size_t done = 0;
    for (; done < budget; ++done) {
      const std::optional<Due> due = take_due(now);
      if (!due) break;
      fn(due->lease, due->stage);
    }
    return done;
  }
  /// When expire_due() has work next; never() when nothing ends.
  [[nodiscard]] Instant next_expiry() const { return expiry_.next(); }

  /// Where a walk begins, and what for_each_from returns when it has seen all.
  static constexpr std::uint32_t kWalkBegin = 0;
  static constexpr std::uint32_t kWalkEnd = UINT32_MAX;
  /// Looks at up to `budget` places from `cursor` on, calls fn(const Lease&) for each lease there
  /// and returns the cursor to continue with. In no order; a lease that stays in the table during
  /// the whole walk is visited exactly once, whatever is put between the slices.
  template <typename Fn>
  [[nodiscard]] std::uint32_t for_each_from(std::uint32_t cursor, std::size_t budget,
                                            Fn&& fn) const {
    for (; budget > 0 && cursor < storage_.used(); --budget, ++cursor)
      if (storage_.record(cursor).in_use()) fn(storage_.lease(cursor));
    return cursor < storage_.used() ? cursor : kWalkEnd;
  }

  /// As for_each_from, for those that find_current() finds.
  template <typename Fn>
  [[nodiscard]] std::uint32_t for_each_current_from(std::uint32_t cursor, std::size_t budget,
                                                    Fn&& fn) const {
    for (; budget > 0 && cursor < storage_.used(); --budget, ++cursor)
      if (is_current(cursor)) fn(storage_.lease(cursor));
    return cursor < storage_.used() ? cursor : kWalkEnd;
  }

  [[nodiscard]] std::size_t size() const { return storage_.size(); }
  /// How many of them have extras.
  [[nodiscard]] std::size_t with_extras() const { return storage_.with_extras(); }
  /// How many leases fit before the next growth.
  [[nodiscard]] std::size_t capacity() const { return storage_.capacity(); }
  /// Octets of memory held for records and indexes.
  [[nodiscard]] std::size_t memory_bytes() const { return storage_.memory_bytes(); }

 private:
  struct Due {
    Lease lease;
    ExpiryStage stage;
  };

  template <typename Fn>
  [[nodiscard]] bool visit(Slot slot, const IdentityIndex& index, Fn&& fn) const {
    for (std::size_t seen = 0; slot != kNoSlot && seen < kMaxLeasesPerClient; ++seen) {
      if (!fn(storage_.lease(slot))) return false;
      slot = index.links(slot).next;
    }
    return true;
  }
  [[nodiscard]] bool is_current(Slot slot) const {
    const LeaseRecord& r = storage_.record(slot);
    return r.is_active() && r.is_in(LeaseStage::running);
  }
  void fetch_group(std::span<const Lease> leases) const;
  void add_buckets();
  void queue_end(Slot slot, Instant was);
  std::optional<Due> take_due(Instant now);

  LeaseStorage storage_;
  AddressIndex address_index_;
  IdentityIndex client_index_;
  IdentityIndex hardware_index_;
  ExpiryQueue expiry_;
  std::size_t buckets_ = 0;  // of each hash index: as many as were reserved for, and as leases
};

}  // namespace lessor::lease
