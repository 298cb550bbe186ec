// The exchange of a Cisco router that boots: DISCOVER, OFFER, REQUEST, ACK as they were captured,
// then a renewal and a release.
#include "server/v4/test_kit.h"

#include <gtest/gtest.h>

namespace lessor::server::v4::testing {
namespace {

const Host kRouter{.mac = {{std::byte{0xc0}, std::byte{0x01}, std::byte{0x1b}, std::byte{0x69},
                            std::byte{0x00}, std::byte{0x00}}},
                   .id = [] {
                     Octets id = octets({0});
                     const Octets rest = text("cisco-c001.1b69.0000-Fa0/0");
                     id.insert(id.end(), rest.begin(), rest.end());
                     return id;
                   }()};

config::ServerConfig tutorial() {
  config::Subnet net = subnet(1, "192.168.56.0/24", {pool("192.168.56.104-192.168.56.199")});
  net.lifetimes = {Duration::seconds(600), Duration::seconds(30), Duration::seconds(3'600)};
  net.boot.next_server = ip("192.168.56.100");
  net.options =
      config::OptionSet({option(3, octets({192, 168, 56, 1})), option(6, octets({8, 4, 4, 4})),
                         option(15, text("routingloops.co.uk"))});
  config::ServerConfig config = config_of({net});
  config.echo_client_id = false;
  return config;
}

net::InterfaceTable one_interface() {
  net::Interface eth0{.index = kEth0, .name = "eth0", .up = true, .ethernet = true};
  eth0.addresses = {net::parse_prefix4("192.168.56.100/24").value()};
  return net::InterfaceTable({eth0});
}

Say cisco(Say say) {
  return say.xid(0x1aed)
      .broadcast()
      .with(57, octets({1152 >> 8, 1152 & 255}))
      .with(12, text("R1"))
      .wanting({1, 6, 15, 44, 3, 33, 150, 43});
}

void expect_as_captured(const std::optional<Reply>& reply, MessageType type) {
  ASSERT_TRUE(reply);
  EXPECT_EQ(reply->type(), type);
  // Broadcast at both layers, from the server's address.
  EXPECT_EQ(reply->envelope().target, net::LinkTarget::broadcast);
  EXPECT_EQ(reply->envelope().destination, net::kIp4Broadcast);
  EXPECT_EQ(reply->envelope().source, ip("192.168.56.100"));
  EXPECT_EQ(reply->envelope().source_port, 67);
  EXPECT_EQ(reply->envelope().destination_port, 68);
  EXPECT_EQ(reply->view().xid(), 0x1aedU);
  EXPECT_EQ(reply->view().secs(), 0);
  EXPECT_EQ(reply->view().flags(), 0x8000);
  EXPECT_EQ(reply->view().ciaddr(), net::kIp4Any);
  EXPECT_EQ(reply->yiaddr(), "192.168.56.104");
  EXPECT_EQ(reply->view().siaddr(), ip("192.168.56.100"));
  EXPECT_EQ(reply->view().giaddr(), net::kIp4Any);
  EXPECT_EQ(reply->view().chaddr(), kRouter.hardware());
  EXPECT_TRUE(reply->view().sname().empty());
  EXPECT_TRUE(reply->view().file().empty());
  EXPECT_EQ(reply->codes(), (std::vector<int>{53, 54, 51, 1, 6, 15, 3, 255}));
  EXPECT_EQ(reply->option(54), octets({192, 168, 56, 100}));
  EXPECT_EQ(reply->number(51), 600U);
  EXPECT_EQ(reply->option(1), octets({255, 255, 255, 0}));
  EXPECT_EQ(reply->option(6), octets({8, 4, 4, 4}));
  EXPECT_EQ(reply->option(15), text("routingloops.co.uk"));
  EXPECT_EQ(reply->option(3), octets({192, 168, 56, 1}));
}

TEST(CiscoRouter, GetsRenewsAndReleasesItsAddress) {
  ASSERT_EQ(kRouter.id.size(), 27U);
  Site site(tutorial());
  site.engine().set_interfaces(site.now(), one_interface());
  expect_as_captured(site.hear(cisco(discover(kRouter))), MessageType::offer);
  const std::string_view server = "192.168.56.100";
  expect_as_captured(
      site.hear(cisco(selecting(kRouter, "192.168.56.104", server).for_seconds(600))),
      MessageType::ack);
  EXPECT_EQ(as_text(site.record("192.168.56.104")->hostname), "R1");

  site.pass_seconds(300);
  const auto renewed = site.hear(renewing(kRouter, ip("192.168.56.104"), server));
  ASSERT_TRUE(renewed);
  EXPECT_EQ(renewed->type(), MessageType::ack);
  EXPECT_EQ(renewed->envelope().destination, ip("192.168.56.104"));
  EXPECT_EQ(renewed->number(51), 600U);

  EXPECT_FALSE(site.hear(Say(MessageType::release, kRouter)
                             .having("192.168.56.104")
                             .unicast(server)
                             .to_server(server)));
  EXPECT_EQ(site.record("192.168.56.104")->state, lease::LeaseState::released);
  EXPECT_EQ(site.engine().pools()[0].free, 96U);
}

}  // namespace
}  // namespace lessor::server::v4::testing
