#pragma once
// AddressMap: what holds from an address on, up to the next one that is named, found by few cache
// lines however many there are. Made once, then only read. Must not know: what the numbers mean.

#include "net/address.h"

#include <algorithm>
#include <array>
#include <cstddef>
#include <cstdint>
#include <ranges>
#include <span>
#include <vector>

namespace lessor::net {

class AddressMap {
 public:
  static constexpr std::uint32_t kNone = UINT32_MAX;
  /// From `start` on `number` holds.
  struct Entry {
    Ip4 start;
    std::uint32_t number = kNone;
  };

  AddressMap() = default;
  /// `sorted` by start; of several with one start the last holds.
  explicit AddressMap(std::span<const Entry> sorted);

  /// The number that holds at `address`; kNone before the first start. Each step reads a line of
  /// sixteen addresses, and no branch hangs on what is compared: where among thousands of subnets a
  /// packet belongs, no processor foresees.
  [[nodiscard]] std::uint32_t find(Ip4 address) const {
    const std::int32_t key = key_of(address);
    if (leaves_.empty() || key < leaves_.front().starts.front()) return kNone;
    std::uint32_t at = 0;
    for (const Level& level : std::views::reverse(levels_)) {
      const Branch& branch = branches_[level.first + at];
      at = std::min(at * kFan + place_of(branch.starts, key), level.last_below);
    }
    const Leaf& leaf = leaves_[at];
    __builtin_prefetch(&leaf.numbers);  // comes while the starts are compared
    return leaf.numbers[place_of(leaf.starts, key)];
  }

 private:
  static constexpr std::uint32_t kFan = 16;
  /// As keys; beyond the last it has the highest.
  using Starts = std::array<std::int32_t, kFan>;
  struct alignas(64) Leaf {
    Starts starts;
    std::array<std::uint32_t, kFan> numbers;  // beyond the last: that of the last
  };
  /// The first starts of sixteen leaves, or of sixteen branches of the level below.
  struct alignas(64) Branch {
    Starts starts;
  };
  struct Level {
    std::uint32_t first = 0;       // of its branches
    std::uint32_t last_below = 0;  // of the leaves or branches that they lead to
  };

  /// An address so that keys are in order as signed numbers: those a processor compares by fours.
  [[nodiscard]] static constexpr std::int32_t key_of(Ip4 address) {
    return static_cast<std::int32_t>(address.value ^ 0x80000000U);
  }
  /// The last start that is not above `key`. Precondition: the first is not.
  [[nodiscard]] static std::uint32_t place_of(const Starts& starts, std::int32_t key) {
    std::int32_t place = kFan - 1;
    for (const std::int32_t start : starts) place -= start > key ? 1 : 0;
    return static_cast<std::uint32_t>(place);
  }
  template <typename Below>
  void add_level(const std::vector<Below>& below, std::size_t first, std::size_t count);

  std::vector<Leaf> leaves_;
  std::vector<Branch> branches_;
  std::vector<Level> levels_;  // the lowest first; the highest has one branch
};

}  // namespace lessor::net
