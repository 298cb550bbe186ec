#pragma once
// `$name`, `${name}`, `$packet.path`, `$name++` and `$$` within a line of a packet file. Must not
// know: what the values are.

#include <expected>
#include <functional>
#include <string>
#include <string_view>
#include <vector>

namespace lessor::craft {

/// One use of a variable in a line.
struct VariableUse {
  std::string name;        ///< "offer"
  std::string path;        ///< "yiaddr", when a dot and a path follow; may be empty
  bool advances = false;   ///< `$mac++`
  std::size_t column = 0;  ///< of the dollar, from 0
};

/// Whether `name` may be a variable's: letters, digits and '_', not beginning with a digit.
[[nodiscard]] bool is_variable_name(std::string_view name);

/// Replaces every use by what `value_of` says. Its error ends the work, as does a lone dollar
/// or a text that would grow beyond a megabyte.
using ValueOf = std::function<std::expected<std::string, std::string>(const VariableUse& use)>;
[[nodiscard]] std::expected<std::string, std::string> substitute(std::string_view text,
                                                                 const ValueOf& value_of);

/// What `text` counts up to: the next hardware address (its last three octets count), IPv4 address,
/// hexadecimal number of as many digits, or decimal number. The error says that it does not count.
[[nodiscard]] std::expected<std::string, std::string> next_value(std::string_view text);

}  // namespace lessor::craft
