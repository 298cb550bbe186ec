#include "server/v4/server_address.h"

#include "server/v4/test_kit.h"

#include <gtest/gtest.h>

namespace lessor::server::v4::testing {
namespace {

config::ServerConfig two_links() {
  return config_of({subnet(1, "192.0.2.0/24", {pool("192.0.2.10-192.0.2.99")}),
                    subnet(3, "10.0.1.0/24", {pool("10.0.1.10-10.0.1.99")}),
                    subnet(4, "10.4.0.0/24", {pool("10.4.0.10-10.4.0.99")})});
}

std::string identifier(const std::optional<Reply>& reply) {
  return reply ? net::to_string(net::Ip4{reply->number(54)}) : "silence";
}

Octets override_with(std::string_view address) {
  Octets sub = octets({11, 4});
  for (const std::byte octet : ip_octets(address)) sub.push_back(octet);
  return sub;
}

// R2131-4.1-b: an address that the client can reach.
TEST(ServerAddress, IsTheOneInTheSelectedSubnet) {
  Site site(two_links());
  EXPECT_EQ(identifier(site.hear(discover(host(1)))), "192.0.2.1");
  // The second of eth1's addresses: the subnet is 10.0.1.0/24.
  const auto reply = site.hear(discover(host(2)).on(kEth1));
  EXPECT_EQ(identifier(reply), "10.0.1.1");
  EXPECT_EQ(reply->envelope().source, ip("10.0.1.1"));
}

TEST(ServerAddress, IsTheOneThatTheRequestWasSentTo) {
  Site site(two_links());
  Say say = discover(host(1)).through("10.4.0.254");
  say.datagram().destination = ip("10.0.0.1");
  const auto reply = site.hear(say);
  EXPECT_EQ(identifier(reply), "10.0.0.1");
  EXPECT_EQ(reply->envelope().source, ip("10.0.0.1"));
}

TEST(ServerAddress, ElseTheInterfacesFirst) {
  Site site(two_links());
  Say say = discover(host(1)).through("10.4.0.254");
  say.datagram().destination = net::kIp4Broadcast;
  EXPECT_EQ(identifier(site.hear(say)), "192.0.2.1");
}

TEST(ServerAddress, IsTheOneThatTheConfigurationNamesForTheInterface) {
  config::ServerConfig config = two_links();
  config.interfaces.mode = config::InterfacePolicy::Mode::listed;
  config.interfaces.listed = {{"eth0", std::nullopt}, {"eth1", ip("10.0.0.1")}};
  Site site(std::move(config));
  EXPECT_EQ(identifier(site.hear(discover(host(2)).on(kEth1))), "10.0.0.1");
}

/// Two interfaces on one link: a broadcast DHCPREQUEST comes by both, and the answer to whichever
/// copy is first has the name that the client chose.
TEST(ServerAddress, IsTheOneThatTheClientChose) {
  Site site(two_links());
  const auto offer = site.hear(discover(host(1)));
  ASSERT_TRUE(offer);
  const Say chosen = selecting(host(1), offer->view().yiaddr(), "10.0.0.1");
  EXPECT_EQ(identifier(site.hear(chosen)), "10.0.0.1");
}

TEST(ServerAddress, SilentWhereTheInterfaceHasNone) {
  config::ServerConfig config = two_links();
  config.subnets[0].interface = "bare";
  config.build_indexes();
  Site site(std::move(config));
  EXPECT_FALSE(site.hear(discover(host(1)).on(kBare)));
  EXPECT_EQ(site.why(), Reason::no_server_address);
}

TEST(ServerAddress, IsOverriddenByTheRelay) {  // R5107-a
  Site site(two_links());
  const Octets relay_info = override_with("10.4.0.254");
  const auto offer = site.hear(discover(host(1)).through("10.4.0.254", relay_info));
  EXPECT_EQ(identifier(offer), "10.4.0.254");
  EXPECT_EQ(offer->envelope().source, kServer);  // the IP source stays our own
  // The client names the relay, and we know that it means us.
  const auto ack =
      site.hear(selecting(host(1), "10.4.0.10", "10.4.0.254").through("10.4.0.254", relay_info));
  ASSERT_TRUE(ack);
  EXPECT_EQ(ack->type(), MessageType::ack);
  EXPECT_EQ(identifier(ack), "10.4.0.254");
  // Without the relay's word it would be another server.
  EXPECT_FALSE(site.hear(selecting(host(1), "10.4.0.10", "10.4.0.254").through("10.4.0.254")));
  EXPECT_EQ(site.why(), Reason::other_server);
}

// All servers behind the relay go by its name: the address tells whose offer was chosen.
TEST(ServerAddress, OfTheRelayMeansNotUsWhereTheAddressIsAnothers) {  // R5107-a, R2131-4.3.2-a
  Site site(two_links());
  const Octets relay_info = override_with("10.4.0.254");
  const auto relayed = [&](Say say) { return site.hear(say.through("10.4.0.254", relay_info)); };
  ASSERT_EQ(relayed(discover(host(1)))->yiaddr(), "10.4.0.10");
  EXPECT_FALSE(relayed(selecting(host(1), "10.4.0.200", "10.4.0.254")));
  EXPECT_EQ(site.why(), Reason::other_server);
  EXPECT_EQ(relayed(discover(host(2)))->yiaddr(), "10.4.0.10");  // our own offer is over
}

// That it shall move to its reservation here does not make the address ours to refuse.
TEST(ServerAddress, OfTheRelayMeansNotUsForAClientWithAReservationEither) {  // R5107-a
  config::Subnet one = subnet(4, "10.4.0.0/24", {pool("10.4.0.10-10.4.0.99")});
  add_reservation(one, reserve_hw(host(1).mac, "10.4.0.50"));
  const Octets relay_info = override_with("10.4.0.254");
  for (const bool offered : {false, true}) {
    Site site(config_of({one}));
    const auto relayed = [&](Say say) { return site.hear(say.through("10.4.0.254", relay_info)); };
    if (offered) {
      ASSERT_EQ(relayed(discover(host(1)))->yiaddr(), "10.4.0.50");
    }
    EXPECT_FALSE(relayed(selecting(host(1), "10.4.0.200", "10.4.0.254")));
    EXPECT_EQ(site.why(), Reason::other_server);
    // What is in our pool only we can have offered, if anybody.
    EXPECT_EQ(relayed(selecting(host(1), "10.4.0.20", "10.4.0.254"))->type(), MessageType::nak);
    EXPECT_EQ(site.why(), Reason::reservation_due);
  }
}

TEST(ServerAddress, AnyOfOursIsAcceptedAsOurs) {  // R2131-4.1-b
  Site site(two_links());
  ASSERT_TRUE(site.hear(discover(host(1))));
  const auto ack = site.hear(selecting(host(1), "192.0.2.10", "10.0.0.1"));
  ASSERT_TRUE(ack);
  EXPECT_EQ(ack->type(), MessageType::ack);
}

}  // namespace
}  // namespace lessor::server::v4::testing
