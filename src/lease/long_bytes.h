#pragma once
// LongBytes: memory for identifiers and extras that are too long for a lease record, in cells of
// five sizes. Must not know: what the bytes mean.

#include "base/bytes.h"

#include <array>
#include <memory>
#include <vector>

namespace lessor::lease {

/// Cells from 256 KB blocks; a free cell is kept for others of its size. take and give_back are
/// O(1) and allocate nothing. One thread.
class LongBytes {
 public:
  static constexpr std::size_t kUnit = 32;
  static constexpr std::size_t kUnitsPerBlock = 8'192;
  static constexpr std::size_t kMaxBlocks = 32'768;  // 8 GB
  static constexpr std::size_t kMaxSize = 800;  // 16 + 255 + 255 + 12 + 8 + 1 + 241, and a little
  struct Block {
    std::array<std::byte, kUnit * kUnitsPerBlock> bytes{};
  };
  /// A cell's place: its first unit.
  using Place = std::uint32_t;

  LongBytes() { blocks_.reserve(kMaxBlocks); }

  /// Takes a block over; false when there are kMaxBlocks, then it stays the caller's.
  bool adopt(std::unique_ptr<Block>& block);

  [[nodiscard]] bool has_room(std::size_t size) const;
  /// A cell for `size` octets. Precondition: has_room(size), size <= kMaxSize.
  [[nodiscard]] Place take(std::size_t size);
  /// `size` as it was given to take().
  void give_back(Place place, std::size_t size);
  [[nodiscard]] std::byte* at(Place place) const {
    return blocks_[place / kUnitsPerBlock]->bytes.data() + place % kUnitsPerBlock * kUnit;
  }
  /// Octets in blocks that no cell was cut from yet.
  [[nodiscard]] std::size_t fresh_bytes() const;
  [[nodiscard]] std::size_t memory_bytes() const { return blocks_.size() * sizeof(Block); }

  /// The size class that holds `size` octets, and whether two sizes share one.
  [[nodiscard]] static std::size_t class_of(std::size_t size);

 private:
  static constexpr std::array<std::uint32_t, 5> kUnits{2, 4, 8, 18, 25};  // 64 ... 576, 800 octets
  static constexpr Place kNone = UINT32_MAX;

  [[nodiscard]] bool fits_fresh(std::uint32_t units) const;

  std::vector<std::unique_ptr<Block>> blocks_;  // reserved whole: growing never moves it
  std::array<Place, kUnits.size()> free_{kNone, kNone, kNone, kNone, kNone};
  Place fresh_ = 0;  // the first unit never used
};

}  // namespace lessor::lease
