#include "craft/story/capture_story.h"

#include "craft/story/test_exchange.h"
#include "craft/test_frames.h"

#include <gmock/gmock.h>

namespace lessor::craft {
namespace {

using namespace testing;  // the words of test_exchange.h
using ::testing::HasSubstr;
using ::testing::Not;
using wire::MessageType;

constexpr net::Ip4 kRelay{0xc6336401};   // 198.51.100.1
constexpr net::Ip4 kRemote{0xcb007105};  // 203.0.113.5

DhcpEvent passed_on(DhcpEvent event) {
  event.giaddr = kRelay;
  event.source = event.op == wire::Op::reply ? kRemote : kRelay;
  event.destination = event.op == wire::Op::reply ? kRelay : kRemote;
  return event;
}
DhcpEvent from_relay(DhcpEvent event) {
  event.giaddr = kRelay;
  event.source = kRelay;
  return event;
}

std::string draw(const std::vector<Happening>& happenings, std::size_t width = 80) {
  CaptureStory story;
  for (const Happening& what : happenings) story.add(what);
  return story.text({.width = width});
}

TEST(CaptureStory, DrawsBothLegsOfARelayedExchange) {
  EXPECT_EQ("\n" + draw({from_client(0, MessageType::discover),
                         passed_on(from_client(1, MessageType::discover)),
                         passed_on(from_server(2, MessageType::offer, kRemote, kAddress)),
                         from_relay(from_server(3, MessageType::offer, kRemote, kAddress))}),
            R"(
Client c0:01:1b:69:00:00, 4 messages

                Client             Relay            Server
           c0:01:1b:69:00:00   198.51.100.1       203.0.113.5
                   v                 v                 v
-- xid 0x00000001: offered 192.168.56.104, not asked for -----------------------
                   |                 |                 |
         Begins initialization       |                 |
                   |                 |                 |
 0.0000 s          |- DHCPDISCOVER ->|                 |
 0.0010 s          |         relayed |- DHCPDISCOVER ->|
                   |                 |                 |
                   |                 |            Determines
                   |                 |           configuration
                   |                 |                 |
 0.0020 s          |                 |<-- DHCPOFFER ---|
 0.0030 s          |<-- DHCPOFFER ---|                 |
                   |                 |                 |
                   v                 v                 v
)");
}

TEST(CaptureStory, HeadsEachExchangeWithHowItCameOut) {
  EXPECT_THAT(draw({}), HasSubstr("No DHCP message"));
  std::vector<Happening> all;
  for (const DhcpEvent& event : testing::life()) all.emplace_back(event);
  const std::string drawn = draw(all);
  EXPECT_THAT(drawn, HasSubstr("-- xid 0x00000001: bound to 192.168.56.104 for 30s by 192.168."));
  EXPECT_THAT(drawn, HasSubstr("-- xid 0x00000002: renewed 192.168.56.104 for 30s by 192.168."));
  EXPECT_THAT(drawn, HasSubstr("-- xid 0x00000003: released 192.168.56.104 --"));
  EXPECT_THAT(drawn, HasSubstr("Competes with"));
}

TEST(CaptureStory, MarksWhatIsNotAnswered) {
  EXPECT_THAT(draw({from_client(0, MessageType::discover)}),
              ::testing::AllOf(HasSubstr("xid 0x00000001: no answer to DHCPDISCOVER"),
                               HasSubstr("         No answer\n")));
}

TEST(CaptureStory, ShowsWhoUsesTheAddressAlready) {
  const net::Mac intruder = *net::parse_mac("02:de:ad:be:ef:00");
  const std::string drawn = draw({naming(from_client(0, MessageType::request), kServer),
                                  from_server(1, MessageType::ack, kServer, kAddress),
                                  ProbeEvent{.since_1970 = Duration::milliseconds(2),
                                             .kind = ProbeKind::arp_probe,
                                             .sender = *net::parse_mac("c0:01:1b:69:00:00"),
                                             .about = kAddress},
                                  ProbeEvent{.since_1970 = Duration::milliseconds(3),
                                             .kind = ProbeKind::arp_reply,
                                             .sender = intruder,
                                             .from = kAddress,
                                             .about = kAddress}},
                                 100);
  EXPECT_THAT(drawn, HasSubstr("Other host"));
  EXPECT_THAT(drawn, HasSubstr("02:de:ad:be:ef:00"));
  EXPECT_THAT(drawn, HasSubstr("|<------- ARP reply --------|---------------------------|"));
  EXPECT_THAT(drawn, HasSubstr("Uses 192.168.56.104 already"));
}

TEST(CaptureStory, TheSamePacketFromASecondInterfaceIsOneEvent) {
  DhcpEvent discover = from_client(0, MessageType::discover);
  discover.digest = 7;
  DhcpEvent later = discover;
  later.since_1970 = Duration::milliseconds(1);
  EXPECT_THAT(draw({discover, later}), HasSubstr(", 1 message\n"));
  later.since_1970 = Duration::milliseconds(100);
  EXPECT_THAT(draw({discover, later}), HasSubstr("No answer: asks again"));
}

TEST(CaptureStory, SaysWhatItLeavesOut) {
  CaptureStory story({.clients_max = 1, .parts_max = 2});
  for (const DhcpEvent& event : life()) story.add(event);
  DhcpEvent stranger = from_client(9, MessageType::discover);
  stranger.client.octets[5] = std::byte{9};
  story.add(stranger);
  EXPECT_EQ(story.left_out(),
            "6 messages left out: timelines are drawn of the first 2; 1 message of clients beyond "
            "the first 1 left out");
  EXPECT_THAT(story.text({}), HasSubstr("left out"));
}

TEST(CaptureStory, FollowsOneClient) {
  CaptureStory story;
  DhcpEvent stranger = from_client(0, MessageType::discover);
  stranger.client.octets[5] = std::byte{9};
  story.follow(stranger.client);
  for (const DhcpEvent& event : life()) story.add(event);
  EXPECT_THAT(story.text({}), HasSubstr("No DHCP message"));
  story.add(stranger);
  EXPECT_THAT(story.text({}), HasSubstr("c0:01:1b:69:00:09"));
}

TEST(CaptureStory, RowsForPicturesAreTheSameStory) {
  CaptureStory story;
  for (const DhcpEvent& event : life()) story.add(event);
  const auto acts = story.acts();
  ASSERT_EQ(acts.size(), 1U);
  EXPECT_EQ(acts[0].scenes.size(), 3U);
  EXPECT_EQ(acts[0].lanes.count(), 3U);
  EXPECT_EQ(acts[0].scenes[0].exchange->outcome, Outcome::bound);
}

TEST(LiveStory, DrawsNewHeadsWhenAHostAppearsOrAnotherClientSpeaks) {
  LiveStory live({.width = 80});
  std::string drawn;
  for (const DhcpEvent& event : life()) drawn += live.add(event);
  drawn += live.end();
  EXPECT_THAT(drawn, HasSubstr("| DHCPDISCOVER\n"));  // nobody is known who hears it
  EXPECT_THAT(drawn, HasSubstr("(selected)"));
  EXPECT_THAT(drawn, HasSubstr("-- xid 0x00000002 --"));
  EXPECT_THAT(drawn, Not(HasSubstr("no answer")));
}

TEST(LiveStory, BeginsAnewWhenItHasMetTooManyClients) {
  LiveStory live({.width = 80}, 3);
  for (int i = 0; i < 10; ++i) {
    DhcpEvent stranger = from_client(i, MessageType::discover);
    stranger.client.octets[5] = static_cast<std::byte>(i);
    EXPECT_THAT(live.add(stranger), HasSubstr("c0:01:1b:69:00:0" + std::to_string(i)));
  }
}

TEST(CaptureStory, AFloodIsDrawnInTime) {
  CaptureStory story;
  for (int i = 0; i < 20'000; ++i) story.add(passed_on(from_client(i, MessageType::discover)));
  EXPECT_THAT(story.text({}), HasSubstr("asks again (19999)"));
}

TEST(LiveStory, GoesOnForWeeksInTheSameRoom) {
  LiveStory live({.width = 80});
  std::string drawn;
  for (int i = 0; i < 1'000; ++i) {
    const auto xid = static_cast<std::uint32_t>(i);
    drawn = live.add(unicast(from_client(10'000 * i, MessageType::request, xid)));
    drawn += live.add(from_server(10'000 * i + 1, MessageType::ack, kServer, kAddress, xid));
  }
  EXPECT_THAT(drawn, HasSubstr("-- xid 0x000003e7 --"));
  EXPECT_THAT(drawn, HasSubstr("Lease extended"));
}

TEST(CaptureStory, NamesWhatIsWrongWithAMessageAtItsArrow) {
  const auto drawn = [](const Octets& frame) {
    CaptureStory story;
    story.add(1, Duration::seconds(1), frame, dissect(frame));
    return story.text({.width = 100});
  };
  Octets frame = udp_frame(testing::from_server(), offer());
  EXPECT_THAT(drawn(frame), Not(HasSubstr("!!")));
  frame[40] ^= std::byte{1};
  EXPECT_THAT(drawn(frame), HasSubstr("!! the UDP checksum is wrong"));
  const Octets bootp = udp_frame(testing::from_server(), Bytes(offer()).first(236));
  EXPECT_THAT(drawn(bootp), HasSubstr("!! the message ends before the"));
  EXPECT_THAT(drawn(bootp), Not(HasSubstr("break off")));
}

}  // namespace
}  // namespace lessor::craft
