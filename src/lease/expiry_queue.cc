#include "lease/expiry_queue.h"

namespace lessor::lease {

Instant& ExpiryQueue::time_at(std::uint32_t place) const {
  return storage_.chunk_of(place).heap_times[place % kLeasesPerChunk];
}

Slot& ExpiryQueue::slot_at(std::uint32_t place) const {
  return storage_.chunk_of(place).heap_slots[place % kLeasesPerChunk];
}

void ExpiryQueue::put_at(std::uint32_t place, Slot slot, Instant at) {
  time_at(place) = at;
  slot_at(place) = slot;
  storage_.record(slot).heap_position = place;
}

// Moves the hole at `place` up or down to where `at` belongs and fills it.
void ExpiryQueue::sift(std::uint32_t place, Slot slot, Instant at) {
  while (place > 0) {
    const std::uint32_t parent = (place - 1) / kChildren;
    if (time_at(parent) <= at) break;
    put_at(place, slot_at(parent), time_at(parent));
    place = parent;
  }
  for (;;) {
    const std::uint64_t first_child = std::uint64_t{place} * kChildren + 1;
    if (first_child >= size_) break;
    std::uint32_t least = static_cast<std::uint32_t>(first_child);
    for (std::uint32_t i = least + 1; i < size_ && i < first_child + kChildren; ++i)
      if (time_at(i) < time_at(least)) least = i;
    if (at <= time_at(least)) break;
    put_at(place, slot_at(least), time_at(least));
    place = least;
  }
  put_at(place, slot, at);
}

void ExpiryQueue::set(Slot slot, Instant at) {
  if (at.is_never()) {
    remove(slot);
    return;
  }
  const std::uint32_t place = storage_.record(slot).heap_position;
  sift(place != kNoSlot ? place : size_++, slot, at);
}

void ExpiryQueue::remove(Slot slot) {
  const std::uint32_t place = storage_.record(slot).heap_position;
  if (place == kNoSlot) return;
  storage_.record(slot).heap_position = kNoSlot;
  --size_;
  if (place != size_) sift(place, slot_at(size_), time_at(size_));
}

Instant ExpiryQueue::next() const { return size_ == 0 ? Instant::never() : time_at(0); }

Slot ExpiryQueue::first() const { return slot_at(0); }

}  // namespace lessor::lease
