#pragma once
// What a condition needs to be true, so that of many conditions those that can be true are found at
// once, by looking the values of a packet up. Must not know: packets, programs.

#include "expression/tree.h"

#include <optional>
#include <string>
#include <vector>

namespace lessor::expression {

/// A part of a condition that can be looked up.
struct Term {
  enum class Kind : std::uint8_t {
    equal,   ///< `key` has the value `octets`
    exists,  ///< what `key` (a path) names is there
    member,  ///< the client is in the class `octets`
  };
  Kind kind = Kind::equal;
  Node key;
  std::string octets;
};

/// A condition is true only if at least one of the terms is; `exact`: and always if one is.
struct Requirement {
  std::vector<Term> terms;
  bool exact = false;
};

/// The requirement of a condition; nothing when there is none that can be looked up ("not ...",
/// match, and what else it takes an evaluation to know).
[[nodiscard]] std::optional<Requirement> find_requirement(const Node& condition);

}  // namespace lessor::expression
