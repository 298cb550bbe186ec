// Fuzzes what people read and write of options. The input: an option's code, then octets, which are
// tried as its value and as text that somebody wrote for it.
//   read(print(value)) == value, for every value; what a text stands for prints and reads the same;
//   an error says something that a terminal may show; the checks agree with each other.

#include "property.h"
#include "seed.h"
#include "wire/v4/option_text.h"

namespace lessor::wire {
namespace {

using fuzz::expect;
using Parsed = std::expected<std::vector<std::byte>, TextError>;

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
}

void try_text(OptionCode code, std::string_view text, const Parsed& octets) {
  if (octets) return try_value(code, *octets);
  const std::string error = to_string(octets.error());
  expect(!error.empty() && fuzz::is_clean(error), "an error that says nothing, or too much", error);
  expect(octets.error().part <= text.size() + 1, "an error in a part that is not there", error);
}

void try_option(Bytes input) {
  const OptionCode code = load_u8(input.data());
  const Bytes value = input.subspan(1);
  try_value(code, value);
  try_text(code, as_text(value), parse_option_text(code, as_text(value)));
  try_text(code, as_text(value), parse_option_data(code, as_text(value)));
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
