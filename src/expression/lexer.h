#pragma once
// The words of an expression: text cut into tokens, each with its place. Must not know: grammar.

#include "expression/error.h"

#include <cstddef>
#include <cstdint>
#include <expected>
#include <string_view>
#include <vector>

namespace lessor::expression {

struct Token {
  enum class Kind : std::uint8_t {
    end,
    text,     ///< 'in single quotes': `words` without them
    hex,      ///< 0x0102
    integer,  ///< decimal, perhaps negative
    address,  ///< IPv4 or IPv6
    word,     ///< a keyword, a function or an option's name
    sign,     ///< one of ( ) [ ] , . + * or ==
  };
  Kind kind = Kind::end;
  std::string_view words;    ///< as written, of text what stands between the quotes
  std::uint32_t offset = 0;  ///< of its first character, be it a quote
  std::uint32_t length = 0;

  [[nodiscard]] bool is_sign(std::string_view sign) const {
    return kind == Kind::sign && words == sign;
  }
  [[nodiscard]] bool is_word(std::string_view word) const {
    return kind == Kind::word && words == word;
  }
};

/// All tokens of `text`, and one of kind `end` behind them; they borrow `text`. Blanks and line
/// ends only separate.
[[nodiscard]] std::expected<std::vector<Token>, Error> read_tokens(std::string_view text);

}  // namespace lessor::expression
