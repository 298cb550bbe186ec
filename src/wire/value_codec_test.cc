#include "wire/value_codec.h"

#include "base/text.h"
#include "wire/scalar_kinds.h"

#include <gtest/gtest.h>

namespace lessor::wire {
namespace {

const Shape kAddress{.fields = {&kind::kIp4}, .count = 1};
const Shape kAddresses{.fields = {&kind::kIp4}, .count = 1, .repeat = Repeat::last};
const Shape kMaybeAddresses{.fields = {&kind::kIp4}, .count = 1, .repeat = Repeat::last_or_0};
const Shape kPairs{.fields = {&kind::kIp4, &kind::kU16}, .count = 2, .repeat = Repeat::all};
const Shape kFlagAndText{.fields = {&kind::kBoolean, &kind::kTextOrEmpty}, .count = 2};
const Shape kNothing{};

TEST(LengthRule, FollowsFromTheFields) {
  EXPECT_EQ(length_rule(kNothing), (LengthRule{0, 0, 1}));
  EXPECT_EQ(length_rule(kAddress), (LengthRule{4, 4, 1}));
  EXPECT_EQ(length_rule(kAddresses), (LengthRule{4, kAnySize, 4}));
  EXPECT_EQ(length_rule(kMaybeAddresses), (LengthRule{0, kAnySize, 4}));
  EXPECT_EQ(length_rule(kPairs), (LengthRule{6, kAnySize, 6}));
  EXPECT_EQ(length_rule(kFlagAndText), (LengthRule{1, kAnySize, 1}));
}

TEST(LengthRule, AllowsMinMaxAndSteps) {
  const LengthRule rule = length_rule(kAddresses);
  for (const std::size_t size : {4U, 8U, 252U, 4000U}) EXPECT_TRUE(rule.allows(size)) << size;
  for (const std::size_t size : {0U, 1U, 3U, 5U, 255U, 70'000U})
    EXPECT_FALSE(rule.allows(size)) << size;
}

TEST(LengthRule, SpeaksToPeople) {
  EXPECT_EQ(to_string(length_rule(kNothing)), "0 octets");
  EXPECT_EQ(to_string(LengthRule{1, 1, 1}), "1 octet");
  EXPECT_EQ(to_string(length_rule(kAddresses)), "4, 8, 12 ... octets");
  EXPECT_EQ(to_string(length_rule(kFlagAndText)), "at least 1 octet");
  EXPECT_EQ(to_string(LengthRule{0, kAnySize, 1}), "any length");
  EXPECT_EQ(to_string(LengthRule{5, 9, 1}), "5 to 9 octets");
}

TEST(Shape, PrintsFieldsWithCommasBetween) {
  EXPECT_EQ(print_shape(kNothing, {}), "");
  EXPECT_EQ(print_shape(kAddresses, *from_hex("c0000201c0000202")), "192.0.2.1, 192.0.2.2");
  EXPECT_EQ(print_shape(kMaybeAddresses, {}), "");
  EXPECT_EQ(print_shape(kPairs, *from_hex("c00002010007c00002020008")),
            "192.0.2.1, 7, 192.0.2.2, 8");
  EXPECT_EQ(print_shape(kFlagAndText, *from_hex("016869")), "true, hi");
  EXPECT_EQ(print_shape(kFlagAndText, *from_hex("01")), "true");
}

TEST(Shape, RefusesOctetsThatLackOrAreLeftOver) {
  EXPECT_EQ(print_shape(kNothing, *from_hex("00")), std::nullopt);
  EXPECT_EQ(print_shape(kAddress, {}), std::nullopt);
  EXPECT_EQ(print_shape(kAddress, *from_hex("c0000201c0000202")), std::nullopt);
  EXPECT_EQ(print_shape(kAddresses, {}), std::nullopt);
  EXPECT_EQ(print_shape(kAddresses, *from_hex("c000020100")), std::nullopt);
  EXPECT_EQ(print_shape(kPairs, *from_hex("c00002010007c0000202")), std::nullopt);
}

TEST(Shape, ParsesAndNamesThePart) {
  EXPECT_EQ(to_hex(*parse_shape(kPairs, "192.0.2.1, 7")), "c00002010007");
  EXPECT_EQ(to_hex(*parse_shape(kFlagAndText, "false")), "00");
  EXPECT_EQ(to_hex(*parse_shape(kFlagAndText, "false, a,b")), "00612c62");
  EXPECT_EQ(parse_shape(kPairs, "192.0.2.1, 7, 192.0.2.2").error().part, 4U);
  EXPECT_EQ(parse_shape(kPairs, "192.0.2.1, x").error().part, 2U);
  EXPECT_EQ(parse_shape(kAddress, "x").error().part, 0U) << "there are no parts to number";
  EXPECT_EQ(parse_shape(kPairs, "").error().example, "192.0.2.1, 1500");
}

TEST(Shape, DescribesItself) {
  EXPECT_EQ(type_of(kNothing), "empty");
  EXPECT_EQ(type_of(kAddresses), "IPv4 address (list)");
  EXPECT_EQ(type_of(kFlagAndText), "boolean, text");
}

TEST(Shape, DrawsValuesThatPrint) {
  Random random(4);
  for (const Shape& shape : {kNothing, kAddress, kAddresses, kMaybeAddresses, kPairs}) {
    for (int round = 0; round < 100; ++round) {
      const auto value = random_shape(shape, random);
      EXPECT_TRUE(length_rule(shape).allows(value.size()));
      EXPECT_TRUE(print_shape(shape, value).has_value());
    }
  }
}

// Kinds that no standard option has, but an operator's own definition may.
TEST(ScalarKinds, CoverSignedAndWideNumbers) {
  struct Row {
    const ValueCodec& codec;
    std::string_view text;
    std::string_view hex;
  };
  const Row rows[] = {
      {kind::kI8, "-128", "80"},     {kind::kI8, "127", "7f"},
      {kind::kI16, "-1", "ffff"},    {kind::kI32, "-2147483648", "80000000"},
      {kind::kI32, "0", "00000000"}, {kind::kU64, "18446744073709551615", "ffffffffffffffff"},
  };
  for (const Row& row : rows) {
    const Shape shape{.fields = {&row.codec}, .count = 1};
    EXPECT_EQ(to_hex(*parse_shape(shape, row.text)), row.hex);
    EXPECT_EQ(print_shape(shape, *from_hex(row.hex)), row.text);
  }
  EXPECT_EQ(to_hex(*parse_shape({.fields = {&kind::kI32}, .count = 1}, "-0x10")), "fffffff0");
  for (const std::string_view text : {"128", "-129", "", "1x", "--1", "-", "+1", "0x80"}) {
    EXPECT_FALSE(parse_shape({.fields = {&kind::kI8}, .count = 1}, text).has_value()) << text;
  }
}

}  // namespace
}  // namespace lessor::wire
