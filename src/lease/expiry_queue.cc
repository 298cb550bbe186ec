#include "lease/expiry_queue.h"

namespace lessor::lease {

Instant& ExpiryQueue::time(std::uint32_t place) const {
  return storage_.chunk_of(place).heap_times[place % kLeasesPerChunk];
}

Slot& ExpiryQueue::slot(std::uint32_t place) const {
  return storage_.chunk_of(place).heap_slots[place % kLeasesPerChunk];
}

void ExpiryQueue::put_at(std::uint32_t place, Slot slot_, Instant at) {
  time(place) = at;
  slot(place) = slot_;
  storage_.record(slot_).heap_position = place;
}

// Moves the hole at `place` up or down to where `at` belongs and fills it.
void ExpiryQueue::sift(std::uint32_t place, Slot slot_, Instant at) {
  while (place > 0) {
    const std::uint32_t parent = (place - 1) / kChildren;
    if (time(parent) <= at) break;
    put_at(place, slot(parent), time(parent));
    place = parent;
  }
  for (;;) {
    const std::uint64_t first_child = std::uint64_t{place} * kChildren + 1;
    if (first_child >= size_) break;
    std::uint32_t least = static_cast<std::uint32_t>(first_child);
    for (std::uint32_t i = least + 1; i < size_ && i < first_child + kChildren; ++i)
      if (time(i) < time(least)) least = i;
    if (at <= time(least)) break;
    put_at(place, slot(least), time(least));
    place = least;
  }
  put_at(place, slot_, at);
}

void ExpiryQueue::set(Slot slot_, Instant at) {
  if (at.is_never()) {
    remove(slot_);
    return;
  }
  const std::uint32_t place = storage_.record(slot_).heap_position;
  sift(place != kNoSlot ? place : size_++, slot_, at);
}

void ExpiryQueue::remove(Slot slot_) {
  const std::uint32_t place = storage_.record(slot_).heap_position;
  if (place == kNoSlot) return;
  storage_.record(slot_).heap_position = kNoSlot;
  --size_;
  if (place != size_) sift(place, slot(size_), time(size_));
}

Instant ExpiryQueue::next() const { return size_ == 0 ? Instant::never() : time(0); }

Slot ExpiryQueue::first() const { return slot(0); }

}  // namespace lessor::lease
