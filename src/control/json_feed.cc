#include "control/json_feed.h"

#include "control/limits.h"

namespace lessor::control {

JsonFeed::State JsonFeed::feed(std::string_view bytes) {
  for (const char c : bytes) {
    if (state_ != State::more) break;
    take(c);
  }
  return state_;
}

void JsonFeed::take(char c) {
  const bool blank = c == ' ' || c == '\t' || c == '\n' || c == '\r';
  if (depth_ == 0 && blank) return;
  if (depth_ == 0 && c != '{') return refuse("a command is a JSON object and starts with '{'");
  if (text_.size() == kMaxRequestBytes) return refuse("the command is larger than 4 MiB");
  text_.push_back(c);
  if (in_string_) {
    // The end of a string is the first quote without a backslash of its own before it.
    const bool ends = c == '"' && !escaped_;
    escaped_ = c == '\\' && !escaped_;
    in_string_ = !ends;
    return;
  }
  if (c == '"') in_string_ = true;
  if (c == '{' || c == '[') open();
  if (c == '}' || c == ']') close();
}

void JsonFeed::open() {
  if (++depth_ > kMaxDepth) refuse("the command's JSON is nested more than 32 deep");
}

void JsonFeed::close() {
  if (--depth_ == 0) state_ = State::complete;
}

void JsonFeed::refuse(std::string_view why) {
  state_ = State::refused;
  error_ = why;
  text_.clear();
}

}  // namespace lessor::control
