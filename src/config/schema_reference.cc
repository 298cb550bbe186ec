// The reference of keys in docs/configuration.md, printed from the schema.

#include "base/text.h"
#include "config/schema.h"

namespace lessor::config {
namespace {

/// A cell of a Markdown table: '|' would end it.
std::string cell(std::string_view text) {
  std::string escaped;
  for (const char c : text) {
    if (c == '|') escaped += '\\';
    escaped += c;
  }
  return escaped;
}

std::string code(std::string_view text) {
  return text.empty() ? "" : "`" + std::string(text) + "`";
}

/// The scopes that a file can reach through implemented keys alone. (No implemented key works
/// inside a map that is itself refused.)
Scopes find_live_scopes() {
  Scopes live = Scope::file;
  std::uint32_t before = 0;
  while (before != live.bits) {
    before = live.bits;
    for (const Key& key : schema()) {
      const bool reached = (key.scopes.bits & live.bits) != 0;
      if (reached && key.state == State::implemented) live = live | key.content;
    }
  }
  return live;
}

std::string list_scopes(Scopes scopes) {
  std::string text;
  for (int i = 0; i < kScopeCount; ++i) {
    const auto scope = static_cast<Scope>(i);
    if (!scopes.has(scope)) continue;
    text += (text.empty() ? "" : ", ") + std::string(to_string(scope));
  }
  return text;
}

/// "one of raw, udp", "an integer from 0 to 99": type and bounds in one.
std::string describe_values(const Key& key) {
  std::string text(to_string(key.type));
  if (key.type == Type::text && !key.allowed.empty()) {
    text = "one of";
    for (const std::string_view word : split(key.allowed, '|')) {
      text += (text == "one of" ? " " : ", ") + std::string(word);
    }
  }
  if (key.max != 0) text += ", " + std::to_string(key.min) + " to " + std::to_string(key.max);
  return text;
}

std::string print_implemented() {
  std::string text =
      "| key | stands in | value | default | what it does |\n|---|---|---|---|---|\n";
  const Scopes live = find_live_scopes();
  for (const Key& key : schema()) {
    const Scopes scopes = key.scopes & live;
    if (key.state != State::implemented || scopes.bits == 0) continue;
    const std::string_view initial = key.initial.substr(0, key.initial.find('|'));
    text += "| " + code(key.name) + " | " + list_scopes(scopes) + " | " +
            cell(describe_values(key)) + " | " + code(initial) + " | " + cell(key.note) + " |\n";
  }
  return text;
}

std::string print_others(State state, std::string_view reason) {
  std::string text = "| key | stands in | " + std::string(reason) + " |\n|---|---|---|\n";
  for (const Key& key : schema()) {
    if (key.state != state) continue;
    text +=
        "| " + code(key.name) + " | " + list_scopes(key.scopes) + " | " + cell(key.note) + " |\n";
  }
  return text;
}

}  // namespace

std::string print_key_reference() {
  return "### Implemented\n\n" + print_implemented() + "\n### Accepted without effect\n\n" +
         print_others(State::no_effect, "why") + "\n### Not implemented yet\n\n" +
         print_others(State::not_yet, "what it is, and what to do instead") + "\n### Refused\n\n" +
         print_others(State::refused, "what to do instead");
}

}  // namespace lessor::config
