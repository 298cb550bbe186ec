#pragma once
// ExpiryQueue: which lease ends next. A heap with four children a node whose places are kept in
// the records, so that a renewal moves its own entry. Must not know: what ending means.

#include "lease/lease_storage.h"

namespace lessor::lease {

/// One thread; O(log n), and O(1) for the usual renewal to a later time than most. Its memory is
/// the storage's.
class ExpiryQueue {
 public:
  explicit ExpiryQueue(LeaseStorage& storage) : storage_(storage) {}

  /// Queues `slot` for `at`, or moves it; never() takes it out.
  void set(Slot slot, Instant at);
  void remove(Slot slot);
  /// The time of the first; never() when the queue is empty.
  [[nodiscard]] Instant next() const;
  /// The first. Precondition: next() is not never().
  [[nodiscard]] Slot first() const;

 private:
  static constexpr std::uint32_t kChildren = 4;

  [[nodiscard]] Instant& time_at(std::uint32_t place) const;
  [[nodiscard]] Slot& slot_at(std::uint32_t place) const;
  void put_at(std::uint32_t place, Slot slot, Instant at);
  void sift(std::uint32_t place, Slot slot, Instant at);

  LeaseStorage& storage_;
  std::uint32_t size_ = 0;
};

}  // namespace lessor::lease
