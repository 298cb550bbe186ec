#include "lease/expiry_queue.h"

#include <algorithm>

namespace lessor::lease {

ExpiryQueue::ExpiryQueue(LeaseStorage& storage)
    : storage_(storage), tops_(std::make_unique<Instant[]>(kOffsets.back())) {
  std::fill_n(tops_.get(), kOffsets.back(), Instant::never());
}

Instant ExpiryQueue::end_of(const LeaseRecord& record) {
  if (record.is_in(LeaseStage::over)) return Instant::never();
  if (record.is_in(LeaseStage::running) || !record.is_active()) return record.expires_at;
  return record.expires_at + grace_of(Duration::from_wire(record.lifetime_s));
}

Instant ExpiryQueue::least_of(const LeaseRecord* records) {
  Instant least = Instant::never();
  for (std::size_t i = 0; i < kFanout; ++i) least = std::min(least, end_of(records[i]));
  return least;
}

Instant ExpiryQueue::least_of(const Instant* places) {
  return *std::min_element(places, places + kFanout);
}

// Whether the change of one of those below changes the place above them, and then what it does
// there.
template <typename Below>
bool ExpiryQueue::rises(Change& change, Instant& above, const Below* below) {
  const Instant before = above;
  if (change.is >= before) {
    if (change.was > before) return false;  // another one ends first, as before
    change.is = least_of(below);
  }
  above = change.is;
  change.was = before;
  return change.is != before;
}

void ExpiryQueue::grow() {
  std::size_t chunks = storage_.chunks();
  unsigned height = 0;
  for (; chunks > 1; chunks = (chunks + kFanout - 1) / kFanout) ++height;
  // What is new above the old top has nothing else below it yet.
  for (; height_ < height; ++height_) tops_[kOffsets[height_ + 1]] = tops_[kOffsets[height_]];
}

void ExpiryQueue::update(Slot slot, Instant was) {
  Change change{.was = was, .is = end_of(storage_.record(slot))};
  if (change.is == was) return;
  std::size_t index = slot % kLeasesPerChunk / kFanout;
  LeaseChunk& chunk = storage_.chunk_of(slot);
  if (!rises(change, chunk.ends[index], &chunk.records[index * kFanout])) return;
  for (unsigned level = 1; level < kChunkLevels; ++level) {
    const Instant* const below = &chunk.ends[kInChunk[level - 1]];
    index /= kFanout;
    if (!rises(change, chunk.ends[kInChunk[level] + index], below + index * kFanout)) return;
  }
  // The lowest level of the top is above the chunk's last, each later one above the one before.
  index = slot / kLeasesPerChunk;
  if (!rises(change, tops_[index], &chunk.ends[kInChunk[kChunkLevels - 1]])) return;
  for (unsigned level = 1; level <= height_; ++level) {
    const Instant* const below = &tops_[kOffsets[level - 1]];
    index /= kFanout;
    if (!rises(change, tops_[kOffsets[level] + index], below + index * kFanout)) return;
  }
}

Slot ExpiryQueue::first() const {
  const Instant least = next();
  std::size_t index = 0;
  const auto descend = [&](const Instant* places) {
    index *= kFanout;
    while (places[index] != least) ++index;
  };
  for (unsigned level = height_; level-- > 0;) descend(&tops_[kOffsets[level]]);
  const std::size_t first_of_chunk = index * kLeasesPerChunk;
  const LeaseChunk& chunk = storage_.chunk_of(static_cast<Slot>(first_of_chunk));
  index = 0;
  for (unsigned level = kChunkLevels; level-- > 0;) descend(&chunk.ends[kInChunk[level]]);
  index *= kFanout;
  while (end_of(chunk.records[index]) != least) ++index;
  return static_cast<Slot>(first_of_chunk + index);
}

}  // namespace lessor::lease
