// Hard counts: how many leases a client, a port and a relay may hold at once.
#include "server/v4/test_kit.h"

#include <gtest/gtest.h>

namespace lessor::server::v4::testing {
namespace {

constexpr std::string_view kRelay = "10.4.0.1";

Octets circuit(int number) { return octets({1, 2, 0, number}); }

/// 10.4.0.0/24 behind relays, 192.0.2.0/24 on eth0; limits of both: client, port, relay.
config::ServerConfig limited(const config::LeaseLimits& limits,
                             std::vector<config::Reservation> reservations = {}) {
  config::Subnet far = subnet(1, "10.4.0.0/24", {pool("10.4.0.10-10.4.0.60")});
  config::Subnet near = subnet(2, "192.0.2.0/24", {pool("192.0.2.10-192.0.2.60")});
  far.lease_limits = near.lease_limits = limits;
  for (config::Reservation& r : reservations) add_reservation(far, std::move(r));
  return config_of({far, near});
}

/// DISCOVER to ACK behind a port of a relay; the address, "" when it did not come to that.
std::string lease_behind(Site& site, const Host& h, int port, std::string_view relay = kRelay) {
  const auto offer = site.hear(discover(h).through(relay, circuit(port)));
  if (!offer) return "";
  const auto ack = site.hear(selecting(h, offer->view().yiaddr()).through(relay, circuit(port)));
  return ack && ack->type() == MessageType::ack ? ack->yiaddr() : "";
}

/// A renewal as clients send it: by unicast, past the relay.
bool renews(Site& site, const Host& h, const std::string& address) {
  const auto ack = site.hear(renewing(h, ip(address)));
  return ack && ack->type() == MessageType::ack;
}

// C3-01, R3046-2.2-b
TEST(LeaseLimits, OfAPortRefuseItsClientsAndNobodyElse) {
  Site site(limited({0, 3, 0}));
  for (std::uint32_t n = 1; n <= 3; ++n) EXPECT_NE(lease_behind(site, host(n), 7), "");
  EXPECT_EQ(lease_behind(site, host(4), 7), "");
  EXPECT_EQ(site.why(), Reason::port_limit);
  EXPECT_NE(lease_behind(site, host(5), 8), "");
  EXPECT_NE(lease_behind(site, host(6), 7, "10.4.0.2"), "");
  EXPECT_NE(site.lease(host(7)), "");
  EXPECT_EQ(site.engine().counters().silent[static_cast<std::size_t>(Reason::port_limit)], 1U);
}

TEST(LeaseLimits, OfARelayAreOfAllItsPorts) {
  Site site(limited({0, 0, 3}));
  for (std::uint32_t n = 1; n <= 3; ++n) {
    EXPECT_NE(lease_behind(site, host(n), static_cast<int>(n)), "");
  }
  EXPECT_EQ(lease_behind(site, host(4), 4), "");
  EXPECT_EQ(site.why(), Reason::relay_limit);
  EXPECT_NE(lease_behind(site, host(5), 4, "10.4.0.2"), "");
}

TEST(LeaseLimits, OfAClientAreOfItsHardwareAddressWhateverItCallsItself) {
  Site site(limited({2, 0, 0}));
  const auto called = [](int name) { return host_with_id(1, octets({255, 0, 0, name})); };
  EXPECT_NE(lease_behind(site, called(1), 7), "");
  EXPECT_NE(lease_behind(site, called(2), 7), "");
  EXPECT_EQ(lease_behind(site, called(3), 7), "");
  EXPECT_EQ(site.why(), Reason::client_limit);
  // Who borrows its address behind another port takes nothing from it.
  EXPECT_NE(lease_behind(site, called(4), 8), "");
}

TEST(LeaseLimits, CountOffersToo) {
  Site site(limited({0, 3, 0}));
  for (std::uint32_t n = 1; n <= 3; ++n) {
    EXPECT_TRUE(site.hear(discover(host(n)).through(kRelay, circuit(7))));
  }
  EXPECT_FALSE(site.hear(discover(host(4)).through(kRelay, circuit(7))));
  EXPECT_EQ(site.why(), Reason::port_limit);
  // To ask again is not to take more.
  EXPECT_TRUE(site.hear(discover(host(1)).through(kRelay, circuit(7))));
  site.pass_seconds(61);
  EXPECT_TRUE(site.hear(discover(host(4)).through(kRelay, circuit(7))));
}

TEST(LeaseLimits, LetHoldersRenewRebindAndReboot) {
  Site site(limited({1, 2, 2}));
  const std::string one = lease_behind(site, host(1), 7);
  const std::string two = lease_behind(site, host(2), 7);
  for (int round = 0; round < 3; ++round) {
    site.pass_seconds(1'000);
    EXPECT_TRUE(renews(site, host(1), one));
    const auto rebound = site.hear(rebinding(host(2), two).through(kRelay, circuit(7)));
    ASSERT_TRUE(rebound);
    EXPECT_EQ(rebound->type(), MessageType::ack);
    const auto rebooted = site.hear(rebooting(host(2), two).through(kRelay, circuit(7)));
    ASSERT_TRUE(rebooted);
    EXPECT_EQ(rebooted->type(), MessageType::ack);
    EXPECT_EQ(lease_behind(site, host(1), 7), one);
    EXPECT_EQ(lease_behind(site, host(3), 7), "");
  }
}

TEST(LeaseLimits, GiveAPlaceBackWhenALeaseIsReleasedDeclinedOrOver) {
  Site site(limited({0, 2, 0}));
  const std::string one = lease_behind(site, host(1), 7);
  const std::string two = lease_behind(site, host(2), 7);
  (void)site.hear(release(host(1), one));
  const std::string three = lease_behind(site, host(3), 7);
  EXPECT_NE(three, "");
  EXPECT_EQ(lease_behind(site, host(4), 7), "");
  (void)site.hear(decline(host(3), three).through(kRelay, circuit(7)));
  EXPECT_NE(lease_behind(site, host(4), 7), "");
  EXPECT_EQ(lease_behind(site, host(5), 7), "");
  site.pass_seconds(3'601);
  EXPECT_NE(lease_behind(site, host(5), 7), "");
  EXPECT_NE(lease_behind(site, host(6), 7), "");
  EXPECT_EQ(lease_behind(site, host(7), 7), "");
}

// Which an operator's command does not know.
TEST(LeaseLimits, KeepAClientAtItsPortWhenACommandSetsItsLease) {
  Site site(limited({0, 1, 0}));
  const std::string one = lease_behind(site, host(1), 7);
  ASSERT_TRUE(site.engine().set_lease(site.now(), {.address = ip(one),
                                                   .hardware = host(1).hardware(),
                                                   .started = site.now().wall,
                                                   .lifetime = Duration::seconds(900)}));
  EXPECT_EQ(lease_behind(site, host(2), 7), "");
  EXPECT_EQ(site.why(), Reason::port_limit);
  EXPECT_TRUE(renews(site, host(1), one));
}

TEST(LeaseLimits, FollowAClientToAnotherPortWhereThereIsRoom) {
  Site site(limited({0, 1, 0}));
  const std::string address = lease_behind(site, host(1), 7);
  const auto moved = site.hear(rebooting(host(1), address).through(kRelay, circuit(8)));
  ASSERT_TRUE(moved);
  EXPECT_EQ(moved->type(), MessageType::ack);
  EXPECT_EQ(lease_behind(site, host(2), 8), "");
  EXPECT_NE(lease_behind(site, host(2), 7), "");
}

// Else two ports would hold more and more, by leases that are taken at one and brought to the
// other.
TEST(LeaseLimits, KeepALeaseOnItsFormerAccountWhereTheNewOneIsFull) {
  Site site(limited({0, 1, 0}));
  const std::string one = lease_behind(site, host(1), 7);
  EXPECT_NE(lease_behind(site, host(2), 8), "");
  const auto moved = site.hear(rebooting(host(1), one).through(kRelay, circuit(8)));
  ASSERT_TRUE(moved);
  EXPECT_EQ(moved->type(), MessageType::ack);
  EXPECT_EQ(lease_behind(site, host(3), 7), "");
  EXPECT_EQ(lease_behind(site, host(4), 8), "");
}

TEST(LeaseLimits, NeverRefuseAReservationButCountIt) {
  Site site(limited(
      {0, 1, 0}, {reserve_hw(host(1).mac, "10.4.0.100"), reserve_hw(host(2).mac, "10.4.0.101")}));
  EXPECT_EQ(lease_behind(site, host(1), 7), "10.4.0.100");
  EXPECT_EQ(lease_behind(site, host(2), 7), "10.4.0.101");
  EXPECT_EQ(lease_behind(site, host(3), 7), "");
  EXPECT_EQ(site.why(), Reason::port_limit);
}

TEST(LeaseLimits, RefuseAtRequestWhatWasNotOffered) {
  Site site(limited({0, 1, 0}));
  EXPECT_NE(lease_behind(site, host(1), 7), "");
  const auto refused = site.hear(selecting(host(2), "10.4.0.33").through(kRelay, circuit(7)));
  ASSERT_TRUE(refused);
  EXPECT_EQ(refused->type(), MessageType::nak);
  EXPECT_EQ(site.why(), Reason::port_limit);
}

// By unicast renewals of addresses that nobody holds, who is behind a full port could go on.
TEST(LeaseLimits, WaitForTheRelayWhereALeaseWithoutRecordIsRenewed) {
  Site site(limited({0, 1, 0}));
  EXPECT_FALSE(site.hear(renewing(host(1), ip("10.4.0.40"))));
  EXPECT_EQ(site.why(), Reason::place_unknown);
  const auto rebound = site.hear(rebinding(host(1), "10.4.0.40").through(kRelay, circuit(7)));
  ASSERT_TRUE(rebound);
  EXPECT_EQ(rebound->type(), MessageType::ack);
  EXPECT_EQ(lease_behind(site, host(2), 7), "");
  EXPECT_FALSE(site.hear(rebinding(host(3), "10.4.0.41").through(kRelay, circuit(7))));
  EXPECT_EQ(site.why(), Reason::port_limit);
  // On a link of ours nothing came past a relay.
  EXPECT_TRUE(renews(site, host(4), "192.0.2.40"));
}

TEST(LeaseLimits, DisplaceNobodysOfferForWhoMayHaveNone) {
  config::Subnet far = subnet(1, "10.4.0.0/24", {pool("10.4.0.10-10.4.0.12")});
  far.lease_limits = {0, 1, 0};
  Site site(config_of({far}));
  EXPECT_TRUE(site.hear(discover(host(1)).through(kRelay, circuit(1))));
  EXPECT_TRUE(site.hear(discover(host(2)).through(kRelay, circuit(2))));
  EXPECT_TRUE(site.hear(discover(host(3)).through(kRelay, circuit(3))));
  EXPECT_FALSE(site.hear(discover(host(4)).through(kRelay, circuit(3))));
  EXPECT_EQ(site.why(), Reason::port_limit);
  EXPECT_EQ(site.engine().counters().offers_displaced, 0U);
}

/// A second life with the leases of the first, as recovery reads them.
void restart(const Site& first, ServerEngine& second, config::ServerConfig config) {
  (void)first.engine().leases().for_each_from(
      lease::LeaseTable::kWalkBegin, 10'000,
      [&](const lease::Lease& lease) { second.load(lease); });
  second.set_interfaces(first.now(), interfaces());
  second.begin_swap(first.now(), prepare(std::move(config)));
}

TEST(LeaseLimits, AreCountedAgainAfterARestart) {
  Site before(limited({0, 3, 0}));
  for (std::uint32_t n = 1; n <= 2; ++n) EXPECT_NE(lease_behind(before, host(n), 7), "");
  lease::ChangeLog changes(1'024);
  net::Outbox outbox(64, 48);
  ServerEngine engine(Site::small(), changes);
  restart(before, engine, limited({0, 3, 0}));
  engine.on_datagram(before.now(), discover(host(3)).through(kRelay, circuit(7)).said(), outbox);
  engine.on_datagram(before.now(), discover(host(4)).through(kRelay, circuit(7)).said(), outbox);
  EXPECT_EQ(engine.counters().sent[index_of(MessageType::offer)], 1U);
  EXPECT_EQ(engine.counters().silent[static_cast<std::size_t>(Reason::port_limit)], 1U);
}

TEST(LeaseLimits, ThatAReloadBringsCountWhatIsThere) {
  Site site(limited({}));
  std::vector<std::string> held;
  for (std::uint32_t n = 1; n <= 5; ++n) held.push_back(lease_behind(site, host(n), 7));
  site.reload(limited({0, 3, 0}));
  EXPECT_EQ(lease_behind(site, host(6), 7), "");
  EXPECT_EQ(site.why(), Reason::port_limit);
  // Those that are too many stay; places come free as they go.
  for (std::uint32_t n = 1; n <= 5; ++n) EXPECT_TRUE(renews(site, host(n), held[n - 1]));
  for (std::uint32_t n = 1; n <= 2; ++n) (void)site.hear(release(host(n), held[n - 1]));
  EXPECT_EQ(lease_behind(site, host(6), 7), "");
  (void)site.hear(release(host(3), held[2]));
  EXPECT_NE(lease_behind(site, host(6), 7), "");

  site.reload(limited({}));
  for (std::uint32_t n = 11; n <= 14; ++n) EXPECT_NE(lease_behind(site, host(n), 7), "");
  site.reload(limited({0, 8, 0}));
  EXPECT_NE(lease_behind(site, host(15), 7), "");
  EXPECT_EQ(lease_behind(site, host(16), 7), "");
}

TEST(LeaseLimits, OfOneSubnetAreNotThoseOfAnother) {
  config::ServerConfig config = limited({0, 1, 0});
  for (config::Subnet& one : config.subnets) {
    if (one.id == 2) one.lease_limits = {};
  }
  config.build_indexes();
  Site site(std::move(config));
  const auto by_switch = [&](const Host& h) {
    const auto offer = site.hear(discover(h).with(82, circuit(7)));
    return offer.has_value();
  };
  EXPECT_TRUE(by_switch(host(1)));
  EXPECT_TRUE(by_switch(host(2)));
  EXPECT_NE(lease_behind(site, host(3), 7), "");
  EXPECT_EQ(lease_behind(site, host(4), 7), "");
}

}  // namespace
}  // namespace lessor::server::v4::testing
