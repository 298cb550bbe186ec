#pragma once
// A JSON document as a tree of values that remember where they stood.

#include "config/sources.h"

#include <cstdint>
#include <string>
#include <string_view>
#include <variant>
#include <vector>

namespace lessor::config {

struct JsonMember;

/// One value. Maps keep the order of the text; the reader refuses a key that stands twice.
class JsonValue {
 public:
  using List = std::vector<JsonValue>;
  using Map = std::vector<JsonMember>;
  using Data = std::variant<std::monostate, bool, std::int64_t, double, std::string, List, Map>;

  JsonValue() = default;
  JsonValue(Data data, Position position);

  /// Each is nullptr when the value is of another type.
  [[nodiscard]] const bool* as_boolean() const { return std::get_if<bool>(&data_); }
  [[nodiscard]] const std::int64_t* as_integer() const { return std::get_if<std::int64_t>(&data_); }
  [[nodiscard]] const double* as_real() const { return std::get_if<double>(&data_); }
  [[nodiscard]] const std::string* as_text() const { return std::get_if<std::string>(&data_); }
  [[nodiscard]] const List* as_list() const { return std::get_if<List>(&data_); }
  [[nodiscard]] const Map* as_map() const { return std::get_if<Map>(&data_); }
  /// The same, to be changed: edits of a configuration by command.
  [[nodiscard]] List* as_list() { return std::get_if<List>(&data_); }
  [[nodiscard]] Map* as_map() { return std::get_if<Map>(&data_); }
  [[nodiscard]] bool is_null() const { return std::holds_alternative<std::monostate>(data_); }

  /// Where its first character stands.
  [[nodiscard]] Position position() const { return position_; }

 private:
  Data data_;
  Position position_;
};

struct JsonMember {
  std::string key;
  Position key_position;
  JsonValue value;
};

// Below JsonMember, because it needs to know how one is moved.
inline JsonValue::JsonValue(Data data, Position position)
    : data_(std::move(data)), position_(position) {}

/// "a map", "a list", "text", "an integer", ... for messages.
[[nodiscard]] std::string_view name_type(const JsonValue& value);

/// Plain JSON on one line: no comments, no includes, integers and reals exact. A map's `comment`
/// moves into its user-context, as Kea's config-get shows it.
[[nodiscard]] std::string to_json(const JsonValue& value);

}  // namespace lessor::config
