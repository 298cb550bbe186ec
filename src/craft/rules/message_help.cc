#include "base/text.h"
#include "craft/packet/layer_table.h"
#include "craft/rules/message_rules.h"
#include "craft/table.h"
#include "wire/v4/option_table.h"

#include <algorithm>
#include <array>

namespace lessor::craft {
namespace {

/// Rules of its own and shared ones, sorted.
template <typename Rule, typename Key>
std::vector<Rule> merged(std::span<const Rule> own, std::span<const Rule> shared, Key key) {
  std::vector<Rule> rules(own.begin(), own.end());
  rules.insert(rules.end(), shared.begin(), shared.end());
  std::ranges::sort(rules, {}, key);
  return rules;
}

std::size_t place_of(const FieldRule& rule) {
  const FieldRow* row = find_field(rule.field);
  return row == nullptr ? 0 : row->bit;
}

Tone tone_of(Duty duty) {
  switch (duty) {
    case Duty::must:
      return Tone::strong;
    case Duty::must_not:
      return Tone::bad;
    case Duty::should:
    case Duty::should_not:
      return Tone::plain;
    case Duty::may:
      return Tone::dim;
  }
  return Tone::plain;
}

Cell duty_cell(Duty duty) { return {std::string(to_string(duty)), tone_of(duty)}; }

std::string fields_table(const MessageRules& message, const Style& style) {
  Table table({{.title = "field"},
               {.title = "asked"},
               {.title = "content", .wraps = true, .narrowest = 16},
               {.title = "reference", .wraps = true, .narrowest = 12}});
  for (const FieldRule& rule : merged(message.fields, message.all_fields, place_of)) {
    table.add({{std::string(rule.field), Tone::strong},
               duty_cell(rule.duty),
               {std::string(rule.what)},
               {std::string(rule.reference), Tone::dim}});
  }
  return table.draw(style, 2);
}

std::string options_table(const MessageRules& message, const Style& style) {
  Table table({{.title = "code", .right_aligned = true},
               {.title = "option", .wraps = true, .narrowest = 14},
               {.title = "asked"},
               {.title = "what for", .wraps = true, .narrowest = 16},
               {.title = "reference", .wraps = true, .narrowest = 12}});
  for (const OptionRule& rule : merged(message.options, message.all_options, &OptionRule::code)) {
    table.add({{std::to_string(rule.code), Tone::strong},
               {wire::option_name(rule.code)},
               duty_cell(rule.duty),
               {std::string(rule.what)},
               {std::string(rule.reference), Tone::dim}});
  }
  table.add({{""},
             {"all others"},
             duty_cell(message.others),
             {message.others == Duty::may ? "what the sender and its configuration wish" : ""},
             {std::string(message.reference), Tone::dim}});
  return table.draw(style, 2);
}

std::string line(std::string_view label, std::string_view text, const Style& style) {
  std::string out;
  bool first = true;
  for (const std::string& part : wrap(text, style.width > 40 ? style.width - 13 : 27)) {
    const std::string head = pad_right(first ? label : "", 9);
    out += "  " + paint(head, Tone::dim, style) + "  " + part + "\n";
    first = false;
  }
  return out;
}

std::string page(const MessageRules& message, const Style& style) {
  const std::string number = std::to_string(static_cast<int>(message.type));
  std::string text = paint(message.title, Tone::strong, style) + "  (message type " + number +
                     ", " + std::string(message.reference) + ")\n";
  text += paragraph(message.purpose, style, 2) + "\n";
  text += line("from", message.from, style) + line("to", message.to, style) +
          line("goes", message.addressing, style) + "\n";
  const bool has_fields = !message.fields.empty() || !message.all_fields.empty();
  if (has_fields) text += "  Header\n" + fields_table(message, style) + "\n";
  text += "  Options\n" + options_table(message, style) + "\n";
  return text + "  For example\n    " + std::string(message.example) + "\n";
}

/// "DHCPDISCOVER", "dhcp-discover" and "discover" are one.
std::string bare(std::string_view name) {
  std::string word = to_lower(trim(name));
  std::erase_if(word, [](char c) { return c == '-' || c == '_'; });
  return word.starts_with("dhcp") ? word.substr(4) : word;
}

struct OtherName {
  std::string_view name;
  std::string_view meant;
};
constexpr OtherName kOtherNames[] = {{"selecting", "request"},
                                     {"initreboot", "reboot"},
                                     {"renewing", "renew"},
                                     {"rebinding", "rebind"}};

/// Whether `word` is the message's own name, or its type's, by name or number.
bool is_meant(const MessageRules& message, std::string_view word) {
  if (word == std::to_string(static_cast<int>(message.type))) return true;
  return word == message.name || word == bare(wire::to_string(message.type));
}

}  // namespace

std::optional<std::string> message_help(std::string_view name, const Style& style) {
  std::string word = bare(name);
  const auto* const other = std::ranges::find(kOtherNames, word, &OtherName::name);
  if (other != std::end(kOtherNames)) word = other->meant;
  std::string text;
  for (const MessageRules& message : message_rules()) {
    if (!is_meant(message, word)) continue;
    text += (text.empty() ? "" : "\n") + page(message, style);
  }
  if (text.empty()) return std::nullopt;
  return text;
}

}  // namespace lessor::craft
