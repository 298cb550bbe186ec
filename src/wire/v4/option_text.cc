#include "wire/v4/option_text.h"

#include "base/text.h"
#include "base/time.h"
#include "wire/limits.h"
#include "wire/scalar_kinds.h"
#include "wire/v4/kind_codes.h"
#include "wire/v4/kind_relay_info.h"

#include <algorithm>
#include <array>

namespace lessor::wire {
namespace {

/// `0x...` as octets, whatever the option; nothing when it is no such text.
std::optional<std::expected<std::vector<std::byte>, TextError>> read_raw(std::string_view text) {
  auto raw = parse_raw_hex(text);
  if (!raw) return std::nullopt;
  if (raw->size() > kMaxMessageSize) {
    return std::unexpected(TextError{.what = "the value is longer than any message"});
  }
  return std::move(*raw);
}

/// The octets that a text stands for, without hints for people.
std::expected<std::vector<std::byte>, TextError> read_text(const Shape& shape,
                                                           std::string_view text) {
  if (auto raw = read_raw(text)) return std::move(*raw);
  return parse_shape(shape, text);
}

bool reads_back(const Shape& shape, std::string_view text, Bytes value) {
  const auto again = read_text(shape, text);
  return again && equal_bytes(*again, value);
}

/// "0x" alone is the empty value; an option whose values are empty needs no text at all.
std::string in_hex(const Shape& shape, Bytes value) {
  return value.empty() && shape.count == 0 ? std::string() : "0x" + to_hex(value);
}

/// Whether the shape is one field of this kind.
bool is_single(const Shape& shape, const ValueCodec& codec) {
  return shape.count == 1 && shape.fields[0] == &codec && shape.repeat == Repeat::once;
}

/// "subnet-mask, routers": what a list of codes asks for.
std::string names_of(Bytes codes) {
  std::string names;
  for (const std::byte code : codes) {
    names += (names.empty() ? "" : ", ") + option_name(load_u8(&code));
  }
  return names;
}

/// What helps a reader beside the value itself.
std::string note_of(const Shape& shape, Bytes value) {
  if (is_single(shape, kind::kSeconds)) {
    return to_string(Duration::from_wire(load_be32(value.data())));
  }
  if (shape.count == 1 && shape.fields[0] == &kind::kOptionCode) return names_of(value);
  const bool text = is_single(shape, kind::kText);
  return text && !is_printable(value) ? sanitise(value) : std::string();
}

/// Whether every run of octets of an allowed length is a value: nothing to look at.
bool takes_any_octets(const Shape& shape) {
  using namespace kind;
  static constexpr const ValueCodec* kTakesAny[] = {
      &kIp4, &kU8,      &kU16,        &kU32,    &kI32,          &kU64,
      &kIp6, &kSeconds, &kOptionCode, &kOctets, &kOctetsOrEmpty};
  return std::ranges::all_of(shape.all(), [](const ValueCodec* field) {
    return std::ranges::find(kTakesAny, field) != std::end(kTakesAny);
  });
}

/// Kea has these as plain octets, after a number perhaps, and its files hold hexadecimal for them;
/// here they have a notation of their own.
struct OctetsInKea {
  OptionCode code;
  bool number_first;  ///< 32 bits and a comma before the octets
};
constexpr OctetsInKea kOctetsInKea[] = {
    {kOptionUserClass, false}, {kOptionAuthenticate, false}, {kOptionVivcoSuboptions, true}};

/// The octets of such an option in Kea's notation; nothing when it is another option or notation.
std::optional<std::vector<std::byte>> read_keas_octets(OptionCode code, std::string_view text) {
  const auto* const row = std::find_if(std::begin(kOctetsInKea), std::end(kOctetsInKea),
                                       [&](const OctetsInKea& r) { return r.code == code; });
  if (row == std::end(kOctetsInKea) || text.empty()) return std::nullopt;
  std::vector<std::byte> value;
  PartScanner parts(text);
  if (row->number_first && kind::kU32.parse(parts.next(), value)) return std::nullopt;
  const auto octets = from_hex(parts.rest());
  if (!octets || octets->empty()) return std::nullopt;
  append(value, *octets);
  return value;
}

}  // namespace

std::string print_option(OptionCode code, Bytes value) {
  const Shape& shape = option_shape(code);
  const auto text = print_shape(shape, value);
  return text && reads_back(shape, *text, value) ? *text : in_hex(shape, value);
}

std::expected<std::vector<std::byte>, TextError> parse_option_text(OptionCode code,
                                                                   std::string_view text) {
  return read_text(option_shape(code), trim(text));
}

std::expected<std::vector<std::byte>, TextError> parse_option_data(OptionCode code,
                                                                   std::string_view text) {
  if (auto octets = read_keas_octets(code, trim(text))) return std::move(*octets);
  auto value = parse_shape(option_shape(code), trim(text));
  if (value) return value;
  if (auto raw = read_raw(trim(text))) return std::move(*raw);
  return value;
}

const std::array<ValueCheck, 256>& value_checks() {
  static const auto checks = [] {
    std::array<ValueCheck, 256> all;
    for (std::size_t i = 0; i < all.size(); ++i) {
      const auto code = static_cast<OptionCode>(i);
      const Shape& shape = option_shape(code);
      // R2132-2-a: text with trailing NULs or octets beyond ASCII is no error, it only has no text
      // form.
      all[i] = {.length = length_rule(shape),
                .takes_any = is_single(shape, kind::kText) || takes_any_octets(shape),
                .assigned = find_option(code) != nullptr};
    }
    return all;
  }();
  return checks;
}

bool check_length(OptionCode code, std::size_t size) {
  return value_checks()[code].length.allows(size);
}

std::optional<std::string> validate_option(OptionCode code, Bytes value) {
  if (value_checks()[code].passes(value)) return std::nullopt;
  const Shape& shape = option_shape(code);
  const OptionRow* row = find_option(code);
  const auto reference = [row] {
    return row != nullptr ? " (" + std::string(row->reference) + ")" : std::string();
  };
  if (!check_length(code, value.size())) {
    return std::to_string(value.size()) + (value.size() == 1 ? " octet" : " octets") + ", but " +
           option_name(code) + " has " + to_string(length_rule(shape)) + reference();
  }
  const bool right = is_single(shape, kind::kRelayInfo) ? are_whole_sub_options(value)
                                                        : print_shape(shape, value).has_value();
  if (right) return std::nullopt;
  return "the octets are no " + type_of(shape) + reference();
}

std::vector<std::byte> random_value(OptionCode code, Random& random) {
  return random_shape(option_shape(code), random);
}

ExplainedOption explain_option(OptionCode code, Bytes value) {
  const OptionRow* row = find_option(code);
  const auto wrong = validate_option(code, value);
  return {.code = code,
          .name = option_name(code),
          .length = value.size(),
          .meaning = row != nullptr ? std::string(row->meaning) : "not assigned by IANA",
          .value = print_option(code, value),
          .note = wrong ? "malformed: " + *wrong : note_of(option_shape(code), value),
          .malformed = wrong.has_value()};
}

}  // namespace lessor::wire
