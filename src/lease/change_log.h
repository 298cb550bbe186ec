#pragma once
// The ChangeLog: a preallocated ring of lease changes from the packet thread (one producer) to the
// commit thread (one consumer). It numbers the changes. Must not know: packets, disks.

#include "base/short_bytes.h"
#include "lease/lease.h"

#include <atomic>
#include <memory>
#include <optional>

namespace lessor::lease {

/// One change as the store writes it: the lease as it is from `lease.sequence` on, its bytes held
/// inside.
class LeaseChange {
 public:
  void assign(const Lease& lease, Sequence sequence);
  /// The lease, its byte views pointing into this change.
  [[nodiscard]] Lease lease() const;

 private:
  Lease lease_;
  ShortBytes<255> client_id_;
  ShortBytes<255> hostname_;
  ShortBytes<kMaxExtras> extras_;
};

/// Single producer, single consumer, bounded, no allocation after construction.
class ChangeLog {
 public:
  /// `capacity` is rounded up to a power of two. `next` is the first sequence number to give: the
  /// recovered one + 1.
  explicit ChangeLog(std::size_t capacity = 8'192, Sequence next = 1);

  /// Before the first push: numbers go on after `last`, the recovered one. (The engine that writes
  /// here exists before the leases that it loads are recovered.)
  void continue_after(Sequence last);

  // Producer side.
  /// Whether `count` more changes fit. An engine asks before it decides to change anything.
  [[nodiscard]] bool has_room(std::size_t count = 1) const { return count <= room(); }
  /// How many more changes fit.
  [[nodiscard]] std::size_t room() const;
  [[nodiscard]] std::size_t capacity() const { return mask_ + 1; }
  /// Appends and returns the change's sequence number. Precondition: has_room().
  Sequence push(const Lease& lease);
  /// The last number given; 0 when none was.
  [[nodiscard]] Sequence last() const { return next_ - 1; }

  // Consumer side.
  /// How many changes wait.
  [[nodiscard]] std::size_t waiting() const;
  /// The i-th waiting change, 0 the oldest. Valid until drop().
  [[nodiscard]] const LeaseChange& at(std::size_t i) const;
  /// Forgets the oldest `count`: they are in the store's hands.
  void drop(std::size_t count);

 private:
  std::unique_ptr<LeaseChange[]> ring_;
  std::size_t mask_;
  Sequence next_;
  alignas(64) std::atomic<std::uint64_t> head_{0};  // consumer's
  alignas(64) std::atomic<std::uint64_t> tail_{0};  // producer's
};

}  // namespace lessor::lease
