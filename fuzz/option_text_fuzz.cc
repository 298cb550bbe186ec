// Fuzzes what people read and write of options. The input: an option's code, then octets, which are
// tried as its value and as text that somebody wrote for it; and they draw a value that is right.
//   read(print(value)) == value, for every value; what a text stands for prints and reads the same;
//   numbers and addresses are printed and read as by a second reader of them; what has words is not
//   said in hexadecimal; an error says something that a terminal may show; the checks agree.

#include "net/address.h"
#include "property.h"
#include "seed.h"
#include "wire/scalar_kinds.h"
#include "wire/v4/option_table.h"
#include "wire/v4/option_text.h"

#include <charconv>

namespace lessor::wire {
namespace {

using fuzz::expect;
using Parsed = std::expected<std::vector<std::byte>, TextError>;

/// The second reader: options that are numbers without a sign, and addresses.
class PlainShape {
 public:
  /// Nothing when the option is no such.
  static std::optional<PlainShape> of(OptionCode code) {
    const Shape& shape = option_shape(code);
    if (shape.count != 1 || shape.repeat == Repeat::all) return std::nullopt;
    const ValueCodec* const field = shape.fields[0];
    const std::pair<const ValueCodec*, std::size_t> kinds[] = {
        {&kind::kU8, 1}, {&kind::kU16, 2}, {&kind::kU32, 4}, {&kind::kIp4, 4}};
    for (const auto& [known, size] : kinds) {
      if (field == known) return PlainShape(size, field == &kind::kIp4);
    }
    return std::nullopt;
  }

  [[nodiscard]] std::string print(Bytes value) const {
    std::string text;
    for (std::size_t at = 0; at + size_ <= value.size(); at += size_) {
      if (at > 0) text += ", ";
      std::uint64_t number = 0;
      for (std::size_t i = 0; i < size_; ++i) number = number * 256 + load_u8(&value[at + i]);
      text += is_address_ ? dotted(number) : std::to_string(number);
    }
    return text;
  }
  /// The octets of "1, 2,3"; nothing when it is written in another way.
  [[nodiscard]] std::optional<std::vector<std::byte>> read(std::string_view text) const {
    std::vector<std::byte> octets;
    for (bool more = true; more;) {
      const std::size_t comma = std::min(text.find(','), text.size());
      std::string_view part = text.substr(0, comma);
      more = comma < text.size();
      text.remove_prefix(std::min(comma + 1, text.size()));
      while (part.starts_with(' ')) part.remove_prefix(1);
      while (part.ends_with(' ')) part.remove_suffix(1);
      const auto number = is_address_ ? read_dotted(part) : read_digits(part);
      if (!number || *number >> (8 * size_) != 0) return std::nullopt;
      for (std::size_t i = size_; i-- > 0;) {
        octets.push_back(static_cast<std::byte>(*number >> (8 * i)));
      }
    }
    return octets;
  }

 private:
  PlainShape(std::size_t size, bool is_address) : size_(size), is_address_(is_address) {}

  static std::string dotted(std::uint64_t number) {
    std::string text;
    for (const int shift : {24, 16, 8, 0}) {
      text += (text.empty() ? "" : ".") + std::to_string(number >> shift & 255U);
    }
    return text;
  }
  static std::optional<std::uint64_t> read_digits(std::string_view text) {
    std::uint64_t number = 0;
    const auto [end, error] = std::from_chars(text.data(), text.data() + text.size(), number);
    if (error != std::errc() || end != text.data() + text.size()) return std::nullopt;
    return text.size() > 1 && text.front() == '0' ? std::nullopt : std::optional(number);
  }
  static std::optional<std::uint64_t> read_dotted(std::string_view text) {
    std::uint64_t number = 0;
    for (int i = 0; i < 4; ++i) {
      const std::size_t dot = i < 3 ? text.find('.') : text.size();
      const auto octet = dot <= text.size() ? read_digits(text.substr(0, dot)) : std::nullopt;
      if (!octet || *octet > 255) return std::nullopt;
      number = number * 256 + *octet;
      text.remove_prefix(std::min(dot + 1, text.size()));
    }
    return number;
  }

  std::size_t size_;
  bool is_address_;
};

void try_value(OptionCode code, Bytes value) {
  const std::string text = print_option(code, value);
  expect(fuzz::is_clean(text), "an option's text is not for a terminal", text);
  const auto again = parse_option_text(code, text);
  if (!again) fuzz::fail(to_string(again.error()), text);
  expect(equal_bytes(*again, value), "other octets came back of the text", text);

  const auto wrong = validate_option(code, value);
  expect(wrong.has_value() || check_length(code, value.size()), "valid, but of a wrong length",
         text);
  expect(!wrong || !value_checks()[code].passes(value), "the quick check knows better", text);
  const ExplainedOption told = explain_option(code, value);
  expect(fuzz::is_clean(told.note) && fuzz::is_clean(told.name), "a note is not for a terminal",
         told.note);
  expect(told.malformed == wrong.has_value(), "another verdict", told.note);
  const auto plain = PlainShape::of(code);
  if (plain && !wrong && !value.empty()) {
    expect(text == plain->print(value), "not the text of these numbers", text);
  }
}

void try_text(OptionCode code, std::string_view text, const Parsed& octets) {
  if (const auto plain = PlainShape::of(code); plain && octets) {
    const auto read = plain->read(text);
    expect(!read || equal_bytes(*read, *octets), "a text is read as other numbers", text);
  }
  if (octets) return try_value(code, *octets);
  const std::string error = to_string(octets.error());
  expect(!error.empty() && fuzz::is_clean(error), "an error that says nothing, or too much", error);
  expect(octets.error().part <= text.size() + 1, "an error in a part that is not there", error);
}

/// What every option has words for is said in them: a printer and a reader that disagree would be
/// hidden by the hexadecimal that stands in.
void try_drawn(OptionCode code, std::uint64_t seed) {
  Random random(seed);
  const std::vector<std::byte> value = random_value(code, random);
  try_value(code, value);
  const std::string text = print_option(code, value);
  const auto words = print_shape(option_shape(code), value);
  expect(words.has_value(), "a drawn value has no text", text);
  // "0x..." stands for the whole value, whatever a kind means by it.
  expect(text == *words || words->starts_with("0x"), "hexadecimal stands in for words", *words);
  expect(!validate_option(code, value), "a drawn value is not valid", text);
}

void try_option(Bytes input) {
  const OptionCode code = load_u8(input.data());
  const Bytes value = input.subspan(1);
  try_value(code, value);
  try_text(code, as_text(value), parse_option_text(code, as_text(value)));
  try_text(code, as_text(value), parse_option_data(code, as_text(value)));
  std::uint64_t seed = value.size();
  for (const std::byte octet : value) seed = seed * 31 + load_u8(&octet);
  try_drawn(code, seed);
}

}  // namespace
}  // namespace lessor::wire

extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size) {
  if (size > 0) lessor::wire::try_option(std::as_bytes(std::span(data, size)));
  return 0;
}

// A value that its option allows, or a text that says one.
bool is_good_seed(lessor::Bytes seed) {
  if (seed.empty()) return false;
  const std::uint8_t code = lessor::load_u8(seed.data());
  return !lessor::wire::validate_option(code, seed.subspan(1)) ||
         lessor::wire::parse_option_text(code, lessor::as_text(seed.subspan(1)));
}
