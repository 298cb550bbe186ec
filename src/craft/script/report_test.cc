#include "craft/script/report.h"

#include "craft/exchange/test_link.h"

#include <gmock/gmock.h>

namespace lessor::craft {
namespace {

using namespace testing;
using ::testing::HasSubstr;
using ::testing::Not;

StepResult result(StepVerdict verdict, std::string why) {
  return {.number = 3,
          .at = {7, 1},
          .text = "expect offer as $offer",
          .verdict = verdict,
          .why = std::move(why),
          .conditions = {},
          .packet = offer_104().frame,
          .others = {}};
}

TEST(ScriptReport, IsALineForAStepThatPassed) {
  ScriptReport report({}, false);
  const std::string text = report.step(result(StepVerdict::passed, ""));
  EXPECT_THAT(text, HasSubstr("   3  ok      expect offer as $offer: DHCPOFFER 192.168.56.100"));
  EXPECT_EQ(std::ranges::count(text, '\n'), 1);
  EXPECT_EQ(report.end(), "\n1 step, 1 passed\n");
  EXPECT_TRUE(report.all_passed());
}

TEST(ScriptReport, ShowsPacketsWhenTheyAreWanted) {
  ScriptReport report({}, true);
  EXPECT_THAT(report.step(result(StepVerdict::passed, "")),
              HasSubstr("       packet {\n         time = "));
}

TEST(ScriptReport, SaysWhereAndWhyAStepFailed) {
  ScriptReport report({}, false);
  StepResult failed = result(StepVerdict::failed, "not as expected: DHCPOFFER within 1s");
  failed.conditions = {{.name = "yiaddr", .expected = "192.0.2.1", .found = "192.168.56.104"}};
  failed.others = {ack_104().frame};
  const std::string text = report.step(failed);
  EXPECT_THAT(text, HasSubstr("       line 7: not as expected: DHCPOFFER within 1s\n"));
  EXPECT_THAT(text, HasSubstr("| yiaddr | 192.0.2.1 | 192.168.56.104 |"));
  EXPECT_THAT(text, HasSubstr("yiaddr = 192.168.56.104"));
  EXPECT_THAT(text, HasSubstr("also came: DHCPACK"));
  const std::string skipped = report.step(result(StepVerdict::skipped, "line 9: $a did not come"));
  EXPECT_THAT(skipped, HasSubstr("       line 9: $a did not come\n"));
  EXPECT_THAT(skipped, Not(HasSubstr("line 7")));
  EXPECT_EQ(report.end(), "\n2 steps, 0 passed, 1 failed, 1 skipped\n");
  EXPECT_FALSE(report.all_passed());
}

TEST(ScriptReport, IsAnObjectAStepForPrograms) {
  ScriptReport report({}, false);
  StepResult failed = result(StepVerdict::failed, "no \"luck\"");
  failed.packet.reset();
  failed.conditions = {{.name = "a", .expected = "b", .found = "c"}};
  EXPECT_EQ(report.step_json(failed),
            "{\"step\":3,\"line\":7,\"text\":\"expect offer as $offer\",\"verdict\":\"failed\","
            "\"why\":\"no \\\"luck\\\"\",\"conditions\":[{\"name\":\"a\",\"expected\":\"b\","
            "\"found\":\"c\"}]}\n");
  EXPECT_EQ(report.end_json(true),
            "{\"steps\":1,\"passed\":0,\"failed\":1,\"skipped\":0,\"interrupted\":true}\n");
}

TEST(PrintProblems, NamesFileLineAndColumn) {
  EXPECT_EQ(print_problems("a.lsr", {{{3, 9}, "no"}, {{4, 1}, "nor this"}}),
            "a.lsr:3:9: no\na.lsr:4:1: nor this\n");
}

}  // namespace
}  // namespace lessor::craft
