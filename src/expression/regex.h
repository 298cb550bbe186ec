#pragma once
// Regular expressions for match(): ECMAScript's grammar without what would need backtracking. One
// is compiled to sets of places (Glushkov's construction), so that matching reads each octet once,
// in bounded time, without heap. Must not know: expressions.

#include "base/bytes.h"
#include "expression/error.h"
#include "expression/limits.h"

#include <array>
#include <bitset>
#include <cstdint>
#include <expected>
#include <string_view>
#include <vector>

namespace lessor::expression {

class Regex {
 public:
  /// Compiles a pattern. The error's offset is in the pattern.
  [[nodiscard]] static std::expected<Regex, Error> compile(std::string_view pattern);

  /// Whether the whole of `text` matches. At most kMaxMatchedSize octets; longer never matches.
  /// Allocates nothing.
  [[nodiscard]] bool matches(Bytes text) const;

 private:
  friend class RegexCompiler;
  using Places = std::bitset<kMaxRegexPositions>;

  /// The octets that a place stands for.
  std::vector<std::bitset<256>> octets_;
  std::vector<Places> follow_;    // by place: where one may be after it
  std::vector<Places> by_octet_;  // by octet: the places that stand for it; 256
  Places first_;
  Places last_;
  bool empty_matches_ = false;
};

}  // namespace lessor::expression
