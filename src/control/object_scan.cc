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

constexpr std::string_view kBlanks = " \t\r\n";

/// The position after the value that begins at `at`: of the ',' or '}' that follows it.
std::size_t skip_value(std::string_view text, std::size_t at) {
  std::size_t depth = 0;
  while (at < text.size()) {
    const char c = text[at];
    if (depth == 0 && (c == ',' || c == '}')) return at;
    if (c == '{' || c == '[') ++depth;
    if (c == '}' || c == ']') --depth;
    at = c == '"' ? skip_string(text, at) : at + 1;
  }
  return text.size();
}

}  // namespace

/// One octet; whether it settles the matter.
bool ObjectScanner::step(char c) {
  using State = ObjectScan::State;
  if (depth_ == 0 && c != '{') {
    if (kBlanks.contains(c)) return false;
    result_ = {State::refused, 0, "a command is a JSON object and starts with '{'"};
    return true;
  }
  if (in_text_) {  // whatever a backslash escapes does not end the string
    const bool ends = c == '"' && !escaped_;
    escaped_ = c == '\\' && !escaped_;
    in_text_ = !ends;
    return false;
  }
  in_text_ = c == '"';
  if (c == '{' || c == '[') ++depth_;
  if (depth_ > kMaxDepth) {
    result_ = {State::refused, 0, "the command is nested more than 32 deep"};
    return true;
  }
  if ((c != '}' && c != ']') || --depth_ > 0) return false;
  result_ = {State::complete, seen_, {}};
  return true;
}

ObjectScan ObjectScanner::take(std::string_view piece) {
  for (const char c : piece) {
    if (result_.state != ObjectScan::State::more) break;
    ++seen_;
    if (step(c)) break;
  }
  return result_;
}

ObjectScan scan_object(std::string_view received) { return ObjectScanner().take(received); }

std::vector<RawMember> scan_members(std::string_view object) {
  std::vector<RawMember> members;
  std::size_t at = object.find('{');
  while (true) {
    const std::size_t key = object.find('"', at);
    if (key == std::string_view::npos) return members;
    const std::size_t key_end = skip_string(object, key);
    const std::size_t colon = object.find(':', key_end);
    if (colon == std::string_view::npos) return members;
    const std::size_t value = object.find_first_not_of(kBlanks, colon + 1);
    if (value == std::string_view::npos) return members;
    at = skip_value(object, value);
    const std::size_t last = object.find_last_not_of(kBlanks, at - 1);
    members.push_back(
        {object.substr(key + 1, key_end - key - 2), object.substr(value, last + 1 - value)});
  }
}

}  // namespace lessor::control
