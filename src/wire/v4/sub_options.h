#pragma once
// Options that hold options: code, length, value, with no pad and no end (RFC 3046 2.0, RFC 2132
// 8.4). Their text is a list of name=value. Must not know: which option holds them.

#include "wire/v4/protocol.h"
#include "wire/value_codec.h"

namespace lessor::wire {

/// One row of a table of sub-options.
struct SubOptionRow {
  OptionCode code;
  std::string_view name;
  Shape shape;
  std::string_view reference;
  std::string_view meaning;
};
/// A table, sorted by code. May be empty: then all sub-options are opaque and named by number.
using SubOptionTable = std::span<const SubOptionRow>;

/// Null when the table has no such row.
[[nodiscard]] const SubOptionRow* find_sub_option(SubOptionTable table, OptionCode code);

/// One sub-option as "name=value", "200=0x01" when it is not in the table, or just its name when
/// its value is empty.
[[nodiscard]] std::string print_sub_option(SubOptionTable table, OptionCode code, Bytes value);
/// All of them with ", " between; nothing when a length is wrong.
[[nodiscard]] std::optional<std::string> print_sub_options(SubOptionTable table, Bytes value);

/// Whether every length is right: then there is a text, whatever the values are. Allocates nothing.
[[nodiscard]] bool are_whole_sub_options(Bytes value);

/// Appends code, length and value of "name=value".
[[nodiscard]] Complaint parse_sub_option(SubOptionTable table, std::string_view text,
                                         std::vector<std::byte>& out);
[[nodiscard]] Complaint parse_sub_options(SubOptionTable table, std::string_view text,
                                          std::vector<std::byte>& out);
/// A few of the table's rows with random values.
void random_sub_options(SubOptionTable table, Random& random, std::vector<std::byte>& out);

namespace kind {
/// Sub-options that nobody but their vendor knows: "1='abc', 2=0x0102".
extern const ValueCodec kSubOptions;
/// Option 43: the same, and the pad and end that RFC 2132 8.4 allows in it: "6=0x08, end".
extern const ValueCodec kVendorOptions;
}  // namespace kind

}  // namespace lessor::wire
