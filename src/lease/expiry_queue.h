#pragma once
// ExpiryQueue: which lease ends next. A tree of eighths over the records: of each eight records
// the earliest end, of each eight of those the earliest, and so on. Must not know: what ending
// means.

#include "lease/lease_storage.h"

#include <array>
#include <memory>

namespace lessor::lease {

/// One thread. What a record's end is, is read from the record; the tree above takes 1.1 octets a
/// lease and is the storage's, but for its top. O(log n), and O(1) for whoever does not end first
/// of his eight, before and after.
class ExpiryQueue {
 public:
  explicit ExpiryQueue(LeaseStorage& storage);

  /// Told when the storage has got chunks.
  void grow();
  /// When what `record` says of its time ends; never() when nothing does.
  [[nodiscard]] static Instant end_of(const LeaseRecord& record);
  /// Told when the end of `slot` has changed, with what it was.
  void update(Slot slot, Instant was);
  /// The time of the first; never() when none ends.
  [[nodiscard]] Instant next() const { return tops_[kOffsets[height_]]; }
  /// The first. Precondition: next() is not never().
  [[nodiscard]] Slot first() const;

 private:
  // Three levels are in the chunks; the lowest of the top has a place for each chunk.
  static constexpr unsigned kChunkLevels = 3;
  static constexpr std::size_t kFanout = 8;
  static constexpr std::size_t kMaxChunks = kMaxLeases / kLeasesPerChunk;
  static constexpr std::array<std::size_t, 4> kInChunk{
      0, kLeasesPerChunk / 8, kLeasesPerChunk / 8 + kLeasesPerChunk / 64, kEndsPerChunk};
  static constexpr std::size_t kTopLevels = 6;
  /// Where each level of the top begins, each filled up to whole eights, and where the last ends.
  static constexpr auto kOffsets = [] {
    std::array<std::size_t, kTopLevels + 1> offsets{};
    std::size_t count = kMaxChunks;
    for (std::size_t level = 0; level < kTopLevels; ++level) {
      offsets[level + 1] = offsets[level] + (count + kFanout - 1) / kFanout * kFanout;
      count = (count + kFanout - 1) / kFanout;
    }
    return offsets;
  }();

  /// What one place, or one record's end, was, and is now.
  struct Change {
    Instant was;
    Instant is;
  };
  template <typename Below>
  [[nodiscard]] static bool rises(Change& change, Instant& above, const Below* below);
  [[nodiscard]] static Instant least_of(const LeaseRecord* records);
  [[nodiscard]] static Instant least_of(const Instant* places);

  LeaseStorage& storage_;
  std::unique_ptr<Instant[]> tops_;
  unsigned height_ = 0;  // so many levels of the top are in use above its lowest
};

}  // namespace lessor::lease
