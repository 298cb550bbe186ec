#include "base/text.h"
#include "craft/filter.h"
#include "craft/packet/option_prefix.h"
#include "wire/v4/kind_relay_info.h"
#include "wire/v4/option_text.h"

#include <algorithm>

namespace lessor::craft {
namespace {

using Condition = Filter::Condition;
using Operator = Filter::Operator;
using Subject = Filter::Subject;
using Error = std::unexpected<std::string>;

constexpr std::string_view kOption = "option.";
constexpr std::string_view kOwnNames[] = {"type", "mac", "address", "server"};
constexpr Subject kOwnSubjects[] = {Subject::type, Subject::mac, Subject::address, Subject::server};

/// NAME OP VALUE, as words.
struct Words {
  std::string_view name;
  Operator op = Operator::exists;
  bool negated = false;
  std::string_view value;
};

struct OperatorRow {
  std::string_view text;
  Operator op;
  bool negated = false;
};
// The longer first.
constexpr OperatorRow kOperators[] = {
    {"!=", Operator::equals, true}, {"!~", Operator::contains, true},
    {"<=", Operator::less_equal},   {">=", Operator::more_equal},
    {"==", Operator::equals},       {"=", Operator::equals},
    {"~", Operator::contains},      {"<", Operator::less},
    {">", Operator::more},
};

std::string quoted(std::string_view text) { return "'" + sanitise(as_bytes(text), 64) + "'"; }

std::string_view skip_blanks(std::string_view text) {
  text.remove_prefix(std::min(text.find_first_not_of(" \t\n"), text.size()));
  return text;
}

/// Takes a value off the front of `text`: up to a blank, or what stands in quotes.
std::expected<std::string_view, std::string> take_value(std::string_view& text) {
  text = skip_blanks(text);
  const char quote = text.empty() ? '\0' : text[0];
  if (quote == '"' || quote == '\'') {
    const std::size_t end = text.find(quote, 1);
    if (end == std::string_view::npos) return Error("the quote " + quoted(text) + " does not end");
    const std::string_view value = text.substr(1, end - 1);
    text.remove_prefix(end + 1);
    return value;
  }
  const std::size_t end = std::min(text.find_first_of(" \t\n"), text.size());
  const std::string_view value = text.substr(0, end);
  text.remove_prefix(end);
  return value;
}

std::expected<Words, std::string> take_condition(std::string_view& text) {
  Words words;
  const std::size_t end = std::min(text.find_first_of(" \t\n=!~<>"), text.size());
  words.name = text.substr(0, end);
  if (words.name.empty()) return Error("a name is missing before " + quoted(text));
  text = skip_blanks(text.substr(end));
  const auto* const op =
      std::find_if(std::begin(kOperators), std::end(kOperators),
                   [&](const OperatorRow& o) { return text.starts_with(o.text); });
  if (op == std::end(kOperators)) {
    if (text.starts_with('!'))
      return Error(quoted(text) + " begins with no operator; != and !~ are");
    return words;
  }
  text.remove_prefix(op->text.size());
  words.op = op->op;
  words.negated = op->negated;
  const auto value = take_value(text);
  if (!value) return Error(value.error());
  words.value = *value;
  return words;
}

std::string did_you_mean(std::string text, const std::optional<std::string>& near) {
  return near ? text.append("; did you mean '").append(*near).append("'?") : text;
}

Error unknown_name(std::string_view name) {
  std::optional<std::string> near;
  std::vector<std::string_view> names(std::begin(kOwnNames), std::end(kOwnNames));
  for (const LayerRow& row : layer_table()) names.push_back(row.name);
  names.emplace_back("dhcp");
  if (const auto option = wire::find_option_code(name); option && !parse_number(name)) {
    near = std::string(kOption) + wire::option_name(*option);
  } else if (const auto own = nearest(name, names)) {
    near = std::string(*own);
  } else {
    near = suggest_field(name);
  }
  if (!near) {
    if (const auto option_near = wire::suggest_option_name(name)) {
      near = std::string(kOption) + std::string(*option_near);
    }
  }
  return Error(did_you_mean(quoted(name) + " is no layer, field or option", near));
}

std::expected<void, std::string> name_option(Condition& c, std::string_view name) {
  const std::string_view path = name.substr(kOption.size());
  const std::size_t dot = path.find('.');
  const std::string_view outer = path.substr(0, dot);
  const auto code = wire::find_option_code(outer);
  if (!code) {
    const auto near = wire::suggest_option_name(outer);
    return Error(did_you_mean(quoted(outer) + " is no option",
                              near ? std::optional(std::string(*near)) : std::nullopt));
  }
  c.subject = Subject::option;
  c.option = *code;
  if (dot == std::string_view::npos) return {};
  c.subject = Subject::sub_option;
  const std::string_view inner = path.substr(dot + 1);
  if (const auto number = parse_number(inner, 255)) {
    c.sub = static_cast<wire::OptionCode>(*number);
    return {};
  }
  std::vector<std::string_view> known;
  if (*code == wire::kOptionDhcpAgentOptions) {
    for (const wire::SubOptionRow& row : wire::relay_sub_options()) {
      if (row.name == inner) {
        c.sub = row.code;
        return {};
      }
      known.push_back(row.name);
    }
  }
  const auto near = nearest(inner, known);
  return Error(did_you_mean(quoted(inner) + " is no sub-option of " + wire::option_name(*code),
                            near ? std::optional(std::string(*near)) : std::nullopt));
}

std::expected<void, std::string> name_subject(Condition& c, std::string_view name) {
  name = without_tool_prefix(name);
  const auto* const own = std::find(std::begin(kOwnNames), std::end(kOwnNames), to_lower(name));
  if (own != std::end(kOwnNames)) {
    c.subject = kOwnSubjects[own - std::begin(kOwnNames)];
    return {};
  }
  if (to_lower(name).starts_with(kOption)) return name_option(c, name);
  if (const LayerRow* layer = find_layer(name)) {
    c.subject = Subject::layer;
    c.layer = layer->layer;
    return {};
  }
  if (const FieldRow* field = find_field(name)) {
    c.subject = Subject::field;
    c.field = field;
    c.layer = field->layer;
    return {};
  }
  return unknown_name(name);
}

/// A type's octet: "offer", "DHCPOFFER", "2", "bootp" (none).
std::expected<std::byte, std::string> read_type(std::string_view text) {
  if (const auto number = parse_number(text, 255)) return std::byte(*number);
  const std::string wanted = to_lower(text);
  std::vector<std::string> names;
  for (std::uint8_t i = 1; wire::message_type_of(i) != wire::MessageType::unknown; ++i) {
    const std::string name = to_lower(wire::to_string(wire::message_type_of(i)));
    if (wanted == name || "dhcp" + wanted == name) return std::byte(i);
    names.push_back(name.starts_with("dhcp") ? name.substr(4) : name);
  }
  if (wanted == "bootp" || wanted == "none") return std::byte(0);
  const std::vector<std::string_view> candidates(names.begin(), names.end());
  const auto near = nearest(wanted, candidates);
  return Error(did_you_mean(quoted(text) + " is no message type",
                            near ? std::optional(std::string(*near)) : std::nullopt));
}

std::expected<void, std::string> read_address(Condition& c, std::string_view text) {
  const auto prefix = net::parse_prefix4(text);
  const auto address = net::parse_ip4(text);
  if (!prefix && !address) {
    return Error(quoted(text) + " is no IPv4 address; write it like 192.0.2.1 or 192.0.2.0/24");
  }
  c.prefix = prefix ? *prefix : net::Prefix4{*address, 32};
  c.octets.resize(4);
  store_be32(c.octets.data(), c.prefix->address.value);
  return {};
}

std::expected<void, std::string> read_sub_value(Condition& c, std::string_view text) {
  const bool relay = c.option == wire::kOptionDhcpAgentOptions;
  const wire::SubOptionTable table = relay ? wire::relay_sub_options() : wire::SubOptionTable();
  const wire::SubOptionRow* row = wire::find_sub_option(table, c.sub);
  const std::string name = row != nullptr ? std::string(row->name) : std::to_string(c.sub);
  std::vector<std::byte> encoded;
  auto wrong = wire::parse_sub_option(table, name + "=" + std::string(text), encoded);
  if (wrong) {  // text without its quotes
    encoded.clear();
    wrong = wire::parse_sub_option(table, name + "='" + std::string(text) + "'", encoded);
  }
  if (wrong || encoded.size() < 2) return Error(wrong.value_or(quoted(text) + " is no value"));
  c.octets.assign(encoded.begin() + 2, encoded.end());
  return {};
}

template <typename Value>
std::expected<void, std::string> keep(Condition& c, std::expected<Value, std::string> octets) {
  if (!octets) return Error(octets.error());
  c.octets = std::move(*octets);
  return {};
}

std::expected<void, std::string> read_value(Condition& c, std::string_view text) {
  switch (c.subject) {
    case Subject::type: {
      const auto type = read_type(text);
      if (!type) return Error(type.error());
      c.octets = {*type};
      return {};
    }
    case Subject::mac: {
      const auto mac = from_hex(text);
      if (!mac || mac->empty() || mac->size() > wire::kChaddrSize) {
        return Error(quoted(text) + " is no MAC address; write it like c0:01:1b:69:00:00");
      }
      c.octets = *mac;
      return {};
    }
    case Subject::address:
    case Subject::server:
      return read_address(c, text);
    case Subject::layer:
      return Error("a layer is there or not: it has no value '" + std::string(text) + "'");
    case Subject::field:
      if (c.field->kind == FieldKind::ip4) return read_address(c, text);
      return keep(c, parse_field(*c.field, text));
    case Subject::option: {
      auto octets = wire::parse_option_text(c.option, text);
      if (!octets) return Error(wire::option_name(c.option) + ": " + to_string(octets.error()));
      c.octets = std::move(*octets);
      return {};
    }
    case Subject::sub_option:
      return read_sub_value(c, text);
  }
  return {};
}

std::expected<Condition, std::string> compile(const Words& words) {
  Condition c{.op = words.op, .negated = words.negated};
  if (auto named = name_subject(c, words.name); !named) return Error(named.error());
  if (c.op == Operator::exists) return c;
  if (c.op == Operator::contains) {
    if (c.subject == Subject::layer) return Error(quoted(words.name) + " is a layer, not a text");
    c.text = to_lower(words.value);
    return c;
  }
  if (auto read = read_value(c, words.value); !read) return Error(read.error());
  return c;
}

}  // namespace

std::expected<Filter, std::string> Filter::parse(std::string_view text) {
  Filter filter;
  for (text = skip_blanks(text); !text.empty(); text = skip_blanks(text)) {
    const auto words = take_condition(text);
    if (!words) return Error(words.error());
    auto condition = compile(*words);
    if (!condition) return Error(condition.error());
    filter.conditions_.push_back(std::move(*condition));
  }
  return filter;
}

}  // namespace lessor::craft
