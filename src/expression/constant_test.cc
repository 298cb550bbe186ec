#include "expression/constant.h"

#include "expression/parser.h"

#include <gtest/gtest.h>

namespace lessor::expression {
namespace {

Certainty judged(std::string_view text) {
  const auto tree = parse(text, Type::condition);
  EXPECT_TRUE(tree) << text;
  return judge(*tree, [](std::string_view name) {
    if (name == "ALL") return Certainty::always;
    return name == "none" ? Certainty::never : Certainty::depends;
  });
}

TEST(Judge, ConstantsAreWhatTheyAre) {
  EXPECT_EQ(judged("'a' == 'a'"), Certainty::always);
  EXPECT_EQ(judged("'a' == 0x61"), Certainty::always);
  EXPECT_EQ(judged("'a' == 'b'"), Certainty::never);
  EXPECT_EQ(judged("not 'a' == 'b'"), Certainty::always);
  EXPECT_EQ(judged("'' == ''"), Certainty::always);
}

TEST(Judge, PacketsDiffer) {
  for (const char* text :
       {"option[60].exists", "option[60].hex == 'a'", "pkt4.msgtype == 1", "member('some')",
        "not member('some')", "match('a', option[60].hex)",
        "substring(option[60].hex, 0, all) == 'long enough'",
        "substring(option[60].hex, 0, 3) == 'abc'", "substring(option[60].hex, 0, 3) == 'ab'",
        "option[60].hex == 'a' or member('none')"}) {
    EXPECT_EQ(judged(text), Certainty::depends) << text;
  }
}

TEST(Judge, APartIsNotLongerThanItIs) {
  EXPECT_EQ(judged("substring(option[60].hex, 0, 3) == 'abcd'"), Certainty::never);
  EXPECT_EQ(judged("'abcd' == substring(option[60].hex, 2, -3)"), Certainty::never);
}

TEST(Judge, PartsDecideTogether) {
  EXPECT_EQ(judged("member('none')"), Certainty::never);
  EXPECT_EQ(judged("member('ALL')"), Certainty::always);
  EXPECT_EQ(judged("member('some') and member('none')"), Certainty::never);
  EXPECT_EQ(judged("member('some') or member('ALL')"), Certainty::always);
  EXPECT_EQ(judged("member('none') or 'a' == 'b'"), Certainty::never);
  EXPECT_EQ(judged("not (member('some') and member('none'))"), Certainty::always);
}

}  // namespace
}  // namespace lessor::expression
