#include "craft/packet/time_text.h"

#include <gtest/gtest.h>

namespace lessor::craft {
namespace {

TEST(TimeText, IsRfc3339InUtc) {
  EXPECT_EQ(print_time(Duration::nanoseconds(1'764'078'335'123'456'789)),
            "2025-11-25T13:45:35.123456789Z");
  EXPECT_EQ(print_time({}), "1970-01-01T00:00:00.000000000Z");
  EXPECT_EQ(print_time(Duration::nanoseconds(-1)), "1969-12-31T23:59:59.999999999Z");
}

TEST(TimeText, IsReadBack) {
  for (const std::int64_t ns :
       {INT64_C(0), INT64_C(951'782'400'000'000'001), INT64_C(1'764'078'335'123'456'789)}) {
    EXPECT_EQ(parse_time(print_time(Duration::nanoseconds(ns))), Duration::nanoseconds(ns));
  }
  EXPECT_EQ(parse_time("2024-02-29T00:00:00Z"), Duration::seconds(1'709'164'800));
  EXPECT_EQ(parse_time("1764078335.5"), Duration::milliseconds(1'764'078'335'500));
}

TEST(TimeText, RefusesWhatIsNoTime) {
  for (const char* text : {"", "Z", "2025-02-29T00:00:00Z", "2025-11-25T24:00:00Z", "now",
                           "2025-11-25 13:45:35Z", "1.", "1.0000000001", "99999999999"}) {
    EXPECT_EQ(parse_time(text), std::nullopt) << text;
  }
}

}  // namespace
}  // namespace lessor::craft
