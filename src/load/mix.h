#pragma once
// Which kind of exchange is next when there are several. Must not know: clients.

#include "base/random.h"
#include "load/exchange.h"

#include <array>
#include <cstdint>

namespace lessor::load {

/// So many parts of each kind, in the order of Exchange; their sum is the whole.
using Mix = std::array<std::uint32_t, kExchanges>;

[[nodiscard]] constexpr std::uint32_t parts_of(const Mix& mix, Exchange kind) {
  return mix[static_cast<std::size_t>(kind)];
}
[[nodiscard]] constexpr std::uint64_t sum_of(const Mix& mix) {
  std::uint64_t sum = 0;
  for (const std::uint32_t parts : mix) sum += parts;
  return sum;
}

/// Draws kinds in their proportions: the same ones from the same seed, whatever becomes of them.
class MixDraw {
 public:
  /// The sum of `mix` is at most UINT32_MAX.
  MixDraw(const Mix& mix, std::uint64_t seed)
      : mix_(mix), sum_(static_cast<std::uint32_t>(sum_of(mix))), random_(seed) {}

  /// dora when the mix is empty.
  [[nodiscard]] Exchange draw() {
    std::uint32_t at = random_.below(sum_);
    for (std::size_t i = 0; i < mix_.size(); ++i) {
      if (at < mix_[i]) return static_cast<Exchange>(i);
      at -= mix_[i];
    }
    return Exchange::dora;
  }

 private:
  Mix mix_;
  std::uint32_t sum_;
  Random random_;
};

}  // namespace lessor::load
