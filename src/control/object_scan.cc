#include "control/object_scan.h"

#include "control/limits.h"

namespace lessor::control {
namespace {

/// The position after a string's closing quote, from its opening one; npos when it is not there.
std::size_t skip_string(std::string_view text, std::size_t at) {
  for (++at; at < text.size(); ++at) {
    if (text[at] == '"') return at + 1;
    if (text[at] == '\\') ++at;  // whatever it escapes does not end the string
  }
  return std::string_view::npos;
}

}  // namespace

ObjectScan scan_object(std::string_view text) {
  using State = ObjectScan::State;
  std::size_t at = text.find_first_not_of(" \t\r\n");
  if (at == std::string_view::npos) return {};
  if (text[at] != '{') {
    return {State::refused, 0, "a command is a JSON object and starts with '{'"};
  }
  std::size_t depth = 0;
  while (at < text.size()) {
    const char c = text[at];
    if (c == '"') {
      at = skip_string(text, at);
      if (at == std::string_view::npos) return {};
      continue;
    }
    ++at;
    if (c == '{' || c == '[') ++depth;
    if (depth > kMaxDepth) return {State::refused, 0, "the command is nested more than 32 deep"};
    if ((c == '}' || c == ']') && --depth == 0) return {State::complete, at, {}};
  }
  return {};
}

}  // namespace lessor::control
