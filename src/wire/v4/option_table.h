#pragma once
// The option table: every DHCPv4 option of IANA's registry, declared once. Printing, parsing,
// checking, documentation and random values all follow from a row. Must not know: messages.

#include "wire/v4/protocol.h"
#include "wire/value_codec.h"

#include <optional>
#include <span>
#include <string>

namespace lessor::wire {

/// One option.
struct OptionRow {
  OptionCode code;
  std::string_view name;       ///< Kea's, where Kea has one
  Shape shape;                 ///< the make-up of its value
  std::string_view reference;  ///< RFC and section
  std::string_view meaning;    ///< in a few words
  std::string_view aliases;    ///< other tools' names, blanks between
};

/// All rows by ascending code, pad (0) and end (255) included.
[[nodiscard]] std::span<const OptionRow> option_table();

/// The row of a code in constant time; null when IANA has not assigned it.
[[nodiscard]] const OptionRow* find_option(OptionCode code);
/// The row's shape, or opaque octets for a code without a row.
[[nodiscard]] const Shape& option_shape(OptionCode code);
/// The row's name, or "option-200" for a code without one.
[[nodiscard]] std::string option_name(OptionCode code);

/// The code of a name or an alias ('_' and '-' are one, case does not count), of "option-200", or
/// of a number. Nothing when there is none such.
[[nodiscard]] std::optional<OptionCode> find_option_code(std::string_view name);
/// A name that a misspelt one may have meant.
[[nodiscard]] std::optional<std::string_view> suggest_option_name(std::string_view name);

}  // namespace lessor::wire
