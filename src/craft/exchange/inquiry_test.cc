#include "craft/exchange/inquiry.h"

#include "craft/exchange/test_link.h"

#include <gmock/gmock.h>

namespace lessor::craft {
namespace {

using namespace testing;
using wire::MessageType;

Instant at(int seconds) { return Instant() + Duration::seconds(1'000 + seconds); }
const Maker kMaker{.mac = kClientMac, .peer = std::nullopt, .xid = 0x1aed};

Inquiry discover(int tries) {
  return Inquiry({.question = *start_recipe("discover"),
                  .maker = kMaker,
                  .patience = {.tries = tries},
                  .wanted = {MessageType::offer},
                  .server = std::nullopt});
}

TEST(Inquiry, AsksAtOnceAndIsAnswered) {
  Inquiry inquiry = discover(1);
  std::vector<Packet> out;
  EXPECT_LE(inquiry.next_deadline(), at(0));
  inquiry.on_time(at(0), out);
  ASSERT_EQ(out.size(), 1U);
  EXPECT_EQ(inquiry.next_deadline(), at(4));
  EXPECT_TRUE(inquiry.on_message(offer_104()));
  EXPECT_EQ(inquiry.state(), Inquiry::State::answered);
  EXPECT_TRUE(inquiry.next_deadline().is_never());
}

// RFC 2131 4.1: "the delay before the first retransmission SHOULD be 4 seconds ... before the next
// retransmission SHOULD be 8 seconds", the same xid; table 5: 'secs' counts.
TEST(Inquiry, AsksAgainAfterFourAndEightSeconds) {
  Inquiry inquiry = discover(3);
  std::vector<Packet> out;
  for (const int second : {0, 3, 4, 11, 12, 27}) inquiry.on_time(at(second), out);
  ASSERT_EQ(out.size(), 3U);
  EXPECT_EQ(said(out[0], "secs"), "0");
  EXPECT_EQ(said(out[1], "secs"), "4");
  EXPECT_EQ(said(out[2], "secs"), "12");
  EXPECT_EQ(said(out[2], "xid"), "0x00001aed");
  EXPECT_EQ(inquiry.state(), Inquiry::State::asking);
  inquiry.on_time(at(28), out);
  EXPECT_EQ(inquiry.state(), Inquiry::State::gave_up);
  EXPECT_EQ(out.size(), 3U);
}

TEST(Inquiry, AnswersThatAreNotWantedAreAnswersAndEndNothing) {
  Inquiry inquiry = discover(1);
  std::vector<Packet> out;
  EXPECT_FALSE(inquiry.on_message(offer_104()));  // nothing was asked yet
  inquiry.on_time(at(0), out);
  EXPECT_TRUE(inquiry.on_message(reply("nak", {})));
  EXPECT_FALSE(inquiry.on_message(reply("offer", {}, 3)));
  EXPECT_EQ(inquiry.state(), Inquiry::State::asking);
}

TEST(Inquiry, EndsAtOnceWhenNothingIsWanted) {
  Inquiry inquiry({.question = *start_recipe("release"),
                   .maker = kMaker,
                   .patience = {},
                   .wanted = {},
                   .server = std::nullopt});
  std::vector<Packet> out;
  inquiry.on_time(at(0), out);
  EXPECT_EQ(out.size(), 1U);
  EXPECT_EQ(inquiry.state(), Inquiry::State::sent);
}

TEST(Inquiry, SaysWhyAQuestionCannotBeBuilt) {
  Recipe recipe = *start_recipe("packet");
  ASSERT_TRUE(add_line(recipe, "malform = short-option"));
  Inquiry inquiry({.question = recipe,
                   .maker = kMaker,
                   .patience = {},
                   .wanted = {MessageType::offer},
                   .server = std::nullopt});
  std::vector<Packet> out;
  inquiry.on_time(at(0), out);
  EXPECT_EQ(inquiry.state(), Inquiry::State::failed);
  EXPECT_FALSE(inquiry.trouble().empty());
  EXPECT_TRUE(out.empty());
}

HandshakePlan plan() {
  return {.discover = *start_recipe("discover"),
          .request = *start_recipe("request"),
          .maker = kMaker,
          .patience = {.tries = 2},
          .server = std::nullopt};
}

TEST(Handshake, GoesFromDiscoverToALease) {
  HandshakePlan words = plan();
  ASSERT_TRUE(add_line(words.discover, "option.host-name = R1"));
  ASSERT_TRUE(add_line(words.request, "option.dhcp-lease-time = 600"));
  Handshake handshake(std::move(words));
  std::vector<Packet> out;
  handshake.on_time(at(0), out);
  ASSERT_EQ(out.size(), 1U);
  EXPECT_TRUE(handshake.on_message(at(1), offer_104(), out));
  ASSERT_EQ(out.size(), 2U);
  const Heard request = heard(out[1]);
  EXPECT_EQ(request.event.type, MessageType::request);
  EXPECT_EQ(request.event.request_state(), RequestState::selecting);
  EXPECT_EQ(request.event.xid, 0x1aedU);
  EXPECT_EQ(request.event.lease_time, Duration::seconds(600));
  EXPECT_EQ(to_hex(*request.option(wire::kOptionHostName)), to_hex(as_bytes("R1")));
  EXPECT_TRUE(handshake.on_message(at(1), ack_104(), out));
  EXPECT_EQ(handshake.state(), Handshake::State::bound);
  const auto lease = handshake.lease();
  ASSERT_TRUE(lease) << lease.error();
  EXPECT_EQ(net::to_string(lease->address), "192.168.56.104");
  EXPECT_THAT(lease->said, ::testing::Contains("option.host-name = R1"));
  EXPECT_EQ(out.size(), 2U);
}

TEST(Handshake, TakesTheOfferOfTheServerThatIsNamed) {
  HandshakePlan words = plan();
  words.server = net::parse_ip4("192.168.56.200");
  Handshake handshake(std::move(words));
  std::vector<Packet> out;
  handshake.on_time(at(0), out);
  EXPECT_TRUE(handshake.on_message(at(0), offer_104(), out));
  EXPECT_EQ(handshake.state(), Handshake::State::selecting);
  const Heard other = heard(crafted("offer",
                                    {"chaddr = c0:01:1b:69:00:00", "yiaddr = 192.168.56.7",
                                     "option.dhcp-server-identifier = 192.168.56.200"},
                                    kServerMac));
  handshake.on_message(at(0), other, out);
  EXPECT_EQ(handshake.state(), Handshake::State::requesting);
  // RFC 2131 3.1: who was not chosen may say no to what is not for it.
  handshake.on_message(at(0), reply("nak", {}), out);
  EXPECT_EQ(handshake.state(), Handshake::State::requesting);
}

TEST(Handshake, AsksAgainAndGivesUp) {
  Handshake handshake(plan());
  std::vector<Packet> out;
  handshake.on_time(at(0), out);
  handshake.on_time(handshake.next_deadline(), out);
  EXPECT_EQ(out.size(), 2U);
  handshake.on_message(at(5), offer_104(), out);
  handshake.on_time(handshake.next_deadline(), out);
  EXPECT_EQ(out.size(), 4U);
  handshake.on_time(handshake.next_deadline(), out);
  EXPECT_EQ(handshake.state(), Handshake::State::no_ack);
  EXPECT_TRUE(handshake.next_deadline().is_never());
}

TEST(Handshake, SaysThatItWasRefused) {
  Handshake handshake(plan());
  std::vector<Packet> out;
  handshake.on_time(at(0), out);
  handshake.on_message(at(0), offer_104(), out);
  handshake.on_message(at(0), reply("nak", {}), out);
  EXPECT_EQ(handshake.state(), Handshake::State::refused);
}

TEST(Handshake, ShortensTheExchangeWithRapidCommit) {
  HandshakePlan words = plan();
  ASSERT_TRUE(add_line(words.discover, "option.rapid-commit = "));
  Handshake handshake(std::move(words));
  std::vector<Packet> out;
  handshake.on_time(at(0), out);
  handshake.on_message(at(0), ack_104(), out);
  EXPECT_EQ(handshake.state(), Handshake::State::bound);  // RFC 4039 3.1
  EXPECT_TRUE(handshake.lease());
}

}  // namespace
}  // namespace lessor::craft
