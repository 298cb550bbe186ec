// Who else runs DHCP on an interface, asked of a real kernel.

#include "hand_fixture.h"

#include "host/duid.h"
#include "host/interface_owner.h"

#include <arpa/inet.h>
#include <linux/if_ether.h>
#include <linux/if_packet.h>
#include <net/if.h>
#include <sys/prctl.h>
#include <sys/socket.h>

namespace lessor::host::testing {
namespace {

/// A process of this name with a packet socket on the interface; it says when it has it.
int pose_as_client(const char* name, unsigned index) {
  ::prctl(PR_SET_NAME, name);
  const int fd = ::socket(AF_PACKET, SOCK_RAW | SOCK_CLOEXEC, 0);
  sockaddr_ll address{};
  address.sll_family = AF_PACKET;
  address.sll_protocol = htons(ETH_P_IP);
  address.sll_ifindex = static_cast<int>(index);
  if (::bind(fd, reinterpret_cast<const sockaddr*>(&address), sizeof address) != 0) return 1;
  (void)!::write(STDOUT_FILENO, "x", 1);
  ::pause();
  return 0;
}

TEST_F(HandTest, AnotherClientsPacketSocketIsFoundOnItsInterfaceOnly) {
  const unsigned s0 = ::if_nametoindex("s0");
  const unsigned c0 = ::if_nametoindex("c0");
  EXPECT_FALSE(find_interface_owner("s0", s0));
  const auto other = runtime::ChildProcess::start([&] { return pose_as_client("dhclient", s0); });
  ASSERT_TRUE(other);
  ASSERT_TRUE(runtime::wait_readable(other->output(), Duration::seconds(20)));
  const auto owner = find_interface_owner("s0", s0);
  ASSERT_TRUE(owner);
  EXPECT_EQ(to_string(*owner),
            "dhclient (pid " + std::to_string(other->pid()) + "), which has a packet socket on it");
  const auto tool = runtime::ChildProcess::start([&] { return pose_as_client("tcpdump", c0); });
  ASSERT_TRUE(tool);
  ASSERT_TRUE(runtime::wait_readable(tool->output(), Duration::seconds(20)));
  const auto elsewhere = find_interface_owner("c0", c0);
  EXPECT_TRUE(!elsewhere || elsewhere->name != "tcpdump");
}

TEST_F(HandTest, TheDuidIsTheSameAtEveryStart) {
  const auto first = load_duid(plan.state_folder, net::Mac(), WallTime{1'000'000'000});
  ASSERT_TRUE(first) << to_string(first.error());
  EXPECT_EQ(load_duid(plan.state_folder, net::Mac(), WallTime{2'000'000'000}).value_or(Duid()),
            *first);
}

}  // namespace
}  // namespace lessor::host::testing
