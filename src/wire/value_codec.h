#pragma once
// ValueCodec: the verbs of one kind of value (print, parse, draw at random), and Shape: how an
// option's value is made of kinds. Options, sub-options and an operator's own definitions are all
// shapes of these. Must not know: which option has which shape.

#include "base/bytes.h"
#include "base/random.h"
#include "wire/option_notation.h"

#include <array>
#include <cstdint>
#include <expected>
#include <span>
#include <string>
#include <string_view>
#include <vector>

namespace lessor::wire {

/// One kind of value. The law of every kind: parse(print(v)) == v for each v that print takes.
struct ValueCodec {
  std::string_view type;     ///< for people and documentation: "IPv4 address"
  std::string_view example;  ///< a right text
  std::size_t min_size = 0;  ///< the fewest octets
  std::size_t max_size = 0;  ///< the most octets; kAnySize when nothing but the option bounds it
  bool takes_rest = false;   ///< takes all that is left of the value, and of the text

  /// Appends the text of one value at the front of `in`; false when what is there is no such value.
  /// A kind that takes the rest reads all of `in`.
  bool (*print)(ByteReader& in, std::string& out) = nullptr;
  /// Appends the octets of `text` to `out`, or says what is wrong with it. `text` is one part, its
  /// escapes unresolved, or all that is left when the kind takes the rest.
  Complaint (*parse)(std::string_view text, std::vector<std::byte>& out) = nullptr;
  /// Appends a valid value.
  void (*random)(Random& random, std::vector<std::byte>& out) = nullptr;
};
inline constexpr std::size_t kAnySize = 0xffff;

/// How often the fields of a shape come.
enum class Repeat : std::uint8_t {
  once,       ///< each field once
  last,       ///< the last field one or more times
  last_or_0,  ///< the last field any number of times, also none
  all,        ///< all fields together, one or more times
};

/// The make-up of a value: one to kMaxFields fields in order. No fields: the value is empty.
struct Shape {
  static constexpr std::size_t kMaxFields = 16;
  std::array<const ValueCodec*, kMaxFields> fields{};
  std::size_t count = 0;
  Repeat repeat = Repeat::once;
  std::string_view example{};  ///< a right text; empty: made of the fields' examples

  [[nodiscard]] constexpr std::span<const ValueCodec* const> all() const {
    return {fields.data(), count};
  }
};

/// The sizes that a shape allows: from `min` to `max` octets in steps of `step` (above min).
struct LengthRule {
  std::size_t min = 0;
  std::size_t max = 0;
  std::size_t step = 1;  ///< never 0
  [[nodiscard]] constexpr bool allows(std::size_t size) const {
    return size >= min && size <= max && (step == 1 || (size - min) % step == 0);
  }
  friend constexpr bool operator==(LengthRule, LengthRule) = default;
};

/// The length rule that follows from a shape's fields.
[[nodiscard]] constexpr LengthRule length_rule(const Shape& shape) {
  LengthRule rule;
  bool fixed = true;
  for (const ValueCodec* field : shape.all()) {
    rule.min += field->min_size;
    rule.max += field->max_size;
    fixed = fixed && field->min_size == field->max_size;
  }
  if (shape.repeat != Repeat::once && shape.count > 0) {
    const std::size_t last = shape.fields[shape.count - 1]->min_size;
    const std::size_t step = shape.repeat == Repeat::all ? rule.min : last;
    if (fixed && step > 0) rule.step = step;
    if (shape.repeat == Repeat::last_or_0) rule.min -= last;
    rule.max = kAnySize;
  }
  if (rule.max > kAnySize) rule.max = kAnySize;
  return rule;
}

/// "4 octets", "4, 8, 12 ... octets", "at least 2 octets": for people.
[[nodiscard]] std::string to_string(const LengthRule& rule);

/// The text of a value, or nothing when the octets are no such value.
[[nodiscard]] std::optional<std::string> print_shape(const Shape& shape, Bytes value);
/// The octets of a text in `shape`, or what is wrong with it.
[[nodiscard]] std::expected<std::vector<std::byte>, TextError> parse_shape(const Shape& shape,
                                                                           std::string_view text);
/// A valid value of `shape`.
[[nodiscard]] std::vector<std::byte> random_shape(const Shape& shape, Random& random);
/// A right text: the shape's own, or the examples of its fields.
[[nodiscard]] std::string example_of(const Shape& shape);
/// "IPv4 address (list)", "boolean, text": for documentation.
[[nodiscard]] std::string type_of(const Shape& shape);

}  // namespace lessor::wire
