#include "craft/script/block_text.h"

#include <gtest/gtest.h>

namespace lessor::craft {
namespace {

std::expected<Statement, ScriptProblem> statement(std::string_view text) {
  ScriptLines lines(text);
  ScriptLine line;
  EXPECT_TRUE(lines.next(line));
  return read_statement(line, lines);
}

TEST(ReadStatement, TakesHeadBlockAndTailApart) {
  struct Row {
    std::string_view text, head, tail;
    std::size_t lines;
  };
  const Row rows[] = {
      {"send discover", "send discover", "", 0},
      {"send discover {}", "send discover", "", 0},
      {"expect offer { a = 1 } as $o", "expect offer", "as $o", 1},
      {"expect offer { a = 1 ; b = '} ; {' } within 2s", "expect offer", "within 2s", 2},
      {"expect offer { a = ${x} ; b = ${y}z }", "expect offer", "", 2},
      {"send x { h = Bob's } as $b", "send x", "as $b", 1},
      {"packet {\n a = b } c\n\n # nothing\n d = e\n} as $p\n", "packet", "as $p", 2},
  };
  for (const Row& row : rows) {
    const auto read = statement(row.text);
    ASSERT_TRUE(read) << row.text << ": " << read.error().what;
    EXPECT_EQ(read->head.text, row.head) << row.text;
    EXPECT_EQ(read->tail.text, row.tail) << row.text;
    EXPECT_EQ(read->block.size(), row.lines) << row.text;
  }
}

TEST(ReadStatement, RefusesBlocksThatAreNotClosed) {
  for (const std::string_view text : {"send x {", "send x { a = 1", "send x {\n a = 1\n"}) {
    EXPECT_FALSE(statement(text)) << text;
  }
}

TEST(FindUnquoted, SkipsQuotesAndTakesLoneOnesForApostrophes) {
  EXPECT_EQ(find_unquoted("a;b", ';'), 1U);
  EXPECT_EQ(find_unquoted("'a;b';c", ';'), 5U);
  EXPECT_EQ(find_unquoted("'a\\';b';c", ';'), 7U);
  EXPECT_EQ(find_unquoted("it's;c", ';'), 4U);
  EXPECT_EQ(find_unquoted("abc", ';'), std::string_view::npos);
}

}  // namespace
}  // namespace lessor::craft
