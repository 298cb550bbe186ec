#include "cli/followers/time_stamp.h"

#include <gtest/gtest.h>

namespace lessor::cli {
namespace {

const Duration kTime = Duration::seconds(1'774'000'000) + Duration::microseconds(4'321);

TEST(TimeStamp, MicrosecondsAreSixDigits) {
  EXPECT_EQ(time_stamp("%Q", kTime), "004321");
  EXPECT_EQ(time_stamp("%s.%Q", kTime), "1774000000.004321");
}

TEST(TimeStamp, AnEscapedPercentSignIsNone) {
  EXPECT_EQ(time_stamp("%%Q", kTime), "%Q");
  EXPECT_EQ(time_stamp("100%", kTime).substr(0, 3), "100");
}

TEST(TimeStamp, WhatIsTooLongIsNothing) {
  EXPECT_EQ(time_stamp(std::string(300, 'x'), kTime), "");
  EXPECT_EQ(time_stamp("", kTime), "");
}

}  // namespace
}  // namespace lessor::cli
