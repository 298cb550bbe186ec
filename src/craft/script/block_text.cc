#include "craft/script/block_text.h"

#include "base/text.h"
#include "craft/packet/notation.h"

namespace lessor::craft {
namespace {

constexpr std::size_t kNowhere = std::string_view::npos;

/// The closing quote of the one at `text[at]`; kNowhere when there is none.
std::size_t closing_quote(std::string_view text, std::size_t at) {
  for (std::size_t i = at + 1; i < text.size(); ++i) {
    if (text[i] == '\\') {
      ++i;
    } else if (text[i] == text[at]) {
      return i;
    }
  }
  return kNowhere;
}

/// The part of `line` from `begin` to `end`, with its column.
ScriptLine part(const ScriptLine& line, std::size_t begin, std::size_t end) {
  const std::string_view text(line.text);
  const std::size_t first = std::min(text.find_first_not_of(" \t", begin), end);
  return {.at = {line.at.line, line.at.column + first},
          .text = std::string(trim(text.substr(first, end - first)))};
}

/// The '}' that closes a block opened and closed on one line.
std::size_t find_close(std::string_view text, std::size_t from) {
  for (std::size_t i = from; (i = find_unquoted(text, '}', i)) != kNowhere; ++i) {
    const bool apart = text[i - 1] == ' ' || text[i - 1] == '{' || text[i - 1] == ';';
    const bool variable = text.substr(0, i).rfind("${") != kNowhere &&
                          find_unquoted(text, '}', text.substr(0, i).rfind("${")) == i;
    if (apart && !variable) return i;
  }
  return kNowhere;
}

std::size_t find_open(std::string_view text) {
  for (std::size_t i = 0; (i = find_unquoted(text, '{', i)) != kNowhere; ++i) {
    if (i == 0 || text[i - 1] != '$') return i;
  }
  return kNowhere;
}

void split_block(const ScriptLine& line, std::size_t begin, std::size_t end, Statement& into) {
  while (begin < end) {
    const std::size_t stop = std::min(find_unquoted(line.text, ';', begin), end);
    ScriptLine one = part(line, begin, stop);
    if (!one.text.empty()) into.block.push_back(std::move(one));
    begin = stop + 1;
  }
}

}  // namespace

std::size_t find_unquoted(std::string_view text, char c, std::size_t from) {
  for (std::size_t i = from; i < text.size(); ++i) {
    if (text[i] == c) return i;
    if (text[i] != '\'' && text[i] != '"') continue;
    const std::size_t close = closing_quote(text, i);
    if (close != kNowhere) i = close;
  }
  return kNowhere;
}

ScriptLines::ScriptLines(std::string_view text) {
  while (!text.empty()) {
    const std::size_t end = text.find('\n');
    lines_.push_back(text.substr(0, end));
    text.remove_prefix(end == kNowhere ? text.size() : end + 1);
  }
}

bool ScriptLines::next(ScriptLine& line) {
  while (number_ < lines_.size()) {
    const std::string_view whole = lines_[number_++];
    const std::string_view text = without_comment(whole);
    if (text.empty()) continue;
    const auto column = static_cast<std::size_t>(text.data() - whole.data()) + 1;
    line = {.at = {number_, column}, .text = std::string(text)};
    return true;
  }
  return false;
}

bool opens_block(std::string_view line) { return find_open(line) != kNowhere; }

std::expected<Statement, ScriptProblem> read_statement(const ScriptLine& line, ScriptLines& lines) {
  Statement statement;
  const std::size_t open = find_open(line.text);
  if (open == kNowhere) {
    statement.head = line;
    return statement;
  }
  statement.head = part(line, 0, open);
  statement.has_block = true;
  if (trim(std::string_view(line.text).substr(open + 1)).empty()) {
    ScriptLine next;
    while (lines.next(next)) {
      if (next.text.starts_with('}')) {
        statement.tail = part(next, 1, next.text.size());
        return statement;
      }
      statement.block.push_back(std::move(next));
    }
    return std::unexpected(
        ScriptProblem{line.at, "the block that begins here is not closed: a line '}' is missing"});
  }
  const std::size_t close = find_close(line.text, open + 1);
  if (close == kNowhere) {
    return std::unexpected(ScriptProblem{
        line.at,
        "the block on this line is not closed on it: put ' }' at its end, or begin its "
        "lines below the '{'"});
  }
  split_block(line, open + 1, close, statement);
  statement.tail = part(line, close + 1, line.text.size());
  return statement;
}

}  // namespace lessor::craft
