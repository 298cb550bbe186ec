#pragma once
// Shares: how much of something scarce each sender has taken, so that the one who takes most is the
// first to be refused. A sender may hold no more than a part of what is still free: the more one
// takes, the less more it gets, and something is always left for the next. Must not know: what is
// shared, packets, time.

#include "server/v4/limits.h"
#include "server/v4/sender.h"

#include <algorithm>
#include <array>

namespace lessor::server::v4 {

/// Counts in a small table a level, by hash. Two that fall into one place are counted as one.
/// Every call is O(1); nothing is allocated.
class Shares {
 public:
  /// Where a sender is counted.
  using Places = std::array<std::uint16_t, kLevels>;

  [[nodiscard]] Places places_of(const Sender& sender) const {
    Places places;
    for (std::size_t level = 0; level < kLevels; ++level) {
      places[level] = static_cast<std::uint16_t>((sender.names[level] * turn_) >> kShift);
    }
    return places;
  }

  /// Whether the sender may take one more of the `free` that are left. A port may hold as much as
  /// is free (so at most half of all), a relay twice, a neighbour three times and an interface four
  /// times that, one client an eighth, but two in any case. Who is `preferred` may hold twice as
  /// much: it finds room when others find none.
  [[nodiscard]] bool may_take(const Places& places, std::size_t free, bool preferred) const {
    constexpr std::array<std::size_t, kLevels> kEighths{32, 24, 16, 8, 1};
    constexpr std::array<std::size_t, kLevels> kFloors{0, 0, 0, 0, 2 * 8};
    const std::size_t eighths = preferred ? 2 * free : free;
    bool may = free > 0;
    for (std::size_t level = 0; level < kLevels; ++level) {
      const std::size_t most = std::max(kEighths[level] * eighths, kFloors[level]);
      may = may && 8 * counts_[level][places[level]] < most;
    }
    return may;
  }
  void take(const Places& places) {
    for (std::size_t level = 0; level < kLevels; ++level) ++counts_[level][places[level]];
  }
  void give_back(const Places& places) {
    for (std::size_t level = 0; level < kLevels; ++level) --counts_[level][places[level]];
  }

  /// Nobody has anything; and who shared a place by chance does so no longer.
  void clear() {
    counts_ = {};
    turn_ = turn_ * 0x9e3779b97f4a7c15U;
  }

 private:
  static constexpr unsigned kShift = 64 - kSharePlacesBits;
  std::array<std::array<std::uint16_t, std::size_t{1} << kSharePlacesBits>, kLevels> counts_{};
  std::uint64_t turn_ = 0xd6e8feb86659fd93U;  // odd
};

}  // namespace lessor::server::v4
