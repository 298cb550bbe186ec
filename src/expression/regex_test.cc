#include "expression/regex.h"

#include "base/random.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <regex>
#include <string>
#include <vector>

namespace lessor::expression {
namespace {

bool matches(std::string_view pattern, std::string_view text) {
  const auto regex = Regex::compile(pattern);
  EXPECT_TRUE(regex) << pattern << ": " << (regex ? "" : regex.error().message);
  return regex && regex->matches(as_bytes(text));
}

struct Case {
  std::string_view pattern;
  std::vector<std::string_view> yes;
  std::vector<std::string_view> no;
};

TEST(Regex, MatchesTheWholeText) {
  const std::vector<Case> cases = {
      {"", {""}, {"a"}},
      {"abc", {"abc"}, {"", "ab", "abcd", "xabc"}},
      {"^abc$", {"abc"}, {"ab"}},
      {"a|bc|", {"a", "bc", ""}, {"b", "abc"}},
      {"a*", {"", "a", "aaaa"}, {"b", "aab"}},
      {"a+b?", {"a", "ab", "aab"}, {"", "b", "abb"}},
      {"(ab)*c", {"c", "abc", "ababc"}, {"ac", "abab"}},
      {"(?:a|b){2,3}", {"ab", "bbb"}, {"a", "abab"}},
      {"a{0}b", {"b"}, {"ab"}},
      {"a{2,}", {"aa", "aaaa"}, {"a"}},
      {"(a*)*", {"", "aaa"}, {"b"}},
      {"(a|b*)+c", {"c", "abbac"}, {"ab"}},
      {"a.c", {"abc", "a.c"}, {"a\nc", "ac"}},
      {"[a-c_]+", {"abc_"}, {"d", ""}},
      {"[^a-c]", {"d", "\n"}, {"a", ""}},
      {"[]a]", {}, {"a"}},
      {"[-a]+", {"-a-"}, {"b"}},
      {"[a-]+", {"-a-"}, {"b"}},
      {"[[:digit:]x]+", {"1x2"}, {"y"}},
      {"\\d\\D\\w\\W\\s\\S", {"1a_- x"}, {"aaaaaa"}},
      {"\\.\\*\\[\\x41", {".*[A"}, {"a*[A"}},
      {"a??b*?", {"", "ab", "bb"}, {"aa"}},
      {"ap-[0-9]+\\.example", {"ap-17.example"}, {"ap-.example", "ap-17xexample"}},
  };
  for (const Case& each : cases) {
    for (const std::string_view text : each.yes) {
      EXPECT_TRUE(matches(each.pattern, text)) << each.pattern << " ~ " << text;
    }
    for (const std::string_view text : each.no) {
      EXPECT_FALSE(matches(each.pattern, text)) << each.pattern << " ~ " << text;
    }
  }
}

struct Wrong {
  std::string pattern;
  std::uint32_t offset;
  std::string says;
};

TEST(Regex, RefusesWhatItCannotDo) {
  const std::vector<Wrong> all = {
      {"a(b", 3, "a ( has no )"},
      {"a)b", 1, "no ( before it"},
      {"[a", 0, "this [ has no ]"},
      {"*a", 0, "nothing before this to repeat"},
      {"a**", 2, "nothing before this to repeat"},
      {"a{x}", 1, "expected {n}"},
      {"a{3,2}", 1, "expected {n}"},
      {"a{1", 1, "this { has no }"},
      {"a{257}", 1, "at most 256"},
      {"(a)\\1", 3, "\\1 is not supported"},
      {"\\bword", 0, "\\b is not supported"},
      {"(?=a)b", 0, "lookahead is not supported"},
      {"a^b", 1, "the very beginning"},
      {"a$b", 1, "the very end"},
      {"[z-a]", 4, "backwards"},
      {"[[:nope:]]", 3, "no such set"},
      {"a\\", 1, "needs a sign behind it"},
      {"\\xg1", 0, "two hexadecimal digits"},
      {"[a-z]{200}[a-z]{57}", 19, "more than 256 places"},
      {"((((((){256}){256}){256}){256}){256})", 37, "repeats too much"},
      {std::string(40, '(') + std::string(40, ')'), 32, "levels of parentheses"},
  };
  for (const Wrong& wrong : all) {
    const auto regex = Regex::compile(wrong.pattern);
    ASSERT_FALSE(regex) << wrong.pattern;
    EXPECT_THAT(regex.error().message, ::testing::HasSubstr(wrong.says)) << wrong.pattern;
    if (wrong.says.find("too much") == std::string::npos &&
        wrong.says.find("places") == std::string::npos) {
      EXPECT_EQ(regex.error().offset, wrong.offset) << wrong.pattern;
    }
  }
}

/// A pattern of the parts that both know, at most `depth` levels deep. Repetitions are not nested:
/// over those the standard library may brood for ever.
std::string draw_pattern(Random& random, int depth) {
  constexpr std::string_view kAtoms[] = {"a", "b", ".", "[ab]", "[^a]", "\\d", "1", "-", "\\w"};
  constexpr std::string_view kRepeats[] = {"", "", "", "*", "+", "?", "{2}", "{1,2}", "{0,}", "*?"};
  std::string pattern;
  const std::uint32_t count = 1 + random.below(3);
  for (std::uint32_t i = 0; i < count; ++i) {
    if (depth > 0 && random.one_in(3)) {
      pattern += "(" + draw_pattern(random, depth - 1) + "|" + draw_pattern(random, depth - 1) +
                 ")" + (random.one_in(3) ? "?" : "");
    } else {
      pattern += kAtoms[random.below(std::size(kAtoms))];
      pattern += kRepeats[random.below(std::size(kRepeats))];
    }
  }
  return pattern;
}

TEST(Regex, MatchesAsTheStandardLibrary) {
  Random random(7);
  constexpr std::string_view kSigns = "ab1-c_\n";
  std::size_t found = 0;
  for (int i = 0; i < 1000; ++i) {
    const std::string pattern = draw_pattern(random, 2);
    const std::regex theirs(pattern);
    const auto ours = Regex::compile(pattern);
    ASSERT_TRUE(ours) << pattern << ": " << ours.error().message;
    for (int j = 0; j < 8; ++j) {
      std::string text;
      for (std::uint32_t size = random.below(6); size > 0; --size) {
        text += kSigns[random.below(kSigns.size())];
      }
      const bool expected = std::regex_match(text, theirs);
      found += expected ? 1 : 0;
      ASSERT_EQ(ours->matches(as_bytes(text)), expected) << pattern << " ~ " << text;
    }
  }
  EXPECT_GT(found, 500U);
}

TEST(Regex, ReadsNoMoreThanItsLimit) {
  const auto regex = Regex::compile("a*");
  ASSERT_TRUE(regex);
  EXPECT_TRUE(regex->matches(as_bytes(std::string(kMaxMatchedSize, 'a'))));
  EXPECT_FALSE(regex->matches(as_bytes(std::string(kMaxMatchedSize + 1, 'a'))));
}

}  // namespace
}  // namespace lessor::expression
