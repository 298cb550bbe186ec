#pragma once
// Finding an address among many. Must not know: what stands at them.

#include "net/address.h"

#include <cstddef>
#include <span>

namespace lessor::net {

/// How many of `sorted` are not above `address`. No branch hangs on what is compared: where among
/// thousands of subnets a packet belongs, no processor foresees.
[[nodiscard]] inline std::size_t count_up_to(std::span<const Ip4> sorted, Ip4 address) {
  const Ip4* first = sorted.data();
  std::size_t size = sorted.size();
  while (size > 1) {
    const std::size_t half = size / 2;
    first += half * static_cast<std::size_t>(first[half - 1] <= address);
    size -= half;
  }
  const auto before = static_cast<std::size_t>(first - sorted.data());
  return before + (size == 1 && *first <= address ? 1 : 0);
}

}  // namespace lessor::net
