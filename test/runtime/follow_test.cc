// Interfaces that are missing, down, renamed, readdressed or replaced, at start and later.

#include "network.h"

#include "runtime/socket_options.h"

#include <cerrno>
#include <netinet/in.h>
#include <sys/socket.h>

namespace lessor::runtime::testing {
namespace {

using net::FrameRefusal;

class FollowTest : public PacketIoTest {
 protected:
  /// Whether a datagram from there to `to` is heard; nothing else may be.
  bool hears(net::Ip4 to = net::kIp4Broadcast, const std::string& from = "c0") {
    said.datagrams.clear();
    {
      const Visit visit(there, here);
      Wire(from).send(frame("ping", to));
    }
    const bool heard = run_until([&] { return !said.datagrams.empty(); });
    run_out();
    return heard && said.datagrams.size() == 1;
  }
  bool says(std::string_view name, std::string_view reason) {
    const bool said_so = run_until([&] { return said.reason(name) == reason; });
    EXPECT_EQ(said.reason(name), reason);
    return said_so;
  }
  PacketIoOptions serving(std::string_view name) {
    return {.wanted = {.named = {{.name = std::string(name), .address = {}}}}};
  }
};

TEST_F(FollowTest, AnInterfaceThatComesLaterIsServed) {
  open(serving("late0"));
  EXPECT_EQ(said.reason("late0"), "not there");
  shell("ip link add late0 type veth peer name lc0 netns " + there.path());
  says("late0", "down");
  shell("ip link set late0 up");
  says("late0", "no IPv4 address");
  shell("ip address add 198.51.100.1/24 dev late0");
  says("late0", "no carrier");
  {
    const Visit visit(there, here);
    shell("ip link set lc0 up");
  }
  says("late0", "serving");
  EXPECT_TRUE(hears(net::kIp4Broadcast, "lc0"));
}

TEST_F(FollowTest, AnInterfaceWithoutAddressIsServedWhereThatIsWanted) {
  shell("ip address flush dev s0");
  open({.wanted = {.named = {{.name = "s0", .address = {}, .unnumbered = true}}}});
  says("s0", "serving");
  EXPECT_TRUE(hears());
}

TEST_F(FollowTest, TheWayToADestinationIsServedAndFollowed) {
  shell("ip link add up0 type veth peer name uc0 netns " + there.path() + " && ip link set up0 up");
  {
    const Visit visit(there, here);
    shell("ip link set uc0 up");
  }
  open({.wanted = {.toward = {kThere}}});
  says("s0", "serving");
  EXPECT_EQ(said.reason("up0"), "-");
  shell("ip route add 192.0.2.10/32 dev up0");
  says("up0", "serving");
  EXPECT_EQ(said.reason("s0"), "-");
  EXPECT_TRUE(hears(net::kIp4Broadcast, "uc0"));
}

TEST_F(FollowTest, AnAnswerIsTakenByWhicheverInterfaceItComes) {
  shell("ip link add up0 type veth peer name uc0 netns " + there.path() + " && ip link set up0 up");
  {
    const Visit visit(there, here);
    shell("ip link set uc0 up");
  }
  for (const bool anywhere : {false, true}) {
    io.reset();
    open({.wanted = {.named = {{.name = "up0", .address = {}, .unnumbered = true}}},
          .unicast_from_anywhere = anywhere});
    EXPECT_EQ(hears(kHere), anywhere);
    EXPECT_FALSE(hears(net::kIp4Broadcast));  // clients there are none of ours
  }
}

TEST_F(FollowTest, ARenamedInterfaceIsServedWhenItsNameIsAskedFor) {
  open(serving("lan"));
  EXPECT_EQ(said.reason("lan"), "not there");
  shell("ip link set s0 down && ip link set s0 name lan && ip link set lan up");
  says("lan", "serving");
  EXPECT_TRUE(hears());
  shell("ip link set lan down && ip link set lan name s0 && ip link set s0 up");
  says("lan", "not there");
  run_out();
  {
    const Visit visit(there, here);
    Wire("c0").send(frame("ping", net::kIp4Broadcast));
  }
  said.datagrams.clear();
  run_out();
  EXPECT_TRUE(said.datagrams.empty());
}

TEST_F(FollowTest, AReaddressedInterfaceTakesTheNewAddressOnly) {
  open();
  EXPECT_TRUE(hears(kHere));
  shell("ip address flush dev s0 && ip address add 192.0.2.77/25 brd + dev s0");
  ASSERT_TRUE(run_until([&] {
    const net::Interface* s0 = io->interfaces().find("s0");
    return s0->addresses == std::vector<net::Prefix4>{{{0xc000024d}, 25}};
  }));
  says("s0", "serving");
  EXPECT_TRUE(hears({0xc000024d}));
  EXPECT_TRUE(hears({0xc000027f}));  // its directed broadcast
  const Visit visit(there, here);
  Wire("c0").send(frame("old", kHere));
  Wire("c0").send(frame("old broadcast", {0xc00002ff}));
  EXPECT_TRUE(run_until([&] { return refused(FrameRefusal::not_for_us) == 2; }));
}

TEST_F(FollowTest, DownAndUpAgainWithoutSpinning) {
  open();
  shell("ip link set s0 down");
  says("s0", "down");
  run_out();
  const std::uint64_t before = loop->turns();
  run_out();
  EXPECT_LE(loop->turns() - before, 2);
  shell("ip link set s0 up");
  says("s0", "serving");
  EXPECT_TRUE(hears());
}

TEST_F(FollowTest, AFlapThatIsOverBeforeWeLookChangesNothing) {
  open();
  shell("ip link set s0 down && ip link set s0 up");
  says("s0", "serving");
  EXPECT_TRUE(hears());
  run_out();
  const std::uint64_t before = loop->turns();
  run_out();
  EXPECT_LE(loop->turns() - before, 2);
}

TEST_F(FollowTest, NoCarrierIsSaidAndHealsItself) {
  open();
  {
    const Visit visit(there, here);
    shell("ip link set c0 down");
  }
  says("s0", "no carrier");
  {
    const Visit visit(there, here);
    shell("ip link set c0 up");
  }
  says("s0", "serving");
  EXPECT_TRUE(hears());
}

TEST_F(FollowTest, ABridgePortIsRefusedByNamingItsBridge) {
  shell("ip link add br0 type bridge && ip link set s0 master br0");
  open(serving("s0"));
  EXPECT_EQ(said.reason("s0"), "is a port of br0: serve br0");
  shell("ip link set s0 nomaster");
  says("s0", "serving");
  EXPECT_TRUE(hears());
}

TEST_F(FollowTest, ABridgeIsServedOnceForAllItsPorts) {
  shell("ip link add br0 type bridge && ip link set s0 master br0");
  shell("ip address flush dev s0 && ip address add 192.0.2.1/24 brd + dev br0");
  shell("ip link set br0 up");
  open({.wanted = {.every = true}});
  says("br0", "serving");
  EXPECT_EQ(said.reason("s0"), "-");
  EXPECT_EQ(said.reason("lo"), "-");
  EXPECT_TRUE(hears());
  ASSERT_FALSE(said.datagrams.empty());
  EXPECT_EQ(said.datagrams[0].facts.interface, index_of("br0"));
}

TEST_F(FollowTest, AnInterfaceReplacedByOneOfTheSameNameAndIndexIsServedAgain) {
  open();
  const std::string index = std::to_string(index_of("s0"));
  // All of it happens before the loop looks: only the socket knows that it lost its interface.
  shell("ip link del s0 && ip link add s0 index " + index + " type veth peer name c0 netns " +
        there.path());
  shell("ip address add 192.0.2.1/24 brd + dev s0 && ip link set s0 up");
  {
    const Visit visit(there, here);
    shell("ip link set c0 up");
  }
  ASSERT_TRUE(says("s0", "serving"));
  run_out();
  EXPECT_EQ(std::to_string(index_of("s0")), index);
  EXPECT_TRUE(hears());
  const std::uint64_t before = loop->turns();
  run_out();
  EXPECT_LE(loop->turns() - before, 2);
}

TEST_F(FollowTest, InterfacesThatHoldAnAddressInASubnetAreServed) {
  open({.wanted = {.holding_address_in = {{{0xc6336400}, 24}}}});  // 198.51.100.0/24
  EXPECT_EQ(said.reason("s0"), "-");
  shell("ip address add 198.51.100.1/24 dev s0");
  says("s0", "serving");
  EXPECT_TRUE(hears());
  shell("ip address del 198.51.100.1/24 dev s0");
  EXPECT_TRUE(run_until([&] { return said.reason("s0") == "-"; }));
}

TEST_F(FollowTest, AnAddressAskedForMustBeHeld) {
  open({.wanted = {.named = {{.name = "s0", .address = net::Ip4{0xc0000203}}}}});
  EXPECT_EQ(said.reason("s0"), "does not hold 192.0.2.3");
  shell("ip address add 192.0.2.3/24 dev s0");
  says("s0", "serving");
}

TEST_F(FollowTest, AReloadChangesWhatIsServedAndKeepsWhatStays) {
  shell("ip link add s1 type veth peer name c1 netns " + there.path());
  shell("ip address add 198.51.100.1/24 dev s1 && ip link set s1 up");
  {
    const Visit visit(there, here);
    shell("ip link set c1 up");
  }
  open();
  io->set_wanted({.named = {{.name = "s0", .address = {}}, {.name = "s1", .address = {}}}});
  {
    const Visit visit(there, here);
    Wire("c0").send(frame("before the reload is taken up", net::kIp4Broadcast));
  }
  says("s1", "serving");
  ASSERT_TRUE(run_until([&] { return !said.datagrams.empty(); }));
  EXPECT_TRUE(hears(net::kIp4Broadcast, "c1"));
  io->set_wanted({.named = {{.name = "s1", .address = {}}}});
  EXPECT_TRUE(run_until([&] { return said.reason("s0") == "-"; }));
  EXPECT_TRUE(hears(net::kIp4Broadcast, "c1"));
}

TEST_F(FollowTest, ManyInterfacesAtOnceAreAllFollowed) {
  // More events than a netlink socket's buffer holds: the kernel drops some and says so.
  open({.wanted = {.every = true}});
  constexpr int kMany = 150;
  std::string batch;
  for (int i = 0; i < kMany; ++i) {
    const std::string n = std::to_string(i);
    batch += "link add m" + n + " type bridge\naddress add 10." + n + ".0.1/24 dev m" + n +
             "\nlink set m" + n + " up\n";
  }
  shell("printf '" + batch + "' | ip -batch -");
  ASSERT_TRUE(run_until([&] { return said.served.size() == kMany + 1; })) << said.served.size();
  EXPECT_TRUE(run_until([&] { return said.reason("m149") == "serving"; }));
  EXPECT_TRUE(hears());
}

TEST_F(FollowTest, EventsFromBeforeAnOverflowDoNotBringThePastBack) {
  open({.wanted = {.named = {{.name = "s0", .address = net::Ip4{0xc0000203}}}}});
  // The first is kept in the socket's buffer, the last is dropped.
  std::string batch = "address add 192.0.2.3/24 dev s0\n";
  for (int i = 0; i < 1'000; ++i) {
    batch += "address add 10.9.9.9/32 dev lo\naddress del 10.9.9.9/32 dev lo\n";
  }
  shell("printf '" + batch + "address del 192.0.2.3/24 dev s0\n' | ip -batch -");
  run_out();
  EXPECT_EQ(said.reason("s0"), "does not hold 192.0.2.3");
}

TEST_F(FollowTest, ABusyPortNamesItsHolder) {
  open();
  auto second_loop = EventLoop::open();
  ASSERT_TRUE(second_loop);
  const auto second = PacketIo::open(**second_loop, outbox, said, {});
  ASSERT_FALSE(second);
  const std::string text = to_string(second.error());
  const std::string name = std::string(program_invocation_short_name).substr(0, 15);
  EXPECT_EQ(text, "cannot listen on UDP port 67: it is held by " + name + " (pid " +
                      std::to_string(getpid()) +
                      "); stop it, or have it listen on other interfaces only");
}

class NeighbourTest : public FollowTest {
 protected:
  NeighbourTest() {
    shell("ip link add v0 type bridge && ip address add 198.51.100.1/24 dev v0");
    shell("ip link set v0 up");
  }
  /// Another server's socket on port 67, as dnsmasq makes it; whether the kernel allows it.
  static bool takes(const FileDescriptor& fd, const std::string& interface = "",
                    net::Ip4 on = net::kIp4Any) {
    EXPECT_TRUE(set_option(fd.get(), SOL_SOCKET, SO_REUSEADDR, 1, "share"));
    if (!interface.empty()) {
      EXPECT_EQ(setsockopt(fd.get(), SOL_SOCKET, SO_BINDTODEVICE, interface.data(),
                           static_cast<socklen_t>(interface.size())),
                0);
    }
    sockaddr_in address{};
    address.sin_family = AF_INET;
    store_be16(reinterpret_cast<std::byte*>(&address.sin_port), 67);
    store_be32(reinterpret_cast<std::byte*>(&address.sin_addr), on.value);
    return bind(fd.get(), reinterpret_cast<const sockaddr*>(&address), sizeof address) == 0;
  }
  static FileDescriptor udp_socket() {
    return FileDescriptor(socket(AF_INET, SOCK_DGRAM | SOCK_NONBLOCK | SOCK_CLOEXEC, 0));
  }
};

TEST_F(NeighbourTest, AServerOnAnotherInterfaceMayHaveThePortBeforeUs) {
  const FileDescriptor other = udp_socket();
  ASSERT_TRUE(takes(other, "v0"));
  open();
  ASSERT_EQ(said.notices.size(), 1);
  EXPECT_TRUE(said.notices[0].starts_with("UDP port 67 is also held by ")) << said.notices[0];
  EXPECT_TRUE(hears());
  EXPECT_TRUE(hears(kHere));
  Udp(1067).send("from a relay agent here", kHere, 67);
  EXPECT_TRUE(run_until([&] { return said.payloads().back() == "from a relay agent here"; }));
  // Neither takes what is the other's.
  Udp(68).send("to the other", {0xc6336401}, 67);
  run_out();
  EXPECT_EQ(said.payloads().back(), "from a relay agent here");
  char text[32];
  EXPECT_EQ(recv(other.get(), text, sizeof text, 0), 12);
}

TEST_F(NeighbourTest, AServerOnAnotherAddressMayHaveThePort) {
  constexpr net::Ip4 kTheirs{0xc6336401};
  const FileDescriptor before = udp_socket();
  ASSERT_TRUE(takes(before, "", kTheirs));
  open();
  EXPECT_TRUE(hears(kHere));
  EXPECT_TRUE(hears());
  EXPECT_FALSE(takes(udp_socket()));
}

TEST_F(NeighbourTest, AServerOnAnotherInterfaceMayComeAfterUs) {
  open();
  EXPECT_TRUE(takes(udp_socket(), "v0"));
  EXPECT_TRUE(hears());
  EXPECT_TRUE(said.notices.empty());
}

TEST_F(NeighbourTest, NobodyMayComeToAnInterfaceOfOursOrToAll) {
  open(serving("s0"));
  EXPECT_FALSE(takes(udp_socket(), "s0"));
  EXPECT_FALSE(takes(udp_socket()));
  io->set_wanted({.named = {{.name = "v0", .address = {}}}});
  EXPECT_TRUE(run_until([&] { return said.reason("s0") == "-"; }));
  EXPECT_TRUE(takes(udp_socket(), "s0"));  // ours no longer
  EXPECT_FALSE(takes(udp_socket(), "v0"));
}

TEST_F(NeighbourTest, AServerOnWhatIsOursIsInTheWay) {
  const auto refused_beside = [&](const std::string& interface, net::Ip4 address) {
    const FileDescriptor other = udp_socket();
    EXPECT_TRUE(takes(other, interface, address));
    auto own_loop = EventLoop::open();
    const auto opened = PacketIo::open(**own_loop, outbox, said, serving("s0"));
    if (opened) return false;
    const std::string who = "(pid " + std::to_string(getpid()) + ")";
    EXPECT_NE(to_string(opened.error()).find(who), std::string::npos);
    return true;
  };
  EXPECT_TRUE(refused_beside("s0", net::kIp4Any));
  EXPECT_TRUE(refused_beside("", net::kIp4Any));
  EXPECT_TRUE(refused_beside("", kHere));
}

}  // namespace
}  // namespace lessor::runtime::testing
