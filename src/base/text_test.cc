#include "base/text.h"

#include "base/time.h"

#include <gtest/gtest.h>

namespace lessor {
namespace {

TEST(Hex, ReadsEveryCommonSpelling) {
  for (const char* text : {"0102ff", "0x0102FF", "01:02:ff", "1:2:ff", "01 02 ff", "01-02-ff"}) {
    const auto bytes = from_hex(text);
    ASSERT_TRUE(bytes.has_value()) << text;
    EXPECT_EQ(to_hex(*bytes, ':'), "01:02:ff") << text;
  }
}

TEST(Hex, RefusesOddDigitsAndStrangers) {
  for (const char* text : {"012", "0g", "01::02", "01:", ":01", "0x1"}) {
    EXPECT_FALSE(from_hex(text).has_value()) << text;
  }
}

TEST(ParseNumber, ReadsAWholeDecimalOrHexadecimalNumber) {
  EXPECT_EQ(parse_number("0"), 0U);
  EXPECT_EQ(parse_number("18446744073709551615"), UINT64_MAX);
  EXPECT_EQ(parse_number("0xFf"), 255U);
  EXPECT_EQ(parse_number("255", 255), 255U);
  EXPECT_EQ(parse_number("256", 255), std::nullopt);
  for (const char* text : {"", "0x", "-1", "+1", " 1", "1 ", "1x", "0xg", "18446744073709551616"}) {
    EXPECT_EQ(parse_number(text), std::nullopt) << text;
  }
}

TEST(Split, TrimsEachPartAndKeepsEmptyOnes) {
  using Parts = std::vector<std::string_view>;
  EXPECT_EQ(split("a, b ,,c", ','), (Parts{"a", "b", "", "c"}));
  EXPECT_EQ(split("a,", ','), (Parts{"a", ""}));
  EXPECT_EQ(split("", ','), Parts());
  EXPECT_EQ(trim(" \t a b\r\n"), "a b");
  EXPECT_EQ(trim(" "), "");
  EXPECT_EQ(to_lower("DHCP-Ack"), "dhcp-ack");
}

TEST(Sanitise, LetsNothingThroughThatMovesATerminal) {
  EXPECT_EQ(sanitise(as_bytes("a\n\x1b[2J\\%s")), "a\\x0a\\x1b[2J\\x5c%s");
  EXPECT_EQ(sanitise(as_bytes("abcdef"), 3), "abc...");
}

TEST(Nearest, FindsTheLikelyMisspelling) {
  constexpr std::string_view kWords[] = {"subnet4", "valid-lifetime", "renew-timer"};
  EXPECT_EQ(nearest("valid-lifetme", kWords), "valid-lifetime");
  EXPECT_EQ(nearest("sunbet4", kWords), "subnet4");
  EXPECT_FALSE(nearest("zebra", kWords).has_value());
}

TEST(ParseDuration, ReadsWhatPeopleWrite) {
  EXPECT_EQ(parse_duration("30"), Duration::seconds(30));
  EXPECT_EQ(parse_duration("1h30m"), Duration::seconds(5'400));
  EXPECT_EQ(parse_duration("7d"), Duration::seconds(604'800));
  EXPECT_EQ(parse_duration("250ms"), Duration::milliseconds(250));
  EXPECT_TRUE(parse_duration("infinite")->is_infinite());
  for (const char* text : {"", "h", "3x", "1h30", "-5s"})
    EXPECT_FALSE(parse_duration(text)) << text;
}

TEST(DurationText, RoundTrips) {
  for (const char* text : {"0s", "30s", "1h30m", "7d", "1s250ms", "infinite"}) {
    EXPECT_EQ(to_string(*parse_duration(text)), text);
  }
}

TEST(DurationArithmetic, SaturatesAtInfinity) {
  EXPECT_TRUE((Duration::infinite() + Duration::seconds(1)).is_infinite());
  EXPECT_EQ(Duration::infinite().to_wire(), UINT32_MAX);
  EXPECT_EQ(Duration::seconds(INT64_C(1) << 33).to_wire(), UINT32_MAX - 1);
  EXPECT_TRUE((Instant::from_nanoseconds(5) + Duration::infinite()).is_never());
}

}  // namespace
}  // namespace lessor
