#include "craft/rules/option_help.h"

#include "base/text.h"
#include "craft/packet/option_prefix.h"
#include "craft/rules/message_rules.h"
#include "craft/table.h"
#include "wire/v4/kind_relay_info.h"
#include "wire/v4/option_cursor.h"
#include "wire/v4/option_text.h"
#include "wire/v4/tool_names.h"

#include <algorithm>
#include <array>

namespace lessor::craft {
namespace {

using wire::OptionCode;
using wire::OptionRow;
using wire::SubOptionRow;

std::unexpected<std::string> unknown_option(std::string_view name) {
  std::string text = "'" + sanitise(as_bytes(name), 64) + "' is no option";
  if (const auto near = wire::suggest_option_name(name)) {
    text.append("; did you mean '").append(*near) += "'?";
  }
  return std::unexpected(text);
}

std::unexpected<std::string> unknown_sub_option(OptionCode code, std::string_view name) {
  std::vector<std::string_view> names;
  for (const SubOptionRow& row : sub_options_of(code)) names.push_back(row.name);
  std::string text =
      "'" + sanitise(as_bytes(name), 64) + "' is no sub-option of " + wire::option_name(code);
  if (names.empty()) text += ": its sub-options have numbers only";
  auto near = nearest(to_lower(name), names);
  // A beginning is no misspelling, yet it says what is meant.
  const auto begun = std::ranges::find_if(names, [&](auto n) { return n.starts_with(name); });
  if (!near && !name.empty() && begun != names.end()) near = *begun;
  if (near) text.append("; did you mean '").append(*near) += "'?";
  return std::unexpected(text);
}

const wire::Shape& shape_of(const OptionPath& path) {
  return path.sub != nullptr ? path.sub->shape : wire::option_shape(path.code);
}

/// The value that the example text gives.
std::vector<std::byte> example_value(const OptionPath& path) {
  const std::string text = wire::example_of(shape_of(path));
  auto value = path.sub != nullptr ? wire::parse_shape(path.sub->shape, text)
                                   : wire::parse_option_text(path.code, text);
  return value ? *std::move(value) : std::vector<std::byte>();
}

/// "dhcp-agent-options.circuit-id".
std::string path_name(const OptionPath& path) {
  std::string name = wire::option_name(path.code);
  return path.sub != nullptr ? name.append(".").append(path.sub->name) : name;
}

/// A word for a shell: quoted when it has anything that a shell would take for its own.
std::string shell_word(const std::string& word) {
  constexpr std::string_view kPlain =
      "abcdefghijklmnopqrstuvwxyzABCDEFGHIJKLMNOPQRSTUVWXYZ0123456789-_=.,:/@%+";
  if (word.find_first_not_of(kPlain) == std::string::npos) return word;
  if (word.find('\'') == std::string::npos) return "'" + word + "'";
  std::string quoted = "\"";
  for (const char c : word) {
    if (c == '"' || c == '\\' || c == '$' || c == '`') quoted += '\\';
    quoted += c;
  }
  return quoted + "\"";
}

/// A string for JSON. Names and examples are ASCII.
std::string json_string(std::string_view text) {
  std::string quoted = "\"";
  for (const char c : text) {
    if (c == '"' || c == '\\') quoted += '\\';
    quoted += c;
  }
  return quoted + "\"";
}

constexpr std::size_t kLabel = 10;

std::string line(std::string_view label, std::string_view text, const Style& style) {
  std::string out;
  bool first = true;
  const std::size_t room = style.width > 2 * kLabel + 4 ? style.width - kLabel - 4 : kLabel;
  for (const std::string& part : wrap(text, room)) {
    out +=
        "  " + paint(pad_right(first ? label : "", kLabel), Tone::dim, style) + "  " + part + "\n";
    first = false;
  }
  return out;
}

/// A line that is not broken, since it is to be copied.
std::string whole_line(std::string_view label, std::string_view text, const Style& style) {
  return "  " + paint(pad_right(label, kLabel), Tone::dim, style) + "  " + std::string(text) + "\n";
}

/// A command's beginning, for a message that may carry the option.
std::string some_message(OptionCode code) {
  if (code == wire::kOptionDhcpAgentOptions) return "lessor craft discover giaddr=192.0.2.254";
  for (const Form form : {Form::discover, Form::offer}) {
    const Duty duty = option_rule(rules_of(form), code).duty;
    if (duty == Duty::must_not || duty == Duty::should_not) continue;
    return "lessor craft " + std::string(rules_of(form).name);
  }
  return "lessor craft discover";
}

std::string ways_to_write(const OptionPath& path, const Style& style) {
  const std::string example = wire::example_of(shape_of(path));
  const std::string name = path_name(path);
  const std::string top = wire::option_name(path.code);
  const std::string assigned = example.empty() ? name : name + "=" + example;
  const std::string data = path.sub == nullptr ? example
                           : example.empty()   ? std::string(path.sub->name)
                                               : std::string(path.sub->name) + "=" + example;
  std::string text;
  const std::string craft = some_message(path.code) + " -o " + shell_word(assigned);
  // The type of a message is what craft is told first.
  const bool type = path.code == wire::kOptionDhcpMessageType;
  text += whole_line("craft", type ? "lessor craft ack" : craft, style);
  text += whole_line("text", "option." + name + " = " + example, style);
  text += whole_line("config",
                     R"({"name": )" + json_string(top) +
                         (data.empty() ? "" : R"(, "data": )" + json_string(data)) + "}",
                     style);
  return text;
}

/// The octets of an example, a row for each part that means something by itself.
class Layout {
 public:
  explicit Layout(const OptionPath& path) : path_(path), value_(example_value(path)) {}

  std::string draw(const Style& style) {
    const bool single = path_.code == wire::kOptionPad || path_.code == wire::kOptionEnd;
    const OptionCode code = path_.sub != nullptr ? path_.sub->code : path_.code;
    row(1, "code", std::to_string(code));
    if (!single) row(1, "length", std::to_string(value_.size()));
    value();
    Table table({{.title = "at", .right_aligned = true},
                 {.title = "octets", .wraps = true, .narrowest = 12},
                 {.title = "meaning", .wraps = true, .narrowest = 16}});
    const auto octets = example_octets(path_);
    for (const Row& r : rows_) {
      table.add({{std::to_string(r.at), Tone::dim},
                 {to_hex(Bytes(octets).subspan(r.at, r.size), ' '), Tone::strong},
                 {r.meaning}});
    }
    return table.draw(style, 2);
  }

 private:
  struct Row {
    std::size_t at;
    std::size_t size;
    std::string meaning;
  };

  void row(std::size_t size, std::string_view what, std::string_view text) {
    std::string meaning(what);
    if (!text.empty()) meaning.append(meaning.empty() ? "" : ": ").append(text);
    rows_.push_back({at_, size, std::move(meaning)});
    at_ += size;
  }

  void value() {
    const auto table = path_.sub == nullptr ? sub_options_of(path_.code) : wire::SubOptionTable();
    if (!table.empty()) return sub_options(table);
    const auto fields = shape_of(path_).all();
    ByteReader in(value_);
    for (std::size_t i = 0; !fields.empty() && in.remaining() > 0; ++i) {
      const wire::ValueCodec& codec = *fields[next_field(i, fields.size())];
      const std::size_t before = in.offset();
      std::string text;
      if (!codec.print(in, text) || in.offset() == before) break;
      row(in.offset() - before, codec.type, text);
    }
  }

  /// What repeats is the last field, or all of them.
  [[nodiscard]] std::size_t next_field(std::size_t i, std::size_t count) const {
    if (i < count) return i;
    return shape_of(path_).repeat == wire::Repeat::all ? i % count : count - 1;
  }

  void sub_options(wire::SubOptionTable table) {
    wire::OptionCursor cursor(value_, wire::OptionCursor::Grammar::sub_options);
    wire::RawOption option;
    while (cursor.next(option)) {
      const SubOptionRow* known = wire::find_sub_option(table, option.code);
      row(2U + option.value.size(), known == nullptr ? "sub-option" : "code, length, value",
          wire::print_sub_option(table, option.code, option.value));
    }
  }

  const OptionPath& path_;
  std::vector<std::byte> value_;
  std::vector<Row> rows_;
  std::size_t at_ = 0;
};

std::string sub_options_table(wire::SubOptionTable rows, const Style& style) {
  Table table({{.title = "code", .right_aligned = true},
               {.title = "sub-option", .wraps = true, .narrowest = 14},
               {.title = "value", .wraps = true, .narrowest = 12},
               {.title = "example", .wraps = true, .narrowest = 12},
               {.title = "meaning", .wraps = true, .narrowest = 16},
               {.title = "reference"}});
  for (const SubOptionRow& row : rows) {
    const std::string type = wire::type_of(row.shape);
    table.add({{std::to_string(row.code), Tone::strong},
               {std::string(row.name)},
               {type.empty() ? "no value" : type},
               {wire::example_of(row.shape)},
               {std::string(row.meaning), Tone::dim},
               {std::string(row.reference), Tone::dim}});
  }
  return table.draw(style, 2);
}

/// "Kea routers, dnsmasq router"; empty when no tool has a name for it.
std::string tools_line(OptionCode code, const Style& style) {
  const wire::ToolNames* names = wire::find_tool_names(code);
  if (names == nullptr) return "";
  const std::pair<std::string_view, std::string_view> tools[] = {
      {"Kea ", names->kea},
      {"dhcpd ", names->dhcpd},
      {"dnsmasq ", names->dnsmasq},
      {"scapy ", names->scapy},
      {"tshark dhcp.option.", names->tshark}};
  std::string text;
  for (const auto& [tool, name] : tools) {
    if (!name.empty()) text.append(text.empty() ? "" : ", ").append(tool).append(name);
  }
  return line("elsewhere", text, style);
}

std::string head(const OptionPath& path, const Style& style) {
  const OptionRow* row = wire::find_option(path.code);
  const OptionCode code = path.sub != nullptr ? path.sub->code : path.code;
  const std::string_view reference = path.sub != nullptr ? path.sub->reference
                                     : row != nullptr    ? row->reference
                                                         : "not assigned by IANA";
  const std::string_view meaning = path.sub != nullptr ? path.sub->meaning
                                   : row != nullptr    ? row->meaning
                                                       : "a site's or a vendor's own";
  const std::string kind = path.sub != nullptr ? "sub-option " : "option ";
  const std::string text =
      paint(kind + std::to_string(code) + "  " + path_name(path), Tone::strong, style);
  return text + "  (" + std::string(reference) + ")\n" + paragraph(meaning, style, 2) + "\n";
}

std::string value_lines(const OptionPath& path, const Style& style) {
  const wire::Shape& shape = shape_of(path);
  const std::string type = wire::type_of(shape);
  std::string text = line("value", type.empty() ? "none" : type, style);
  text += line("length", wire::to_string(wire::length_rule(shape)), style);
  const OptionRow* row = wire::find_option(path.code);
  if (path.sub != nullptr) return text;
  if (row != nullptr && !row->aliases.empty()) text += line("also", row->aliases, style);
  return text + tools_line(path.code, style);
}

}  // namespace

std::expected<OptionPath, std::string> find_option_path(std::string_view path) {
  std::string_view name = without_tool_prefix(trim(path));
  if (name.starts_with("option.")) name.remove_prefix(7);
  const std::size_t dot = name.find('.');
  const auto code = wire::find_option_code(name.substr(0, dot));
  if (!code) return unknown_option(name.substr(0, dot));
  if (dot == std::string_view::npos) return OptionPath{.code = *code};
  std::string sub = to_lower(name.substr(dot + 1));
  std::ranges::replace(sub, '_', '-');
  const auto number = parse_number(sub, 255);
  for (const SubOptionRow& row : sub_options_of(*code)) {
    if (row.name == sub || row.code == number) return OptionPath{.code = *code, .sub = &row};
  }
  return unknown_sub_option(*code, name.substr(dot + 1));
}

wire::SubOptionTable sub_options_of(wire::OptionCode code) {
  return code == wire::kOptionDhcpAgentOptions ? wire::relay_sub_options() : wire::SubOptionTable();
}

std::vector<std::byte> example_octets(const OptionPath& path) {
  const OptionCode code = path.sub != nullptr ? path.sub->code : path.code;
  std::vector<std::byte> octets = {static_cast<std::byte>(code)};
  if (path.sub == nullptr && (code == wire::kOptionPad || code == wire::kOptionEnd)) return octets;
  const auto value = example_value(path);
  octets.push_back(static_cast<std::byte>(value.size()));
  octets.insert(octets.end(), value.begin(), value.end());
  return octets;
}

std::vector<std::pair<std::string_view, std::string>> messages_with(wire::OptionCode code) {
  constexpr std::array kDuties = {Duty::must, Duty::should, Duty::may, Duty::should_not,
                                  Duty::must_not};
  std::vector<std::pair<std::string_view, std::string>> lines;
  for (const Duty duty : kDuties) {
    std::string titles;
    for (const MessageRules& message : message_rules()) {
      // Lease queries over TCP carry what their leases have: that says little of the option.
      if (message.form > Form::leaseactive) break;
      if (option_rule(message, code).duty != duty) continue;
      titles.append(titles.empty() ? "" : ", ").append(message.title);
    }
    if (!titles.empty()) lines.emplace_back(to_string(duty), titles);
  }
  return lines;
}

std::string options_list(const Style& style) {
  Table table({{.title = "code", .right_aligned = true},
               {.title = "name", .wraps = true, .narrowest = 16},
               {.title = "value", .wraps = true, .narrowest = 14},
               {.title = "length", .wraps = true, .narrowest = 10},
               {.title = "meaning", .wraps = true, .narrowest = 18},
               {.title = "reference", .wraps = true, .narrowest = 10}});
  for (const OptionRow& row : wire::option_table()) {
    const std::string type = wire::type_of(row.shape);
    table.add({{std::to_string(row.code), Tone::strong},
               {std::string(row.name)},
               {type.empty() ? "none" : type},
               {wire::to_string(wire::length_rule(row.shape)), Tone::dim},
               {std::string(row.meaning)},
               {std::string(row.reference), Tone::dim}});
  }
  return table.draw(style);
}

std::string option_names_list(const Style& style) {
  Table table({{.title = "code", .right_aligned = true},
               {.title = "name", .wraps = true, .narrowest = 14},
               {.title = "Kea", .wraps = true, .narrowest = 12},
               {.title = "dhcpd", .wraps = true, .narrowest = 12},
               {.title = "dnsmasq", .wraps = true, .narrowest = 12},
               {.title = "scapy", .wraps = true, .narrowest = 12},
               {.title = "tshark (dhcp.option.*)", .wraps = true, .narrowest = 12}});
  for (const OptionRow& row : wire::option_table()) {
    const wire::ToolNames none{row.code, {}, {}, {}, {}, {}};
    const wire::ToolNames* found = wire::find_tool_names(row.code);
    const wire::ToolNames& names = found == nullptr ? none : *found;
    table.add({{std::to_string(row.code), Tone::strong},
               {std::string(row.name)},
               {std::string(names.kea)},
               {std::string(names.dhcpd)},
               {std::string(names.dnsmasq)},
               {std::string(names.scapy)},
               {std::string(names.tshark)}});
  }
  return table.draw(style);
}

std::string option_page(const OptionPath& path, const Style& style) {
  std::string text = head(path, style) + value_lines(path, style) + "\n";
  const bool single = path.code == wire::kOptionPad || path.code == wire::kOptionEnd;
  if (!single) text += ways_to_write(path, style) + "\n";
  text += "  On the wire\n" + Layout(path).draw(style);
  if (path.sub != nullptr) return text;
  if (const auto subs = sub_options_of(path.code); !subs.empty()) {
    text += "\n  Sub-options\n" + sub_options_table(subs, style);
  }
  if (single) return text;
  text += "\n  In which messages\n";
  for (const auto& [duty, titles] : messages_with(path.code)) {
    text += line(duty, titles, style);
  }
  return text;
}

}  // namespace lessor::craft
