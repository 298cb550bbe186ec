#include "craft/exchange/question.h"

#include "craft/exchange/test_link.h"

#include <gmock/gmock.h>

namespace lessor::craft {
namespace {

using namespace testing;
using ::testing::HasSubstr;
using wire::MessageType;

TEST(Answers, TakesTheSameTransactionOfTheSameClientGoingTheOtherWay) {
  const auto question = question_of(crafted("discover", {}, kClientMac).bytes);
  ASSERT_TRUE(question);
  EXPECT_EQ(question->type, MessageType::discover);
  EXPECT_TRUE(answers(*question, offer_104().event));
  struct Row {
    std::string_view what;
    Heard heard;
  };
  const std::vector<Row> others{
      {"another transaction", reply("offer", {}, 0x1aee)},
      {"another client", reply("offer", {"chaddr = c0:01:1b:69:00:01"})},
      {"another client's question", heard(crafted("discover", {}, kClientMac))},
  };
  for (const Row& row : others) EXPECT_FALSE(answers(*question, row.heard.event)) << row.what;
}

TEST(Answers, LeasequeryMayAskAboutAnothersAddress) {
  const auto question = question_of(crafted("leasequery", {}, kClientMac).bytes);
  ASSERT_TRUE(question);
  EXPECT_TRUE(answers(*question, reply("leaseactive", {}).event));
}

TEST(Answers, ForcerenewIsAnsweredByARequestWithAnotherXid) {
  const auto question =
      question_of(crafted("forcerenew", {"chaddr = c0:01:1b:69:00:00"}, kServerMac).bytes);
  ASSERT_TRUE(question);
  EXPECT_TRUE(answers(*question, heard(crafted("renew", {}, kClientMac, 77)).event));
}

TEST(QuestionOf, KnowsWhatABrokenPacketWouldHaveAsked) {
  for (const std::string how : {"truncate 20", "bad-udp-length", "bad-ip-length", "bad-hlen"}) {
    Recipe recipe = *start_recipe("discover");
    ASSERT_TRUE(add_line(recipe, "malform = " + how));
    const Maker maker{.mac = kClientMac, .peer = std::nullopt, .xid = 0x1aed};
    const auto packet = build(recipe, maker);
    ASSERT_TRUE(packet) << how << packet.error();
    const auto question = question_of(*packet, recipe, maker);
    ASSERT_TRUE(question) << how;
    EXPECT_TRUE(answers(*question, offer_104().event)) << how;
  }
}

TEST(QuestionOf, NothingForFramesWithoutDhcp) {
  EXPECT_FALSE(question_of(Bytes()));
  EXPECT_FALSE(question_of(std::vector<std::byte>(60)));
}

TEST(UsualAnswers, AreThoseOfTheRfc) {
  EXPECT_EQ(usual_answers(MessageType::discover).front(), MessageType::offer);
  EXPECT_EQ(usual_answers(MessageType::request).front(), MessageType::ack);
  EXPECT_TRUE(usual_answers(MessageType::release).empty());
  EXPECT_TRUE(usual_answers(MessageType::decline).empty());
  EXPECT_TRUE(is_refusal(MessageType::nak));
  EXPECT_FALSE(is_refusal(MessageType::ack));
}

TEST(ReadMessageType, NamesTheNearest) {
  EXPECT_EQ(read_message_type("offer").value(), MessageType::offer);
  EXPECT_EQ(read_message_type("DHCPACK").value(), MessageType::ack);
  EXPECT_EQ(read_message_type("6").value(), MessageType::nak);
  EXPECT_THAT(read_message_type("accept").error(), HasSubstr("did you mean ack?"));
  EXPECT_THAT(read_message_type("renew").error(), HasSubstr("is no message type"));
}

}  // namespace
}  // namespace lessor::craft
