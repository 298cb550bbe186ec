#include "expression/verbatim.h"

#include "base/text.h"
#include "expression/test_packet.h"

#include <gtest/gtest.h>

namespace lessor::expression {
namespace {

using testing::option;
using testing::Packet;

/// The text of an expression over a packet whose option 12 has a newline in it, with "<NL>" for
/// those of the expression.
std::string marked(std::string_view text) {
  auto program = compile(text, Type::text, testing::find_test_class);
  if (!program) return describe(program.error(), text);
  replace_in_verbatim(*program, std::byte{'\n'}, as_bytes("<NL>"));
  const Packet packet(option(12, "a\nb"));
  Scratch scratch;
  const auto value = evaluate_text(*program, packet.facts(), scratch);
  return value ? sanitise(*value) : "failed";
}

TEST(Verbatim, TheAuthorsOctetsAreTold) {
  EXPECT_EQ(marked("'one' + 0x0a + 'two'"), "one<NL>two");
  EXPECT_EQ(marked("0x0a0a"), "<NL><NL>");
  EXPECT_EQ(marked("'nothing'"), "nothing");
}

TEST(Verbatim, APacketsOctetsAreNot) {
  EXPECT_EQ(marked("option[12].hex"), "a\\x0ab");
  EXPECT_EQ(marked("option[12].hex + 0x0a + option[12].text"), "a\\x0ab<NL>a\\x0ab");
}

TEST(Verbatim, BothBranchesOfAChoiceCount) {
  EXPECT_EQ(marked("ifelse(option[12].exists, 'x' + 0x0a, 0x0a + 'y')"), "x<NL>");
  EXPECT_EQ(marked("ifelse(option[13].exists, 'x' + 0x0a, 0x0a + 'y')"), "<NL>y");
}

TEST(Verbatim, WhatIsComparedOrMadeSomethingElseOfStays) {
  EXPECT_EQ(marked("ifelse(option[12].hex == 0x610a62, 'same', 'other')"), "same");
  EXPECT_EQ(marked("hexstring(0x0a0b, ':')"), "0a:0b");
  EXPECT_EQ(marked("substring(0x0a41, 0, all)"), "\\x0aA");
}

}  // namespace
}  // namespace lessor::expression
