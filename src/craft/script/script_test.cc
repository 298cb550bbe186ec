#include "craft/script/script.h"

#include <gmock/gmock.h>

namespace lessor::craft {
namespace {

using ::testing::HasSubstr;

std::vector<ScriptStep> steps_of(std::string_view text) {
  const auto script = read_script(text, {"given"});
  if (script) return script->steps;
  for (const ScriptProblem& p : script.error()) {
    ADD_FAILURE() << p.at.line << ":" << p.at.column << ": " << p.what;
  }
  return {};
}

std::string all_of(std::string_view text) {
  std::string all;
  for (const ScriptStep& step : steps_of(text)) all += describe(step) + "; ";
  return all;
}

TEST(ReadScript, KnowsEveryStep) {
  EXPECT_EQ(
      all_of(R"(
# a comment
title "What it is about"
$mac = 02:00:00:00:00:01   # another
send discover {
  option.host-name = R1
} as $d
expect offer { yiaddr = 192.0.2.10 ; option.routers } as $offer within 2s
expect ack
expect any { xid = $xid }
expect silence 2s
expect silence
expect no nak 1s
expect no ack { yiaddr = $offer.yiaddr } within 500ms
wait 250ms
$mac++
send release { ciaddr = $offer.yiaddr }
send bootp
repeat 3 {
  send discover { chaddr = $mac++ }
}
)"),
      "What it is about; $mac; send discover as $d; expect offer as $offer; expect ack; "
      "expect any answer; expect silence for 2s; expect silence for 1s; expect no nak for "
      "1s; expect no ack for 500ms; wait 250ms; $mac++; send release; send bootp; repeat 3; ");
}

TEST(ReadScript, KeepsLinesWithTheirPlaces) {
  const auto steps = steps_of(
      "send discover { xid = 1 ; option.host-name = 'a;b' }\n"
      "send discover {\n"
      "  xid = 2  # why\n"
      "\n"
      "    option.host-name = R1\n"
      "}\n");
  ASSERT_EQ(steps.size(), 2U);
  const auto& one = std::get<SendStep>(steps[0].what);
  ASSERT_EQ(one.lines.size(), 2U);
  EXPECT_EQ(one.lines[0].text, "xid = 1");
  EXPECT_EQ(one.lines[0].at, (Position{1, 17}));
  EXPECT_EQ(one.lines[1].text, "option.host-name = 'a;b'");
  EXPECT_EQ(one.lines[1].at, (Position{1, 27}));
  const auto& two = std::get<SendStep>(steps[1].what);
  ASSERT_EQ(two.lines.size(), 2U);
  EXPECT_EQ(two.lines[0].text, "xid = 2");
  EXPECT_EQ(two.lines[0].at, (Position{3, 3}));
  EXPECT_EQ(two.lines[1].at, (Position{5, 5}));
}

TEST(ReadScript, TakesShownPacketsAsTheyStand) {
  const auto steps = steps_of("packet {\n  xid = 0x1aed\n  option.host-name = a$b\n}\n");
  ASSERT_EQ(steps.size(), 1U);
  const auto& send = std::get<SendStep>(steps[0].what);
  EXPECT_TRUE(send.literal);
  EXPECT_EQ(send.lines[1].text, "option.host-name = a$b");
}

TEST(ReadScript, NestsRepeats) {
  const auto steps = steps_of("repeat 2 {\n repeat 3 {\n wait 1s\n }\n wait 2s\n}\nwait 3s\n");
  ASSERT_EQ(steps.size(), 2U);
  const auto& outer = std::get<RepeatStep>(steps[0].what);
  EXPECT_EQ(outer.count, 2U);
  ASSERT_EQ(outer.body.size(), 2U);
  EXPECT_EQ(std::get<RepeatStep>(outer.body[0].what).count, 3U);
}

TEST(ReadScript, NamesThePlaceAndWhatToDo) {
  struct Row {
    std::string_view text;
    Position at;
    std::string_view what;
  };
  const Row rows[] = {
      {"sned discover", {1, 1}, "did you mean send?"},
      {"hello world", {1, 1}, "steps are send, expect"},
      {"\n  send discvr", {2, 3}, "did you mean discover?"},
      {"send", {1, 1}, "send what?"},
      {"expect", {1, 1}, "expect what?"},
      {"expect accept", {1, 1}, "did you mean ack?"},
      {"send discover { xdi = 1 }", {1, 17}, "xid"},
      {"send discover {\n  xid = 1\n  option.routrs = 1.2.3.4\n}", {3, 3}, "routers"},
      {"send discover {\n", {1, 1}, "is not closed"},
      {"send discover { xid = 1", {1, 1}, "not closed on it"},
      {"}", {1, 1}, "no block"},
      {"wait", {1, 1}, "500ms, 2s or 1m"},
      {"wait forever", {1, 1}, "500ms, 2s or 1m"},
      {"repeat x {\n}", {1, 1}, "repeat N {"},
      {"repeat 2000000 {\n}", {1, 1}, "repeat N {"},
      {"$1 = 2", {1, 1}, "letters, digits and '_'"},
      {"$x", {1, 1}, "'$x = value' sets it"},
      {"$iface = 1", {1, 1}, "cannot be set"},
      {"send release { ciaddr = $offr.yiaddr }", {1, 25}, "nothing above gives $offr"},
      {"send discover as $offer\nexpect offer { xid = $ofer.xid }",
       {2, 22},
       "did you mean $offer?"},
      {"expect offer { yiadr = 1.2.3.4 }", {1, 16}, "yiaddr"},
      {"expect offer as offer", {1, 1}, "is not understood here"},
      {"expect no nak as $n", {1, 1}, "cannot be kept"},
      {"expect silence { xid = 1 }", {1, 1}, "silence has no conditions"},
      {"send discover within 2s", {1, 1}, "belongs to an expect"},
      {"$a = 5 $ b", {1, 6}, "write $$"},
  };
  for (const Row& row : rows) {
    const auto script = read_script(row.text);
    ASSERT_FALSE(script) << row.text;
    EXPECT_EQ(script.error().front().at, row.at) << row.text << script.error().front().what;
    EXPECT_THAT(script.error().front().what, HasSubstr(std::string(row.what))) << row.text;
  }
}

TEST(ReadScript, TellsEverythingThatIsWrong) {
  const auto script = read_script("sned x\nwait soon\nsend discover { xdi = 1 ; xid = z }\n");
  ASSERT_FALSE(script);
  EXPECT_EQ(script.error().size(), 4U);
}

// C2-05
TEST(ReadScript, LimitsHowDeepRepeatsAre) {
  std::string text;
  for (int i = 0; i < 100; ++i) text += "repeat 1 {\n";
  EXPECT_FALSE(read_script(text));
}

TEST(ReadScript, SurvivesAnyText) {
  const std::string_view text =
      "send discover { a = '\"${x} } ; \\ # ' as $y within 2s }\nexpect no \"{'\n$a++ = ;";
  for (std::size_t from = 0; from < text.size(); ++from) {
    for (std::size_t size = 0; from + size <= text.size(); ++size) {
      (void)read_script(text.substr(from, size));
    }
  }
}

}  // namespace
}  // namespace lessor::craft
