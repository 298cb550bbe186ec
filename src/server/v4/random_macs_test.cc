// Clients that make up their hardware addresses: their lease times, and their share of a pool.
#include "server/v4/test_kit.h"

#include <gtest/gtest.h>

namespace lessor::server::v4::testing {
namespace {

/// A client with a manufacturer's address.
Host stable(std::uint32_t number) {
  Host made = host(number);
  made.mac.octets[0] = std::byte{0};
  return made;
}
Host made_up(std::uint32_t number) { return host(number); }  // 02:00:...

constexpr config::RandomMacs kHalf{
    .longest = Duration::seconds(900), .share_permille = 500, .threshold_permille = 800};

/// Twenty addresses.
config::ServerConfig shared_out(const config::RandomMacs& random = kHalf,
                                std::vector<config::Reservation> reservations = {}) {
  config::Subnet one = subnet(1, "192.0.2.0/24", {pool("192.0.2.10-192.0.2.29")});
  one.random_macs = random;
  for (config::Reservation& each : reservations) add_reservation(one, std::move(each));
  return config_of({one});
}

int leased(Site& site, Host (*which)(std::uint32_t), std::uint32_t from, std::uint32_t count) {
  int got = 0;
  for (std::uint32_t n = from; n < from + count; ++n) got += site.lease(which(n)).empty() ? 0 : 1;
  return got;
}

TEST(RandomMacs, HaveLeaseTimesOfTheirOwn) {
  Site site(shared_out());
  EXPECT_EQ(site.hear(discover(made_up(1)))->number(51), 900U);
  EXPECT_EQ(site.hear(discover(made_up(2)).for_seconds(7'200))->number(51), 900U);
  EXPECT_EQ(site.hear(discover(made_up(3)).for_seconds(700))->number(51), 700U);
  EXPECT_EQ(site.hear(discover(stable(1)))->number(51), 3'600U);
  const std::string address = site.lease(made_up(4));
  EXPECT_EQ(site.record(address)->lifetime, Duration::seconds(900));
}

TEST(RandomMacs, MayHaveAllWhileThereIsPlenty) {
  Site site(shared_out());
  EXPECT_EQ(leased(site, made_up, 1, 16), 16);
}

TEST(RandomMacs, StayWithinTheirShareOnceItIsNearlyFull) {
  Site site(shared_out());
  EXPECT_EQ(leased(site, made_up, 1, 40), 16);
  EXPECT_EQ(site.why(), Reason::random_share);
  // The others find what was kept for them.
  EXPECT_EQ(leased(site, stable, 1, 10), 4);
  // And more as the short leases end, with their grace; made-up ones do not get it before.
  site.pass_seconds(950);
  EXPECT_EQ(leased(site, stable, 5, 10), 10);
  EXPECT_EQ(leased(site, made_up, 100, 40), 6);
  EXPECT_EQ(site.engine().pools()[0].free, 0U);
}

TEST(RandomMacs, WithAThresholdOfNothingNeverHaveMore) {
  config::RandomMacs always = kHalf;
  always.threshold_permille = 0;
  Site site(shared_out(always));
  EXPECT_EQ(leased(site, made_up, 1, 40), 10);
  EXPECT_EQ(leased(site, stable, 1, 40), 10);
}

TEST(RandomMacs, KeepWhatTheyHave) {
  config::RandomMacs always = kHalf;
  always.threshold_permille = 0;
  Site site(shared_out(always));
  std::vector<std::string> held;
  for (std::uint32_t n = 1; n <= 10; ++n) held.push_back(site.lease(made_up(n)));
  always.share_permille = 100;
  site.reload(shared_out(always));
  for (std::uint32_t n = 1; n <= 10; ++n) {
    const auto renewed = site.hear(renewing(made_up(n), held[n - 1]));
    ASSERT_TRUE(renewed) << n;
    EXPECT_EQ(renewed->type(), MessageType::ack);
    EXPECT_EQ(site.lease(made_up(n)), held[n - 1]);
  }
  EXPECT_EQ(site.lease(made_up(11)), "");
}

TEST(RandomMacs, WithAReservationAreLikeOthers) {
  config::RandomMacs none = kHalf;
  none.share_permille = 0;
  none.threshold_permille = 0;
  Site site(
      shared_out(none, {reserve_hw(made_up(1).mac, "192.0.2.15"), reserve_hw(made_up(2).mac, "")}));
  EXPECT_EQ(site.lease(made_up(1)), "192.0.2.15");
  EXPECT_NE(site.lease(made_up(2)), "");
  EXPECT_EQ(site.hear(discover(made_up(2)))->number(51), 3'600U);
  EXPECT_EQ(site.lease(made_up(3)), "");
}

// What counts is in the leases: a restart changes nothing.
TEST(RandomMacs, AreCountedAfterARestart) {
  Site before(shared_out());
  EXPECT_EQ(leased(before, made_up, 1, 40), 16);
  config::RandomMacs always = kHalf;
  always.threshold_permille = 0;
  lease::ChangeLog changes(1'024);
  net::Outbox outbox(64, 48);
  ServerEngine after(Site::small(), changes);
  std::vector<lease::Lease> recovered;
  (void)before.engine().leases().for_each_from(
      0, 10'000, [&](const lease::Lease& each) { recovered.push_back(each); });
  after.load(recovered);
  after.set_interfaces(before.now(), interfaces());
  after.begin_swap(before.now(), prepare(shared_out(always)));
  Say say = discover(made_up(200));
  after.on_datagram(before.now(), say.said(), outbox);
  EXPECT_EQ(after.counters().silent[static_cast<std::size_t>(Reason::random_share)], 1U);
  Say other = discover(stable(200));
  after.on_datagram(before.now(), other.said(), outbox);
  net::Outbox::Ready ready;
  EXPECT_TRUE(outbox.take_ready(ready));
}

TEST(RandomMacs, OfASharedNetworkGetWhatItsOtherSubnetsHave) {
  config::Subnet one = subnet(1, "192.0.2.0/24", {pool("192.0.2.10-192.0.2.13")});
  config::Subnet two = subnet(2, "198.51.100.0/24", {pool("198.51.100.10-198.51.100.13")});
  one.random_macs = {.share_permille = 250, .threshold_permille = 0};
  one.network = two.network = 0;
  config::ServerConfig config;
  config.networks.push_back({.name = "floor"});
  config.subnets = {one, two};
  config.build_indexes();
  Site site(std::move(config));
  int in_one = 0;
  for (std::uint32_t n = 1; n <= 8; ++n) {
    in_one += site.lease(made_up(n)).starts_with("192.0.2.") ? 1 : 0;
  }
  EXPECT_EQ(in_one, 1);
  EXPECT_EQ(site.why(), Reason::random_share);
  EXPECT_EQ(leased(site, stable, 1, 8), 3);
}

}  // namespace
}  // namespace lessor::server::v4::testing
