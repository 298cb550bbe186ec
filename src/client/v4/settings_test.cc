#include "client/v4/settings.h"

#include "base/text.h"

#include <algorithm>
#include <gmock/gmock.h>
#include <gtest/gtest.h>

namespace lessor::client::v4 {
namespace {

using ::testing::ElementsAre;

// R3442-a
TEST(RequestLists, AskForClasslessRoutesBeforeRouters) {
  EXPECT_THAT(default_request_list(),
              ElementsAre(121, 3, 1, 6, 15, 119, 12, 26, 28, 42, 33, 114, 51, 54, 58, 59));
  for (const auto& list : {default_request_list(), anonymous_request_list()}) {
    EXPECT_LT(std::ranges::find(list, 121), std::ranges::find(list, 3));
    EXPECT_LT(std::ranges::find(list, 3), list.end());
    auto sorted = list;
    std::ranges::sort(sorted);
    EXPECT_EQ(std::ranges::adjacent_find(sorted), sorted.end()) << "each once";
  }
}

// R7844-a
TEST(RequestLists, TheAnonymousOneIsShortAndTellsNothing) {
  const auto list = anonymous_request_list();
  EXPECT_THAT(list, ElementsAre(121, 1, 3, 6, 15));
  for (const int telling : {12, 60, 77, 81, 93, 94, 97}) {
    EXPECT_EQ(std::ranges::find(list, telling), list.end()) << telling;
  }
}

// R4361-a, R2132-9.14-a
TEST(ClientId, OfADuidIsItsTypeTheIaidAndTheDuid) {
  const auto duid = from_hex("00030001001122334455").value();
  EXPECT_EQ(to_hex(client_id_of_duid(0x01020304, duid)), "ff0102030400030001001122334455");
  // The same in, the same out: what makes it stable is kept elsewhere.
  EXPECT_EQ(client_id_of_duid(7, duid), client_id_of_duid(7, duid));
  EXPECT_NE(client_id_of_duid(7, duid), client_id_of_duid(8, duid)) << "another interface";
}

// R7844-a, R2132-9.14-a
TEST(ClientId, OfAMacIsTheHardwareTypeAndTheAddress) {
  EXPECT_EQ(to_hex(client_id_of_mac(net::parse_mac("c0:01:1b:69:00:0f").value())),
            "01c0011b69000f");
}

}  // namespace
}  // namespace lessor::client::v4
