#include "host/interface_owner.h"

#include "host/test_folder.h"

#include <gtest/gtest.h>

namespace lessor::host {
namespace {

OwnerFacts with(ProcessFacts process) {
  process.pid = 7;
  OwnerFacts facts;
  facts.processes = {std::move(process)};
  facts.packet_sockets = {100};
  facts.port_68 = {200};
  facts.interfaces = {"lo", "eth0", "eth1"};
  return facts;
}

/// What is said of eth0; "" for nobody.
std::string judged(const OwnerFacts& facts, const std::string& interface = "eth0") {
  const auto owner = judge_owner(facts, interface);
  return owner ? to_string(*owner) : "";
}

TEST(JudgeOwner, KnowsDhcpClientsByNameAndInterface) {
  struct Case {
    ProcessFacts process;
    const char* says;
  };
  const Case cases[] = {
      {{.name = "dhclient", .words = {"/sbin/dhclient", "-v", "eth0"}},
       "dhclient (pid 7), which was started for it"},
      {{.name = "dhclient", .words = {"/sbin/dhclient", "eth1"}}, ""},
      {{.name = "dhclient", .words = {"dhclient"}},
       "dhclient (pid 7), which was started for all interfaces"},
      {{.name = "dhclient", .words = {"dhclient", "eth1"}, .sockets = {100}},
       "dhclient (pid 7), which has a packet socket on it"},
      {{.name = "dhcpcd", .words = {"dhcpcd:", "[master]", "[ip4]"}},
       "dhcpcd (pid 7), which was started for all interfaces"},
      {{.name = "dhcpcd", .words = {"dhcpcd:", "eth1", "[ip4]"}}, ""},
      {{.name = "udhcpc", .words = {"udhcpc", "-i", "eth0"}},
       "udhcpc (pid 7), which was started for it"},
      {{.name = "udhcpc", .words = {"udhcpc"}}, "udhcpc (pid 7), which was started for it"},
      {{.name = "udhcpc", .words = {"udhcpc", "-ieth1"}}, ""},
      {{.name = "busybox", .words = {"/bin/busybox", "udhcpc", "-i", "eth0"}},
       "udhcpc (pid 7), which was started for it"},
      {{.name = "busybox", .words = {"busybox", "sleep", "9"}}, ""},
      {{.name = "tcpdump", .words = {"tcpdump", "-i", "eth0"}, .sockets = {100}}, ""},
      {{.name = "connmand", .words = {"connmand"}, .sockets = {100, 200}},
       "connmand (pid 7), which has a packet socket on it and port 68"},
      {{.name = "vim", .words = {"vim", "dhclient"}}, ""},
  };
  for (const Case& c : cases) {
    EXPECT_EQ(judged(with(c.process)), c.says) << c.process.name;
  }
}

TEST(JudgeOwner, BelievesManagersOnlyWhileTheyRun) {
  OwnerFacts facts = with({.name = "NetworkManager", .words = {"NetworkManager"}});
  EXPECT_EQ(judged(facts), "");
  facts.network_manager = "[device]\nmanaged=false\n";
  EXPECT_EQ(judged(facts), "");
  facts.network_manager = "[device]\nmanaged=true\n";
  EXPECT_EQ(judged(facts), "NetworkManager (pid 7), which manages it");
  facts.processes.clear();
  EXPECT_EQ(judged(facts), "");
}

TEST(JudgeOwner, LeavesNetworkdItsFixedAddresses) {
  OwnerFacts facts = with({.name = "systemd-network"});
  facts.networkd = "ADMIN_STATE=configured\n";
  EXPECT_EQ(judged(facts), "");
  facts.networkd_lease = true;
  EXPECT_EQ(judged(facts), "systemd-networkd (pid 7), which manages it by DHCP");
  facts.networkd = "ADMIN_STATE=unmanaged\n";
  EXPECT_EQ(judged(facts), "");
}

TEST(JudgeOwner, NamesAnotherLessorClient) {
  OwnerFacts facts;
  facts.lessor = 12;
  EXPECT_EQ(judged(facts), "lessor client (pid 12), which has its lock");
}

TEST(PacketSocketsOn, ReadsTheKernelsTable) {
  constexpr std::string_view kText =
      "sk               RefCnt Type Proto  Iface R Rmem   User   Inode\n"
      "0000000000000000 3      3    0003   2     1 0      0      31\n"
      "0000000000000000 3      3    0003   12    1 0      0      32\n"
      "0000000000000000 3      3    0003   2     1 0      0      33\n"
      "short line\n";
  EXPECT_EQ(packet_sockets_on(kText, 2), (std::set<std::uint64_t>{31, 33}));
  EXPECT_TRUE(packet_sockets_on("", 2).empty());
}

/// A host as its files tell it.
class FakeHost : public TestFolder {
 public:
  FakeHost() {
    link("proc/self/ns/net", "net:[1]");
    write("proc/net/packet", "h\n0 3 3 0003 2 1 0 0 100\n");
    write("proc/net/dev", "Inter-|\n  face |\n    lo: 0\n  eth0: 0\n  eth1: 0\n");
  }
  void run(const std::string& pid, const std::string& name, const std::string& command,
           const std::string& network = "net:[1]") const {
    write("proc/" + pid + "/comm", name + "\n");
    write("proc/" + pid + "/cmdline", command);
    link("proc/" + pid + "/ns/net", network);
    link("proc/" + pid + "/fd/3", "socket:[100]");
  }
};

TEST(FindInterfaceOwner, ReadsAHost) {
  const FakeHost host;
  EXPECT_FALSE(find_interface_owner("eth0", 2, host.path()));
  host.run("7", "udhcpc", std::string("udhcpc\0-i\0eth0\0", 15));
  const auto owner = find_interface_owner("eth0", 2, host.path());
  ASSERT_TRUE(owner);
  EXPECT_EQ(to_string(*owner), "udhcpc (pid 7), which has a packet socket on it");
  EXPECT_FALSE(find_interface_owner("eth1", 3, host.path()));
}

TEST(FindInterfaceOwner, LooksIntoNoOtherNetworkNamespace) {
  const FakeHost host;
  host.run("7", "dhclient", std::string("dhclient\0eth0\0", 14), "net:[2]");
  EXPECT_FALSE(find_interface_owner("eth0", 2, host.path()));
}

TEST(FindInterfaceOwner, ReadsWhatNetworkManagerNoted) {
  const FakeHost host;
  host.run("7", "NetworkManager", "/usr/sbin/NetworkManager");
  host.write("run/NetworkManager/devices/9", "[device]\nmanaged=true\n");
  EXPECT_FALSE(find_interface_owner("eth1", 3, host.path()));
  EXPECT_TRUE(find_interface_owner("wlan0", 9, host.path()));
}

TEST(FindInterfaceOwner, AHostThatCannotBeReadHasNone) {
  const TestFolder empty;
  EXPECT_FALSE(find_interface_owner("eth0", 2, empty.path()));
}

}  // namespace
}  // namespace lessor::host
