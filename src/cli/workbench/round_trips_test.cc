#include "cli/workbench/round_trips.h"

#include <gtest/gtest.h>

namespace lessor::cli {
namespace {

TEST(RoundTrips, SumUpLossAndTime) {
  RoundTrips trips;
  EXPECT_EQ(trips.summary(), "0 sent, 0 answered");
  for (int i = 0; i < 4; ++i) trips.sent();
  EXPECT_EQ(trips.summary(), "4 sent, 0 answered, 100% lost");
  trips.answered(Duration::microseconds(4'200));
  trips.answered(Duration::microseconds(310));
  trips.answered(Duration::microseconds(520));
  EXPECT_EQ(trips.lost(), 1U);
  EXPECT_EQ(trips.summary(),
            "4 sent, 3 answered, 25% lost; answers after 0.31 to 4.20 ms, half of them within "
            "0.52 ms");
}

}  // namespace
}  // namespace lessor::cli
