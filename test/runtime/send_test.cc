// Where replies leave, and in what shape.

#include "network.h"

#include "net/arp.h"
#include "runtime/clock.h"
#include "runtime/discover_probe.h"

#include <set>
#include <thread>

namespace lessor::runtime::testing {
namespace {

using net::ChecksumState;
using net::LinkTarget;

net::Datagram parsed(const Frame& frame) {
  const auto result = net::parse_frame(frame, ChecksumState::verify, 68);
  EXPECT_TRUE(result) << net::name(result.error());
  return result.value_or(net::Datagram());
}

class SendTest : public PacketIoTest {
 protected:
  /// The next reply that reaches `interface` there.
  static Frame next(const Wire& wire) { return wire.receive_udp(68).value_or(Frame()); }
  Wire listen_there(const std::string& interface) {
    const Visit visit(there, here);
    return Wire(interface);
  }
};

TEST_F(SendTest, ABroadcastLeavesAsAWholeFrame) {
  open();
  const Wire wire = listen_there("c0");
  reply({.interface = index_of("s0"),
         .target = LinkTarget::broadcast,
         .source = kHere,
         .destination = net::kIp4Broadcast},
        "offer");
  const Frame frame = next(wire);
  ASSERT_FALSE(frame.empty());
  const net::Datagram in = parsed(frame);
  EXPECT_EQ(as_text(in.payload), "offer");
  EXPECT_EQ(in.destination_mac, net::kMacBroadcast);
  EXPECT_EQ(in.source_mac, kHereMac);
  EXPECT_EQ(in.source, kHere);
  EXPECT_EQ(in.destination, net::kIp4Broadcast);
  EXPECT_EQ(in.source_port, 67);
  EXPECT_EQ(load_be16(&frame[20]), 0x4000);  // DF, no fragment
  EXPECT_EQ(load_u8(&frame[22]), 64);
  EXPECT_EQ(count(IoCount::sent_framed), 1);
}

TEST_F(SendTest, AClientWithoutAnAddressIsReachedByItsMacWithoutArp) {
  open();
  const Wire wire = listen_there("c0");
  const net::Mac client = net::parse_mac("c0:01:1b:69:00:00").value_or(net::Mac());
  reply({.interface = index_of("s0"),
         .target = LinkTarget::mac,
         .target_mac = client,
         .source = kHere,
         .destination = {0xc0000264}},
        "offer");
  std::vector<Frame> all;
  while (const auto frame = wire.receive()) {
    if (net::ether_type(*frame) != 0x86dd) all.push_back(*frame);
  }
  ASSERT_EQ(all.size(), 1);  // the reply, and no ARP request
  EXPECT_EQ(parsed(all[0]).destination_mac, client);
  EXPECT_EQ(parsed(all[0]).destination, net::Ip4{0xc0000264});
}

TEST_F(SendTest, ARoutedReplyThatLeavesByTheSameInterfaceGoesBackToItsSender) {
  open();
  const Wire wire = listen_there("c0");
  const net::Mac relay = net::parse_mac("02:00:00:00:77:77").value_or(net::Mac());
  shell("ip route add 203.0.113.0/24 via 192.0.2.254 dev s0");
  for (const net::Ip4 to : {kThere, net::Ip4{0xcb007109}}) {
    reply({.interface = index_of("s0"),
           .target = LinkTarget::route,
           .target_mac = relay,
           .source = kHere,
           .destination = to},
          "ack");
    const Frame frame = next(wire);
    ASSERT_FALSE(frame.empty());
    EXPECT_EQ(parsed(frame).destination_mac, relay);
    EXPECT_EQ(parsed(frame).destination, to);
  }
  EXPECT_EQ(count(IoCount::sent_udp), 0);
}

TEST_F(SendTest, ARoutedReplyFollowsTheRouteByAnotherInterface) {
  shell("ip link add s1 type veth peer name c1 netns " + there.path());
  shell("ip address add 198.51.100.1/24 dev s1 && ip link set s1 up");
  {
    const Visit visit(there, here);
    shell("ip address add 198.51.100.2/24 dev c1 && ip link set c1 up");
    shell("ip address add 203.0.113.5/32 dev lo");
  }
  open();
  const Wire by_c1 = listen_there("c1");
  const net::Envelope envelope{.interface = index_of("s0"),
                               .target = LinkTarget::route,
                               .target_mac = kThereMac,
                               .source = kHere,
                               .destination = {0xcb007105}};
  // No route at all: back the way that the request came.
  const Wire by_c0 = listen_there("c0");
  reply(envelope, "no route");
  EXPECT_EQ(as_text(parsed(next(by_c0)).payload), "no route");

  // A route that appears is followed at once: the cache is flushed by its event.
  shell("ip route add 203.0.113.0/24 via 198.51.100.2");
  run_out();
  reply(envelope, "through s1");
  const Frame frame = by_c1.receive_udp(68).value_or(Frame());
  ASSERT_FALSE(frame.empty());
  const auto in = net::parse_frame(frame, ChecksumState::not_ready, 68);
  ASSERT_TRUE(in);
  EXPECT_EQ(as_text(in->payload), "through s1");
  EXPECT_EQ(in->source, kHere);  // the address that the client asked, not the one of s1
  EXPECT_EQ(in->source_port, 67);
  EXPECT_EQ(load_u8(&frame[22]), 64);
  EXPECT_EQ(count(IoCount::sent_udp), 1);
}

TEST_F(SendTest, RoutesAreAskedOnceUntilSomethingChanges) {
  open();
  const std::uint64_t before = io->routes().asked();
  for (int i = 0; i < 50; ++i) {
    reply({.interface = index_of("s0"),
           .target = LinkTarget::route,
           .target_mac = kThereMac,
           .source = kHere,
           .destination = kThere},
          "ack");
  }
  EXPECT_EQ(io->routes().asked() - before, 1);
  shell("ip route add 203.0.113.0/24 via 192.0.2.254");
  run_out();
  EXPECT_EQ(io->routes().to({0xcb007109}).interface, index_of("s0"));
  EXPECT_EQ(io->routes().to({0xcb007109}).gateway, net::Ip4{0xc00002fe});
  EXPECT_EQ(io->routes().to(kThere).source, kHere);
  EXPECT_EQ(io->routes().to(kThere).gateway, net::kIp4Any);
  EXPECT_EQ(io->routes().to({0x08080808}).interface, 0);
}

TEST_F(SendTest, AThousandClientsOfOneRouteTakeFewQuestions) {
  shell("ip link add s1 type veth peer name c1 netns " + there.path());
  shell("ip address add 198.51.100.1/24 dev s1 && ip link set s1 up");
  shell("ip route add 10.0.0.0/8 via 192.0.2.254");
  open();
  bool more_specific = false;
  const auto ask_all = [&] {
    const std::uint64_t before = io->routes().asked();
    for (std::uint32_t i = 0; i < 4'000; ++i) {
      const net::InterfaceIndex by =
          i / 256 == 2 && more_specific ? index_of("s1") : index_of("s0");
      EXPECT_EQ(io->routes().to({0x0a000000 + i}).interface, by) << i;
    }
    return io->routes().asked() - before;
  };
  EXPECT_LT(ask_all(), 300);
  EXPECT_EQ(ask_all(), 0);
  // One that is more specific is followed at once, and told apart from then on.
  shell("ip route add 10.0.2.0/24 via 198.51.100.2");
  run_out();
  more_specific = true;
  EXPECT_LT(ask_all(), 300);
  EXPECT_EQ(ask_all(), 0);
}

TEST_F(SendTest, ATableThatIsTooLongIsNotRead) {
  shell("ip route add 10.0.0.0/8 via 192.0.2.254");
  shell(
      "for i in $(seq 3000); do echo route add 172.16.$((i / 256)).$((i % 256))/32 via "
      "192.0.2.254; done | ip -batch -");
  open();
  const std::uint64_t before = io->routes().asked();
  for (std::uint32_t i = 0; i < 1'000; ++i) {
    EXPECT_EQ(io->routes().to({0x0a000000 + i}).interface, index_of("s0")) << i;
  }
  EXPECT_EQ(io->routes().asked() - before, 1'000);
}

TEST_F(SendTest, ThreeHundredRepliesAtOnceAllArrive) {
  open();
  const Wire wire = listen_there("c0");
  for (int i = 0; i < 300; ++i) {
    const std::string text = "reply " + std::to_string(i);
    copy_bytes(outbox.payload(), as_bytes(text));
    outbox.post({.interface = index_of("s0"),
                 .target = i % 2 == 0 ? LinkTarget::broadcast : LinkTarget::mac,
                 .target_mac = kThereMac,
                 .source = kHere,
                 .destination = kThere,
                 .source_port = 67,
                 .destination_port = 68},
                text.size());
  }
  io->send();
  std::set<std::string> arrived;
  for (int i = 0; i < 300; ++i) {
    const Frame frame = next(wire);
    ASSERT_FALSE(frame.empty()) << i;
    arrived.insert(std::string(as_text(parsed(frame).payload)));
  }
  EXPECT_EQ(arrived.size(), 300);
  EXPECT_EQ(count(IoCount::sent_framed), 300);
}

TEST_F(SendTest, EverySlotComesBackWhateverHappensToItsReply) {
  open();
  const net::InterfaceIndex s0 = index_of("s0");
  shell("ip link set s0 down");  // the kernel will refuse it: nobody has looked at netlink yet
  const net::Envelope lost[] = {
      {.interface = s0, .target = LinkTarget::broadcast, .source = kHere},
      {.interface = 9'999, .target = LinkTarget::mac, .source = kHere, .destination = kThere},
      {.interface = 0, .target = LinkTarget::route, .source = kHere, .destination = {0x08080808}},
  };
  for (int round = 0; round < 3'000; ++round) {
    for (const net::Envelope& envelope : lost) {
      ASSERT_FALSE(outbox.payload().empty());
      reply(envelope, "lost");
    }
  }
  EXPECT_EQ(count(IoCount::send_failed), 6'000);
  EXPECT_EQ(count(IoCount::send_no_interface), 3'000);
}

TEST_F(SendTest, ParkedRepliesLeaveWhenTheyAreReleased) {
  open();
  const Wire wire = listen_there("c0");
  net::Envelope envelope{.interface = index_of("s0"),
                         .target = LinkTarget::broadcast,
                         .source = kHere,
                         .destination = net::kIp4Broadcast,
                         .wait_for = 7};
  reply(envelope, "ack");
  envelope.wait_for = 0;
  reply(envelope, "offer");
  EXPECT_EQ(as_text(parsed(next(wire)).payload), "offer");
  outbox.release(7);
  io->send();
  EXPECT_EQ(as_text(parsed(next(wire)).payload), "ack");
}

TEST_F(SendTest, AProbeFindsWhoUsesAnAddress) {
  open();
  const net::InterfaceIndex s0 = index_of("s0");
  ASSERT_TRUE(outbox.probe({.interface = s0, .address = kThere}));
  ASSERT_TRUE(outbox.probe({.interface = s0, .address = {0xc0000264}}));  // nobody
  io->send();
  EXPECT_EQ(count(IoCount::sent_probes), 2);
  ASSERT_TRUE(run_until([&] { return !said.sightings.empty(); }));
  run_out();
  ASSERT_EQ(said.sightings.size(), 1);
  EXPECT_EQ(said.sightings[0].address, kThere);
  EXPECT_EQ(said.sightings[0].mac, kThereMac);
  EXPECT_EQ(said.sightings[0].interface, s0);
}

TEST_F(SendTest, TheDefaultGatewayIsKnown) {
  open();
  const auto gateway = [&](net::InterfaceIndex interface) {
    const auto found = io->routes().default_gateway(interface);
    EXPECT_TRUE(found);
    return found ? found->value_or(net::kIp4Any) : net::kIp4Broadcast;
  };
  EXPECT_EQ(gateway(index_of("s0")), net::kIp4Any);
  shell("ip route add default via 192.0.2.253 metric 100");
  shell("ip route add default via 192.0.2.254 metric 50");
  EXPECT_EQ(gateway(index_of("s0")), net::Ip4{0xc00002fe});
  EXPECT_EQ(gateway(kLoopbackInterface), net::kIp4Any);
}

TEST_F(SendTest, OtherServersAreFoundBeforeTheFirstAnswer) {
  const auto watch = InterfaceWatch::open();
  ASSERT_TRUE(watch);
  const net::Interface s0 = *watch->table().find("s0");
  const Wire wire = listen_there("c0");
  std::thread server([&] {
    const auto question = wire.receive_udp(67);
    if (!question) return;
    const auto in = net::parse_frame(*question, ChecksumState::verify, 67);
    if (!in || as_text(in->payload) != "who is there" || !in->source.is_zero()) return;
    for (const std::string_view text : {"me", "me too"}) {
      Frame slot(net::kHeadroom + text.size());
      copy_bytes(MutableBytes(slot).subspan(net::kHeadroom), as_bytes(text));
      wire.send(net::write_udp_frame(slot, net::kHeadroom, text.size(),
                                     {.source_mac = kThereMac,
                                      .destination_mac = net::kMacBroadcast,
                                      .source = kThere,
                                      .destination = net::kIp4Broadcast,
                                      .source_port = 67,
                                      .destination_port = 68}));
    }
  });
  const auto replies = probe_for_servers(s0, as_bytes("who is there"), Duration::milliseconds(300));
  server.join();
  ASSERT_TRUE(replies) << to_string(replies.error());
  ASSERT_EQ(replies->size(), 2);
  EXPECT_EQ(as_text((*replies)[0].payload), "me");
  EXPECT_EQ((*replies)[1].source, kThere);
  EXPECT_EQ((*replies)[1].source_mac, kThereMac);
}

TEST_F(SendTest, AskingOnALinkThatIsDownIsAnError) {
  shell("ip link set s0 down");
  const auto watch = InterfaceWatch::open();
  ASSERT_TRUE(watch);
  const auto replies = probe_for_servers(*watch->table().find("s0"), as_bytes("who is there"),
                                         Duration::milliseconds(10));
  ASSERT_FALSE(replies);
  EXPECT_EQ(to_string(replies.error()), "cannot send a frame by s0: Network is down");
}

}  // namespace
}  // namespace lessor::runtime::testing
