#include "expression/parser.h"

#include "expression/functions.h"
#include "expression/token_reader.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <vector>

namespace lessor::expression {
namespace {

struct Form {
  std::string_view text;
  std::string_view printed;  ///< empty: as it stands
};

const std::vector<Form> kConditions = {
    {"'a' == 'a'"},
    {"'' == 0x"
     "0"
     "1",
     "'' == 0x01"},
    {"option[12].exists"},
    {" option [ 12 ] . exists ", "option[12].exists"},
    {"option[host-name].hex == 'a'", "option[12].hex == 'a'"},
    {"option[82].option[1].option[2].exists"},
    {"relay4[1].hex == 0x0A0b", "relay4[1].hex == 0x0a0b"},
    {"vendor[*].exists"},
    {"vendor[0].exists", "vendor[*].exists"},
    {"vendor[4491].option[1].hex == 'x'"},
    {"vendor.enterprise == 4491"},
    {"vendor-class[4491].data[0] == 'x'", "vendor-class[4491].data == 'x'"},
    {"vendor-class[*].data[2] == 'x'"},
    {"vendor-class.enterprise == 3561"},
    {"pkt4.mac == 0x010203040506 and pkt.iface == 'eth0'"},
    {"pkt.src == 192.0.2.1 or pkt.dst == 2001:db8:0:0::1",
     "pkt.src == 192.0.2.1 or pkt.dst == 2001:db8::1"},
    {"not known", "not member('KNOWN')"},
    {"not unknown and known or known",
     "not member('UNKNOWN') and member('KNOWN') or member('KNOWN')"},
    {"not (known and unknown)", "not (member('KNOWN') and member('UNKNOWN'))"},
    {"known and (unknown or known)", "member('KNOWN') and (member('UNKNOWN') or member('KNOWN'))"},
    {"((('a'))) == ('b' + 'c')", "'a' == 'b' + 'c'"},
    {"not not known", "not not member('KNOWN')"},
    {"not 'a' == 'b'", "not 'a' == 'b'"},
    {"substring(option[61].hex, -3, all) == 0x1", "substring(option[61].hex, -3, all) == 0x01"},
    {"substring('abc',0,-1)=='a'", "substring('abc', 0, -1) == 'a'"},
    {"split('a.b', '.', 2) == 'b'"},
    {"concat('a', concat('b', 'c')) == 'abc'"},
    {"ifelse(known, 'a', 'b') == 'a'", "ifelse(member('KNOWN'), 'a', 'b') == 'a'"},
    {"hexstring(pkt4.mac, ':') == '01'"},
    {"addrtotext(::1) == '::1'"},
    {"int8totext('a') + uint16totext('bc') == int32totext(1)"},
    {"lcase('A') == ucase('a')"},
    {"match('ap-[0-9]+', option[12].hex)"},
    {"member( 'x' )", "member('x')"},
};

TEST(Parse, PrintsWhatItHasRead) {
  for (const Form& form : kConditions) {
    const auto tree = parse(form.text, Type::condition);
    ASSERT_TRUE(tree) << form.text << ": " << describe(tree.error(), form.text);
    const std::string printed = print(*tree);
    EXPECT_EQ(printed, form.printed.empty() ? form.text : form.printed);
    const auto again = parse(printed, Type::condition);
    ASSERT_TRUE(again) << printed << ": " << describe(again.error(), printed);
    EXPECT_TRUE(is_same(*tree, *again)) << printed;
  }
}

TEST(Parse, EveryFunctionByItsExample) {
  for (const Function& function : functions()) {
    const bool is_condition = function.kind == Kind::match || function.kind == Kind::member;
    const auto tree = parse(function.example, is_condition ? Type::condition : Type::text);
    ASSERT_TRUE(tree) << describe(tree.error(), function.example);
    EXPECT_EQ(function_of(*tree), &function);
    EXPECT_EQ(print(*tree), function.example);
  }
}

struct Wrong {
  std::string_view text;
  std::uint32_t offset;
  std::string_view says;  ///< a part of the message
};

const std::vector<Wrong> kWrong = {
    {"", 0, "expected a value"},
    {"known and", 9, "expected a value"},
    {"'a", 0, "close it with a single quote"},
    {"'it\\'s' == 'a'", 13, "has no end"},
    {"\"a\" == 'a'", 0, "single quotes"},
    {"'a' = 'b'", 4, "write =="},
    {"'a' != 'b'", 4, "not (a == b)"},
    {"known && known", 6, "write and"},
    {"known || known", 6, "write or"},
    {"!known", 0, "write not"},
    {"0x == ''", 0, "hexadecimal digits"},
    {"'a' == 5 % 3", 9, "no meaning"},
    {"- == 'a'", 0, "a number behind it"},
    {"1.2.3 == 'a'", 0, "no IP address"},
    {"1.2.3.456 == 'a'", 0, "no IP address"},
    {"01.2.3.4 == 'a'", 0, "no IP address"},
    {"'a' == 4294967296", 7, "0 to 4294967295"},
    {"'a' == -1", 7, "0 to 4294967295"},
    {"'a'", 0, "expected a condition as the whole expression"},
    {"option[12].hex", 0, "compare it with =="},
    {"not 'a'", 4, "behind not"},
    {"known and 'a'", 10, "beside and"},
    {"'a' or known", 0, "beside or"},
    {"known == 'a'", 0, "on the left of =="},
    {"'a' == option[12].exists", 7, "on the right of =="},
    {"'a' == 'b' == 'c'", 11, "expected the end"},
    {"'a' + known == 'a'", 6, "beside +"},
    {"known known", 6, "expected the end, or one of and, or"},
    {"(known", 6, "a closing parenthesis"},
    {"known)", 5, "expected the end"},
    {"option == 'a'", 7, "[ with an option's code or name"},
    {"option[300].exists", 7, "0 to 255"},
    {"option[-1].exists", 7, "0 to 255"},
    {"option[host-nam].exists", 7, "did you mean host-name?"},
    {"option[nothing-like-it].exists", 7, "write its code"},
    {"option[12.exists", 7, "its code, 0 to 255, or its name"},
    {"option[12]", 10, "exists, hex, text, option[...]"},
    {"option[12].Exists", 11, "exists, hex, text, option[...]"},
    {"option[12].hexx == 'a'", 11, "exists, hex, text, option[...]"},
    {"option[81].text == 'a'", 11, "with .hex"},
    {"option[82].option[x].exists", 18, "a code, 0 to 255"},
    {"option[1].option[1].option[1].option[1].option[1].option[1].option[1].option[1].option[1]."
     "exists",
     80, "exists, hex, text"},
    {"relay4[256].exists", 7, "0 to 255"},
    {"vendor.exists", 7, "expected enterprise"},
    {"vendor[x].exists", 7, "an enterprise number, or *"},
    {"vendor[4294967296].exists", 7, "an enterprise number"},
    {"vendor[1].hex == 'a'", 10, "exists, enterprise, option[...]"},
    {"vendor-class.data == 'a'", 13, "expected enterprise"},
    {"vendor-class[1].data[-1] == 'a'", 21, "0 for the first"},
    {"pkt4.secs == 1", 5, "one of mac, hlen"},
    {"pkt.mac == 1", 4, "one of iface, src, dst, len"},
    {"pkt6.msgtype == 1", 0, "DHCPv6"},
    {"relay6[0].peeraddr == ::", 0, "DHCPv6"},
    {"substing('a', 0, 1) == 'a'", 0, "did you mean substring?"},
    {"frobnicate('a') == 'a'", 0, "text stands in single quotes"},
    {"substring('a') == 'a'", 13, "a comma, as in substring("},
    {"substring('a', 'b', 1) == 'a'", 15, "a whole number"},
    {"substring('a', all, 1) == 'a'", 15, "a whole number"},
    {"substring('a', 0, 4294967295) == 'a'", 18, "out of range"},
    {"substring(known, 0, 1) == 'a'", 10, "as argument 1 of substring"},
    {"concat('a', 'b', 'c') == 'a'", 15, "a closing parenthesis"},
    {"ifelse('a', 'b', 'c') == 'a'", 7, "as argument 1 of ifelse"},
    {"member(known)", 7, "text in single quotes"},
    {"match(option[12].hex, 'a')", 6, "text in single quotes"},
    {"lcase 'a' == 'a'", 6, "an opening parenthesis"},
};

TEST(Parse, PointsAtTheCharacterThatIsWrong) {
  for (const Wrong& wrong : kWrong) {
    const auto tree = parse(wrong.text, Type::condition);
    ASSERT_FALSE(tree) << wrong.text;
    EXPECT_EQ(tree.error().offset, wrong.offset) << wrong.text << ": " << tree.error().message;
    EXPECT_THAT(tree.error().message, ::testing::HasSubstr(std::string(wrong.says))) << wrong.text;
  }
}

TEST(Parse, ConditionsAreNoTexts) {
  const auto tree = parse("known", Type::text);
  ASSERT_FALSE(tree);
  EXPECT_THAT(tree.error().message, ::testing::HasSubstr("ifelse(CONDITION, 'a', 'b')"));
}

TEST(Parse, DescribesErrorsForPeople) {
  EXPECT_EQ(describe({4, 2, "write not (a == b)"}, "'a' != 'b'"),
            "at character 5, near '!=': write not (a == b)");
  EXPECT_EQ(describe({3, 0, "expected more"}, "'a'"), "at its end: expected more");
}

std::string repeat(std::string_view part, std::size_t times) {
  std::string text;
  for (std::size_t i = 0; i < times; ++i) text += part;
  return text;
}

TEST(Parse, RefusesWhatIsTooDeepOrTooLong) {
  for (const auto& [open, close] :
       {std::pair("(", ")"), std::pair("not ", ""), std::pair("lcase(", ") == 'a'")}) {
    const std::string inner = std::string_view(open) == "lcase(" ? "'a'" : "known";
    const std::string_view end = close;
    const auto build = [&](std::size_t depth) {
      const std::string tail = end.starts_with(")") ? repeat(")", depth) : "";
      const std::string rest = end.size() > 1 ? std::string(end.substr(1)) : "";
      return repeat(open, depth) + inner + tail + rest;
    };
    EXPECT_TRUE(parse(build(kMaxNesting), Type::condition)) << open;
    const auto tree = parse(build(kMaxNesting + 1), Type::condition);
    ASSERT_FALSE(tree) << open;
    EXPECT_THAT(tree.error().message, ::testing::HasSubstr("levels of nesting"));
  }
  const auto wordy = parse("''" + repeat("+''", kMaxNodes / 2) + "==''", Type::condition);
  ASSERT_FALSE(wordy);
  EXPECT_THAT(wordy.error().message, ::testing::HasSubstr("words"));
  const auto longest = parse("'" + repeat("a", kMaxExpressionSize) + "' == 'a'", Type::condition);
  ASSERT_FALSE(longest);
  EXPECT_THAT(longest.error().message, ::testing::HasSubstr("characters"));
}

}  // namespace
}  // namespace lessor::expression
