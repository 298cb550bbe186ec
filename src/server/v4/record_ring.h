#pragma once
// A bounded ring of fixed-size records from one thread to another. Must not know: what is in them.

#include <atomic>
#include <bit>
#include <cstddef>
#include <cstdint>
#include <memory>
#include <type_traits>

namespace lessor::server::v4 {

/// Records on their way: one producer (packet thread), one consumer, no allocation after
/// construction. A full ring drops the record and counts it.
template <typename Record>
class RecordRing {
  static_assert(std::is_trivially_destructible_v<Record>);

 public:
  /// `capacity` is rounded up to a power of two. Memory of places that were never used is none.
  explicit RecordRing(std::size_t capacity)
      : places_(std::make_unique_for_overwrite<Place[]>(std::bit_ceil(capacity))),
        mask_(std::bit_ceil(capacity) - 1) {}

  // Producer side.
  /// The place for the next record, reset to an empty one; nullptr when the ring is full (counted).
  /// Fill it, then call publish().
  [[nodiscard]] Record* next() {
    const std::uint64_t tail = tail_.load(std::memory_order_relaxed);
    if (tail - head_.load(std::memory_order_acquire) > mask_) {
      dropped_.fetch_add(1, std::memory_order_relaxed);
      return nullptr;
    }
    Record* place = record_at(tail);
    std::uninitialized_default_construct_n(place, 1);  // room for octets need not be cleared
    return place;
  }
  void publish() {
    tail_.store(tail_.load(std::memory_order_relaxed) + 1, std::memory_order_release);
  }

  // Consumer side.
  /// The oldest record, valid until drop(); nullptr when there is none.
  [[nodiscard]] const Record* oldest() const {
    const std::uint64_t head = head_.load(std::memory_order_relaxed);
    return head == tail_.load(std::memory_order_acquire) ? nullptr : record_at(head);
  }
  /// Forgets the oldest. Precondition: there is one.
  void drop() { head_.store(head_.load(std::memory_order_relaxed) + 1, std::memory_order_release); }
  /// Copies the oldest record out; false when there is none.
  [[nodiscard]] bool take(Record& record) {
    const Record* from = oldest();
    if (from == nullptr) return false;
    record = *from;
    drop();
    return true;
  }

  /// Whether nothing waits. Any thread.
  [[nodiscard]] bool empty() const {
    return head_.load(std::memory_order_relaxed) == tail_.load(std::memory_order_relaxed);
  }
  /// Records lost because the ring was full, since the start. Any thread.
  [[nodiscard]] std::uint64_t dropped() const { return dropped_.load(std::memory_order_relaxed); }

 private:
  struct Place {
    alignas(Record) std::byte octets[sizeof(Record)];
  };
  [[nodiscard]] Record* record_at(std::uint64_t number) const {
    void* place = places_[number & mask_].octets;
    return static_cast<Record*>(place);
  }

  std::unique_ptr<Place[]> places_;
  std::size_t mask_;
  std::atomic<std::uint64_t> dropped_{0};
  alignas(64) std::atomic<std::uint64_t> head_{0};  // consumer's
  alignas(64) std::atomic<std::uint64_t> tail_{0};  // producer's
};

}  // namespace lessor::server::v4
