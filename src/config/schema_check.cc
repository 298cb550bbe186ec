#include "config/schema_check.h"

#include "base/text.h"
#include "net/address.h"

#include <algorithm>
#include <set>
#include <utility>

namespace lessor::config {
namespace {

constexpr std::int64_t kMaxUint32 = 4'294'967'295;

/// Whether `word` is one of `words`, '|' between.
bool is_one_of(std::string_view word, std::string_view words) {
  const std::vector<std::string_view> all = split(words, '|');
  return std::ranges::find(all, word) != all.end();
}

/// Whether the value is one of the row's defaults, which change nothing.
bool is_initial(const Key& key, const JsonValue& value) {
  return is_one_of(to_json(value), key.initial);
}

std::string describe_mismatch(std::string_view wanted, const JsonValue& value) {
  return "expected " + std::string(wanted) + ", found " + std::string(name_type(value));
}

std::string join_words(std::string_view words) {
  std::string text;
  for (const std::string_view word : split(words, '|')) {
    text += (text.empty() ? "" : ", ") + std::string(word);
  }
  return text;
}

class SchemaCheck {
 public:
  explicit SchemaCheck(Report& report) : report_(report) {}

  /// `quiet`: inside something that is refused or without effect as a whole, where one word about
  /// the whole is enough. Mistakes are still told.
  void check_map(const Node& map, Scope scope, bool quiet) {
    if (scope == Scope::anything) return;
    for (std::size_t i = 0; i < map.size(); ++i) check_member(map.child(i), scope, quiet);
  }

 private:
  void check_member(const Node& node, Scope scope, bool quiet) {
    if (node.value().is_null()) {
      return report_.error(node, "null says nothing: leave the key out");
    }
    if (node.key() == "user-context") return check_is(node, Type::map);
    if (node.key() == "comment") return check_is(node, Type::text);
    const Key* key = find_key(scope, node.key());
    if (key == nullptr && scope == Scope::queue_control) return;  // Kea allows any key here
    if (key == nullptr) return report_unknown(node, scope);
    const bool quiet_inside = quiet || key->state != State::implemented;
    if (!check_value(node, *key, quiet_inside)) return;
    if (!quiet) check_state(node, *key);
  }

  void check_is(const Node& node, Type type) {
    if (!has_type(type, node.value())) {
      report_.error(node, describe_mismatch(to_string(type), node.value()));
    }
  }

  void report_unknown(const Node& node, Scope scope) {
    for (const Key& key : schema()) {
      if (key.name != node.key()) continue;
      return report_.error_at_key(node, "this key has no place here; it stands in " + list(key));
    }
    const std::string_view words[] = {"user-context", "comment"};
    std::vector<std::string_view> names = keys_of(scope);
    names.insert(names.end(), std::begin(words), std::end(words));
    const auto hint = nearest(node.key(), names);
    report_.error_at_key(node, "unknown key", std::string(hint.value_or("")));
  }

  /// The scopes of all rows of this name.
  static std::string list(const Key& wanted) {
    std::string text;
    for (int i = 0; i < kScopeCount; ++i) {
      const auto scope = static_cast<Scope>(i);
      if (find_key(scope, wanted.name) == nullptr) continue;
      text += (text.empty() ? "" : ", ") + std::string(to_string(scope));
    }
    return text;
  }

  /// Type, bounds and what is inside. False when the value can mean nothing.
  bool check_value(const Node& node, const Key& key, bool quiet) {
    const JsonValue& value = node.value();
    if (!has_type(key.type, value)) {
      std::string message = describe_mismatch(to_string(key.type), value);
      const bool quoted = value.as_text() != nullptr && key.type != Type::map_list;
      if (quoted) message += ": write it without quotes";
      report_.error(node, std::move(message));
      return false;
    }
    switch (key.type) {
      case Type::boolean:
      case Type::any:
        break;
      case Type::integer:
        check_integer(node, key, *value.as_integer());
        break;
      case Type::number:
        check_number(node, key);
        break;
      case Type::text:
        check_words(node, key);
        break;
      case Type::address:
        check_address(node);
        break;
      case Type::map:
        check_map(node, key.content, quiet);
        break;
      case Type::text_list:
        check_text_list(node);
        break;
      case Type::map_list:
        check_map_list(node, key.content, quiet);
        break;
      case Type::map_list_or_word:
        check_map_list(node, key.content, quiet);
        return check_words(node, key);
    }
    return true;
  }

  void check_integer(const Node& node, const Key& key, std::int64_t value) {
    const std::int64_t max = key.max == 0 ? kMaxUint32 : key.max;
    if (value >= key.min && value <= max) return;
    report_.error(node, std::to_string(value) + " is out of bounds: from " +
                            std::to_string(key.min) + " to " + std::to_string(max));
  }

  void check_number(const Node& node, const Key& key) {
    const double* real = node.value().as_real();
    const double value = real != nullptr ? *real : static_cast<double>(*node.value().as_integer());
    if (value >= static_cast<double>(key.min) && value <= static_cast<double>(key.max)) return;
    report_.error(node, "out of bounds: from " + std::to_string(key.min) + " to " +
                            std::to_string(key.max) + ", as 0.5");
  }

  bool check_words(const Node& node, const Key& key) {
    const std::string* text = node.value().as_text();
    if (key.allowed.empty() || text == nullptr) return true;
    if (is_one_of(*text, key.allowed)) return true;
    const auto hint = nearest(*text, split(key.allowed, '|'));
    report_.error(node, quote(*text) + " is none of: " + join_words(key.allowed),
                  std::string(hint.value_or("")));
    return false;
  }

  void check_address(const Node& node) {
    const std::string& text = *node.value().as_text();
    if (text.empty() || net::parse_ip4(text)) return;
    report_.error(node, quote(text) + " is not an IPv4 address: write 192.0.2.1");
  }

  void check_text_list(const Node& list) {
    for (std::size_t i = 0; i < list.size(); ++i) check_is(list.child(i), Type::text);
  }

  void check_map_list(const Node& list, Scope content, bool quiet) {
    for (std::size_t i = 0; i < list.size(); ++i) {
      const Node element = list.child(i);
      check_is(element, Type::map);
      if (element.value().as_map() != nullptr) check_map(element, content, quiet);
    }
  }

  void check_state(const Node& node, const Key& key) {
    if (key.state == State::implemented || is_initial(key, node.value())) return;
    const std::string note = ": " + std::string(key.note);
    switch (key.state) {
      case State::implemented:
        break;
      case State::no_effect:
        // Said once, not at each of a thousand subnets.
        if (noted_.insert(&key).second) report_.note(node, "accepted without effect" + note);
        break;
      case State::not_yet:
        report_.error_at_key(node, "not implemented yet" + note);
        break;
      case State::refused:
        report_.error_at_key(node, "refused" + note);
        break;
    }
  }

  Report& report_;
  std::set<const Key*> noted_;
};

}  // namespace

bool has_type(Type type, const JsonValue& value) {
  switch (type) {
    case Type::boolean:
      return value.as_boolean() != nullptr;
    case Type::integer:
      return value.as_integer() != nullptr;
    case Type::number:
      return value.as_integer() != nullptr || value.as_real() != nullptr;
    case Type::text:
    case Type::address:
      return value.as_text() != nullptr;
    case Type::map:
      return value.as_map() != nullptr;
    case Type::text_list:
    case Type::map_list:
      return value.as_list() != nullptr;
    case Type::map_list_or_word:
      return value.as_list() != nullptr || value.as_text() != nullptr;
    case Type::any:
      return true;
  }
  return false;
}

void check_schema(const Node& root, Report& report) {
  if (root.value().as_map() == nullptr) {
    return report.error(root, describe_mismatch("a map like {\"Dhcp4\": {...}}", root.value()));
  }
  SchemaCheck(report).check_map(root, Scope::file, false);
}

}  // namespace lessor::config
