#pragma once
// A small deterministic random number generator (xoshiro256**): one seed, one world. Not for
// secrets.

#include <cstdint>

namespace lessor {

/// Seeded generator; the same seed gives the same sequence on every machine.
class Random {
 public:
  explicit constexpr Random(std::uint64_t seed) {
    for (std::uint64_t& word : state_) {  // splitmix64 spreads the seed over the state
      seed += 0x9e3779b97f4a7c15U;
      std::uint64_t z = seed;
      z = (z ^ (z >> 30)) * 0xbf58476d1ce4e5b9U;
      z = (z ^ (z >> 27)) * 0x94d049bb133111ebU;
      word = z ^ (z >> 31);
    }
  }

  constexpr std::uint64_t u64() {
    const std::uint64_t result = rotate(state_[1] * 5, 7) * 9;
    const std::uint64_t t = state_[1] << 17;
    state_[2] ^= state_[0];
    state_[3] ^= state_[1];
    state_[1] ^= state_[2];
    state_[0] ^= state_[3];
    state_[2] ^= t;
    state_[3] = rotate(state_[3], 45);
    return result;
  }
  constexpr std::uint32_t u32() { return static_cast<std::uint32_t>(u64() >> 32); }
  /// Uniform in [0, bound); 0 when bound is 0. (Multiply-shift; the bias is below 2^-32.)
  constexpr std::uint32_t below(std::uint32_t bound) {
    return static_cast<std::uint32_t>((static_cast<std::uint64_t>(u32()) * bound) >> 32);
  }
  /// True once in `n` calls on average.
  constexpr bool one_in(std::uint32_t n) { return below(n) == 0; }

 private:
  static constexpr std::uint64_t rotate(std::uint64_t x, int k) {
    return (x << k) | (x >> (64 - k));
  }
  std::uint64_t state_[4] = {};
};

}  // namespace lessor
