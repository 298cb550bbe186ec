#pragma once
// HolderCounts: how many of something each of very many holders has, exactly. Memory comes in
// chunks that are made on any thread and adopted by moving a pointer, as the LeaseTable's. Must not
// know: who the holders are, what is counted.

#include "lease/buckets.h"

#include <array>
#include <cstddef>
#include <cstdint>
#include <memory>
#include <vector>

namespace lessor::lease {

/// A holder: a keyed hash of who it is, so that nobody can aim at another's count. 0 is nobody.
using Holder = std::uint64_t;

/// One thread. take, give_back and count are O(1) and allocate nothing. A holder that has none
/// takes no room. 20 octets a holder.
class HolderCounts {
 public:
  static constexpr std::size_t kHoldersPerChunk = 4'096;
  static constexpr std::uint32_t kNone = UINT32_MAX;
  struct Entry {
    Holder holder = 0;
    std::uint32_t count = 0;
    std::uint32_t next = kNone;  // in the bucket; of a free entry: the next free one
  };
  struct Chunk {
    std::array<Entry, kHoldersPerChunk> entries;
    std::array<std::uint32_t, kHoldersPerChunk> buckets{};
  };

  /// At most `most` holders, ever.
  explicit HolderCounts(std::size_t most);

  /// So many more that there is room for. Each take() needs room for one at most.
  [[nodiscard]] std::size_t room() const { return capacity() - size_; }
  [[nodiscard]] std::size_t capacity() const { return chunks_.size() * kHoldersPerChunk; }
  /// Takes the memory over; what would be beyond the limit stays the caller's.
  void adopt(std::vector<std::unique_ptr<Chunk>>& chunks);

  /// Counts one more for `holder`. Precondition: room() > 0. Of nobody nothing is counted.
  void take(Holder holder);
  /// Counts one less. Precondition: it was taken.
  void give_back(Holder holder);
  /// How many it has.
  [[nodiscard]] std::uint32_t count(Holder holder) const;

  /// Holders that have something.
  [[nodiscard]] std::size_t size() const { return size_; }

 private:
  [[nodiscard]] Entry& entry(std::uint32_t index) const {
    return chunks_[index / kHoldersPerChunk]->entries[index % kHoldersPerChunk];
  }
  [[nodiscard]] std::uint32_t& bucket(std::size_t number) const {
    return chunks_[number / kHoldersPerChunk]->buckets[number % kHoldersPerChunk];
  }
  /// What points to the holder's entry, or to the end of its bucket. Precondition: a bucket.
  [[nodiscard]] std::uint32_t& link_to(Holder holder) const;
  void add_bucket();
  [[nodiscard]] std::uint32_t take_entry();

  std::vector<std::unique_ptr<Chunk>> chunks_;  // reserved whole: growing never moves it
  std::size_t most_;
  Buckets buckets_;
  std::size_t bucket_count_ = 0;
  std::uint32_t used_ = 0;  // entries from here on were never used
  std::uint32_t free_ = kNone;
  std::size_t size_ = 0;
};

}  // namespace lessor::lease
