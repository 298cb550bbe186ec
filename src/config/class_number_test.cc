#include "config/class_number.h"

#include <gtest/gtest.h>

#include <array>
#include <set>
#include <string>

namespace lessor::config {
namespace {

// They are on disks.
TEST(ClassNumber, StaysWhatItIs) {
  EXPECT_EQ(class_number("gold"), 2'150'364'198U);
  EXPECT_EQ(class_number(class_number("tier"), as_bytes("gold")), 892'716'217U);
}

TEST(ClassNumber, TellsNamesAndValuesApart) {
  std::set<std::uint32_t> numbers;
  for (int i = 0; i < 500; ++i) {
    const std::string name = "class" + std::to_string(i);
    numbers.insert(class_number(name));
    numbers.insert(class_number(class_number("tier"), as_bytes(name)));
  }
  EXPECT_EQ(numbers.size(), 1'000U);
  EXPECT_FALSE(numbers.contains(0));
}

TEST(ClassNumber, TakesValuesOfAnyLength) {
  const std::array<std::byte, 1'000> value{};
  const Bytes all(value);
  EXPECT_EQ(class_number(1, all), class_number(1, all.first(255)));
  EXPECT_NE(class_number(1, all), class_number(1, all.first(254)));
  EXPECT_NE(class_number(1, {}), class_number(2, {}));
}

}  // namespace
}  // namespace lessor::config
