// What reaches the engine, once, and what is refused, by which name.

#include "network.h"

#include <fcntl.h>
#include <linux/if_tun.h>
#include <net/if.h>
#include <sys/ioctl.h>

namespace lessor::runtime::testing {
namespace {

using net::FrameRefusal;

TEST_F(PacketIoTest, ABroadcastFromAnOrdinarySocketArrivesOnceAndFramed) {
  open();
  {
    const Visit visit(there, here);
    // On veth nobody computes the checksum: the frame says that it is not ready.
    Udp(68, "c0").send("discover", net::kIp4Broadcast, 67);
  }
  ASSERT_TRUE(run_until([&] { return !said.datagrams.empty(); }));
  run_out();
  ASSERT_EQ(said.payloads(), std::vector<std::string>{"discover"});  // no copy by the UDP socket
  const net::Datagram& in = said.datagrams[0].facts;
  EXPECT_TRUE(in.framed);
  EXPECT_EQ(in.interface, index_of("s0"));
  EXPECT_EQ(in.source, kThere);
  EXPECT_EQ(in.source_port, 68);
  EXPECT_EQ(in.destination, net::kIp4Broadcast);
  EXPECT_EQ(in.source_mac, kThereMac);
  EXPECT_EQ(in.destination_mac, net::kMacBroadcast);
  EXPECT_EQ(count(IoCount::received_udp), 0);
  EXPECT_TRUE(said.notices.empty()) << said.notices[0];
}

TEST_F(PacketIoTest, UnicastAndDirectedBroadcastArriveOnce) {
  open();
  {
    const Visit visit(there, here);
    const Udp client(68);
    client.send("unicast", kHere, 67);
    client.send("directed", {0xc00002ff}, 67);
    client.send("other port", kHere, 69);
  }
  ASSERT_TRUE(run_until([&] { return said.datagrams.size() >= 2; }));
  run_out();
  EXPECT_EQ(said.payloads(), (std::vector<std::string>{"unicast", "directed"}));
}

TEST_F(PacketIoTest, WhatComesNextIsToldAhead) {
  open();
  // On a busy machine the kernel may hand over one at a time: then again.
  const std::vector<std::string> words = {"one", "two", "three", "four"};
  const std::vector<std::size_t> expected = {0, 0, 0, 1};  // two of those that follow
  std::vector<std::size_t> told_after;
  for (int burst = 0; burst < 20 && told_after != expected; ++burst) {
    said.datagrams.clear();
    said.ahead.clear();
    {
      const Visit visit(there, here);
      const Wire wire("c0");
      for (const std::string& word : words) wire.send(frame(word));
    }
    ASSERT_TRUE(run_until([&] { return said.datagrams.size() == words.size(); }));
    told_after.clear();
    ASSERT_EQ(said.ahead.size(), words.size());
    for (std::size_t i = 0; i < words.size(); ++i) {
      EXPECT_TRUE(said.ahead[i].payload.starts_with(words[i]));  // then padding
      EXPECT_LE(said.ahead[i].after, i);
      told_after.push_back(said.ahead[i].after);
    }
  }
  EXPECT_EQ(told_after, expected);
}

TEST_F(PacketIoTest, TransitIsNotAnswered) {
  shell("sysctl -qw net.ipv4.ip_forward=1");
  open();
  const Visit visit(there, here);
  Wire("c0").send(frame("transit", {0xc6336405}));
  ASSERT_TRUE(run_until([&] { return refused(FrameRefusal::not_for_us) == 1; }));
  EXPECT_TRUE(said.datagrams.empty());
}

TEST_F(PacketIoTest, FramesToAnotherHostAreRefusedOnAPromiscuousInterface) {
  shell("ip link set s0 promisc on");
  open();
  const Visit visit(there, here);
  Frame other = frame("other host");
  store_u8(&other[5], 0x77);
  Wire("c0").send(other);
  ASSERT_TRUE(run_until([&] { return refused(FrameRefusal::other_host) == 1; }));
  EXPECT_TRUE(said.datagrams.empty());
}

Frame tagged(Frame frame, std::uint16_t tag_control) {
  frame.insert(frame.begin() + 12, 4, std::byte{0});
  store_be16(&frame[12], net::kEtherTypeVlan);
  store_be16(&frame[14], tag_control);
  return frame;
}

TEST_F(PacketIoTest, AVlanIsAnotherInterfaceButAPriorityTagIsNot) {
  open();
  const Visit visit(there, here);
  const Wire wire("c0");
  wire.send(tagged(frame("vlan 5"), 5));
  wire.send(tagged(frame("priority"), 0xe000));
  ASSERT_TRUE(run_until([&] { return !said.datagrams.empty(); }));
  EXPECT_EQ(said.payloads(), std::vector<std::string>{"priority"});
  EXPECT_EQ(refused(FrameRefusal::vlan_tagged), 1);
}

TEST_F(PacketIoTest, AVlanInterfaceIsServedByItsOwnSocket) {
  if (std::system("ip link add link s0 name s0.5 type vlan id 5 2>/dev/null") != 0) {
    GTEST_SKIP() << "this kernel has no VLAN interfaces";
  }
  shell("ip address add 198.51.100.1/24 dev s0.5 && ip link set s0.5 up");
  open({.wanted = {.every = true}});
  const Visit visit(there, here);
  Wire("c0").send(tagged(frame("vlan 5", net::kIp4Broadcast), 5));
  ASSERT_TRUE(run_until([&] { return !said.datagrams.empty(); }));
  EXPECT_EQ(said.datagrams[0].facts.interface, index_of("s0.5"));
}

TEST_F(PacketIoTest, BrokenFramesAreCountedByName) {
  shell("ip link set s0 mtu 4000");
  open();
  const Visit visit(there, here);
  shell("ip link set c0 mtu 4000");
  const Wire wire("c0");

  Frame bad_checksum = frame("bad checksum");
  store_u8(&bad_checksum[50], '!');
  wire.send(bad_checksum);

  Frame first_piece = frame("fragment");  // more fragments; the header checksum mended by hand
  store_u8(&first_piece[20], 0x60);
  store_be16(&first_piece[24], static_cast<std::uint16_t>(load_be16(&first_piece[24]) - 0x2000));
  wire.send(first_piece);

  wire.send(frame(std::string(3'000, 'x')));

  Frame bad_header = frame("bad header");
  store_u8(&bad_header[22], 1);  // another TTL
  wire.send(bad_header);

  wire.send(frame("good"));
  ASSERT_TRUE(run_until([&] { return !said.datagrams.empty(); }));
  EXPECT_EQ(said.payloads(), std::vector<std::string>{"good"});
  for (const FrameRefusal refusal : {FrameRefusal::bad_udp_checksum, FrameRefusal::fragment,
                                     FrameRefusal::cut_short, FrameRefusal::bad_ip_checksum}) {
    EXPECT_EQ(refused(refusal), 1) << net::name(refusal);
  }
}

TEST_F(PacketIoTest, ARelayAgentOnThisHostIsHeardThroughLoopback) {
  open();
  const Udp relay(1067);
  relay.send("to an address that is served", kHere, 67);
  relay.send("to loopback", {0x7f000001}, 67);  // that was not asked for
  ASSERT_TRUE(run_until([&] { return refused(FrameRefusal::not_served) == 1; }));
  ASSERT_EQ(said.payloads(), std::vector<std::string>{"to an address that is served"});
  EXPECT_FALSE(said.datagrams[0].facts.framed);
  EXPECT_EQ(said.datagrams[0].facts.interface, kLoopbackInterface);
  EXPECT_EQ(said.datagrams[0].facts.destination, kHere);
  EXPECT_EQ(said.datagrams[0].facts.source_port, 1067);
}

TEST_F(PacketIoTest, LoopbackIsServedByNameThroughTheUdpSocket) {
  open({.wanted = {.named = {{.name = "lo", .address = {}}}}});
  const Udp client(68);
  client.send("hello", {0x7f000001}, 67);
  ASSERT_TRUE(run_until([&] { return !said.datagrams.empty(); }));
  reply({.interface = kLoopbackInterface,
         .target = net::LinkTarget::route,
         .source = {0x7f000001},
         .destination = {0x7f000001}},
        "answer");
  EXPECT_EQ(client.receive(), "answer");
}

TEST_F(PacketIoTest, AnInterfaceThatIsNotServedIsNotHeard) {
  open({.wanted = {.named = {{.name = "lo", .address = {}}}}});
  {
    const Visit visit(there, here);
    const Udp client(68, "c0");
    client.send("unicast", kHere, 67);
    client.send("broadcast", net::kIp4Broadcast, 67);
  }
  run_out();
  EXPECT_TRUE(said.datagrams.empty());
}

/// A tunnel without Ethernet headers, with us in the part of the far end.
class Tunnel {
 public:
  explicit Tunnel(const char* name) : fd_(::open("/dev/net/tun", O_RDWR | O_CLOEXEC)) {
    ifreq request{};
    std::string_view(name).copy(request.ifr_name, IFNAMSIZ - 1);
    request.ifr_flags = IFF_TUN | IFF_NO_PI;
    is_open_ = fd_.is_open() && ioctl(fd_.get(), TUNSETIFF, &request) == 0;
  }
  [[nodiscard]] bool is_open() const { return is_open_; }
  void send(Bytes packet) const {
    EXPECT_EQ(write(fd_.get(), packet.data(), packet.size()), static_cast<ssize_t>(packet.size()));
  }
  [[nodiscard]] Frame receive() const {
    Frame packet(2'048);
    packet.resize(static_cast<std::size_t>(
        std::max<ssize_t>(read(fd_.get(), packet.data(), packet.size()), 0)));
    return packet;
  }

 private:
  FileDescriptor fd_;
  bool is_open_ = false;
};

TEST_F(PacketIoTest, ATunnelIsServedThroughTheUdpSocket) {
  const Tunnel tunnel("tun0");
  if (!tunnel.is_open()) GTEST_SKIP() << "no tunnels here";
  shell("sysctl -qw net.ipv6.conf.tun0.disable_ipv6=1");
  shell("ip address add 203.0.113.1/24 dev tun0 && ip link set tun0 up");
  open({.wanted = {.named = {{.name = "tun0", .address = {}}}}});
  const Frame whole = frame("through the tunnel", {0xcb007101});
  tunnel.send(Bytes(whole).subspan(net::kEthernetHeader));
  ASSERT_TRUE(run_until([&] { return !said.datagrams.empty(); }));
  EXPECT_FALSE(said.datagrams[0].facts.framed);
  EXPECT_EQ(said.datagrams[0].facts.interface, index_of("tun0"));
  reply({.interface = index_of("tun0"),
         .target = net::LinkTarget::broadcast,
         .source = {0xcb007101},
         .destination = net::kIp4Broadcast},
        "to all of the tunnel");
  const Frame answer = tunnel.receive();
  ASSERT_EQ(answer.size(), 28 + 20U);
  EXPECT_EQ(as_text(Bytes(answer).subspan(28)), "to all of the tunnel");
  EXPECT_EQ(load_be32(&answer[16]), net::kIp4Broadcast.value);
}

TEST_F(PacketIoTest, UdpModeHearsEverythingWithoutPacketSockets) {
  open({.wanted = {.named = {{.name = "s0", .address = {}}}}, .sockets = SocketKind::udp});
  const Visit visit(there, here);
  const Udp client(68, "c0");
  client.send("broadcast", net::kIp4Broadcast, 67);
  client.send("unicast", kHere, 67);
  ASSERT_TRUE(run_until([&] { return said.datagrams.size() == 2; }));
  EXPECT_EQ(said.payloads(), (std::vector<std::string>{"broadcast", "unicast"}));
  EXPECT_FALSE(said.datagrams[0].facts.framed);
  EXPECT_EQ(said.datagrams[0].facts.interface, index_of("s0"));
  EXPECT_EQ(said.datagrams[0].facts.destination, net::kIp4Broadcast);
  // A client without an address cannot be asked by ARP: the answer is broadcast.
  reply({.interface = index_of("s0"),
         .target = net::LinkTarget::mac,
         .target_mac = kThereMac,
         .source = kHere,
         .destination = {0xc0000264}},
        "offer");
  EXPECT_EQ(client.receive(), "offer");
}

TEST_F(PacketIoTest, ABurstComesInBatchesAndWhatDoesNotFitIsCounted) {
  open();
  constexpr std::uint64_t kBurst = 10'000;
  send_crowd(kBurst, frame("burst"), frame("burst"));
  run_out();
  {
    // The kernel says that it has lost some with the next frame that it can deliver.
    const Visit visit(there, here);
    Wire("c0").send(frame("last"));
  }
  ASSERT_TRUE(run_until([&] { return said.payloads().back() == "last"; }));
  EXPECT_EQ(count(IoCount::received_framed) + count(IoCount::receive_lost), kBurst + 1);
  EXPECT_GE(count(IoCount::received_framed), kMaxRingFrames);
  for (const std::size_t batch : said.batches) EXPECT_LE(batch, kReceiveBatch);
}

TEST_F(PacketIoTest, OfACrowdTheHandlerPicks) {
  open();
  said.wants = [](const net::Datagram& in) { return as_text(in.payload) == "few"; };
  constexpr std::size_t kSent = kMaxRingFrames - 64;  // none is lost yet
  send_crowd(kSent, frame("many"), frame("few"));
  ASSERT_TRUE(run_until([&] { return count(IoCount::received_framed) == kSent; }));
  const auto payloads = said.payloads();
  EXPECT_EQ(std::ranges::count(payloads, "few"), kSent / 64);
  // What came before the queue was found long, and after it was long no more.
  EXPECT_LE(std::ranges::count(payloads, "many"), 2 * kReceiveBatch);
  EXPECT_EQ(said.crowds, 1U);
  EXPECT_EQ(count(IoCount::receive_lost), 0U);
}

TEST_F(PacketIoTest, AQueueThatIsNotHalfFullIsNoCrowd) {
  open();
  said.wants = [](const net::Datagram&) { return false; };
  constexpr std::size_t kSent = kMaxRingFrames / 2 - 64;
  send_crowd(kSent, frame("many"), frame("few"));
  ASSERT_TRUE(run_until([&] { return said.datagrams.size() == kSent; }));
  EXPECT_EQ(said.crowds, 0U);
}

TEST_F(PacketIoTest, AHandlerThatDoesNotPickIsGivenAll) {
  open();
  constexpr std::size_t kSent = kMaxRingFrames - 64;
  send_crowd(kSent, frame("many"), frame("few"));
  ASSERT_TRUE(run_until([&] { return said.datagrams.size() == kSent; }));
  EXPECT_GT(said.crowds, 1U);
}

TEST_F(PacketIoTest, OfACrowdAtTheUdpSocketTheHandlerPicks) {
  open({.wanted = {.named = {{.name = "s0", .address = {}}}}, .sockets = SocketKind::udp});
  said.wants = [](const net::Datagram& in) { return as_text(in.payload) == "few"; };
  std::size_t few = 0;
  {
    const Visit visit(there, here);
    const Udp client(68);
    // A buffer of a mebioctet counts each small datagram with its overhead, below 1,024 octets.
    for (std::size_t i = 0; i < 4'000; ++i) {
      const bool is_few = i >= 64 && i % 64 == 0 && i < 1'000;
      few += is_few ? 1 : 0;
      client.send(is_few ? "few" : "many", kHere, 67);
    }
  }
  run_out();
  EXPECT_GE(said.crowds, 1U);
  EXPECT_EQ(std::ranges::count(said.payloads(), "few"), few);
  EXPECT_LT(said.datagrams.size(), count(IoCount::received_udp));
}

TEST_F(PacketIoTest, WithoutARingFramesArriveJustTheSame) {
  // A ring beyond all memory is refused, as a sandbox would refuse any.
  const auto port = PacketPort::open(
      {.interface = if_nametoindex("s0"), .name = "s0", .ports = {67}, .ring_frames = 200'000'000});
  ASSERT_TRUE(port) << to_string(port.error());
  EXPECT_NE((*port)->ring_refusal(), "");
  {
    const Visit visit(there, here);
    Udp(68, "c0").send("not ready", net::kIp4Broadcast, 67);
    const Wire wire("c0");
    wire.send(frame("whole"));
    wire.send(tagged(frame("vlan"), 5));
    wire.send(tagged(frame("priority"), 0x2000));
    Udp(68, "c0").send("other port", net::kIp4Broadcast, 69);
  }
  std::vector<std::string> heard;
  Bytes coming;
  Bytes after_that;
  std::size_t told = 0;
  std::size_t told_second = 0;
  FrameSource& source = (*port)->source();
  for (ReceivedFrame in; source.next(in);) {
    if (!coming.empty()) {
      ++told;
      EXPECT_EQ(coming.data(), in.frame.data());
      EXPECT_EQ(coming.size(), in.frame.size());
    }
    coming = source.ahead(1);
    if (!after_that.empty()) {
      ++told_second;
      EXPECT_EQ(coming.data(), after_that.data());
    }
    after_that = source.ahead(2);
    const auto parsed = net::parse_frame(in.frame, in.checksum, 67);
    if (!parsed) continue;
    heard.push_back(std::string(as_text(parsed->payload)) + (in.in_vlan ? " in a VLAN" : ""));
    EXPECT_FALSE(in.other_host || in.outgoing || !in.whole);
  }
  source.release();
  EXPECT_TRUE(coming.empty());
  EXPECT_GE(told, 3U);
  EXPECT_GE(told_second, 2U);
  EXPECT_EQ(heard, (std::vector<std::string>{"not ready", "whole", "vlan in a VLAN", "priority"}));
}

TEST_F(PacketIoTest, AnIdleLoopSleeps) {
  open();
  run_out();
  const std::uint64_t before = loop->turns();
  run_out();
  EXPECT_LE(loop->turns() - before, 2);
}

}  // namespace
}  // namespace lessor::runtime::testing
