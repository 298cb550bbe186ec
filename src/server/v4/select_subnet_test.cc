#include "server/v4/select_subnet.h"

#include "server/v4/test_kit.h"

#include <gtest/gtest.h>

namespace lessor::server::v4::testing {
namespace {

/// Five networks: on eth0, two on eth1, behind relays, bound to an interface by name.
config::ServerConfig networks() {
  config::Subnet relayed = subnet(4, "10.4.0.0/24", {pool("10.4.0.10-10.4.0.99")});
  relayed.relays = {ip("172.16.0.9")};
  config::Subnet bound = subnet(5, "10.5.0.0/24", {pool("10.5.0.10-10.5.0.99")});
  bound.interface = "bare";
  return config_of({subnet(1, "192.0.2.0/24", {pool("192.0.2.10-192.0.2.99")}),
                    subnet(2, "10.0.0.0/24", {pool("10.0.0.10-10.0.0.99")}),
                    subnet(3, "10.0.1.0/24", {pool("10.0.1.10-10.0.1.99")}), relayed, bound});
}

Octets link_selection(std::string_view address) {
  Octets sub = octets({5, 4});
  for (const std::byte octet : ip_octets(address)) sub.push_back(octet);
  return sub;
}

struct Case {
  const char* what;
  Say say;
  std::uint32_t subnet_id;  // 0: none
  SubnetRule rule;
};

/// Whatever is known before, the selection is the same.
Selection select(Say say, const config::ServerConfig& config, const Classes* classes = nullptr) {
  wire::ParseScratch scratch;
  const net::Datagram in = say.said();
  const auto view = wire::MessageView::parse(in.payload, scratch);
  const auto request = wire::read_request(*view).value();
  const Selection selection = select_subnet(request, in, interfaces(), config, classes);
  for (const net::Ip4 address : {request.giaddr, request.ciaddr, ip("10.0.1.1"), ip("9.9.9.9")}) {
    const Selection again =
        select_subnet(request, in, interfaces(), config, classes, config.locate(address));
    EXPECT_EQ(again.subnet, selection.subnet) << net::to_string(address);
    EXPECT_EQ(again.rule, selection.rule) << net::to_string(address);
  }
  return selection;
}

TEST(SelectSubnet, GoesByTheRulesInTheirOrder) {
  const Host h = host(1);
  const Octets net3 = ip_octets("10.0.1.0");
  const Case cases[] = {
      {"the interface's address", discover(h), 1, SubnetRule::interface_address},
      {"the first of two networks on a link", discover(h).on(kEth1), 2,
       SubnetRule::interface_address},
      {"the one that holds what is asked for", discover(h).on(kEth1).asking("10.0.1.20"), 3,
       SubnetRule::interface_address},
      {"the one that holds ciaddr", rebinding(h, "10.0.1.20").on(kEth1), 3,
       SubnetRule::interface_address},
      {"a network of another link is not chosen by asking", discover(h).asking("10.0.1.20"), 1,
       SubnetRule::interface_address},
      {"the interface's name", discover(h).on(kBare), 5, SubnetRule::interface_name},
      {"giaddr inside the prefix", discover(h).through("10.0.0.254"), 2, SubnetRule::relay},
      {"giaddr by relay.ip-addresses", discover(h).through("172.16.0.9"), 4, SubnetRule::relay},
      {"giaddr of nowhere", discover(h).through("172.16.0.10"), 0, SubnetRule::relay},
      // R3011-a: over giaddr.
      {"option 118", discover(h).through("10.0.0.254").with(118, net3), 3,
       SubnetRule::subnet_selection},
      {"option 118 of nowhere", discover(h).through("10.0.0.254").with(118, octets({9, 9, 9, 0})),
       0, SubnetRule::subnet_selection},
      {"option 118 without a relay is ignored", discover(h).with(118, net3), 1,
       SubnetRule::interface_address},
      // R3527-a: over option 118, over giaddr.
      {"link selection",
       discover(h).with(118, net3).through("10.0.0.254", link_selection("10.4.0.0")), 4,
       SubnetRule::link_selection},
      {"link selection of nowhere", discover(h).through("10.0.0.254", link_selection("9.9.9.0")), 0,
       SubnetRule::link_selection},
      {"link selection without a relay is ignored",  // C3-05
       discover(h).with(82, link_selection("10.4.0.0")), 1, SubnetRule::interface_address},
      {"ciaddr, sent to us", renewing(h, "10.4.0.20"), 4, SubnetRule::ciaddr},
      {"ciaddr of nowhere, sent to us", renewing(h, "10.99.0.20"), 1,
       SubnetRule::interface_address},
      {"ciaddr, sent to all, is not trusted", rebinding(h, "10.4.0.20"), 1,
       SubnetRule::interface_address},
      // By ciaddr anybody could drain the pools of other links.
      {"a DISCOVER's ciaddr is not asked", discover(h).having("10.4.0.20").unicast(), 1,
       SubnetRule::interface_address},
      {"nor is a DECLINE's", decline(h, "192.0.2.10").having("10.4.0.20").unicast(), 1,
       SubnetRule::interface_address},
      {"nor one in SELECTING", selecting(h, "192.0.2.10").having("10.4.0.20").unicast(), 1,
       SubnetRule::interface_address},
      {"a RELEASE's ciaddr", release(h, "10.4.0.20"), 4, SubnetRule::ciaddr},
      {"an INFORM's ciaddr", inform(h, "10.4.0.20"), 4, SubnetRule::ciaddr},
      {"an interface that we do not know", discover(h).on(99), 0, SubnetRule::none},
  };
  const config::ServerConfig config = networks();
  for (const Case& c : cases) {
    const Selection selection = select(c.say, config);
    EXPECT_EQ(selection.subnet == nullptr ? 0 : selection.subnet->id, c.subnet_id) << c.what;
    EXPECT_EQ(selection.rule, c.rule) << c.what << ": " << name_of(selection.rule);
  }
}

constexpr config::ClassId kPhones{9};

/// At every step the first to be found is for phones, and another behind it for all.
config::ServerConfig networks_for_phones() {
  HugeVector<config::Subnet> subnets = {
      subnet(1, "192.0.2.0/25", {}), subnet(11, "192.0.2.0/24", {}), subnet(2, "10.0.0.0/24", {}),
      subnet(12, "10.0.1.0/24", {}), subnet(4, "10.4.0.0/24", {}),   subnet(14, "10.4.0.0/16", {}),
      subnet(5, "10.5.0.0/24", {}),  subnet(15, "10.6.0.0/24", {}),
  };
  for (config::Subnet& each : subnets) {
    if (each.id < 10) each.guard = {kPhones};
    if (each.id % 10 == 4) each.relays = {ip("172.16.0.9")};
    if (each.id % 10 == 5) each.interface = "bare";
  }
  return config_of(subnets);
}

TEST(SelectSubnet, AGuardAtAnyStepLeavesTheNextThatFits) {
  const Host h = host(1);
  const Case cases[] = {
      {"link selection", discover(h).through("10.0.0.254", link_selection("10.4.0.0")), 4,
       SubnetRule::link_selection},
      {"link selection of a relay's address",
       discover(h).through("10.0.0.254", link_selection("172.16.0.9")), 4,
       SubnetRule::link_selection},
      {"option 118", discover(h).through("10.0.0.254").with(118, ip_octets("10.4.0.0")), 4,
       SubnetRule::subnet_selection},
      {"relay.ip-addresses", discover(h).through("172.16.0.9"), 4, SubnetRule::relay},
      {"giaddr inside the prefix", discover(h).through("10.4.0.254"), 4, SubnetRule::relay},
      {"ciaddr", renewing(h, "10.4.0.20"), 4, SubnetRule::ciaddr},
      {"the interface's name", discover(h).on(kBare), 5, SubnetRule::interface_name},
      {"the interface's address", discover(h), 1, SubnetRule::interface_address},
      {"the second of its addresses", discover(h).on(kEth1), 2, SubnetRule::interface_address},
  };
  const config::ServerConfig config = networks_for_phones();
  Classes phone;
  phone.join(kPhones);
  Classes other;
  other.clear();
  for (const Case& c : cases) {
    const Selection of_phone = select(c.say, config, &phone);
    const Selection of_other = select(c.say, config, &other);
    EXPECT_EQ(of_phone.subnet == nullptr ? 0 : of_phone.subnet->id, c.subnet_id) << c.what;
    EXPECT_EQ(of_other.subnet == nullptr ? 0 : of_other.subnet->id, c.subnet_id + 10) << c.what;
    EXPECT_EQ(of_phone.rule, c.rule) << c.what;
    EXPECT_EQ(of_other.rule, c.rule) << c.what;
  }
}

TEST(SelectSubnet, AStepWhereAllAreGuardedEndsTheSearch) {
  const Host h = host(1);
  config::Subnet relayed = subnet(4, "10.4.0.0/24", {});
  relayed.guard = {kPhones};
  const config::ServerConfig config = config_of({subnet(1, "192.0.2.0/24", {}), relayed});
  Classes other;
  other.clear();
  // A relay, an option and an interface's name say where the client is: it is nowhere else.
  EXPECT_EQ(select(discover(h).through("10.4.0.254"), config, &other).subnet, nullptr);
  // A client's own word does not.
  const Selection renewal = select(renewing(h, "10.4.0.20"), config, &other);
  ASSERT_NE(renewal.subnet, nullptr);
  EXPECT_EQ(renewal.subnet->id, 1U);
  EXPECT_EQ(renewal.rule, SubnetRule::interface_address);
}

TEST(SelectSubnet, RepliesGoToGiaddrWhateverChoseTheSubnet) {  // R3527-a
  Site site(networks());
  const auto offer = site.hear(discover(host(1)).through("10.0.0.254", link_selection("10.4.0.0")));
  ASSERT_TRUE(offer);
  EXPECT_EQ(offer->yiaddr(), "10.4.0.10");
  EXPECT_EQ(offer->envelope().destination, ip("10.0.0.254"));
  EXPECT_EQ(offer->option(82), link_selection("10.4.0.0"));  // and it is echoed
}

TEST(SelectSubnet, CopiesOption118WhenUsedAndOnlyThen) {  // R3011-a
  Site site(networks());
  const Octets net3 = ip_octets("10.0.1.0");
  const auto used = site.hear(discover(host(1)).through("10.0.0.254").with(118, net3));
  ASSERT_TRUE(used);
  EXPECT_EQ(used->yiaddr(), "10.0.1.10");
  EXPECT_EQ(used->option(118), net3);
  const auto ignored = site.hear(discover(host(2)).with(118, net3));
  ASSERT_TRUE(ignored);
  EXPECT_EQ(ignored->option(118), std::nullopt);
  const auto nak = site.hear(
      selecting(host(3), "192.0.2.77", "192.0.2.1").through("10.0.0.254").with(118, net3));
  ASSERT_TRUE(nak);
  EXPECT_EQ(nak->type(), MessageType::nak);
  EXPECT_EQ(nak->option(118), net3);  // R3011-b: the client drops replies without it
}

// C3-10
TEST(SelectSubnet, SilentWhenNothingFits) {
  Site site(networks());
  EXPECT_FALSE(site.hear(discover(host(1)).through("172.16.0.10")));
  EXPECT_EQ(site.why(), Reason::no_subnet);
}

}  // namespace
}  // namespace lessor::server::v4::testing
