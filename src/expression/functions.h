#pragma once
// The functions of expressions, declared once: name, arguments, example. Parser, printer and the
// test against the documentation read the table. Must not know: how they are computed.

#include "expression/tree.h"

#include <optional>
#include <span>
#include <string_view>

namespace lessor::expression {

/// One function. `arguments`: a letter each: t a text, c a condition, i a whole number, l a length
/// or all, q text in quotes.
struct Function {
  std::string_view name;
  Kind kind;
  std::string_view arguments;
  std::string_view example;
  std::uint8_t width = 0;  ///< of inttotext
  bool is_signed = false;

  /// A node without arguments.
  [[nodiscard]] Node node() const;
};

[[nodiscard]] std::span<const Function> functions();
/// Null when there is none of this name.
[[nodiscard]] const Function* find_function(std::string_view name);
/// The function that a node calls; null when it calls none.
[[nodiscard]] const Function* function_of(const Node& node);
/// A word of the language that a misspelt one may have meant.
[[nodiscard]] std::optional<std::string_view> nearest_word(std::string_view word);

}  // namespace lessor::expression
