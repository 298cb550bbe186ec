// What who follows leases is told: what was said, and up to where it must be durable.
#include "server/v4/lease_events.h"

#include "server/v4/test_kit.h"

#include <gtest/gtest.h>

namespace lessor::server::v4 {
namespace {

using namespace testing;  // NOLINT(google-build-using-namespace)

config::ServerConfig followed() {
  config::ServerConfig config = one_subnet();
  config.run_script = {.program = "/bin/true"};
  return config;
}

/// The oldest event, forgotten; its octets stay until the ring goes round.
const LeaseEvent* take(Site& site) {
  const LeaseEvent* event = site.engine().lease_events().oldest();
  if (event != nullptr) site.engine().lease_events().drop();
  return event;
}

net::Ip4 address_of(const LeaseEvent& event) { return event.lease.lease().address; }

TEST(LeaseEvents, NoneAreMadeWhereNobodyFollowsThem) {
  Site site;
  ASSERT_EQ(site.lease(host(1)), "192.0.2.10");
  site.hear(release(host(1), "192.0.2.10"));
  EXPECT_EQ(take(site), nullptr);
}

TEST(LeaseEvents, AnAckHasItsLeaseAndBothMessages) {
  Site site(followed());
  const Host h = host_with_id(1, octets({1, 2, 3}));
  site.hear(discover(h));
  EXPECT_EQ(take(site), nullptr);  // an offer is no lease
  auto say = selecting(h, "192.0.2.10").xid(77);
  ASSERT_TRUE(site.hear(say));
  const LeaseEvent* event = take(site);
  ASSERT_NE(event, nullptr);
  EXPECT_EQ(event->kind, EventKind::ack);
  EXPECT_FALSE(event->was_held);
  EXPECT_EQ(event->sequence, 1U);
  EXPECT_EQ(event->lease_time, Duration::seconds(3'600));
  EXPECT_EQ(address_of(*event), ip("192.0.2.10"));
  EXPECT_EQ(event->lease.lease().client_id.size(), 3U);
  ASSERT_TRUE(event->has_query);
  const net::Datagram said = say.said();
  EXPECT_TRUE(equal_bytes(event->query.datagram().payload, said.payload));
  wire::ParseScratch room;
  const auto reply = wire::MessageView::parse(event->reply(), room);
  ASSERT_TRUE(reply);
  EXPECT_EQ(reply->message_type(), MessageType::ack);
  EXPECT_EQ(reply->yiaddr(), ip("192.0.2.10"));
  EXPECT_EQ(reply->xid(), 77U);
}

TEST(LeaseEvents, ARenewalSaysThatTheLeaseWasHeld) {
  Site site(followed());
  ASSERT_EQ(site.lease(host(1)), "192.0.2.10");
  (void)take(site);
  site.pass(Duration::seconds(1'800));
  site.hear(renewing(host(1), "192.0.2.10").unicast());
  const LeaseEvent* event = take(site);
  ASSERT_NE(event, nullptr);
  EXPECT_TRUE(event->was_held);
  EXPECT_EQ(event->sequence, 2U);
}

// With offer-lifetime the OFFER makes a lease already: no client has it before its first DHCPACK.
TEST(LeaseEvents, WhatAnOfferMadeIsNoRenewalWhenItIsChosen) {
  config::ServerConfig config = followed();
  config.subnets[0].offer_lifetime = Duration::seconds(120);
  config.build_indexes();
  Site site(config);
  ASSERT_TRUE(site.hear(discover(host(1))));
  ASSERT_EQ(site.record("192.0.2.10")->state, lease::LeaseState::active);
  EXPECT_EQ(take(site), nullptr);
  for (const bool held : {false, true}) {  // and once more, as after a lost ACK
    ASSERT_TRUE(site.hear(selecting(host(1), "192.0.2.10")));
    const LeaseEvent* event = take(site);
    ASSERT_NE(event, nullptr);
    EXPECT_EQ(event->kind, EventKind::ack);
    EXPECT_EQ(event->was_held, held);
  }
  // Who has a lease and asks from the start is offered that one.
  ASSERT_EQ(site.lease(host(1)), "192.0.2.10");
  EXPECT_TRUE(take(site)->was_held);
}

TEST(LeaseEvents, WhatAnOfferMadeIsToldFromALeaseThatLastsNoLonger) {
  config::ServerConfig config = followed();
  config.subnets[0].offer_lifetime = Duration::seconds(3'600);
  config.build_indexes();
  Site site(config);
  ASSERT_TRUE(site.hear(discover(host(1)).xid(7)));
  ASSERT_TRUE(site.hear(selecting(host(1), "192.0.2.10").xid(7)));
  EXPECT_FALSE(take(site)->was_held);
  ASSERT_TRUE(site.hear(discover(host(1)).xid(8)));
  ASSERT_TRUE(site.hear(selecting(host(1), "192.0.2.10").xid(8)));
  EXPECT_TRUE(take(site)->was_held);
}

TEST(LeaseEvents, ReleasesAndDeclinesHaveTheLeaseAsItWas) {
  Site site(followed());
  ASSERT_EQ(site.lease(host(1)), "192.0.2.10");
  ASSERT_EQ(site.lease(host(2)), "192.0.2.11");
  (void)take(site);
  (void)take(site);
  site.hear(release(host(1), "192.0.2.10"));
  site.hear(decline(host(2), "192.0.2.11"));
  const LeaseEvent* released = take(site);
  ASSERT_NE(released, nullptr);
  EXPECT_EQ(released->kind, EventKind::release);
  EXPECT_EQ(released->lease.lease().hardware, host(1).hardware());
  EXPECT_EQ(released->sequence, site.changes().last() - 1);
  EXPECT_TRUE(released->has_query);
  const LeaseEvent* declined = take(site);
  ASSERT_NE(declined, nullptr);
  EXPECT_EQ(declined->kind, EventKind::decline);
  EXPECT_EQ(declined->lease.lease().hardware, host(2).hardware());
  EXPECT_EQ(declined->sequence, site.changes().last());
  EXPECT_EQ(declined->lease_time, Duration::seconds(86'400));
}

TEST(LeaseEvents, WhatIsNotAnsweredIsNone) {
  Site site(followed());
  ASSERT_EQ(site.lease(host(1)), "192.0.2.10");
  (void)take(site);
  site.hear(renewing(host(2), "192.0.2.10"));  // refused
  site.hear(release(host(2), "192.0.2.10"));   // not its own
  site.hear(Say(MessageType::inform, host(1)).having("192.0.2.10"));
  EXPECT_EQ(take(site), nullptr);
}

TEST(LeaseEvents, ExpiryHasNoMessage) {
  Site site(followed());
  ASSERT_EQ(site.lease(host(1)), "192.0.2.10");
  (void)take(site);
  site.pass(Duration::seconds(3'601));
  const LeaseEvent* event = take(site);
  ASSERT_NE(event, nullptr);
  EXPECT_EQ(event->kind, EventKind::lease_expired);
  EXPECT_FALSE(event->has_query);
  EXPECT_EQ(address_of(*event), ip("192.0.2.10"));
  EXPECT_EQ(event->sequence, 1U);  // expiry itself is never written
}

TEST(LeaseEvents, AnOperatorsCommandsAreTold) {
  Site site(followed());
  lease::Lease lease{.address = ip("192.0.2.15"),
                     .hardware = host(3).hardware(),
                     .started = site.now().wall,
                     .lifetime = Duration::seconds(600)};
  for (int i = 0; i < 2; ++i) {
    const auto set = site.engine().set_lease(site.now(), lease);
    ASSERT_TRUE(set);
    const LeaseEvent* event = take(site);
    ASSERT_NE(event, nullptr);
    EXPECT_EQ(event->kind, EventKind::lease_set);
    EXPECT_EQ(event->was_held, i == 1);
    EXPECT_EQ(event->sequence, set->wait_for);
  }
  const net::Ip4 address = lease.address;
  const auto forgotten = site.engine().forget(site.now(), {&address, 1});
  ASSERT_TRUE(forgotten);
  const LeaseEvent* event = take(site);
  ASSERT_NE(event, nullptr);
  EXPECT_EQ(event->kind, EventKind::lease_ended);
  EXPECT_EQ(event->reason, Reason::operator_command);
  EXPECT_EQ(event->sequence, forgotten->wait_for);
}

TEST(LeaseEvents, AClientThatMovesEndsItsFormerLeaseFirst) {
  Site site(followed());
  ASSERT_EQ(site.lease(host(1)), "192.0.2.10");
  (void)take(site);
  config::ServerConfig moved = followed();
  add_reservation(moved.subnets[0], reserve_hw(host(1).mac, "192.0.2.19"));
  moved.subnets[0].build_indexes();
  site.engine().begin_swap(site.now(), prepare(std::move(moved)));
  site.pass(Duration());
  ASSERT_EQ(site.lease(host(1)), "192.0.2.19");
  const LeaseEvent* ended = take(site);
  ASSERT_NE(ended, nullptr);
  EXPECT_EQ(ended->kind, EventKind::lease_ended);
  EXPECT_EQ(ended->reason, Reason::moved);
  EXPECT_EQ(address_of(*ended), ip("192.0.2.10"));
  const LeaseEvent* ack = take(site);
  ASSERT_NE(ack, nullptr);
  EXPECT_EQ(address_of(*ack), ip("192.0.2.19"));
  EXPECT_GE(ended->sequence, ack->sequence);  // both in one flush
}

TEST(LeaseEvents, AFullRingLosesAndCounts) {
  Settings settings = Site::small();
  settings.lease_event_capacity = 2;
  Site site(followed(), settings);
  for (std::uint32_t n = 1; n <= 3; ++n) ASSERT_NE(site.lease(host(n)), "");
  EXPECT_EQ(site.engine().lease_events().dropped(), 1U);
}

TEST(LeaseEvents, FollowTheConfigurationInForce) {
  Site site;
  site.engine().begin_swap(site.now(), prepare(followed()));
  site.pass(Duration());
  ASSERT_EQ(site.lease(host(1)), "192.0.2.10");
  EXPECT_NE(take(site), nullptr);
  site.engine().begin_swap(site.now(), prepare(one_subnet()));
  site.pass(Duration());
  ASSERT_EQ(site.lease(host(2)), "192.0.2.11");
  EXPECT_EQ(take(site), nullptr);
}

}  // namespace
}  // namespace lessor::server::v4
