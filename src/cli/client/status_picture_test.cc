#include "cli/client/json.h"

#include <gmock/gmock.h>

namespace lessor::cli {
namespace {

using testing::HasSubstr;

TEST(StatusPicture, LightsTheLastStepAndNamesIt) {
  const std::string picture =
      status_picture(R"({"interface":"eth0","state":"RENEWING","before":"BOUND"})", {});
  EXPECT_THAT(picture, HasSubstr("# RENEWING #<############+     BOUND     |"));
  EXPECT_THAT(picture, HasSubstr(" BOUND -> [[RENEWING]]: T1, or told to"));
}

TEST(StatusPicture, IsEmptyForWhatIsNoStatus) {
  for (const char* json :
       {"", "[]", "{}", R"({"state":"BOUND"})", R"({"state":"BINDING","before":"INIT"})",
        R"({"state":7,"before":[]})"}) {
    EXPECT_EQ(status_picture(json, {}), "") << json;
  }
}

}  // namespace
}  // namespace lessor::cli
