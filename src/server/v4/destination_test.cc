#include "server/v4/destination.h"

#include "server/v4/test_kit.h"

#include <gtest/gtest.h>

namespace lessor::server::v4::testing {
namespace {

const net::Ip4 kYiaddr = ip("192.0.2.10");
const ServerAddress kSpeaker{kServer, kServer};

net::Envelope address(ReplyKind kind, Say say) {
  wire::ParseScratch scratch;
  const net::Datagram in = say.said();
  const auto view = wire::MessageView::parse(in.payload, scratch);
  return address_reply(kind, wire::read_request(*view).value(), in, kYiaddr, kSpeaker);
}

Say hlen(Say say, std::uint8_t type, std::uint8_t size) {
  say.header().htype = type;
  say.header().hlen = size;
  return say.with(61, octets({1, 2, 3}));
}
Say by_socket(Say say) {
  say.datagram().framed = false;
  return say;
}

struct Case {
  const char* what;
  ReplyKind kind;
  Say say;
  std::string_view destination;
  std::uint16_t port;
  net::LinkTarget target;
};

// R2131-4.1-c: the table, row by row.
TEST(Destination, FollowsTheTable) {
  const Host h = host(1);
  using enum net::LinkTarget;
  using enum ReplyKind;
  const Octets relay_port = octets({19, 0});
  const Case cases[] = {
      {"a relay", offer, discover(h).through("10.0.0.9"), "10.0.0.9", 67, route},
      {"a relay's own port (RFC 8357)", offer, discover(h).through("10.0.0.9", relay_port),
       "10.0.0.9", 67, route},
      {"a relay, although the client wants broadcast", offer,
       discover(h).broadcast().through("10.0.0.9"), "10.0.0.9", 67, route},
      {"a relay, although ciaddr is set", ack, renewing(h, "192.0.2.10").through("10.0.0.9"),
       "10.0.0.9", 67, route},
      {"a relay: NAK", nak, rebooting(h, "10.0.0.4").through("10.0.0.9"), "10.0.0.9", 67, route},
      // R2131-4.1-d, R2131-4.3.2-d: without a relay every NAK is broadcast.
      {"a NAK", nak, rebooting(h, "192.0.2.10"), "255.255.255.255", 68, broadcast},
      {"a NAK, although ciaddr is set", nak, renewing(h, "192.0.2.10"), "255.255.255.255", 68,
       broadcast},
      // R2131-4.3.2-f: to ciaddr.
      {"ciaddr", ack, renewing(h, "192.0.2.10"), "192.0.2.10", 68, route},
      {"ciaddr, although the client wants broadcast", ack, renewing(h, "192.0.2.10").broadcast(),
       "192.0.2.10", 68, route},
      // R2131-4.3.5-a: "directly".
      {"INFORM", inform_ack, inform(h, "192.0.2.10"), "192.0.2.10", 68, route},
      {"INFORM through a relay", inform_ack, inform(h, "192.0.2.10").through("10.0.0.9"),
       "192.0.2.10", 68, route},
      {"a DISCOVER's ciaddr is not asked", offer, discover(h).having("8.8.8.8"), "192.0.2.10", 68,
       mac},
      // R2131-4.1-g.
      {"the broadcast flag", offer, discover(h).broadcast(), "255.255.255.255", 68, broadcast},
      {"not Ethernet", offer, hlen(discover(h), 32, 6), "255.255.255.255", 68, broadcast},
      {"no hardware address", offer, hlen(discover(h), 1, 0), "255.255.255.255", 68, broadcast},
      {"too long a hardware address", offer, hlen(discover(h), 1, 16), "255.255.255.255", 68,
       broadcast},
      {"by a UDP socket", offer, by_socket(discover(h)), "255.255.255.255", 68, broadcast},
      {"else its own hardware address", offer, discover(h), "192.0.2.10", 68, mac},
      {"else its own hardware address: ACK", ack, selecting(h, "192.0.2.10"), "192.0.2.10", 68,
       mac},
  };
  for (const Case& c : cases) {
    const net::Envelope envelope = address(c.kind, c.say);
    EXPECT_EQ(net::to_string(envelope.destination), c.destination) << c.what;
    EXPECT_EQ(envelope.destination_port, c.port) << c.what;  // R2131-4.1-a
    EXPECT_EQ(envelope.target, c.target) << c.what;
    EXPECT_EQ(envelope.source, kServer) << c.what;
    EXPECT_EQ(envelope.source_port, 67) << c.what;
    EXPECT_EQ(envelope.interface, kEth0) << c.what;
  }
}

TEST(Destination, AnswersARelayAtThePortThatItSentFrom) {  // RFC 8357
  Say say = discover(host(1)).through("10.0.0.9", octets({19, 0}));
  say.datagram().source_port = 40'067;
  EXPECT_EQ(address(ReplyKind::offer, say).destination_port, 40'067);
}

TEST(Destination, TheFrameGoesToChaddrNotToTheFramesSource) {  // behind Wi-Fi bridges they differ
  Say say = discover(host(1));
  say.datagram().source_mac = net::Mac{{std::byte{0x66}}};
  EXPECT_EQ(address(ReplyKind::offer, say).target_mac, host(1).mac);
}

TEST(Destination, WhatIsRoutedMayGoBackToTheFramesSource) {
  Say say = discover(host(1)).through("10.0.0.9");
  EXPECT_EQ(address(ReplyKind::offer, say).target_mac, say.datagram().source_mac);
  EXPECT_EQ(address(ReplyKind::offer, by_socket(say)).target_mac, net::Mac{});
  // A relay forwards to servers; it need not be the router that leads back to the client.
  const Say informs = inform(host(1), "192.0.2.10").through("10.0.0.9");
  EXPECT_EQ(address(ReplyKind::inform_ack, informs).target_mac, net::Mac{});
}

TEST(Destination, NoFrameForAGroupOrNobody) {
  const net::Mac nobody{};
  const net::Mac group{{std::byte{0x01}, std::byte{0}, std::byte{0x5e}}};
  for (const net::Mac& mac : {nobody, group, net::kMacBroadcast}) {
    const Host h{.mac = mac, .id = octets({1, 2, 3})};
    EXPECT_EQ(address(ReplyKind::offer, discover(h)).target, net::LinkTarget::broadcast);
  }
}

}  // namespace
}  // namespace lessor::server::v4::testing
