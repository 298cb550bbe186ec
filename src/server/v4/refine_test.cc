// cache-threshold, cache-max-age and offer-lifetime, by what clients and the disk see of them.
#include "server/v4/test_kit.h"

#include <gtest/gtest.h>

namespace lessor::server::v4::testing {
namespace {

constexpr std::string_view kAddress = "192.0.2.10";

config::ServerConfig caching(std::uint32_t millionths, Duration max_age = Duration::infinite()) {
  auto made = subnet(1, "192.0.2.0/24", {pool("192.0.2.10-192.0.2.19")});
  made.caching = {millionths, max_age};
  return config_of({made});
}

std::uint32_t time_of(const std::optional<Reply>& reply) { return reply ? reply->number(51) : 0; }

// ---- a young lease serves again

TEST(Caching, ARenewalOfAYoungLeaseGetsWhatIsLeft) {
  Site site(caching(250'000));
  ASSERT_EQ(site.lease(host(1)), kAddress);
  const lease::Sequence written = site.changes().last();
  site.pass_seconds(900);
  EXPECT_EQ(time_of(site.hear(renewing(host(1), kAddress))), 2'700U);
  EXPECT_EQ(time_of(site.hear(rebooting(host(1), kAddress))), 2'700U);
  EXPECT_EQ(site.changes().last(), written);
  EXPECT_EQ(site.record(kAddress)->started, WallTime{1'790'000'000});
  EXPECT_EQ(site.engine().counters().lease_reuses, 2U);
  EXPECT_EQ(site.engine().pools()[0].reuses, 2U);
  site.pass_seconds(1);
  EXPECT_EQ(time_of(site.hear(renewing(host(1), kAddress))), 3'600U);
  EXPECT_EQ(site.changes().last(), written + 1);
  EXPECT_EQ(site.engine().counters().lease_reuses, 2U);
}

TEST(Caching, OffWithoutAKey) {
  Site site;
  ASSERT_EQ(site.lease(host(1)), kAddress);
  const lease::Sequence written = site.changes().last();
  EXPECT_EQ(time_of(site.hear(renewing(host(1), kAddress))), 3'600U);
  EXPECT_EQ(site.changes().last(), written + 1);
}

TEST(Caching, TheAgeIsBoundedBesideThePart) {
  Site site(caching(1'000'000, Duration::seconds(60)));
  ASSERT_EQ(site.lease(host(1)), kAddress);
  site.pass_seconds(60);
  EXPECT_EQ(time_of(site.hear(renewing(host(1), kAddress))), 3'540U);
  site.pass_seconds(1);
  EXPECT_EQ(time_of(site.hear(renewing(host(1), kAddress))), 3'600U);
}

// As Kea does it, whose part of the time is less than a second then.
TEST(Caching, ATinyPartIsNone) {
  Site site(caching(100));
  ASSERT_EQ(site.lease(host(1)), kAddress);
  const lease::Sequence written = site.changes().last();
  EXPECT_EQ(time_of(site.hear(renewing(host(1), kAddress))), 3'600U);
  EXPECT_EQ(site.changes().last(), written + 1);
}

// As Kea 2.2 does it: a shorter time is a change, a longer one is not.
TEST(Caching, AShorterTimeIsAChange) {
  Site site(caching(500'000));
  ASSERT_EQ(site.lease(host(1)), kAddress);
  site.pass_seconds(10);
  EXPECT_EQ(time_of(site.hear(renewing(host(1), kAddress).for_seconds(7'000))), 3'590U);
  EXPECT_EQ(time_of(site.hear(renewing(host(1), kAddress).for_seconds(3'595))), 3'595U);
}

TEST(Caching, WhatIsRecordedOtherwiseIsWritten) {
  Site site(caching(500'000));
  ASSERT_EQ(site.lease(host(1)), kAddress);
  site.pass_seconds(10);
  lease::Sequence written = site.changes().last();
  EXPECT_EQ(time_of(site.hear(renewing(host(1), kAddress).with(12, text("name")))), 3'600U);
  EXPECT_EQ(site.changes().last(), ++written);
  EXPECT_EQ(as_text(site.record(kAddress)->hostname), "name");
  site.pass_seconds(10);
  EXPECT_EQ(time_of(site.hear(renewing(host(1), kAddress).with(12, text("name")))), 3'590U);
  EXPECT_EQ(site.changes().last(), written);
  // It has moved behind a relay.
  EXPECT_EQ(time_of(site.hear(rebooting(host(1), kAddress).through("192.0.2.254"))), 3'600U);
  EXPECT_EQ(site.changes().last(), ++written);
  // Another subnet number, by a reload.
  auto renumbered = caching(500'000);
  renumbered.subnets[0].id = 9;
  site.reload(renumbered);
  EXPECT_EQ(time_of(site.hear(rebooting(host(1), kAddress).through("192.0.2.254"))), 3'600U);
  EXPECT_EQ(site.record(kAddress)->subnet_id, 9U);
}

// The lease that an offer made is young, and good for the offer alone.
TEST(Caching, OfALeaseThatAnOfferMadeIsNone) {
  auto config = caching(900'000);
  config.subnets[0].offer_lifetime = Duration::seconds(120);
  config.build_indexes();
  Site site(config);
  const auto offer = site.hear(discover(host(1)));
  EXPECT_EQ(time_of(offer), 3'600U);
  EXPECT_EQ(time_of(site.hear(discover(host(1)))), 3'600U);
  EXPECT_EQ(time_of(site.hear(selecting(host(1), offer->view().yiaddr()))), 3'600U);
  EXPECT_EQ(site.record(kAddress)->lifetime, Duration::seconds(3'600));
}

// What was granted is not cut short by what is offered next.
TEST(OfferLifetime, ShortensNoInfiniteLease) {
  auto config = caching(0);
  config.subnets[0].offer_lifetime = Duration::seconds(120);
  config.subnets[0].lifetimes = {Duration::infinite(), Duration::infinite(), Duration::infinite()};
  config.build_indexes();
  Site site(config);
  ASSERT_EQ(site.lease(host(1)), kAddress);
  (void)site.hear(discover(host(1)).xid(99));
  EXPECT_TRUE(site.record(kAddress)->lifetime.is_infinite());
}

TEST(Caching, ANewReservationsNameIsWritten) {
  Site site(caching(500'000));
  ASSERT_EQ(site.lease(host(1)), kAddress);
  auto config = caching(500'000);
  auto reserved = reserve_hw(host(1).mac, kAddress);
  reserved.hostname = "printer";
  add_reservation(config.subnets[0], reserved);
  config.build_indexes();
  site.reload(config);
  EXPECT_EQ(time_of(site.hear(renewing(host(1), kAddress))), 3'600U);
  EXPECT_EQ(as_text(site.record(kAddress)->hostname), "printer");
}

TEST(Caching, AnOfferShowsTheSameTimeAndTheRequestTakesItUp) {
  Site site(caching(500'000));
  ASSERT_EQ(site.lease(host(1)), kAddress);
  const lease::Sequence written = site.changes().last();
  site.pass_seconds(100);
  EXPECT_EQ(time_of(site.hear(discover(host(1)))), 3'500U);
  EXPECT_EQ(time_of(site.hear(selecting(host(1), kAddress))), 3'500U);
  EXPECT_EQ(site.changes().last(), written);
  EXPECT_EQ(site.engine().pools()[0].offered, 0U);
  EXPECT_EQ(site.engine().pools()[0].assigned, 1U);
}

TEST(Caching, WhatIsOverServesNobody) {
  Site site(caching(1'000'000));
  ASSERT_EQ(site.lease(host(1)), kAddress);
  site.pass_seconds(3'600);
  EXPECT_EQ(time_of(site.hear(renewing(host(1), kAddress))), 3'600U);
  EXPECT_EQ(site.engine().counters().lease_reuses, 0U);
  (void)site.hear(release(host(1), kAddress));
  EXPECT_EQ(time_of(site.hear(renewing(host(1), kAddress))), 3'600U);
  EXPECT_EQ(site.engine().counters().lease_reuses, 0U);
}

// R2131-3.1-b: an ACK that changes nothing still promises what may not be on the disk yet.
TEST(Caching, TheAckWaitsForTheLeasesLastChange) {
  Site site(caching(500'000));
  site.hold_disk();
  EXPECT_FALSE(site.hear(selecting(host(1), kAddress).xid(7)));
  EXPECT_FALSE(site.hear(renewing(host(1), kAddress).xid(8)));
  EXPECT_EQ(site.changes().last(), 1U);
  EXPECT_EQ(site.outbox().parked(), 2U);
  site.flush();
  EXPECT_TRUE(site.next_reply());
  EXPECT_TRUE(site.next_reply());
  site.hold_disk();
  EXPECT_TRUE(site.hear(renewing(host(1), kAddress).xid(9)));  // it is on the disk: at once
}

// A lease that was recorded for longer than it is granted now comes down to what is granted.
TEST(Caching, AShortenedLeaseIsRenewedUntilItIsShort) {
  Site site(caching(1'000'000));
  ASSERT_EQ(site.lease(host(1)), kAddress);
  auto shorter = caching(1'000'000);
  shorter.subnets[0].lifetimes = {Duration::seconds(600), Duration::seconds(600),
                                  Duration::seconds(600)};
  site.reload(shorter);
  for (int i = 0; i < 11; ++i) {
    site.pass_seconds(300);
    ASSERT_LE(time_of(site.hear(renewing(host(1), kAddress))), 600U);
  }
  EXPECT_LE(site.record(kAddress)->lifetime, Duration::seconds(620));
}

TEST(Caching, OfASharedNetworkTheAddressesSubnetCounts) {
  auto config = config_of({subnet(1, "192.0.2.0/24", {pool("192.0.2.10-192.0.2.10")}),
                           subnet(2, "10.0.0.0/24", {pool("10.0.0.10-10.0.0.19")})});
  for (config::Subnet& each : config.subnets) each.network = 0;
  config.networks.resize(1);
  config.networks[0].name = "n";
  for (config::Subnet& each : config.subnets) {
    if (each.id == 2) each.caching = {500'000, Duration::infinite()};
  }
  config.build_indexes();
  Site site(config);
  ASSERT_EQ(site.lease(host(1)), kAddress);
  ASSERT_EQ(site.lease(host(2)), "10.0.0.10");
  site.pass_seconds(60);
  EXPECT_EQ(time_of(site.hear(rebooting(host(1), kAddress))), 3'600U);
  EXPECT_EQ(time_of(site.hear(rebooting(host(2), "10.0.0.10"))), 3'540U);
}

// ---- an offer makes a lease

config::ServerConfig leasing_offers(std::int64_t seconds = 120) {
  auto made = subnet(1, "192.0.2.0/24", {pool("192.0.2.10-192.0.2.11")});
  made.offer_lifetime = Duration::seconds(seconds);
  return config_of({made});
}

TEST(OfferLifetime, AnOfferWaitsForTheLeaseThatItMakes) {
  Site site(leasing_offers());
  site.hold_disk();
  EXPECT_FALSE(site.hear(discover(host(1)).xid(7)));
  EXPECT_FALSE(site.hear(discover(host(1)).xid(7)));  // sent again: answered once
  EXPECT_EQ(site.why(), Reason::duplicate);
  EXPECT_EQ(site.outbox().parked(), 1U);
  site.flush();
  const auto offer = site.next_reply();
  ASSERT_TRUE(offer);
  EXPECT_EQ(offer->type(), MessageType::offer);
  EXPECT_EQ(time_of(offer), 3'600U);  // as it will be granted
  EXPECT_FALSE(site.next_reply());
  const auto lease = site.record(offer->yiaddr());
  ASSERT_TRUE(lease);
  EXPECT_EQ(lease->state, lease::LeaseState::active);
  EXPECT_EQ(lease->lifetime, Duration::seconds(120));
  EXPECT_EQ(offer->envelope().wait_for, lease->sequence);
}

TEST(OfferLifetime, TheRequestIsGrantedAfterARestart) {
  Site before(leasing_offers());
  const auto offer = before.hear(discover(host(1)));
  ASSERT_TRUE(offer);
  Site after(leasing_offers());
  const lease::Lease lease = *before.record(offer->yiaddr());
  after.engine().load(lease);
  after.reload(leasing_offers());
  EXPECT_NE(after.hear(discover(host(2)))->yiaddr(), offer->yiaddr());
  const auto ack = after.hear(selecting(host(1), offer->view().yiaddr()));
  ASSERT_TRUE(ack);
  EXPECT_EQ(ack->type(), MessageType::ack);
  EXPECT_EQ(time_of(ack), 3'600U);
  EXPECT_EQ(after.record(offer->yiaddr())->lifetime, Duration::seconds(3'600));
}

TEST(OfferLifetime, WhatNobodyTakesUpIsFreeAgainInTime) {
  Site site(leasing_offers());
  ASSERT_EQ(site.hear(discover(host(1)))->yiaddr(), "192.0.2.10");
  ASSERT_EQ(site.hear(discover(host(2)))->yiaddr(), "192.0.2.11");
  EXPECT_FALSE(site.hear(discover(host(3))));
  EXPECT_EQ(site.engine().pools()[0].assigned, 2U);
  site.pass_seconds(120 + 10);
  EXPECT_TRUE(site.hear(discover(host(3))));
}

TEST(OfferLifetime, ALeaseThatRunsLongerIsLeftAlone) {
  Site site(leasing_offers());
  ASSERT_EQ(site.lease(host(1)), kAddress);
  const lease::Sequence written = site.changes().last();
  ASSERT_TRUE(site.hear(discover(host(1))));
  EXPECT_EQ(site.changes().last(), written);
  EXPECT_EQ(site.record(kAddress)->lifetime, Duration::seconds(3'600));
  // In its last seconds it is made to outlast the offer.
  site.pass_seconds(3'550);
  ASSERT_TRUE(site.hear(discover(host(1))));
  EXPECT_EQ(site.changes().last(), written + 1);
  EXPECT_EQ(site.record(kAddress)->lifetime, Duration::seconds(120));
}

}  // namespace
}  // namespace lessor::server::v4::testing
