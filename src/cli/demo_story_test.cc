#include "cli/demo_story.h"

#include <gmock/gmock.h>

namespace lessor::cli {
namespace {

using craft::DhcpEvent;
using testing::ElementsAre;
using testing::HasSubstr;
using wire::MessageType;

const net::Ip4 kServer{0xc0a83864};
const net::Ip4 kOther{0xc0a838c8};
const net::Ip4 kAddress{0xc0a83868};

DhcpEvent question(MessageType type) {
  return {.op = wire::Op::request, .type = type, .destination = net::kIp4Broadcast};
}
DhcpEvent answer(MessageType type, net::Ip4 server, net::Ip4 yiaddr) {
  return {.op = wire::Op::reply,
          .type = type,
          .yiaddr = yiaddr,
          .server_identifier = server,
          .lease_time = Duration::seconds(30),
          .source = server,
          .destination = net::kIp4Broadcast};
}
DhcpEvent choice(net::Ip4 server) {
  DhcpEvent event = question(MessageType::request);
  event.server_identifier = server;
  event.requested_address = kAddress;
  return event;
}
DhcpEvent unicast(MessageType type) {
  DhcpEvent event = question(type);
  event.ciaddr = event.source = kAddress;
  event.destination = kServer;
  return event;
}

std::vector<DhcpEvent> life() {
  return {question(MessageType::discover),
          answer(MessageType::offer, kServer, kAddress),
          answer(MessageType::offer, kOther, {kAddress.value + 1}),
          choice(kServer),
          answer(MessageType::ack, kServer, kAddress),
          unicast(MessageType::request),
          answer(MessageType::ack, kServer, kAddress),
          unicast(MessageType::release)};
}

TEST(DemoStory, GivesEveryMessageOfALeasesLifeATitle) {
  DemoStory story;
  std::vector<std::string> titles;
  for (const DhcpEvent& event : life()) titles.push_back(story.tell(event).title);
  EXPECT_THAT(titles, ElementsAre("DHCPDISCOVER: is there a server?",
                                  "DHCPOFFER: you could have 192.168.56.104",
                                  "DHCPOFFER: a second server offers, too",
                                  "DHCPREQUEST: I take yours, 192.168.56.100",
                                  "DHCPACK: it is yours for 30s", "DHCPREQUEST: may I stay?",
                                  "DHCPACK: yes, 30s from now", "DHCPRELEASE: I am leaving"));
}

TEST(DemoStory, ComparesEachMessageWithItsLikeOrWithWhatItAnswers) {
  DemoStory story;
  std::vector<std::size_t> references;
  for (const DhcpEvent& event : life()) references.push_back(story.tell(event).compared_to);
  // The first ACK is compared with the offer of the same server, not with the last offer.
  EXPECT_THAT(references, ElementsAre(0, 1, 2, 1, 2, 4, 5, 6));
}

TEST(DemoStory, SaysWhatTheMessageSays) {
  DemoStory story;
  std::vector<std::string> texts;
  for (const DhcpEvent& event : life()) texts.push_back(story.tell(event).text);
  EXPECT_THAT(texts[1], HasSubstr("192.168.56.104 for 30s"));
  EXPECT_THAT(texts[2], HasSubstr("192.168.56.200 offers 192.168.56.105"));
  EXPECT_THAT(texts[4], HasSubstr("using 192.168.56.104"));
  EXPECT_THAT(texts[7], HasSubstr("hands 192.168.56.104 back"));
}

TEST(DemoStory, SaysWhatTheClientDoesBesidesSendingMessages) {
  using client::v4::State;
  EXPECT_THAT(tell_step(State::stopped, State::init), HasSubstr("waits a moment"));
  EXPECT_THAT(tell_step(State::requesting, State::checking), HasSubstr("RFC 5227"));
  EXPECT_THAT(tell_step(State::checking, State::bound), HasSubstr("announces it by ARP"));
  EXPECT_EQ(tell_step(State::renewing, State::bound), "");
}

TEST(DemoStory, HasATitleForWhatIsNotPlanned) {
  DemoStory story;
  EXPECT_EQ(story.tell(answer(MessageType::nak, kServer, {})).title, "DHCPNAK");
  EXPECT_EQ(story.tell(question(MessageType::request)).title,
            "DHCPREQUEST: may I keep my address?");
  EXPECT_EQ(story.last(MessageType::nak), 1U);
  EXPECT_EQ(story.last(MessageType::offer), 0U);
}

}  // namespace
}  // namespace lessor::cli
