#include "wire/v4/sub_option_edit.h"

#include "base/text.h"

#include <gtest/gtest.h>

#include <array>

namespace lessor::wire {
namespace {

std::string hex(const std::optional<Bytes>& octets) { return octets ? to_hex(*octets) : "nothing"; }

std::string set(std::string_view list, OptionCode code, std::string_view value,
                std::size_t room = 600) {
  std::array<std::byte, 600> place;
  return hex(
      with_sub_option(*from_hex(list), code, *from_hex(value), MutableBytes(place).first(room)));
}
std::string take(std::string_view list, OptionCode code) {
  std::array<std::byte, 600> place;
  return hex(without_sub_option(*from_hex(list), code, place));
}

TEST(SubOptionEdit, PutsByCodeOrInPlaceOfWhatIsThere) {
  EXPECT_EQ(set("", 2, "aa"), "0201aa");
  EXPECT_EQ(set("0101110301cc", 2, "aabb"), "0101110202aabb0301cc");
  EXPECT_EQ(set("0301cc", 4, ""), "0301cc0400");
  EXPECT_EQ(set("0301cc0101110202aabb", 3, "dd"), "0301dd0101110202aabb") << "where it was";
  EXPECT_EQ(set("0301cc0301dd", 3, "ee"), "0301ee0301dd") << "the first of two";
}

// RFC 2132 8.4: codes 0 and 255 are pad and end.
TEST(SubOptionEdit, KeepsPadsAndTheEnd) {
  EXPECT_EQ(set("00010111ff", 2, "aa"), "000101110201aaff");
  EXPECT_EQ(set("010111ff77", 2, "aa"), "0101110201aaff77") << "and what stands behind the end";
  EXPECT_EQ(take("000101110201aaff77", 1), "000201aaff77");
}

TEST(SubOptionEdit, TakesOutEveryOne) {
  EXPECT_EQ(take("0301cc0101110301dd", 3), "010111");
  EXPECT_EQ(take("0301cc", 3), "");
  EXPECT_EQ(take("0301cc", 4), "0301cc");
}

TEST(SubOptionEdit, ChangesNothingThatIsBrokenOrDoesNotFit) {
  EXPECT_EQ(set("0105aa", 2, "aa"), "nothing");
  EXPECT_EQ(set("01", 1, "aa"), "nothing");
  EXPECT_EQ(take("0105aa", 1), "nothing");
  EXPECT_EQ(set("010111", 2, "aabb", 7), "0101110202aabb");
  EXPECT_EQ(set("010111", 2, "aabb", 6), "nothing");
  EXPECT_EQ(set("", 2, std::string(512, 'a')), "nothing") << "256 octets";
  EXPECT_EQ(set("", 2, std::string(510, 'a')), "02ff" + std::string(510, 'a'));
}

std::string in_block(std::string_view option, std::uint32_t enterprise, std::string_view list) {
  const auto octets = *from_hex(option);
  auto block = find_vendor_block(octets, enterprise);
  if (!block) return "nothing";
  const auto inner = *from_hex(list);
  block->list = inner;
  std::array<std::byte, 600> place;
  return hex(write_vendor_block(*block, enterprise, place));
}

// RFC 3925 4: an enterprise number, a length, sub-options, and so on.
TEST(VendorBlock, IsFoundAmongOthersAndWrittenBack) {
  const std::string two = "0000000103010111" + std::string("0000118b030201aa");
  EXPECT_EQ(in_block(two, 1, "0100"), "0000000102" + std::string("01000000118b030201aa"));
  EXPECT_EQ(in_block(two, 4491, "0200"), "0000000103010111" + std::string("0000118b020200"));
  EXPECT_EQ(in_block(two, 9, "0100"), two + "00000009020100") << "a new one comes last";
  EXPECT_EQ(in_block(two, 1, ""), "0000118b030201aa") << "an empty one goes";
  EXPECT_EQ(in_block("0000000105010111", 1, ""), "nothing") << "cut short";
  EXPECT_EQ(in_block("", 1, "01fe" + std::string(508, 'a')), "nothing") << "256 octets";
}

}  // namespace
}  // namespace lessor::wire
