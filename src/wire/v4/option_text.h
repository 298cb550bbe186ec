#pragma once
// What people read and write of options: values as text by option code, checks with clear words,
// and the explanation that tables of packets show. Not for the packet path: it allocates.

#include "wire/v4/option_table.h"

#include <array>
#include <expected>
#include <optional>
#include <string>
#include <vector>

namespace lessor::wire {

/// The value as text in the notation of configuration files. What is not valid for its option, or
/// has no faithful text, is hexadecimal: parse_option_text(print_option(v)) == v for every v.
[[nodiscard]] std::string print_option(OptionCode code, Bytes value);

/// The octets of a text. `0x...` gives octets as they are, valid for the option or not; the empty
/// text gives no octets for options without a value. The error names the part and shows a right
/// text.
[[nodiscard]] std::expected<std::vector<std::byte>, TextError> parse_option_text(
    OptionCode code, std::string_view text);

/// The octets of a text as a configuration file's `option-data` has it: the option's own notation
/// goes first, so that 0x10 is a number where a number belongs and text where text does; 0x is for
/// octets only where it is nothing else. Hexadecimal alone is octets for the options that Kea has
/// as octets (77, 90), and behind the enterprise number of 124.
[[nodiscard]] std::expected<std::vector<std::byte>, TextError> parse_option_data(
    OptionCode code, std::string_view text);

/// Nothing when the value is valid for its option, else what is wrong as a sentence: "3 octets, but
/// subnet-mask has 4 octets (RFC 2132 3.3)".
[[nodiscard]] std::optional<std::string> validate_option(OptionCode code, Bytes value);
/// What is asked of an option's value, for who has millions of them to look at.
struct ValueCheck {
  LengthRule length;
  bool takes_any = false;  ///< beyond the length, nothing is asked
  bool assigned = false;   ///< has a row in the option table

  /// Whether validate_option() has nothing to say; false: ask it.
  [[nodiscard]] bool passes(Bytes value) const { return takes_any && length.allows(value.size()); }
};
/// Of all options, by code. Made once, when it is asked for first.
[[nodiscard]] const std::array<ValueCheck, 256>& value_checks();
/// The length check alone; cheap and without allocation.
[[nodiscard]] bool check_length(OptionCode code, std::size_t size);

/// A valid value, for load, simulation and tests.
[[nodiscard]] std::vector<std::byte> random_value(OptionCode code, Random& random);

/// One row of a table of options, for people.
struct ExplainedOption {
  OptionCode code = 0;
  std::string name;
  std::size_t length = 0;
  std::string meaning;
  std::string value;  ///< print_option()
  std::string note;   ///< "1h", the names of requested options, or why the value is malformed
  bool malformed = false;
};
[[nodiscard]] ExplainedOption explain_option(OptionCode code, Bytes value);

}  // namespace lessor::wire
