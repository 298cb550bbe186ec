#include "craft/script/condition.h"

#include "base/text.h"
#include "craft/filter.h"
#include "craft/packet/option_prefix.h"
#include "wire/v4/message_view.h"
#include "wire/v4/option_text.h"

#include <algorithm>

namespace lessor::craft {
namespace {

using wire::OptionCode;
using Octets = std::vector<std::byte>;

constexpr std::string_view kAbsent = "absent";
constexpr std::string_view kOptionPrefix = "option.";

/// A condition in its three parts; `op` is empty for "it is there", "!" for "it is not".
struct Parts {
  std::string_view name;
  std::string_view op;
  std::string_view value;
};

bool is_name(char c) {
  return (c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z') || (c >= '0' && c <= '9') || c == '_' ||
         c == '-' || c == '.';
}

Parts take_apart(std::string_view text) {
  text = trim(text);
  if (text.starts_with("no ")) return {.name = trim(text.substr(3)), .op = "!", .value = ""};
  if (text.starts_with('!')) return {.name = trim(text.substr(1)), .op = "!", .value = ""};
  std::size_t end = 0;
  while (end < text.size() && is_name(text[end])) ++end;
  const std::string_view rest = trim(text.substr(end));
  std::size_t op = 0;
  while (op < rest.size() && std::string_view("=!~<>").contains(rest[op])) ++op;
  return {.name = without_tool_prefix(text.substr(0, end)),
          .op = rest.substr(0, op),
          .value = trim(rest.substr(op))};
}

/// The option's value in a DHCP message, parts joined.
std::optional<Octets> find_option_value(Bytes frame, OptionCode code) {
  wire::ParseScratch scratch;
  const Dissection parts = dissect(frame);
  if (!parts.is_dhcp()) return std::nullopt;
  const auto view = wire::MessageView::parse(parts.payload, scratch);
  if (!view) return std::nullopt;
  const auto value = view->option(code);
  return value ? std::optional(Octets(value->begin(), value->end())) : std::nullopt;
}

/// The layer's header in the frame that holds the field; empty when there is none.
Bytes find_header(Bytes frame, const FieldRow& field) {
  const Dissection parts = dissect(frame);
  for (const LayerSpan& span : parts.layers()) {
    const bool whole = field.octet() + field.octets() <= span.size;
    if (span.layer == field.layer && whole) return frame.subspan(span.offset, span.size);
  }
  return {};
}

bool same_content(const FieldRow& field, Bytes header, Bytes wanted) {
  if (field.bits == 0 || field.bits > 64) return equal_bytes(field_bytes(field, header), wanted);
  std::uint64_t value = 0;
  for (const std::byte octet : wanted) value = value << 8 | load_u8(&octet);
  return load_field(field, header) == value;
}

/// Whether an option holds what a line with a sub-option's path says.
bool holds_part(Bytes option, Bytes part) {
  wire::OptionCursor cursor(option, wire::OptionCursor::Grammar::sub_options);
  wire::RawOption sub;
  while (cursor.next(sub)) {
    const Bytes whole = option.subspan(sub.offset, cursor.offset() - sub.offset);
    if (equal_bytes(whole, part)) return true;
  }
  return false;
}

std::unexpected<std::string> unknown_name(std::string_view name) {
  if (name.starts_with(kOptionPrefix)) {
    const std::string_view option = name.substr(kOptionPrefix.size());
    const auto near = wire::suggest_option_name(option);
    return std::unexpected("there is no option '" + sanitise(as_bytes(option), 64) + "'" +
                           (near ? "; did you mean option." + std::string(*near) + "?" : ""));
  }
  const auto near = suggest_field(name);
  return std::unexpected("there is no field '" + sanitise(as_bytes(name), 64) + "'" +
                         (near ? "; did you mean " + *near + "?" : ""));
}

/// The option and, when its path goes on, the rest: "relay-agent-information", "circuit-id".
std::pair<std::optional<OptionCode>, bool> find_option_path(std::string_view name) {
  const std::string_view option = name.substr(kOptionPrefix.size());
  const std::size_t dot = option.find('.');
  return {wire::find_option_code(option.substr(0, dot)), dot != std::string_view::npos};
}

std::string found_option(Bytes frame, OptionCode code) {
  const auto value = find_option_value(frame, code);
  return value ? wire::print_option(code, *value) : std::string(kAbsent);
}

std::expected<Judgement, std::string> judge_presence(const Parts& parts, Bytes frame) {
  if (!parts.name.starts_with(kOptionPrefix)) return unknown_name(parts.name);
  const auto [code, has_path] = find_option_path(parts.name);
  if (!code || has_path) return unknown_name(parts.name);
  const bool there = find_option_value(frame, *code).has_value();
  const bool wanted = parts.op.empty();
  return Judgement{.holds = there == wanted,
                   .name = std::string(parts.name),
                   .expected = wanted ? "present" : std::string(kAbsent),
                   .found = found_option(frame, *code)};
}

Judgement judge_item(const FieldItem& item, Bytes frame) {
  const Bytes header = find_header(frame, *item.field);
  if (header.empty()) return {.found = std::string(kAbsent)};
  return {.holds = same_content(*item.field, header, item.content),
          .found = print_field(*item.field, header)};
}
Judgement judge_item(const OptionItem& item, bool has_path, Bytes frame) {
  const auto value = find_option_value(frame, item.code);
  const bool holds =
      value && (has_path ? holds_part(*value, item.value) : equal_bytes(*value, item.value));
  return {.holds = holds, .found = found_option(frame, item.code)};
}

/// "=" and "!=": the notation reads the value, so that it is written as in a packet.
std::expected<Judgement, std::string> judge_value(const Parts& parts, Bytes frame) {
  Recipe wanted;
  const auto added = add_line(wanted, std::string(parts.name) + " = " + std::string(parts.value));
  if (!added) return std::unexpected(added.error());
  if (wanted.items.size() != 1) return unknown_name(parts.name);
  Judgement result;
  const Item& item = wanted.items.front();
  if (const auto* const field = std::get_if<FieldItem>(&item)) {
    result = judge_item(*field, frame);
  } else if (const auto* const option = std::get_if<OptionItem>(&item)) {
    const bool has_path =
        parts.name.starts_with(kOptionPrefix) && find_option_path(parts.name).second;
    result = judge_item(*option, has_path, frame);
  } else {
    return unknown_name(parts.name);
  }
  if (parts.op == "!=") result.holds = !result.holds;
  result.name = parts.name;
  result.expected = (parts.op == "!=" ? "not " : "") + std::string(parts.value);
  return result;
}

/// Whether the notation has the name; `type`, `mac`, `address` and `server` are the filters' own.
bool is_notation(std::string_view name) {
  return name.starts_with(kOptionPrefix) || find_field(name) != nullptr;
}

std::expected<Judgement, std::string> judge_by_filter(std::string_view condition,
                                                      const Parts& parts, Bytes frame) {
  const auto filter = Filter::parse(condition);
  if (!filter) return std::unexpected(filter.error());
  const auto found = value_of(frame, parts.name);
  return Judgement{.holds = filter->matches(dissect(frame)),
                   .name = std::string(parts.name),
                   .expected = std::string(parts.op) + " " + std::string(parts.value),
                   .found = found ? *found : std::string(kAbsent)};
}

}  // namespace

std::expected<Judgement, std::string> judge(std::string_view condition, Bytes frame) {
  const Parts parts = take_apart(condition);
  if (parts.name.empty()) {
    return std::unexpected("a condition is NAME = VALUE, option.NAME or no option.NAME");
  }
  const bool equality = parts.op == "=" || parts.op == "!=";
  if (equality && is_notation(parts.name)) return judge_value(parts, frame);
  if (parts.op == "!" || (parts.op.empty() && is_notation(parts.name))) {
    return judge_presence(parts, frame);
  }
  return judge_by_filter(condition, parts, frame);
}

std::expected<std::string, std::string> value_of(Bytes frame, std::string_view path) {
  if (path.starts_with(kOptionPrefix)) {
    const auto [code, has_path] = find_option_path(path);
    if (!code || has_path) return unknown_name(path);
    const auto value = find_option_value(frame, *code);
    if (!value) return std::unexpected("the packet has no " + std::string(path));
    return wire::print_option(*code, *value);
  }
  const FieldRow* const field = find_field(path);
  if (field == nullptr) return unknown_name(path);
  const Bytes header = find_header(frame, *field);
  if (header.empty()) return std::unexpected("the packet has no " + std::string(path));
  return print_field(*field, header);
}

}  // namespace lessor::craft
