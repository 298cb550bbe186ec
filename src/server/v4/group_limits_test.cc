// How many leases all clients of a subnet, or of a class, may hold at once (Kea's limits hook).
#include "server/v4/test_kit.h"

#include <gtest/gtest.h>

namespace lessor::server::v4::testing {
namespace {

/// Two subnets, of which the first gives so many leases.
config::ServerConfig limited(std::optional<std::uint32_t> leases,
                             std::vector<config::Reservation> reservations = {}) {
  config::Subnet near = subnet(1, "192.0.2.0/24", {pool("192.0.2.10-192.0.2.60")});
  const config::Subnet far = subnet(2, "10.4.0.0/24", {pool("10.4.0.10-10.4.0.60")});
  near.limits.leases = leases;
  for (config::Reservation& each : reservations) add_reservation(near, std::move(each));
  return config_of({near, far});
}

int leased(Site& site, std::uint32_t from, std::uint32_t count) {
  int got = 0;
  for (std::uint32_t n = from; n < from + count; ++n) got += site.lease(host(n)).empty() ? 0 : 1;
  return got;
}

TEST(GroupLimits, OfASubnetAreOfAllItsClients) {
  Site site(limited(5));
  EXPECT_EQ(leased(site, 1, 8), 5);
  EXPECT_EQ(site.why(), Reason::subnet_limit);
  EXPECT_EQ(site.engine().counters().silent[static_cast<std::size_t>(Reason::subnet_limit)], 3U);
  EXPECT_TRUE(site.hear(discover(host(50)).through("10.4.0.1")));
}

TEST(GroupLimits, OfZeroLetNobodyIn) {
  Site site(limited(0));
  EXPECT_EQ(leased(site, 1, 3), 0);
}

TEST(GroupLimits, CountOffersAndGivePlacesBack) {
  Site site(limited(2));
  EXPECT_TRUE(site.hear(discover(host(1))));
  EXPECT_TRUE(site.hear(discover(host(2))));
  EXPECT_FALSE(site.hear(discover(host(3))));
  EXPECT_TRUE(site.hear(discover(host(1)))) << "its own once more";
  site.pass_seconds(61);
  const std::string one = site.lease(host(3));
  EXPECT_NE(one, "");
  EXPECT_NE(site.lease(host(4)), "");
  EXPECT_EQ(site.lease(host(5)), "");
  (void)site.hear(release(host(3), one));
  EXPECT_NE(site.lease(host(5)), "");
  site.pass_seconds(3'700);
  EXPECT_EQ(leased(site, 10, 4), 2);
}

TEST(GroupLimits, AREQUESTThatWouldBeOneMoreIsRefused) {
  Site site(limited(2));
  EXPECT_EQ(leased(site, 1, 2), 2);
  const auto nak = site.hear(selecting(host(3), "192.0.2.40"));
  ASSERT_TRUE(nak);
  EXPECT_EQ(nak->type(), MessageType::nak);
  EXPECT_EQ(site.why(), Reason::subnet_limit);
}

TEST(GroupLimits, WhoHoldsALeaseKeepsIt) {
  Site site(limited(std::nullopt));
  const std::string one = site.lease(host(1));
  EXPECT_EQ(leased(site, 2, 4), 4);
  site.reload(limited(2));
  const auto renewed = site.hear(renewing(host(1), one));
  ASSERT_TRUE(renewed);
  EXPECT_EQ(renewed->type(), MessageType::ack);
  EXPECT_EQ(site.lease(host(1)), one);
  EXPECT_EQ(site.lease(host(9)), "");
}

// As in Kea.
TEST(GroupLimits, AReservationMakesNoDifference) {
  Site site(limited(1, {reserve_hw(host(7).mac, "192.0.2.15")}));
  EXPECT_EQ(leased(site, 1, 1), 1);
  EXPECT_EQ(site.lease(host(7)), "");
  EXPECT_EQ(site.why(), Reason::subnet_limit);
}

TEST(GroupLimits, OfASharedNetworkSendClientsToItsNextSubnet) {
  config::ServerConfig config = limited(2);
  config.networks.push_back({.name = "floor"});
  for (config::Subnet& each : config.subnets) each.network = 0;
  config.build_indexes();
  Site site(std::move(config));
  int near = 0;
  for (std::uint32_t n = 1; n <= 10; ++n) {
    const std::string address = site.lease(host(n));
    EXPECT_NE(address, "");
    near += address.starts_with("192.0.2.") ? 1 : 0;
  }
  EXPECT_EQ(near, 2);
}

}  // namespace
}  // namespace lessor::server::v4::testing
