#include "runtime/interface_model.h"

#include <array>
#include <gtest/gtest.h>
#include <libmnl/libmnl.h>
#include <linux/if.h>
#include <linux/if_addr.h>
#include <linux/if_arp.h>
#include <linux/if_link.h>
#include <linux/rtnetlink.h>
#include <optional>

namespace lessor::runtime {
namespace {

/// A netlink message as the kernel would send it.
class Message {
 public:
  explicit Message(std::uint16_t type) : message_(mnl_nlmsg_put_header(buffer_.data())) {
    message_->nlmsg_type = type;
  }
  template <typename Header>
  Header& header() {
    return *static_cast<Header*>(mnl_nlmsg_put_extra_header(message_, sizeof(Header)));
  }
  Message& put(std::uint16_t type, Bytes bytes) {
    mnl_attr_put(message_, type, bytes.size(), bytes.data());
    return *this;
  }
  Message& put(std::uint16_t type, std::uint32_t number) {
    mnl_attr_put_u32(message_, type, number);
    return *this;
  }
  Message& put(std::uint16_t type, const char* text) {
    mnl_attr_put_strz(message_, type, text);
    return *this;
  }
  Message& put(std::uint16_t type, net::Ip4 address) {
    std::array<std::byte, 4> octets{};
    store_be32(octets.data(), address.value);
    return put(type, Bytes(octets));
  }
  Message& slave_of(std::uint32_t master, const char* kind) {
    put(IFLA_MASTER, master);
    nlattr* nest = mnl_attr_nest_start(message_, IFLA_LINKINFO);
    put(IFLA_INFO_SLAVE_KIND, kind);
    mnl_attr_nest_end(message_, nest);
    return *this;
  }
  [[nodiscard]] nlmsghdr& get() { return *message_; }

 private:
  alignas(nlmsghdr) std::array<std::byte, 1'024> buffer_{};
  nlmsghdr* message_;
};

Message link(std::uint16_t type, int index, const char* name, unsigned flags,
             std::uint8_t family = AF_UNSPEC) {
  Message message(type);
  auto& header = message.header<ifinfomsg>();
  header.ifi_family = family;
  header.ifi_index = index;
  header.ifi_flags = flags;
  header.ifi_type = ARPHRD_ETHER;
  message.put(IFLA_IFNAME, name);
  return message;
}

Message address(std::uint16_t type, int index, net::Prefix4 local, std::uint32_t flags = 0,
                std::optional<net::Ip4> peer = std::nullopt) {
  Message message(type);
  auto& header = message.header<ifaddrmsg>();
  header.ifa_family = AF_INET;
  header.ifa_index = static_cast<std::uint32_t>(index);
  header.ifa_prefixlen = local.length;
  message.put(IFA_ADDRESS, peer.value_or(local.address)).put(IFA_LOCAL, local.address);
  message.put(IFA_FLAGS, flags);
  return message;
}

constexpr unsigned kUp = IFF_UP | IFF_RUNNING;
constexpr net::Prefix4 kFirst{{0xc0000201}, 24};
constexpr net::Prefix4 kSecond{{0xc0000202}, 24};

TEST(InterfaceModel, KnowsWhatALinkMessageSays) {
  InterfaceModel model;
  const std::array<std::byte, 6> mac{std::byte{2}};
  EXPECT_TRUE(model.apply(
      link(RTM_NEWLINK, 3, "eth0", kUp).put(IFLA_MTU, 9'000U).put(IFLA_ADDRESS, mac).get()));
  const net::InterfaceTable table = model.table();
  const net::Interface* eth0 = table.find("eth0");
  ASSERT_NE(eth0, nullptr);
  EXPECT_EQ(eth0->index, 3);
  EXPECT_EQ(eth0->mtu, 9'000);
  EXPECT_EQ(net::to_string(eth0->mac), "02:00:00:00:00:00");
  EXPECT_TRUE(eth0->up && eth0->admin_up && eth0->ethernet);
}

TEST(InterfaceModel, SaysWhetherAnythingChanged) {
  InterfaceModel model;
  EXPECT_TRUE(model.apply(link(RTM_NEWLINK, 3, "eth0", IFF_UP).get()));
  EXPECT_FALSE(model.apply(link(RTM_NEWLINK, 3, "eth0", IFF_UP).get()));
  EXPECT_TRUE(model.apply(link(RTM_NEWLINK, 3, "lan", IFF_UP).get()));  // renamed
  EXPECT_TRUE(model.apply(link(RTM_NEWLINK, 3, "lan", kUp).get()));     // carrier
  EXPECT_TRUE(model.apply(address(RTM_NEWADDR, 3, kFirst).get()));
  EXPECT_FALSE(model.apply(address(RTM_NEWADDR, 3, kFirst).get()));
  EXPECT_TRUE(model.apply(address(RTM_DELADDR, 3, kFirst).get()));
  EXPECT_FALSE(model.apply(address(RTM_DELADDR, 3, kFirst).get()));
  EXPECT_TRUE(model.apply(link(RTM_DELLINK, 3, "lan", 0).get()));
  EXPECT_FALSE(model.apply(link(RTM_DELLINK, 3, "lan", 0).get()));
  EXPECT_TRUE(model.table().all().empty());
}

TEST(InterfaceModel, ABridgesWordAboutItsPortIsNotAboutTheLink) {
  InterfaceModel model;
  (void)model.apply(link(RTM_NEWLINK, 3, "eth0", kUp).get());
  EXPECT_FALSE(model.apply(link(RTM_DELLINK, 3, "eth0", 0, AF_BRIDGE).get()));
  EXPECT_FALSE(model.apply(link(RTM_NEWLINK, 4, "eth1", kUp, AF_BRIDGE).get()));
  EXPECT_FALSE(model.apply(link(RTM_NEWLINK, 3, "eth0", 0).put(IFLA_WIRELESS, 1U).get()));
  ASSERT_EQ(model.table().all().size(), 1);
  EXPECT_TRUE(model.table().all()[0].up);
}

TEST(InterfaceModel, AVrfIsNoMasterOfFrames) {
  InterfaceModel model;
  (void)model.apply(link(RTM_NEWLINK, 3, "eth0", kUp).slave_of(9, "bridge").get());
  (void)model.apply(link(RTM_NEWLINK, 4, "eth1", kUp).slave_of(10, "vrf").get());
  EXPECT_EQ(model.table().find("eth0")->master, 9);
  EXPECT_EQ(model.table().find("eth1")->master, 0);
  (void)model.apply(link(RTM_NEWLINK, 3, "eth0", kUp).get());  // released
  EXPECT_EQ(model.table().find("eth0")->master, 0);
}

TEST(InterfaceModel, PrimaryAddressesComeFirst) {
  InterfaceModel model;
  (void)model.apply(link(RTM_NEWLINK, 3, "eth0", kUp).get());
  (void)model.apply(address(RTM_NEWADDR, 3, kSecond, IFA_F_SECONDARY).get());
  (void)model.apply(address(RTM_NEWADDR, 3, kFirst).get());
  EXPECT_EQ(model.table().all()[0].addresses, (std::vector<net::Prefix4>{kFirst, kSecond}));
  // The primary goes, the secondary is promoted.
  (void)model.apply(address(RTM_DELADDR, 3, kFirst).get());
  EXPECT_TRUE(model.apply(address(RTM_NEWADDR, 3, kSecond).get()));
  EXPECT_EQ(model.table().all()[0].addresses, std::vector<net::Prefix4>{kSecond});
}

TEST(InterfaceModel, AnAddressWithAPeerElsewhereStandsAlone) {
  InterfaceModel model;
  (void)model.apply(link(RTM_NEWLINK, 3, "ppp0", kUp).get());
  (void)model.apply(address(RTM_NEWADDR, 3, kFirst, 0, net::Ip4{0x0a000001}).get());
  EXPECT_EQ(model.table().all()[0].addresses, (std::vector<net::Prefix4>{{kFirst.address, 32}}));
}

TEST(InterfaceModel, BrokenMessagesChangeNothing) {
  InterfaceModel model;
  Message empty_link(RTM_NEWLINK);
  EXPECT_FALSE(model.apply(empty_link.get()));
  Message empty_address(RTM_NEWADDR);
  EXPECT_FALSE(model.apply(empty_address.get()));
  EXPECT_FALSE(model.apply(address(RTM_NEWADDR, 3, kFirst).get()));  // of no link that we know
  (void)model.apply(link(RTM_NEWLINK, 3, "eth0", kUp).get());
  EXPECT_FALSE(model.apply(address(RTM_NEWADDR, 3, {{1}, 33}).get()));
  Message other(RTM_NEWROUTE);
  EXPECT_FALSE(model.apply(other.get()));
}

}  // namespace
}  // namespace lessor::runtime
