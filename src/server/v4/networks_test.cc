// Shared networks: several subnets on one link.
#include "server/v4/test_kit.h"

#include <gtest/gtest.h>

namespace lessor::server::v4::testing {
namespace {

/// Three subnets of one network, two addresses each, by id; and one that is in none.
config::ServerConfig floor() {
  config::ServerConfig made;
  made.networks = {{.name = "floor"}};
  made.networks[0].options =
      config::OptionSet({option(6, octets({9, 9, 9, 9})), option(15, text("floor")),
                         option(42, octets({1, 1, 1, 1}))});
  made.subnets = {subnet(2, "192.0.2.0/24", {pool("192.0.2.10-192.0.2.11")}),
                  subnet(1, "198.51.100.0/24", {pool("198.51.100.10-198.51.100.11")}),
                  subnet(3, "203.0.113.0/24", {pool("203.0.113.10-203.0.113.11")}),
                  subnet(4, "10.0.0.0/24", {pool("10.0.0.10-10.0.0.19")})};
  for (std::size_t i = 0; i < 3; ++i) made.subnets[i].network = 0;
  made.build_indexes();
  return made;
}
config::Subnet& by_id(config::ServerConfig& config, std::uint32_t id) {
  for (config::Subnet& subnet : config.subnets) {
    if (subnet.id == id) return subnet;
  }
  std::abort();
}

TEST(SharedNetwork, FallsOverToItsNextSubnetById) {
  Site site(floor());  // eth0 has 192.0.2.1: subnet 2
  const char* order[] = {"192.0.2.10",   "192.0.2.11",    "203.0.113.10",
                         "203.0.113.11", "198.51.100.10", "198.51.100.11"};
  for (std::uint32_t i = 0; i < 6; ++i) EXPECT_EQ(site.lease(host(i + 1)), order[i]);
  EXPECT_FALSE(site.hear(discover(host(7))));
  EXPECT_EQ(site.why(), Reason::network_exhausted);
  EXPECT_EQ(site.hear(discover(host(8)).on(kEth1))->yiaddr(), "10.0.0.10");  // not of the network
}

TEST(SharedNetwork, LooksFirstWhereTheLastAddressWasFound) {
  Site site(floor());
  for (std::uint32_t i = 1; i <= 3; ++i) (void)site.lease(host(i));
  (void)site.hear(release(host(1), "192.0.2.10"));
  EXPECT_EQ(site.lease(host(4)), "203.0.113.11");
  EXPECT_EQ(site.lease(host(5)), "198.51.100.10");
  EXPECT_EQ(site.lease(host(6)), "198.51.100.11");
  EXPECT_EQ(site.lease(host(7)), "192.0.2.10");
}

TEST(SharedNetwork, ItsClientGetsWhatTheSubnetOfItsAddressSays) {
  config::ServerConfig config = floor();
  by_id(config, 3).lifetimes = {Duration::seconds(77), Duration::seconds(77),
                                Duration::seconds(77)};
  by_id(config, 3).boot.boot_file_name = "third";
  Site site(config);
  const auto offer = site.hear(discover(host(1)).asking("203.0.113.11").wanting({3, 6, 15, 42}));
  ASSERT_TRUE(offer);
  EXPECT_EQ(offer->yiaddr(), "203.0.113.11");
  EXPECT_EQ(offer->number(51), 77U);
  EXPECT_EQ(offer->option(1), octets({255, 255, 255, 0}));
  EXPECT_EQ(offer->option(3), octets({203, 0, 113, 1}));
  EXPECT_EQ(offer->option(6), octets({8, 8, 4, 4}));  // the subnet's goes before the network's
  EXPECT_EQ(offer->option(42), octets({1, 1, 1, 1}));
  EXPECT_EQ(as_text(offer->view().file()), "third");
  ASSERT_TRUE(site.hear(selecting(host(1), "203.0.113.11")));
  EXPECT_EQ(site.record("203.0.113.11")->subnet_id, 3U);
}

TEST(SharedNetwork, ALeaseIsKeptThroughARelayInAnotherSubnet) {
  Site site(floor());
  ASSERT_TRUE(site.hear(discover(host(1)).asking("203.0.113.10")));
  ASSERT_TRUE(site.hear(selecting(host(1), "203.0.113.10")));
  const Say all[] = {rebinding(host(1), "203.0.113.10").through("198.51.100.7"),
                     rebooting(host(1), "203.0.113.10").through("192.0.2.7"),
                     renewing(host(1), "203.0.113.10"), rebinding(host(1), "203.0.113.10")};
  for (const Say& say : all) {
    const auto ack = site.hear(say);
    ASSERT_TRUE(ack);
    EXPECT_EQ(ack->type(), MessageType::ack);
    EXPECT_EQ(ack->yiaddr(), "203.0.113.10");
    EXPECT_EQ(ack->option(3), octets({203, 0, 113, 1}));
  }
  EXPECT_EQ(site.hear(discover(host(1)).through("198.51.100.7"))->yiaddr(), "203.0.113.10");
}

TEST(SharedNetwork, RefusesWhatIsNotTheClientsAndWhatIsOffTheNetwork) {
  Site site(floor());
  EXPECT_EQ(site.lease(host(1)), "192.0.2.10");
  EXPECT_EQ(site.hear(rebooting(host(1), "203.0.113.10"))->type(), MessageType::nak);
  EXPECT_EQ(site.why(), Reason::wrong_address);
  EXPECT_FALSE(site.hear(rebooting(host(2), "203.0.113.10")));  // another server may know it
  EXPECT_FALSE(site.hear(rebooting(host(2), "10.0.0.10")));
  EXPECT_EQ(site.hear(rebooting(host(1), "192.0.2.10").through("10.0.0.254"))->type(),
            MessageType::nak);  // it moved to another network
}

TEST(SharedNetwork, AClientThatMovesHasOneLease) {
  config::ServerConfig config = floor();
  Site site(config);
  EXPECT_EQ(site.lease(host(1)), "192.0.2.10");
  add_reservation(by_id(config, 3), reserve_hw(host(1).mac, "203.0.113.50"));
  config.build_indexes();
  site.reload(config);
  EXPECT_EQ(site.lease(host(1)), "203.0.113.50");
  EXPECT_EQ(site.record("192.0.2.10")->state, lease::LeaseState::released);
  EXPECT_EQ(site.record("203.0.113.50")->state, lease::LeaseState::active);
}

TEST(SharedNetwork, HasOneOfferForAClient) {
  Site site(floor());
  EXPECT_EQ(site.hear(discover(host(1)).through("192.0.2.7"))->yiaddr(), "192.0.2.10");
  EXPECT_EQ(site.hear(discover(host(1)).through("198.51.100.7"))->yiaddr(), "192.0.2.10");
  EXPECT_EQ(site.hear(discover(host(2)).asking("198.51.100.10"))->yiaddr(), "198.51.100.10");
  EXPECT_EQ(site.hear(discover(host(1)).asking("203.0.113.10"))->yiaddr(), "192.0.2.10");
}

TEST(SharedNetwork, ReleaseDeclineAndInformReachEverySubnet) {
  Site site(floor());
  for (std::uint32_t i = 1; i <= 4; ++i) (void)site.lease(host(i));
  (void)site.hear(decline(host(3), "203.0.113.10"));
  EXPECT_EQ(site.record("203.0.113.10")->state, lease::LeaseState::declined);
  EXPECT_EQ(site.record("203.0.113.10")->subnet_id, 3U);
  (void)site.hear(release(host(4), "203.0.113.11"));
  EXPECT_EQ(site.record("203.0.113.11")->state, lease::LeaseState::released);
  const auto told = site.hear(inform(host(5), "198.51.100.77").wanting({3}));
  ASSERT_TRUE(told);
  EXPECT_EQ(told->option(3), octets({198, 51, 100, 1}));
}

TEST(SharedNetwork, AReservationIsFoundInWhicheverSubnet) {
  config::ServerConfig config = floor();
  config::Reservation with_options = reserve_hw(host(1).mac, "203.0.113.50");
  with_options.options = config::OptionSet({option(15, text("own"))});
  add_reservation(by_id(config, 3), with_options);
  config::Reservation bare = reserve_hw(host(2).mac, "");
  bare.options = config::OptionSet({option(15, text("third"))});
  add_reservation(by_id(config, 3), bare);
  config.build_indexes();
  Site site(config);
  const auto reserved = site.hear(discover(host(1)).wanting({15}));
  ASSERT_TRUE(reserved);
  EXPECT_EQ(reserved->yiaddr(), "203.0.113.50");
  EXPECT_EQ(reserved->option(15), text("own"));
  // One without an address counts for its own subnet's clients only.
  EXPECT_EQ(site.hear(discover(host(2)).wanting({15}))->option(15), text("floor"));
  EXPECT_FALSE(site.hear(rebooting(host(3), "203.0.113.50")));
  EXPECT_NE(site.hear(discover(host(3)).asking("203.0.113.50"))->yiaddr(), "203.0.113.50");
}

TEST(SharedNetwork, MakesRoomInAnyOfItsSubnets) {
  Site site(floor());
  for (std::uint32_t i = 1; i <= 6; ++i) {
    Say flood = discover(host(i));
    flood.datagram().source_mac = host(99).mac;  // one host, six names
    ASSERT_TRUE(site.hear(flood));
  }
  EXPECT_TRUE(site.hear(discover(host(7))));
  EXPECT_TRUE(site.told(EventKind::offer_dropped));
}

}  // namespace
}  // namespace lessor::server::v4::testing
