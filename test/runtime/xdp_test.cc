// What is received by AF_XDP, and what is left to the packet socket beside it.

#include "network.h"
#include "runtime/clock.h"
#include "runtime/xdp_receiver.h"

#include <array>
#include <bpf/bpf.h>
#include <net/if.h>
#include <unistd.h>

namespace lessor::runtime::testing {
namespace {

using net::FrameRefusal;

class XdpTest : public PacketIoTest {
 protected:
  void SetUp() override {
    const FileDescriptor map(bpf_map_create(BPF_MAP_TYPE_XSKMAP, "", 4, 4, 1, nullptr));
    if (!map.is_open()) GTEST_SKIP() << "no right to use BPF: run as root";
  }
  void open_xdp() {
    open({.wanted = {.named = {{.name = "s0", .address = {}}}}, .sockets = SocketKind::xdp});
  }
  /// Sends from there and waits until `count` datagrams have come.
  bool send_and_wait(const Frame& frame, std::size_t count) {
    {
      const Visit visit(there, here);
      Wire("c0").send(frame);
    }
    return run_until([&] { return said.datagrams.size() == count; });
  }
};

TEST_F(XdpTest, ABroadcastFromAnOrdinarySocketArrivesOnce) {
  open_xdp();
  EXPECT_TRUE(said.served[0].by_xdp);
  {
    const Visit visit(there, here);
    // On veth nobody computes the checksum, and XDP does not say so.
    Udp(68, "c0").send("discover", net::kIp4Broadcast, 67);
  }
  ASSERT_TRUE(run_until([&] { return !said.datagrams.empty(); }));
  run_out();
  ASSERT_EQ(said.payloads(), std::vector<std::string>{"discover"});
  const net::Datagram& in = said.datagrams[0].facts;
  EXPECT_TRUE(in.framed);
  EXPECT_EQ(in.interface, index_of("s0"));
  EXPECT_EQ(in.source, kThere);
  EXPECT_EQ(in.source_mac, kThereMac);
  EXPECT_EQ(count(IoCount::received_xdp), 1U);
  EXPECT_EQ(count(IoCount::received_framed), 1U);
  EXPECT_EQ(count(IoCount::received_udp), 0U);
  EXPECT_TRUE(said.notices.empty()) << said.notices[0];
}

/// The header checksum after the IPv4 header's octet at `at` became `value`.
Frame with_ip_octet(Frame frame, std::size_t at, std::uint8_t value) {
  store_u8(&frame[net::kEthernetHeader + at], value);
  store_be16(&frame[24], 0);
  std::uint32_t sum = 0;
  for (std::size_t i = net::kEthernetHeader; i < 34; i += 2) sum += load_be16(&frame[i]);
  sum = (sum & 0xffff) + (sum >> 16);
  store_be16(&frame[24], static_cast<std::uint16_t>(~(sum + (sum >> 16))));
  return frame;
}

Frame with_octet(Frame frame, std::size_t at, std::uint8_t value) {
  store_u8(&frame[at], value);
  return frame;
}

Frame tagged(Frame frame) {
  frame.insert(frame.begin() + 12, 4, std::byte{0});
  store_be16(&frame[12], net::kEtherTypeVlan);
  store_be16(&frame[14], 5);
  return frame;
}

TEST_F(XdpTest, WhatIsNotSurelyForUsGoesOnItsWay) {
  shell("sysctl -qw net.ipv4.ip_forward=1");
  shell("ip link set s0 promisc on mtu 3000");
  open_xdp();
  const Visit visit(there, here);
  shell("ip link set c0 mtu 3000");
  const Wire wire("c0");
  wire.send(tagged(frame("vlan")));
  wire.send(frame("transit", {0xc6336405}));
  wire.send(with_octet(frame("another's"), 5, 0x77));
  wire.send(with_ip_octet(frame("fragment"), 6, 0x60));
  wire.send(with_ip_octet(frame("not UDP"), 9, 6));
  wire.send(with_octet(frame("other port"), 37, 69));
  wire.send(frame("directed broadcast", {0xc00002ff}));
  wire.send(frame(std::string(2'000, 'x')));
  wire.send(Bytes(frame("cut")).first(41));
  ASSERT_TRUE(run_until([&] { return refused(FrameRefusal::cut_short) == 1; }));
  run_out();
  EXPECT_EQ(count(IoCount::received_xdp), 0U);
  EXPECT_EQ(said.payloads(), std::vector<std::string>{"directed broadcast"});
  EXPECT_EQ(refused(FrameRefusal::vlan_tagged), 1U);
  EXPECT_EQ(refused(FrameRefusal::not_for_us), 1U);
  EXPECT_EQ(refused(FrameRefusal::other_host), 1U);
  // The longest that a slot has room for is taken, one octet more is not.
  said.datagrams.clear();
  wire.send(frame(std::string(kReceiveSlot - 256 - net::kFrameHeaders, 'x')));
  wire.send(frame(std::string(kReceiveSlot - 256 - net::kFrameHeaders + 1, 'x')));
  ASSERT_TRUE(run_until([&] { return said.datagrams.size() == 2; }));
  EXPECT_EQ(count(IoCount::received_xdp), 1U);
}

TEST_F(XdpTest, WhatIsTakenIsJudgedLikeAnyFrame) {
  open_xdp();
  const Visit visit(there, here);
  const Wire wire("c0");
  wire.send(with_octet(frame("bad checksum"), 50, '!'));
  wire.send(with_octet(frame("bad header"), 24, 0x55));
  wire.send(frame("good"));
  ASSERT_TRUE(run_until([&] { return !said.datagrams.empty(); }));
  EXPECT_EQ(said.payloads(), std::vector<std::string>{"good"});
  EXPECT_EQ(refused(FrameRefusal::bad_udp_checksum), 1U);
  EXPECT_EQ(refused(FrameRefusal::bad_ip_checksum), 1U);
  EXPECT_EQ(count(IoCount::received_xdp), 3U);
}

/// On the interface, as long as it lives: each frame that leaves gets a VLAN tag, beside it, as
/// from a VLAN interface.
FileDescriptor push_tags(const std::string& interface) {
  constexpr auto kTcxEgress = static_cast<bpf_attach_type>(47);
  std::array<bpf_insn, 5> code{};
  code[0] = {
      .code = BPF_ALU64 | BPF_MOV | BPF_K, .dst_reg = 2, .src_reg = 0, .off = 0, .imm = 0x81};
  code[1] = {.code = BPF_ALU64 | BPF_MOV | BPF_K, .dst_reg = 3, .src_reg = 0, .off = 0, .imm = 5};
  code[2] = {.code = BPF_JMP | BPF_CALL,
             .dst_reg = 0,
             .src_reg = 0,
             .off = 0,
             .imm = BPF_FUNC_skb_vlan_push};
  code[3] = {.code = BPF_ALU64 | BPF_MOV | BPF_K, .dst_reg = 0, .src_reg = 0, .off = 0, .imm = 0};
  code[4] = {.code = BPF_JMP | BPF_EXIT, .dst_reg = 0, .src_reg = 0, .off = 0, .imm = 0};
  LIBBPF_OPTS(bpf_prog_load_opts, load, .expected_attach_type = kTcxEgress);
  const FileDescriptor program(
      bpf_prog_load(BPF_PROG_TYPE_SCHED_CLS, "tags", "GPL", code.data(), code.size(), &load));
  EXPECT_TRUE(program.is_open());
  return FileDescriptor(bpf_link_create(
      program.get(), static_cast<int>(if_nametoindex(interface.c_str())), kTcxEgress, nullptr));
}

TEST_F(XdpTest, AVlanTagBesideTheFrameIsSeen) {
  open_xdp();
  {
    const Visit visit(there, here);
    const FileDescriptor pushing = push_tags("c0");
    if (!pushing.is_open()) GTEST_SKIP() << "no tcx on this kernel (Linux 6.6 has it)";
    Wire("c0").send(frame("vlan 5"));
  }
  ASSERT_TRUE(run_until([&] { return refused(FrameRefusal::vlan_tagged) == 1; }));
  EXPECT_EQ(count(IoCount::received_xdp), 0U);
  ASSERT_TRUE(send_and_wait(frame("untagged"), 1));
  EXPECT_EQ(count(IoCount::received_xdp), 1U);
}

TEST_F(XdpTest, AnotherAddressAndAnotherMacAreFollowed) {
  open_xdp();
  shell("ip address add 198.51.100.1/24 dev s0");
  ASSERT_TRUE(run_until([&] { return io->interfaces().owns({0xc6336401}); }));
  ASSERT_TRUE(send_and_wait(frame("new address", {0xc6336401}), 1));
  EXPECT_EQ(count(IoCount::received_xdp), 1U);
  shell("ip link set s0 address 02:00:00:00:00:77");
  ASSERT_TRUE(run_until(
      [&] { return io->interfaces().find("s0")->mac == net::parse_mac("02:00:00:00:00:77"); }));
  ASSERT_TRUE(send_and_wait(with_octet(frame("new mac"), 5, 0x77), 2));
  EXPECT_EQ(count(IoCount::received_xdp), 2U);
}

TEST_F(XdpTest, AnInterfaceThatWasDownIsReceivedAgain) {
  open_xdp();
  shell("ip link set s0 down");
  ASSERT_TRUE(run_until([&] { return said.reason("s0").find("down") != std::string::npos; }));
  shell("ip link set s0 up");
  ASSERT_TRUE(run_until([&] { return said.served[0].state == ServeState::serving; }));
  ASSERT_TRUE(send_and_wait(frame("again"), 1));
  EXPECT_EQ(count(IoCount::received_xdp), 1U);
}

TEST_F(XdpTest, OneThatIsDownAtTheStartIsReceivedOnceItIsUp) {
  shell("ip link set s0 down");
  open_xdp();
  shell("ip link set s0 up");
  ASSERT_TRUE(run_until([&] { return said.served[0].state == ServeState::serving; }));
  ASSERT_TRUE(send_and_wait(frame("up"), 1));
  EXPECT_EQ(count(IoCount::received_xdp), 1U) << said.notices[0];
}

TEST_F(XdpTest, AnInterfaceMayGoAndAnotherComeInItsName) {
  open_xdp();
  shell("ip link del s0");
  ASSERT_TRUE(run_until([&] { return said.served[0].state == ServeState::not_there; }));
  shell("ip link add s0 address 02:00:00:00:00:0a type veth peer name c0 netns " + there.path());
  shell("ip address add 192.0.2.1/24 dev s0 && ip link set s0 up");
  {
    const Visit visit(there, here);
    shell("ip address add 192.0.2.10/24 dev c0 && ip link set c0 up");
  }
  ASSERT_TRUE(run_until([&] { return said.served[0].state == ServeState::serving; }));
  EXPECT_FALSE(said.served[0].by_xdp);
  ASSERT_TRUE(send_and_wait(frame("by packet socket"), 1));
}

TEST_F(XdpTest, WhereAnotherProgramHasTheInterfaceThePacketSocketReceives) {
  const auto first = XdpReceiver::open({.interface = if_nametoindex("s0"), .name = "s0"});
  ASSERT_TRUE(first) << to_string(first.error());
  open_xdp();
  ASSERT_EQ(said.notices.size(), 1U);
  EXPECT_NE(said.notices[0].find("receiving by packet socket: cannot"), std::string::npos);
  EXPECT_NE(said.notices[0].find("busy"), std::string::npos) << said.notices[0];
  EXPECT_FALSE(said.served[0].by_xdp);
  ASSERT_TRUE(send_and_wait(frame("heard"), 1));
}

TEST_F(XdpTest, ItsProgramGoesWithIt) {
  open_xdp();
  EXPECT_EQ(std::system("ip link show s0 | grep -q ' xdp '"), 0);
  io.reset();
  EXPECT_NE(std::system("ip link show s0 | grep -q ' xdp '"), 0);
}

TEST_F(XdpTest, WithoutADriversXdpThePacketSocketReceives) {
  shell("ip link add br0 type bridge && ip link set br0 up && ip address add 10.0.0.1/24 dev br0");
  open({.wanted = {.named = {{.name = "br0", .address = {}}}}, .sockets = SocketKind::xdp});
  ASSERT_EQ(said.notices.size(), 1U);
  EXPECT_NE(said.notices[0].find("no XDP of its own"), std::string::npos) << said.notices[0];
  EXPECT_FALSE(said.served[0].by_xdp);
}

TEST_F(XdpTest, ABurstComesInBatchesAndWhatDoesNotFitIsCounted) {
  open_xdp();
  constexpr std::uint64_t kBurst = 10'000;
  send_crowd(kBurst, frame("burst"), frame("burst"));
  ASSERT_TRUE(run_until(
      [&] { return count(IoCount::received_xdp) + count(IoCount::receive_lost) >= kBurst; }));
  EXPECT_EQ(count(IoCount::received_xdp) + count(IoCount::receive_lost), kBurst);
  EXPECT_GE(count(IoCount::received_xdp), kMaxRingFrames);
  EXPECT_GT(count(IoCount::receive_lost), 0U);
  for (const std::size_t batch : said.batches) EXPECT_LE(batch, kReceiveBatch);
  said.datagrams.clear();
  ASSERT_TRUE(send_and_wait(frame("room again"), 1));
}

TEST_F(XdpTest, OfACrowdTheHandlerPicks) {
  open_xdp();
  said.wants = [](const net::Datagram& in) { return as_text(in.payload) == "few"; };
  constexpr std::size_t kSent = kMaxRingFrames - 64;
  send_crowd(kSent, frame("many"), frame("few"));
  ASSERT_TRUE(run_until([&] { return count(IoCount::received_xdp) == kSent; }));
  const auto payloads = said.payloads();
  EXPECT_EQ(std::ranges::count(payloads, "few"), kSent / 64);
  EXPECT_LE(std::ranges::count(payloads, "many"), 2 * kReceiveBatch);
  EXPECT_EQ(said.crowds, 1U);
}

}  // namespace
}  // namespace lessor::runtime::testing
