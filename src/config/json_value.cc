#include "config/json_value.h"

#include <array>
#include <charconv>
#include <cstdint>

namespace lessor::config {
namespace {

constexpr std::string_view kHexDigits = "0123456789abcdef";

void write_text(std::string& out, std::string_view text) {
  out += '"';
  for (const char c : text) {
    const auto octet = static_cast<unsigned char>(c);
    if (c == '"' || c == '\\') {
      out += '\\';
      out += c;
    } else if (octet < 0x20 || octet == 0x7f) {
      out += "\\u00";
      out += kHexDigits[octet >> 4];
      out += kHexDigits[octet & 15];
    } else {
      out += c;
    }
  }
  out += '"';
}

void write_real(std::string& out, double number) {
  std::array<char, 32> digits{};
  const auto end = std::to_chars(digits.data(), digits.data() + digits.size(), number).ptr;
  const std::string_view text(digits.data(), static_cast<std::size_t>(end - digits.data()));
  out += text;
  // "1" would come back as an integer.
  if (text.find_first_of(".e") == std::string_view::npos) out += ".0";
}

/// Whether a map's comment moves into its user-context. Inside of one it is where it belongs.
enum class Comments : std::uint8_t { move, stay };

void write_value(std::string& out, const JsonValue& value, Comments comments);

/// After an opening bracket nothing, else a comma. (A text never ends in a bare bracket: it ends in
/// its quote.)
void write_separator(std::string& out) {
  if (out.back() != '{' && out.back() != '[') out += ',';
}

void write_member(std::string& out, const JsonMember& member, Comments comments) {
  write_separator(out);
  write_text(out, member.key);
  out += ':';
  write_value(out, member.value, member.key == "user-context" ? Comments::stay : comments);
}

const JsonMember* find_member(const JsonValue::Map& map, std::string_view key) {
  for (const JsonMember& member : map) {
    if (member.key == key) return &member;
  }
  return nullptr;
}

/// {"comment": C, "user-context": {U}, R} -> {"user-context": {"comment": C, U}, R}; a comment that
/// U has already gives way.
void write_commented_map(std::string& out, const JsonValue::Map& map, const JsonMember& comment) {
  const JsonMember* context = find_member(map, "user-context");
  out += "{\"user-context\":{\"comment\":";
  write_value(out, comment.value, Comments::stay);
  if (context != nullptr && context->value.as_map() != nullptr) {
    for (const JsonMember& member : *context->value.as_map()) {
      if (member.key != "comment") write_member(out, member, Comments::stay);
    }
  }
  out += '}';
  for (const JsonMember& member : map) {
    if (&member != &comment && &member != context) write_member(out, member, Comments::move);
  }
  out += '}';
}

void write_map(std::string& out, const JsonValue::Map& map, Comments comments) {
  const bool moves = comments == Comments::move;
  const JsonMember* comment = moves ? find_member(map, "comment") : nullptr;
  if (comment != nullptr) return write_commented_map(out, map, *comment);
  out += '{';
  for (const JsonMember& member : map) write_member(out, member, comments);
  out += '}';
}

void write_list(std::string& out, const JsonValue::List& list, Comments comments) {
  out += '[';
  for (const JsonValue& element : list) {
    write_separator(out);
    write_value(out, element, comments);
  }
  out += ']';
}

void write_value(std::string& out, const JsonValue& value, Comments comments) {
  if (value.is_null()) out += "null";
  if (const bool* boolean = value.as_boolean()) out += *boolean ? "true" : "false";
  if (const std::int64_t* integer = value.as_integer()) out += std::to_string(*integer);
  if (const double* real = value.as_real()) write_real(out, *real);
  if (const std::string* text = value.as_text()) write_text(out, *text);
  if (const JsonValue::List* list = value.as_list()) write_list(out, *list, comments);
  if (const JsonValue::Map* map = value.as_map()) write_map(out, *map, comments);
}

}  // namespace

std::string_view name_type(const JsonValue& value) {
  if (value.as_boolean() != nullptr) return *value.as_boolean() ? "true" : "false";
  if (value.as_integer() != nullptr) return "an integer";
  if (value.as_real() != nullptr) return "a number with a fraction";
  if (value.as_text() != nullptr) return "text";
  if (value.as_list() != nullptr) return "a list";
  if (value.as_map() != nullptr) return "a map";
  return "null";
}

std::string to_json(const JsonValue& value) {
  std::string out;
  write_value(out, value, Comments::move);
  return out;
}

}  // namespace lessor::config
