// Which free address a client gets, for how long in a subnet that is nearly full, and why none.
#include "server/v4/test_kit.h"

#include <gtest/gtest.h>

#include <set>

namespace lessor::server::v4::testing {
namespace {

config::ServerConfig by_chance(config::PoolList pools) {
  config::Subnet one = subnet(1, "192.0.2.0/24", std::move(pools));
  one.allocator = config::Allocator::random;
  return config_of({one});
}

TEST(Allocators, TheOldestGivesWhatWasNeverUsedThenWhatIsFreeForLongest) {
  Site site;
  EXPECT_EQ(site.lease(host(1)), "192.0.2.10");
  (void)site.hear(release(host(1), "192.0.2.10"));
  for (std::uint32_t i = 2; i <= 10; ++i) (void)site.lease(host(i));
  EXPECT_EQ(site.lease(host(11)), "192.0.2.10");
}

TEST(Allocators, ByChanceEveryAddressIsGivenOnceAndInNoOrder) {
  Site site(
      by_chance({pool("192.0.2.10-192.0.2.19", {"192.0.2.15"}), pool("192.0.2.50-192.0.2.60")}));
  std::set<std::string> given;
  std::vector<std::string> order;
  for (std::uint32_t i = 1; i <= 20; ++i) {
    order.push_back(site.lease(host(i)));
    given.insert(order.back());
  }
  EXPECT_EQ(given.size(), 20U);
  EXPECT_FALSE(given.contains(""));
  EXPECT_FALSE(given.contains("192.0.2.15"));
  EXPECT_FALSE(std::ranges::is_sorted(order));
  EXPECT_FALSE(site.hear(discover(host(21))));
  EXPECT_EQ(site.why(), Reason::pool_exhausted);
}

TEST(Allocators, WhyThereIsNoAddressIsToldAndCounted) {
  Site site(config_of({subnet(1, "192.0.2.0/24", {})}));
  EXPECT_FALSE(site.hear(discover(host(1))));
  EXPECT_EQ(site.why(), Reason::no_pools);
  for (const Statistic& each : statistics(site.engine().counters())) {
    if (each.name == "v4-allocation-fail" || each.name == "v4-allocation-fail-no-pools") {
      EXPECT_EQ(each.value, 1U) << each.name;
    } else if (each.name.starts_with("v4-allocation-fail")) {
      EXPECT_EQ(each.value, 0U) << each.name;
    }
  }
}

TEST(Allocators, ASubnetThatIsNearlyFullGivesShortLeases) {
  config::ServerConfig config = one_subnet();  // ten addresses, 600 to 7,200 s, else an hour
  config.subnets[0].short_lease_permille = 500;
  Site site(config);
  for (std::uint32_t i = 1; i <= 5; ++i) {
    EXPECT_EQ(site.hear(discover(host(i)))->number(51), 3'600U);
  }
  EXPECT_EQ(site.hear(discover(host(6)))->number(51), 600U);
  EXPECT_EQ(site.hear(discover(host(7)).for_seconds(7'200))->number(51), 600U);
}

TEST(Compatibility, TheServerIdentifierOfAnotherIsIgnored) {
  config::ServerConfig config = one_subnet();
  EXPECT_FALSE(Site(config).hear(selecting(host(1), "192.0.2.10", "192.0.2.9")));
  config.ignore_server_identifier = true;
  Site site(config);
  const auto ack = site.hear(selecting(host(1), "192.0.2.10", "192.0.2.9"));
  ASSERT_TRUE(ack);
  EXPECT_EQ(ack->yiaddr(), "192.0.2.10");
  (void)site.hear(release(host(1), "192.0.2.10", "192.0.2.9"));
  EXPECT_EQ(site.record("192.0.2.10")->state, lease::LeaseState::released);
}

TEST(Compatibility, LinkSelectionIsIgnored) {  // R3527-a, switched off
  config::ServerConfig config =
      config_of({subnet(1, "192.0.2.0/24", {pool("192.0.2.10-192.0.2.19")}),
                 subnet(2, "10.0.0.0/24", {pool("10.0.0.10-10.0.0.19")})});
  const Octets link = octets({5, 4, 10, 0, 0, 0});
  EXPECT_EQ(Site(config).hear(discover(host(1)).through("192.0.2.7", link))->yiaddr(), "10.0.0.10");
  config.ignore_link_selection = true;
  EXPECT_EQ(Site(config).hear(discover(host(1)).through("192.0.2.7", link))->yiaddr(),
            "192.0.2.10");
}

}  // namespace
}  // namespace lessor::server::v4::testing
