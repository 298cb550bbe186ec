// DHCPDECLINE, DHCPRELEASE, DHCPINFORM.
#include "server/v4/decide.h"

#include "server/v4/test_kit.h"

#include <gtest/gtest.h>

namespace lessor::server::v4::testing {
namespace {

// ---- DECLINE (R2131-4.3.3-a, C3-02)

TEST(Decline, PutsTheAddressOnProbationAndSaysSo) {
  Site site;
  ASSERT_EQ(site.lease(host(1)), "192.0.2.10");
  (void)site.take_events();
  EXPECT_FALSE(site.hear(decline(host(1), "192.0.2.10")));
  const auto events = site.take_events();
  ASSERT_EQ(events.size(), 1U);
  EXPECT_EQ(events[0].kind, EventKind::decline);
  EXPECT_EQ(events[0].address, ip("192.0.2.10"));
  EXPECT_EQ(events[0].hardware, host(1).hardware());
  EXPECT_EQ(site.record("192.0.2.10")->state, lease::LeaseState::declined);
  EXPECT_EQ(site.engine().pools()[0].declined, 1U);
  EXPECT_EQ(site.engine().pools()[0].assigned, 0U);
  EXPECT_EQ(site.lease(host(1)), "192.0.2.11");  // the client gets another
}

TEST(Decline, ComesBackAfterProbation) {
  Site site(config_of({subnet(1, "192.0.2.0/24", {pool("192.0.2.10")})}));
  ASSERT_EQ(site.lease(host(1)), "192.0.2.10");
  site.hear(decline(host(1), "192.0.2.10"));
  site.pass_seconds(86'399);
  EXPECT_FALSE(site.hear(discover(host(2))));
  site.pass_seconds(2);
  EXPECT_TRUE(site.told(EventKind::decline_over));
  EXPECT_EQ(site.lease(host(2)), "192.0.2.10");
}

TEST(Decline, IsTakenFromTheHolderOnly) {  // C2-09, C3-02
  const struct {
    const char* what;
    Say say;
    Reason reason;
  } cases[] = {
      {"a stranger", decline(host(2), "192.0.2.10"), Reason::no_such_lease},
      {"another address", decline(host(1), "192.0.2.11"), Reason::no_such_lease},
      {"an address of nowhere", decline(host(1), "172.16.0.1"), Reason::no_such_lease},
      {"another server", decline(host(1), "192.0.2.10", "192.0.2.2"), Reason::not_our_identifier},
      {"another identifier", decline(host_with_id(1, octets({1, 2, 3})), "192.0.2.10"),
       Reason::no_such_lease},
  };
  for (const auto& c : cases) {
    Site site;
    ASSERT_EQ(site.lease(host(1)), "192.0.2.10") << c.what;
    EXPECT_FALSE(site.hear(c.say)) << c.what;
    EXPECT_EQ(site.why(), c.reason) << c.what;
    EXPECT_EQ(site.record("192.0.2.10")->state, lease::LeaseState::active) << c.what;
  }
}

TEST(Decline, OfOneClientCountsInFullFourTimesInTenMinutes) {  // C3-02
  Site site(config_of({subnet(1, "192.0.2.0/24", {pool("192.0.2.100-192.0.2.199")})}));
  std::string address;
  for (int i = 0; i < 5; ++i) {
    address = site.lease(host(1));
    ASSERT_NE(address, "");
    site.hear(decline(host(1), address));
  }
  EXPECT_EQ(site.why(), Reason::over_limit);
  // The fifth stays out of use only as long as its lease would have.
  EXPECT_EQ(site.record(address)->lifetime, Duration::seconds(3'600));
  EXPECT_EQ(site.record("192.0.2.100")->lifetime, Duration::seconds(86'400));
}

TEST(Decline, AFloodTakesAQuarterOfThePoolAtMost) {  // C3-02
  Site site(config_of({subnet(1, "192.0.2.0/24", {pool("192.0.2.100-192.0.2.119")})}));
  for (std::uint32_t n = 1; n <= 20; ++n) site.hear(decline(host(n), site.lease(host(n))));
  EXPECT_EQ(site.engine().pools()[0].declined, 20U);
  site.pass_seconds(3'601);
  EXPECT_EQ(site.engine().pools()[0].declined, 5U);
}

// ---- RELEASE (R2131-4.3.4-a, C3-03)

TEST(Release, FreesTheAddressAndKeepsTheRecord) {
  Site site;
  ASSERT_EQ(site.lease(host(1)), "192.0.2.10");
  (void)site.take_events();
  EXPECT_FALSE(site.hear(release(host(1), "192.0.2.10")));
  const auto events = site.take_events();
  ASSERT_EQ(events.size(), 1U);
  EXPECT_EQ(events[0].kind, EventKind::release);
  const auto record = site.record("192.0.2.10");
  EXPECT_EQ(record->state, lease::LeaseState::released);
  EXPECT_EQ(record->hardware, host(1).hardware());
  EXPECT_EQ(site.engine().pools()[0].free, 10U);
  EXPECT_EQ(site.engine().pools()[0].assigned, 0U);
}

// It is nobody's for the minute that it would be held for.
TEST(Release, EndsTheClientsOwnOfferToo) {
  Site site;
  ASSERT_EQ(site.lease(host(1)), "192.0.2.10");
  ASSERT_TRUE(site.hear(discover(host(1))));
  ASSERT_TRUE(site.hear(discover(host(2))));
  EXPECT_EQ(site.engine().pools()[0].offered, 1U);
  site.hear(release(host(1), "192.0.2.10"));
  EXPECT_EQ(site.engine().pools()[0].offered, 1U) << "another's";
  EXPECT_EQ(site.engine().pools()[0].free, 9U);
  const auto ack = site.hear(selecting(host(3), "192.0.2.10"));
  ASSERT_TRUE(ack);
  EXPECT_EQ(ack->type(), MessageType::ack);
}

// C3-03
TEST(Release, IsTakenFromTheHolderOnly) {
  Say spoofed = release(host(1), "192.0.2.10");
  spoofed.datagram().source = ip("192.0.2.200");
  const struct {
    const char* what;
    Say say;
    Reason reason;
  } cases[] = {
      {"a stranger", release(host(2), "192.0.2.10"), Reason::no_such_lease},
      {"another address", release(host(1), "192.0.2.11"), Reason::no_such_lease},
      {"another server", release(host(1), "192.0.2.10", "192.0.2.2"), Reason::not_our_identifier},
      {"another identifier", release(host_with_id(1, octets({1, 2, 3})), "192.0.2.10"),
       Reason::no_such_lease},
      {"from another address", spoofed, Reason::spoofed_source},
  };
  for (const auto& c : cases) {
    Site site;
    ASSERT_EQ(site.lease(host(1)), "192.0.2.10") << c.what;
    EXPECT_FALSE(site.hear(c.say)) << c.what;
    EXPECT_EQ(site.why(), c.reason) << c.what;
    EXPECT_EQ(site.record("192.0.2.10")->state, lease::LeaseState::active) << c.what;
  }
}

// B32
TEST(Release, TwiceChangesNothingTheSecondTime) {  // C2-09
  Site site;
  ASSERT_EQ(site.lease(host(1)), "192.0.2.10");
  site.hear(release(host(1), "192.0.2.10"));
  const auto before = site.changes().last();
  site.hear(release(host(1), "192.0.2.10"));
  EXPECT_EQ(site.why(), Reason::no_such_lease);
  EXPECT_EQ(site.changes().last(), before);
  EXPECT_EQ(site.engine().pools()[0].free, 10U);
}

// ---- INFORM (R2131-3.4-a, R2131-4.3.5-a)

TEST(Inform, GetsConfigurationWithoutAddressOrTimes) {
  config::Subnet one = subnet(1, "192.0.2.0/24", {pool("192.0.2.10-192.0.2.19")});
  one.timers.renew = Duration::seconds(100);
  one.timers.rebind = Duration::seconds(200);
  Site site(config_of({one}));
  const auto ack = site.hear(inform(host(1), "192.0.2.200").wanting({1, 3, 51, 58, 59, 6}));
  ASSERT_TRUE(ack);
  EXPECT_EQ(ack->type(), MessageType::ack);
  EXPECT_EQ(ack->yiaddr(), "0.0.0.0");
  EXPECT_EQ(ack->view().ciaddr(), ip("192.0.2.200"));
  EXPECT_EQ(ack->codes(), (std::vector<int>{53, 54, 1, 3, 6, 255}));
  EXPECT_EQ(ack->envelope().destination, ip("192.0.2.200"));
  EXPECT_EQ(ack->envelope().destination_port, 68);
  EXPECT_EQ(ack->envelope().wait_for, 0U);
}

TEST(Inform, LooksForNoLease) {
  Site site;
  ASSERT_EQ(site.lease(host(1)), "192.0.2.10");
  const auto before = site.changes().last();
  ASSERT_TRUE(site.hear(inform(host(2), "192.0.2.10")));  // another's address: not our business
  EXPECT_EQ(site.changes().last(), before);
  EXPECT_EQ(site.engine().pools()[0].offered, 0U);
}

TEST(Inform, IsCheckedForConsistency) {  // R2131-3.4-a, C3-10
  Say spoofed = inform(host(1), "192.0.2.200");
  spoofed.datagram().source = ip("192.0.2.201");
  const Say nameless = Say(MessageType::inform, host(1));
  Say by_source = Say(MessageType::inform, host(1));
  by_source.datagram().source = ip("192.0.2.77");
  by_source.datagram().destination = kServer;
  Site site;
  EXPECT_FALSE(site.hear(spoofed));
  EXPECT_EQ(site.why(), Reason::spoofed_source);
  EXPECT_FALSE(site.hear(nameless));
  EXPECT_EQ(site.why(), Reason::no_ciaddr);
  const auto ack = site.hear(by_source);  // some clients leave ciaddr out
  ASSERT_TRUE(ack);
  EXPECT_EQ(ack->envelope().destination, ip("192.0.2.77"));
  // ciaddr off every network of ours, broadcast on the link.
  const Say off = Say(MessageType::inform, host(1)).having("172.16.0.1");
  EXPECT_FALSE(site.hear(off));
  EXPECT_EQ(site.why(), Reason::wrong_network);
}

TEST(Inform, OfARelayedClientIsAnsweredDirectly) {  // R2131-4.3.5-a
  Site site;
  const auto ack = site.hear(inform(host(1), "192.0.2.200").through("192.0.2.254"));
  ASSERT_TRUE(ack);
  EXPECT_EQ(ack->envelope().destination, ip("192.0.2.200"));
  EXPECT_EQ(ack->envelope().destination_port, 68);
  const Say elsewhere = inform(host(1), "10.0.0.200").through("192.0.2.254");
  EXPECT_FALSE(site.hear(elsewhere));  // not behind this relay
  EXPECT_EQ(site.why(), Reason::wrong_network);
  EXPECT_FALSE(site.hear(Say(MessageType::inform, host(1)).through("192.0.2.254")));
  EXPECT_EQ(site.why(), Reason::no_ciaddr);
}

}  // namespace
}  // namespace lessor::server::v4::testing
