#pragma once
// Which client classes a packet is in: a set of class numbers without heap. Must not know: names.

#include "expression/limits.h"

#include <array>
#include <cstdint>

namespace lessor::expression {

/// The number of a class in its configuration, below kMaxClasses.
using ClassId = std::uint16_t;

class ClassSet {
 public:
  void add(ClassId id) { words_[id / 64U] |= bit(id); }
  void remove(ClassId id) { words_[id / 64U] &= ~bit(id); }
  [[nodiscard]] bool has(ClassId id) const { return (words_[id / 64U] & bit(id)) != 0; }
  friend bool operator==(const ClassSet&, const ClassSet&) = default;

 private:
  static std::uint64_t bit(ClassId id) { return std::uint64_t{1} << (id % 64U); }
  std::array<std::uint64_t, kMaxClasses / 64> words_{};
};

}  // namespace lessor::expression
