#pragma once
// What is wrong with an expression, and where. Must not know: files, configuration.

#include <cstdint>
#include <string>

namespace lessor::expression {

/// `offset` and `length` in octets of the expression's text: what the message speaks of. At the end
/// of the text the length is 0.
struct Error {
  std::uint32_t offset = 0;
  std::uint32_t length = 0;
  std::string message;  ///< what is wrong, what was expected, and what to write
  friend bool operator==(const Error&, const Error&) = default;
};

/// "at character 12, near 'foo': MESSAGE" for people. `text` is the whole expression.
[[nodiscard]] std::string describe(const Error& error, std::string_view text);

}  // namespace lessor::expression
