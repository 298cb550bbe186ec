#pragma once
// How the lines of a packet file fall into statements and blocks: comments, quotes, braces. Must
// not know: what statements mean.

#include "craft/script/script.h"

namespace lessor::craft {

/// A file as lines, read front to back.
class ScriptLines {
 public:
  explicit ScriptLines(std::string_view text);

  /// The next line that has something, without its comment; false at the end.
  [[nodiscard]] bool next(ScriptLine& line);
  /// Where the last line stood.
  [[nodiscard]] Position position() const { return {number_, 1}; }

 private:
  std::vector<std::string_view> lines_;
  std::size_t number_ = 0;
};

/// A statement: what stands before its block, the block's lines, and what stands behind it.
struct Statement {
  ScriptLine head;
  bool has_block = false;
  std::vector<ScriptLine> block;
  ScriptLine tail;
};

/// Whether the line opens a block: it has a '{' outside of quotes, behind a blank or at its end.
[[nodiscard]] bool opens_block(std::string_view line);

/// Takes `line` apart, with as many more lines as its block needs. A block on one line has its
/// lines between ';'; else each line of the file is one, up to a line that begins with '}'.
[[nodiscard]] std::expected<Statement, ScriptProblem> read_statement(const ScriptLine& line,
                                                                     ScriptLines& lines);

/// Where `c` stands in `text` outside of quotes, from `from` on; npos when nowhere. A quote that is
/// never closed is an apostrophe.
[[nodiscard]] std::size_t find_unquoted(std::string_view text, char c, std::size_t from = 0);

}  // namespace lessor::craft
