#pragma once
// The buckets of a hash index that comes bucket by bucket (linear hashing), so that no insertion
// ever pays for rehashing a table. Must not know: what is in them.

#include <bit>
#include <cstddef>
#include <cstdint>

namespace lessor::lease {

/// The buckets of one index, which come one by one (linear hashing).
class Buckets {
 public:
  [[nodiscard]] bool empty() const { return count_ == 0; }
  /// The bucket of a hash: its low bits, with one bit less where that many buckets are not there
  /// yet. Precondition: not empty().
  [[nodiscard]] std::size_t number_of(std::uint64_t hash) const {
    const std::size_t number = hash & mask_;
    return number < count_ ? number : number & (mask_ >> 1);
  }
  /// Adds one and returns its number. Only what is in split_from() of it moves.
  std::size_t add() {
    mask_ = std::bit_ceil(count_ + 1) - 1;
    return count_++;
  }
  [[nodiscard]] static std::size_t split_from(std::size_t added) {
    return added == 0 ? 0 : added - std::bit_floor(added);
  }

 private:
  std::size_t count_ = 0;
  std::size_t mask_ = 0;  // the least 2^n - 1 that is not below the last number
};

}  // namespace lessor::lease
