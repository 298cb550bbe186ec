#include "wire/value_codec.h"

#include "base/text.h"
#include "wire/limits.h"

namespace lessor::wire {
namespace {

/// How many elements a random list has at most.
constexpr std::uint32_t kMaxRandomElements = 4;

bool print_field(const ValueCodec& codec, ByteReader& in, std::string& out) {
  std::string text;
  if (!codec.print(in, text) || !in.ok()) return false;
  // An empty text at the end needs no comma: a status without a message is just "0".
  if (!out.empty() && !text.empty()) out += ", ";
  out += text;
  return true;
}

/// The fields that come again and again once each came once.
std::span<const ValueCodec* const> repeated_fields(const Shape& shape) {
  switch (shape.repeat) {
    case Repeat::once:
      return {};
    case Repeat::last:
    case Repeat::last_or_0:
      return shape.all().last(1);
    case Repeat::all:
      return shape.all();
  }
  return {};
}

/// The fields that must be there once.
std::span<const ValueCodec* const> first_fields(const Shape& shape) {
  const bool last_may_lack = shape.repeat == Repeat::last_or_0;
  return shape.all().first(shape.count - (last_may_lack ? 1 : 0));
}

Complaint parse_field(const ValueCodec& codec, PartScanner& parts, std::vector<std::byte>& out) {
  const bool may_lack = codec.takes_rest && codec.min_size == 0;
  const bool missing = parts.at_end() && !may_lack;
  const std::string_view text = codec.takes_rest ? parts.rest() : parts.next();
  if (missing) return "missing: " + std::string(codec.type);
  return codec.parse(text, out);
}

Complaint parse_fields(std::span<const ValueCodec* const> fields, PartScanner& parts,
                       std::vector<std::byte>& out) {
  for (const ValueCodec* field : fields) {
    if (Complaint wrong = parse_field(*field, parts, out)) return wrong;
  }
  return std::nullopt;
}

Complaint parse_all(const Shape& shape, PartScanner& parts, std::vector<std::byte>& out) {
  if (Complaint wrong = parse_fields(first_fields(shape), parts, out)) return wrong;
  const auto again = repeated_fields(shape);
  while (!parts.at_end()) {
    if (again.empty()) return is_not(parts.rest(), "expected: it is one part too many");
    if (Complaint wrong = parse_fields(again, parts, out)) return wrong;
  }
  return std::nullopt;
}

}  // namespace

std::string to_string(const LengthRule& rule) {
  const std::string min = std::to_string(rule.min);
  if (rule.min == rule.max) return min + (rule.min == 1 ? " octet" : " octets");
  if (rule.step > 1) {
    return min + ", " + std::to_string(rule.min + rule.step) + ", " +
           std::to_string(rule.min + 2 * rule.step) + " ... octets";
  }
  if (rule.max != kAnySize) return min + " to " + std::to_string(rule.max) + " octets";
  if (rule.min == 0) return "any length";
  return "at least " + min + (rule.min == 1 ? " octet" : " octets");
}

std::optional<std::string> print_shape(const Shape& shape, Bytes value) {
  ByteReader in(value);
  std::string out;
  for (const ValueCodec* field : first_fields(shape)) {
    if (!print_field(*field, in, out)) return std::nullopt;
  }
  const auto again = repeated_fields(shape);
  while (!in.finished()) {
    const std::size_t before = in.offset();
    for (const ValueCodec* field : again) {
      if (!print_field(*field, in, out)) return std::nullopt;
    }
    if (in.offset() == before) return std::nullopt;  // octets are left over
  }
  return out;
}

std::expected<std::vector<std::byte>, TextError> parse_shape(const Shape& shape,
                                                             std::string_view text) {
  if (text.size() > kMaxOptionText) {
    return std::unexpected(TextError{.what = "the text is longer than any message"});
  }
  PartScanner parts(text);
  std::vector<std::byte> out;
  const bool has_parts = shape.count > 1 || shape.repeat != Repeat::once;
  Complaint wrong = parse_all(shape, parts, out);
  if (!wrong && out.size() > kMaxMessageSize) wrong = "the value is longer than any message";
  if (wrong) {
    return std::unexpected(TextError{.what = std::move(*wrong),
                                     .part = has_parts ? parts.part() : 0,
                                     .example = example_of(shape)});
  }
  return out;
}

std::vector<std::byte> random_shape(const Shape& shape, Random& random) {
  std::vector<std::byte> out;
  for (const ValueCodec* field : first_fields(shape)) field->random(random, out);
  const auto again = repeated_fields(shape);
  for (std::uint32_t i = again.empty() ? 0 : random.below(kMaxRandomElements); i > 0; --i) {
    for (const ValueCodec* field : again) field->random(random, out);
  }
  return out;
}

std::string example_of(const Shape& shape) {
  std::string text(shape.example);
  if (!text.empty()) return text;
  for (const ValueCodec* field : shape.all()) {
    text += (text.empty() ? "" : ", ") + std::string(field->example);
  }
  return text;
}

std::string type_of(const Shape& shape) {
  std::string text = shape.count == 0 ? "empty" : "";
  for (const ValueCodec* field : shape.all()) {
    text += (text.empty() ? "" : ", ") + std::string(field->type);
  }
  return shape.repeat == Repeat::once ? text : text + " (list)";
}

}  // namespace lessor::wire
