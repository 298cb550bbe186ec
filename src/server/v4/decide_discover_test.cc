#include "server/v4/test_kit.h"

#include <gtest/gtest.h>

namespace lessor::server::v4::testing {
namespace {

config::ServerConfig pool_of(std::string_view range) {
  return config_of({subnet(1, "192.0.2.0/24", {pool(range)})});
}

TEST(Discover, OffersTheFirstAddressNeverUsed) {
  Site site;
  const auto offer = site.hear(discover(host(1)));
  ASSERT_TRUE(offer);
  EXPECT_EQ(offer->type(), MessageType::offer);
  EXPECT_EQ(offer->yiaddr(), "192.0.2.10");
  EXPECT_EQ(offer->number(51), 3'600U);
  EXPECT_EQ(offer->option(54), ip_octets("192.0.2.1"));
  EXPECT_EQ(site.why(), Reason::free_address);
}

TEST(Discover, CostsNoLeaseChange) {  // offers are held in memory only
  Site site;
  site.hold_disk();
  ASSERT_TRUE(site.hear(discover(host(1))));
  EXPECT_EQ(site.changes().waiting(), 0U);
}

TEST(Discover, TwoClientsAreOfferedTwoAddresses) {  // R2131-4.3.1-b
  Site site;
  EXPECT_EQ(site.hear(discover(host(1)))->yiaddr(), "192.0.2.10");
  EXPECT_EQ(site.hear(discover(host(2)))->yiaddr(), "192.0.2.11");
}

TEST(Discover, RetransmittedIsOfferedTheSameAddress) {
  Site site;
  EXPECT_EQ(site.hear(discover(host(1)))->yiaddr(), "192.0.2.10");
  EXPECT_EQ(site.hear(discover(host(2)))->yiaddr(), "192.0.2.11");
  EXPECT_EQ(site.hear(discover(host(1)).xid(2))->yiaddr(), "192.0.2.10");
  EXPECT_EQ(site.why(), Reason::offered);
}

// R2131-4.3.1-a: "The client's current address ..., ELSE ... previous address ..., ELSE the address
// requested ..., ELSE a new address".
TEST(Discover, PrefersTheCurrentLease) {
  Site site;
  ASSERT_EQ(site.lease(host(1)), "192.0.2.10");
  EXPECT_EQ(site.hear(discover(host(1)).asking("192.0.2.15"))->yiaddr(), "192.0.2.10");
  EXPECT_EQ(site.why(), Reason::current_lease);
}

TEST(Discover, ThenThePreviousLease) {
  Site site;
  ASSERT_EQ(site.lease(host(1)), "192.0.2.10");
  site.hear(release(host(1), "192.0.2.10"));
  EXPECT_EQ(site.hear(discover(host(1)).asking("192.0.2.15"))->yiaddr(), "192.0.2.10");
  EXPECT_EQ(site.why(), Reason::previous_lease);
}

TEST(Discover, ThenThePreviousLeaseAfterItExpired) {
  Site site;
  ASSERT_EQ(site.lease(host(1)), "192.0.2.10");
  site.pass_seconds(100'000);
  ASSERT_EQ(site.lease(host(2)), "192.0.2.11");  // never used goes first
  EXPECT_EQ(site.hear(discover(host(1)))->yiaddr(), "192.0.2.10");
  EXPECT_EQ(site.why(), Reason::previous_lease);
}

TEST(Discover, ThenTheAddressAskedFor) {
  Site site;
  EXPECT_EQ(site.hear(discover(host(1)).asking("192.0.2.15"))->yiaddr(), "192.0.2.15");
  EXPECT_EQ(site.why(), Reason::requested);
}

TEST(Discover, DoesNotGrantEveryWish) {
  config::Subnet one = subnet(1, "192.0.2.0/24", {pool("192.0.2.10-192.0.2.19", {"192.0.2.16"})});
  add_reservation(one, reserve_hw(host(9).mac, "192.0.2.17"));
  Site site(config_of({one}));
  ASSERT_EQ(site.lease(host(8)), "192.0.2.10");
  ASSERT_EQ(site.hear(discover(host(7)).asking("192.0.2.18"))->yiaddr(), "192.0.2.18");
  const std::string_view wishes[] = {
      "192.0.2.10",  // leased to another
      "192.0.2.16",  // left out of the pool
      "192.0.2.17",  // reserved for another
      "192.0.2.18",  // on offer to another
      "192.0.2.99",  // in no pool
      "10.0.0.10",   // on another network
      "192.0.2.1",   // our own
      "0.0.0.0",    "255.255.255.255",
  };
  for (const std::string_view wish : wishes) {
    EXPECT_EQ(site.hear(discover(host(1)).asking(wish))->yiaddr(), "192.0.2.11") << wish;
  }
}

TEST(Discover, AfterTheNeverUsedTheLongestFree) {
  Site site(pool_of("192.0.2.10-192.0.2.12"));
  for (std::uint32_t n = 1; n <= 3; ++n) ASSERT_NE(site.lease(host(n)), "");
  site.pass_seconds(10);
  for (const char* address : {"192.0.2.11", "192.0.2.10", "192.0.2.12"}) {
    const auto holder = static_cast<std::uint32_t>(address[9] - '0' + 1);
    site.hear(release(host(holder), address));
    site.pass_seconds(10);
  }
  EXPECT_EQ(site.hear(discover(host(7)))->yiaddr(), "192.0.2.11");
  EXPECT_EQ(site.hear(discover(host(8)))->yiaddr(), "192.0.2.10");
  EXPECT_EQ(site.hear(discover(host(9)))->yiaddr(), "192.0.2.12");
}

TEST(Discover, GoesThroughAllPoolsOfTheSubnet) {
  Site site(config_of(
      {subnet(1, "192.0.2.0/24", {pool("192.0.2.10"), pool("192.0.2.20"), pool("192.0.2.30")})}));
  EXPECT_EQ(site.lease(host(1)), "192.0.2.10");
  EXPECT_EQ(site.lease(host(2)), "192.0.2.20");
  site.hear(release(host(1), "192.0.2.10"));
  EXPECT_EQ(site.lease(host(3)), "192.0.2.30");  // never used, before a used one of an earlier pool
  EXPECT_EQ(site.lease(host(4)), "192.0.2.10");
}

TEST(Discover, NeverOurOwnAddress) {
  Site site(pool_of("192.0.2.1-192.0.2.2"));  // eth0 has 192.0.2.1
  EXPECT_EQ(site.lease(host(1)), "192.0.2.2");
  EXPECT_FALSE(site.hear(discover(host(2))));
  EXPECT_EQ(site.why(), Reason::pool_exhausted);
}

TEST(Discover, SilentWhenThePoolIsUsedUp) {
  Site site(pool_of("192.0.2.10-192.0.2.11"));
  EXPECT_EQ(site.lease(host(1)), "192.0.2.10");
  EXPECT_EQ(site.lease(host(2)), "192.0.2.11");
  EXPECT_FALSE(site.hear(discover(host(3))));
  EXPECT_EQ(site.why(), Reason::pool_exhausted);
}

TEST(Discover, AnExpiredLeaseGoesToOthersOnlyAfterItsGrace) {  // R2131-3.3-a
  Site site(pool_of("192.0.2.10"));
  ASSERT_EQ(site.lease(host(1)), "192.0.2.10");
  site.pass_seconds(3'600 + 71);  // the grace of an hour is 72 s
  EXPECT_FALSE(site.hear(discover(host(2))));
  EXPECT_EQ(site.hear(discover(host(1)))->yiaddr(), "192.0.2.10");  // its own client at any time
  site.pass_seconds(61);                                            // that offer ends
  EXPECT_EQ(site.hear(discover(host(2)))->yiaddr(), "192.0.2.10");
}

TEST(Discover, AReleasedAddressGoesToOthersAtOnce) {
  Site site(pool_of("192.0.2.10"));
  ASSERT_EQ(site.lease(host(1)), "192.0.2.10");
  site.hear(release(host(1), "192.0.2.10"));
  EXPECT_EQ(site.lease(host(2)), "192.0.2.10");
}

// ---- holds

TEST(Offer, IsHeldForItsTime) {  // R2131-3.1-d: freed when no REQUEST comes
  Site site(pool_of("192.0.2.10"));
  ASSERT_TRUE(site.hear(discover(host(1))));
  site.pass_seconds(59);
  EXPECT_FALSE(site.hear(discover(host(1)).xid(9)) == std::nullopt);  // asks again: held on
  site.pass_seconds(61);
  (void)site.take_events();
  EXPECT_EQ(site.hear(discover(host(2)))->yiaddr(), "192.0.2.10");
}

TEST(Offer, EndsWhenTheClientChoosesAnotherServer) {  // R2131-4.3.2-a
  Site site(pool_of("192.0.2.10"));
  ASSERT_TRUE(site.hear(discover(host(1))));
  EXPECT_FALSE(site.hear(selecting(host(1), "192.0.2.77", "192.0.2.2")));
  const auto events = site.take_events();
  ASSERT_EQ(events.size(), 3U);  // the offer, its end, the silence
  EXPECT_EQ(events[1].kind, EventKind::offer_dropped);
  EXPECT_EQ(events[1].address, ip("192.0.2.10"));
  EXPECT_EQ(events[2].reason, Reason::other_server);
  EXPECT_EQ(site.hear(discover(host(2)))->yiaddr(), "192.0.2.10");
}

TEST(Offer, TheOldestGivesWayWhenThePoolIsUsedUp) {
  Site site(pool_of("192.0.2.10-192.0.2.11"));
  ASSERT_EQ(site.hear(discover(host(1)))->yiaddr(), "192.0.2.10");
  site.pass_seconds(1);
  ASSERT_EQ(site.hear(discover(host(2)))->yiaddr(), "192.0.2.11");
  (void)site.take_events();
  const auto offer = site.hear(discover(host(3)));
  // Each of the three has a port of its own; the first to ask has waited longest.
  ASSERT_TRUE(offer);
  EXPECT_EQ(offer->yiaddr(), "192.0.2.10");
  EXPECT_TRUE(site.told(EventKind::offer_dropped));
  EXPECT_EQ(site.engine().counters().offers_displaced, 1U);
  // The displaced client still may ask for it, and is refused: it is on offer to another.
  EXPECT_EQ(site.hear(selecting(host(1), "192.0.2.10"))->type(), MessageType::nak);
}

TEST(Offer, AFloodFromOnePortPushesOutNobodyElse) {  // C3-01
  Site site(pool_of("192.0.2.10-192.0.2.13"));
  const Octets port_a = octets({1, 1, 'a'});
  const Octets port_b = octets({1, 1, 'b'});
  const auto ask = [&](std::uint32_t n, const Octets& port) {
    return site.hear(discover(host(n)).through("192.0.2.254", port));
  };
  ASSERT_TRUE(ask(1, port_b));
  for (std::uint32_t n = 10; n < 13; ++n) ASSERT_TRUE(ask(n, port_a)) << n;
  for (std::uint32_t n = 13; n < 40; ++n) EXPECT_FALSE(ask(n, port_a)) << n;
  EXPECT_EQ(ask(1, port_b)->yiaddr(), "192.0.2.10");  // it still has its own
  EXPECT_TRUE(ask(2, port_b));                        // and the flood gives way to it
}

TEST(Offer, TheHoldOfAReservedAddressMakesNoRoomInThePool) {
  config::Subnet one = subnet(1, "192.0.2.0/24", {pool("192.0.2.10-192.0.2.11")});
  add_reservation(one, reserve_hw(host(9).mac, "192.0.2.11"));
  Site site(config_of({one}));
  ASSERT_EQ(site.hear(discover(host(9)))->yiaddr(), "192.0.2.11");  // the oldest hold
  ASSERT_EQ(site.hear(discover(host(1)))->yiaddr(), "192.0.2.10");
  const auto offer = site.hear(discover(host(2)));
  ASSERT_TRUE(offer);
  EXPECT_EQ(offer->yiaddr(), "192.0.2.10");
  EXPECT_EQ(site.engine().counters().offers_displaced, 1U);
}

TEST(Offer, TheOldestGivesWayWhenTheTableIsFull) {  // C3-01
  Settings settings = Site::small();
  settings.offer_capacity = 3;
  Site site(pool_of("192.0.2.10-192.0.2.99"), settings);
  for (std::uint32_t n = 1; n <= 3; ++n) ASSERT_TRUE(site.hear(discover(host(n))));
  (void)site.take_events();
  ASSERT_TRUE(site.hear(discover(host(4))));
  const auto events = site.take_events();
  ASSERT_EQ(events.size(), 2U);
  EXPECT_EQ(events[0].kind, EventKind::offer_dropped);
  EXPECT_EQ(events[0].hardware, host(1).hardware());
  EXPECT_EQ(site.engine().counters().offers_displaced, 1U);
}

TEST(Offer, NoHoldIsDroppedForThePortThatFillsTheTable) {  // C3-01
  Settings settings = Site::small();
  settings.offer_capacity = 3;
  Site site(pool_of("192.0.2.10-192.0.2.99"), settings);
  const auto from_one_mac = [](std::uint32_t n) {
    Say say = discover(host(n));
    say.datagram().source_mac = host(66).mac;
    return say;
  };
  ASSERT_TRUE(site.hear(discover(host(1))));
  for (std::uint32_t n = 2; n <= 3; ++n) ASSERT_TRUE(site.hear(from_one_mac(n)));
  for (std::uint32_t n = 4; n <= 40; ++n) EXPECT_FALSE(site.hear(from_one_mac(n)));
  EXPECT_EQ(site.why(), Reason::offers_full);
  EXPECT_EQ(site.engine().counters().offers_displaced, 0U);
  EXPECT_TRUE(site.hear(discover(host(50))));  // another MAC: the flood's oldest gives way
  EXPECT_EQ(site.hear(selecting(host(1), "192.0.2.10"))->type(), MessageType::ack);
}

// ---- ARP probes (R2131-3.1-a)

class Probes : public ::testing::Test {
 protected:
  static config::ServerConfig probing() {
    config::Subnet one = subnet(1, "192.0.2.0/24", {pool("192.0.2.10-192.0.2.12")});
    one.probe_new_addresses = true;
    return config_of({one});
  }
  std::optional<net::ArpProbe> next_probe() {
    net::ArpProbe probe;
    if (!site_.outbox().take_probe(probe)) return std::nullopt;
    return probe;
  }
  void answer(std::string_view address, const net::Mac& mac) {
    site_.engine().on_arp(site_.now(), {kEth0, ip(address), mac}, site_.outbox());
    site_.flush();
  }
  Site site_{probing()};
};

TEST_F(Probes, AnAddressNeverLeasedIsAskedForBeforeItIsOffered) {
  EXPECT_FALSE(site_.hear(discover(host(1))));
  EXPECT_EQ(site_.why(), Reason::probe_pending);
  const auto probe = next_probe();
  ASSERT_TRUE(probe);
  EXPECT_EQ(probe->address, ip("192.0.2.10"));
  EXPECT_EQ(probe->interface, kEth0);
  EXPECT_FALSE(site_.next_reply());
  site_.pass(kProbeTimeout);
  const auto offer = site_.next_reply();
  ASSERT_TRUE(offer);
  EXPECT_EQ(offer->yiaddr(), "192.0.2.10");
  EXPECT_EQ(offer->envelope().target_mac, host(1).mac);
}

TEST_F(Probes, ATakenAddressIsPutAsideAndAnotherTried) {
  EXPECT_FALSE(site_.hear(discover(host(1))));
  answer("192.0.2.10", host(66).mac);
  EXPECT_TRUE(site_.told(EventKind::address_in_use));
  EXPECT_EQ(site_.record("192.0.2.10")->state, lease::LeaseState::declined);
  site_.pass(kProbeTimeout);
  EXPECT_EQ(site_.next_reply()->yiaddr(), "192.0.2.11");
}

TEST_F(Probes, NothingIsOfferedWhileTheServiceIsDisabled) {
  EXPECT_FALSE(site_.hear(discover(host(1))));
  site_.engine().pause(site_.now().mono + Duration::seconds(60));
  site_.pass_seconds(1);
  EXPECT_FALSE(site_.next_reply());
}

TEST_F(Probes, ARetransmissionJoinsAndIsAnsweredOnce) {
  EXPECT_FALSE(site_.hear(discover(host(1)).xid(1)));
  site_.pass(Duration::milliseconds(300));
  EXPECT_FALSE(site_.hear(discover(host(1)).xid(2)));
  ASSERT_TRUE(next_probe());
  EXPECT_FALSE(next_probe());
  site_.pass(kProbeTimeout);
  const auto offer = site_.next_reply();
  ASSERT_TRUE(offer);
  EXPECT_EQ(offer->view().xid(), 2U);  // the latest: a client drops replies to earlier ones
  EXPECT_FALSE(site_.next_reply());
}

TEST_F(Probes, AnOfferAskedForAgainIsNotProbedAgain) {
  EXPECT_FALSE(site_.hear(discover(host(1))));
  site_.pass(kProbeTimeout);
  ASSERT_TRUE(site_.next_reply());
  ASSERT_TRUE(next_probe());
  EXPECT_TRUE(site_.hear(discover(host(1))));
  EXPECT_FALSE(next_probe());
}

TEST_F(Probes, NotForAnAddressLeasedBefore) {
  EXPECT_FALSE(site_.hear(discover(host(1))));
  site_.pass(kProbeTimeout);
  ASSERT_TRUE(site_.next_reply());
  ASSERT_TRUE(site_.hear(selecting(host(1), "192.0.2.10")));
  EXPECT_TRUE(site_.hear(discover(host(1))));
}

TEST_F(Probes, TheClientItselfIsNoConflict) {  // its old address is still configured
  EXPECT_FALSE(site_.hear(discover(host(1)).asking("192.0.2.12")));
  answer("192.0.2.12", host(1).mac);
  const auto offer = site_.next_reply();
  ASSERT_TRUE(offer);
  EXPECT_EQ(offer->yiaddr(), "192.0.2.12");
}

// Two machines with one client identifier, of which one has a reservation: one client, which is
// held one address at a time. Neither's DHCPDISCOVER wakes the other's for ever.
TEST_F(Probes, OfOneClientEndWithItsLastQuestion) {
  config::ServerConfig config = probing();
  add_reservation(config.subnets[0], reserve_hw(host(1).mac, "192.0.2.12"));
  config.build_indexes();
  Site site(std::move(config));
  const Octets id = octets({0, 'x'});
  EXPECT_FALSE(site.hear(discover(host_with_id(1, id))));
  EXPECT_FALSE(site.hear(discover(host_with_id(2, id))));
  int probes = 0;
  for (int i = 0; i < 10; ++i) {
    for (net::ArpProbe probe; site.outbox().take_probe(probe);) ++probes;
    site.pass(kProbeTimeout);
  }
  EXPECT_EQ(probes, 2);
  const auto offer = site.next_reply();
  ASSERT_TRUE(offer);
  EXPECT_EQ(offer->yiaddr(), "192.0.2.10");
  EXPECT_FALSE(site.next_reply());
}

TEST_F(Probes, WhatIsPromisedMeanwhileHolds) {  // whoever answers, the client itself even
  for (const std::uint32_t n : {66U, 1U}) {
    Site site(probing());
    EXPECT_FALSE(site.hear(discover(host(1))));
    ASSERT_EQ(site.hear(selecting(host(1), "192.0.2.10"))->type(), MessageType::ack);
    site.engine().on_arp(site.now(), {kEth0, ip("192.0.2.10"), host(n).mac}, site.outbox());
    site.flush();
    EXPECT_EQ(site.record("192.0.2.10")->state, lease::LeaseState::active);
  }
}

TEST_F(Probes, SightingsOfOthersOrElsewhereMeanNothing) {
  answer("192.0.2.10", host(66).mac);
  EXPECT_FALSE(site_.record("192.0.2.10"));
  EXPECT_FALSE(site_.hear(discover(host(1))));
  site_.engine().on_arp(site_.now(), {kEth1, ip("192.0.2.10"), host(66).mac}, site_.outbox());
  site_.pass(kProbeTimeout);
  EXPECT_EQ(site_.next_reply()->yiaddr(), "192.0.2.10");
}

TEST_F(Probes, ADiscoverIsCountedOnceThoughItIsHandledTwice) {
  EXPECT_FALSE(site_.hear(discover(host(1))));
  site_.pass(kProbeTimeout);
  ASSERT_TRUE(site_.next_reply());
  const Counters& counters = site_.engine().counters();
  EXPECT_EQ(counters.received_total, 1U);
  EXPECT_EQ(counters.received[index_of(MessageType::discover)], 1U);
  for (const Statistic& s : statistics(counters)) {
    if (s.name == "pkt4-receive-drop") {
      EXPECT_EQ(s.value, 0U);
    }
  }
}

TEST_F(Probes, NotAtRequestNorReboot) {  // R2131-3.1-c
  EXPECT_EQ(site_.hear(selecting(host(1), "192.0.2.10"))->type(), MessageType::ack);
  EXPECT_EQ(site_.hear(rebooting(host(1), "192.0.2.10"))->type(), MessageType::ack);
  EXPECT_EQ(site_.hear(renewing(host(2), "192.0.2.11"))->type(), MessageType::ack);
  EXPECT_FALSE(next_probe());
}

TEST(ProbesOff, NoneIsSent) {  // R2131-3.1-a: "SHOULD allow ... probes ... to be disabled"
  Site site;
  EXPECT_TRUE(site.hear(discover(host(1))));
  net::ArpProbe probe;
  EXPECT_FALSE(site.outbox().take_probe(probe));
}

TEST_F(Probes, NotForARelayedClient) {
  EXPECT_TRUE(site_.hear(discover(host(1)).through("192.0.2.254")));
  EXPECT_FALSE(next_probe());
}

TEST_F(Probes, AreBounded) {  // four of one link in this site, three addresses
  for (std::uint32_t n = 1; n <= 3; ++n) EXPECT_FALSE(site_.hear(discover(host(n))));
  (void)site_.take_events();
  EXPECT_FALSE(site_.hear(discover(host(4))));
  EXPECT_EQ(site_.why(), Reason::probe_pending);  // the oldest hold gave way, its probe is joined
}

}  // namespace
}  // namespace lessor::server::v4::testing
