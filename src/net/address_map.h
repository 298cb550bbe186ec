#pragma once
// AddressMap: what holds from an address on, up to the next one that is named, found by its upper
// bits however many there are. Made once, then only read. Must not know: what the numbers mean.

#include "net/address.h"

#include <algorithm>
#include <array>
#include <cstddef>
#include <cstdint>
#include <span>
#include <vector>

namespace lessor::net {

class AddressMap {
 public:
  static constexpr std::uint32_t kNone = INT32_MAX;
  /// From `start` on `number` holds.
  struct Entry {
    Ip4 start;
    std::uint32_t number = kNone;  // at most kNone
  };

  AddressMap() = default;
  /// `sorted` by start; of several with one start the last holds.
  explicit AddressMap(std::span<const Entry> sorted);

  /// The number that holds at `address`; kNone before the first start. The upper 16 bits lead to
  /// it, or the next 8 do; only where it changes inside of a /24 are its starts compared.
  [[nodiscard]] std::uint32_t find(Ip4 address) const {
    const std::uint32_t upper = address.value >> 16;
    if (upper < first_) return kNone;
    Slot slot = tops_[std::min<std::size_t>(upper - first_, tops_.size() - 1)];
    if ((slot & kMore) != 0) slot = blocks_[slot & ~kMore][address.value >> 8 & 0xff];
    return (slot & kMore) == 0 ? slot : find_from(slot & ~kMore, address);
  }

 private:
  /// Of a range of addresses: the number that holds in all of it, or kMore and where to look on.
  using Slot = std::uint32_t;
  static constexpr Slot kMore = 0x80000000;

  [[nodiscard]] Slot slot_of(std::uint32_t start, std::uint32_t size);
  /// The number of the last entry before `after`, or of a later one that begins up to `address`.
  [[nodiscard]] std::uint32_t find_from(std::size_t after, Ip4 address) const {
    while (after < entries_.size() && entries_[after].start <= address) ++after;
    return after == 0 ? kNone : entries_[after - 1].number;
  }

  std::uint32_t first_ = 0x10000;              // the upper 16 bits of the first start; here: none
  std::vector<Slot> tops_;                     // of /16s from there on; what is behind: the last
  std::vector<std::array<Slot, 256>> blocks_;  // of the /24s in a /16
  std::vector<Entry> entries_;                 // one a start
};

}  // namespace lessor::net
