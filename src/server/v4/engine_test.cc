// The engine as a whole: what it refuses to read, reload, time, commands.
#include "server/v4/engine.h"

#include "server/v4/test_kit.h"

#include <gtest/gtest.h>

namespace lessor::server::v4::testing {
namespace {

// ---- what is not answered

Say altered(Say say, void (*alter)(wire::Header&, net::Datagram&)) {
  alter(say.header(), say.datagram());
  return say;
}

// B25, B31, B41
TEST(Engine, DropsAndCountsWhatItCannotUse) {
  const Host h = host(1);
  const Host nobody{};
  using Header = wire::Header;
  using Datagram = net::Datagram;
  struct {
    Reason reason;
    Say say;
  } cases[] = {
      {Reason::bootp, Say(MessageType::none, h)},
      {Reason::not_for_servers, Say(MessageType::offer, h)},
      {Reason::not_for_servers, Say(MessageType::leasequery, h)},
      {Reason::not_for_servers, Say(static_cast<MessageType>(77), h)},
      {Reason::not_a_request,
       altered(discover(h), [](Header& m, Datagram&) { m.op = wire::Op::reply; })},
      {Reason::source_not_unicast,
       altered(discover(h), [](Header&, Datagram& d) { d.source = net::kIp4Broadcast; })},
      {Reason::source_not_unicast,
       altered(discover(h), [](Header&, Datagram& d) { d.source = ip("224.0.0.1"); })},
      {Reason::source_is_ours,
       altered(discover(h), [](Header&, Datagram& d) { d.source = kServer; })},
      {Reason::relay_not_unicast,
       altered(discover(h), [](Header& m, Datagram&) { m.giaddr = net::kIp4Broadcast; })},
      {Reason::relay_not_unicast,
       altered(discover(h), [](Header& m, Datagram&) { m.giaddr = ip("239.1.1.1"); })},
      {Reason::ciaddr_not_unicast,
       altered(renewing(h, "192.0.2.10"),
               [](Header& m, Datagram&) { m.ciaddr = net::kIp4Broadcast; })},
      {Reason::no_identity, discover(nobody)},
      {Reason::no_identity, altered(discover(h), [](Header& m, Datagram&) { m.hlen = 0; })},
      {Reason::malformed, altered(discover(h), [](Header& m, Datagram&) { m.hlen = 17; })},
      {Reason::malformed, altered(discover(h), [](Header& m, Datagram&) { m.hlen = 255; })},
      {Reason::bad_option, discover(h).with(50, octets({1, 2, 3}))},    // C2-01
      {Reason::bad_option, discover(h).with(50, Octets(255))},          // C2-01
      {Reason::bad_option, discover(h).with(51, octets({}))},           // C2-01
      {Reason::bad_option, discover(h).with(57, octets({1}))},          // C2-01
      {Reason::bad_option, discover(h).with(61, Octets(256))},          // C2-02: in two parts
      {Reason::bad_option, discover(h).with(82, octets({1, 200, 0}))},  // past its parent
      {Reason::malformed, discover(h).with(52, octets({4}))},           // C2-02
  };
  for (auto& c : cases) {
    Site site;
    EXPECT_FALSE(site.hear(c.say)) << name_of(c.reason);
    EXPECT_EQ(site.why(), c.reason) << name_of(c.reason);
    EXPECT_EQ(site.engine().counters().silent[static_cast<std::size_t>(c.reason)], 1U);
    EXPECT_EQ(site.changes().last(), 0U);
  }
}

TEST(Engine, SaysWhichPartWasMalformed) {
  Site site;
  net::Datagram in;
  const Octets bytes(100);
  in.payload = bytes;
  in.interface = kEth0;
  EXPECT_FALSE(site.hear(in));
  const auto events = site.take_events();
  ASSERT_EQ(events.size(), 1U);
  EXPECT_EQ(events[0].reason, Reason::malformed);
  EXPECT_EQ(events[0].detail, static_cast<int>(wire::ParseCode::too_short));
}

TEST(Engine, ToleratesTrailingNuls) {  // R2132-2-a
  Site site;
  ASSERT_TRUE(site.hear(selecting(host(1), "192.0.2.10").with(12, octets({'p', 'c', 0, 0}))));
  EXPECT_EQ(as_text(site.record("192.0.2.10")->hostname), "pc");
}

TEST(Engine, IgnoresVendorDataThatItDoesNotKnow) {  // R2132-8.4-a
  Site site;
  const Say say = discover(host(1)).with(43, octets({1, 200, 3})).with(60, text("anything"));
  EXPECT_TRUE(site.hear(say));
}

TEST(Engine, IsSilentWithoutConfiguration) {
  lease::ChangeLog changes(16);
  net::Outbox outbox(4, 2);
  ServerEngine engine(Site::small(), changes);
  Say say = discover(host(1));
  engine.on_datagram({}, say.said(), outbox);
  EXPECT_EQ(engine.counters().silent[static_cast<std::size_t>(Reason::not_ready)], 1U);
  EXPECT_TRUE(engine.next_deadline().is_never());
}

// ---- reload

TEST(Reload, TheOldConfigurationServesUntilTheNewOneIsReady) {
  Site site;
  ASSERT_EQ(site.lease(host(1)), "192.0.2.10");
  site.engine().begin_swap(
      site.now(), prepare(config_of({subnet(7, "192.0.2.0/24", {pool("192.0.2.10-192.0.2.11")})})));
  EXPECT_TRUE(site.engine().swapping());
  EXPECT_EQ(site.hear(discover(host(2)).asking("192.0.2.19"))->yiaddr(), "192.0.2.19");
  site.pass(Duration());
  EXPECT_FALSE(site.engine().swapping());
  EXPECT_EQ(site.engine().pools()[0].subnet_id, 7U);
  EXPECT_EQ(site.engine().pools()[0].assigned, 1U);  // the lease is known there
  EXPECT_EQ(site.lease(host(3)), "192.0.2.11");
  EXPECT_TRUE(site.engine().take_retired());
  EXPECT_FALSE(site.engine().take_retired());
  EXPECT_TRUE(site.told(EventKind::configuration));
}

// C2-09
TEST(Reload, WhatChangesMeanwhileIsNotedInTheNewPools) {
  Site site;
  for (std::uint32_t n = 1; n <= 3; ++n) ASSERT_NE(site.lease(host(n)), "");
  site.engine().begin_swap(site.now(), prepare(one_subnet()));
  site.hear(release(host(1), "192.0.2.10"));
  ASSERT_EQ(site.lease(host(4)), "192.0.2.13");
  ASSERT_EQ(site.hear(discover(host(5)))->yiaddr(), "192.0.2.14");
  site.hear(decline(host(2), "192.0.2.11"));
  site.pass(Duration());
  const PoolFigures& figures = site.engine().pools()[0];
  EXPECT_EQ(figures.total, 10U);
  EXPECT_EQ(figures.assigned, 2U);
  EXPECT_EQ(figures.declined, 1U);
  EXPECT_EQ(figures.offered, 1U);
  EXPECT_EQ(figures.free, 6U);
  // The offer is still good: ids may change, offers live on.
  EXPECT_EQ(site.hear(selecting(host(5), "192.0.2.14"))->type(), MessageType::ack);
}

TEST(Reload, TouchesNoLease) {  // leases are keyed by address, never by subnet id
  Site site;
  ASSERT_EQ(site.lease(host(1)), "192.0.2.10");
  const auto before = site.changes().last();
  site.reload(config_of({subnet(99, "192.0.2.0/24", {pool("192.0.2.100-192.0.2.109")})}));
  EXPECT_EQ(site.changes().last(), before);
  // Outside every pool now, it is honoured while it runs ...
  EXPECT_EQ(site.hear(renewing(host(1), "192.0.2.10"))->type(), MessageType::ack);
  // ... and not offered again.
  EXPECT_EQ(site.hear(discover(host(1)))->yiaddr(), "192.0.2.100");
  EXPECT_EQ(site.hear(discover(host(1)).asking("192.0.2.10"))->yiaddr(), "192.0.2.100");
}

TEST(Reload, AnAddressLeftOutOfItsPoolIsNotOfferedAgainEither) {
  Site site;
  ASSERT_EQ(site.lease(host(1)), "192.0.2.10");
  site.reload(
      config_of({subnet(1, "192.0.2.0/24", {pool("192.0.2.10-192.0.2.19", {"192.0.2.10"})})}));
  EXPECT_EQ(site.hear(renewing(host(1), "192.0.2.10"))->type(), MessageType::ack);
  EXPECT_EQ(site.hear(discover(host(1)))->yiaddr(), "192.0.2.11");
}

TEST(Reload, ASecondOneReplacesTheFirst) {
  Site site;
  site.engine().begin_swap(site.now(), prepare(one_subnet()));
  site.engine().begin_swap(site.now(),
                           prepare(config_of({subnet(8, "192.0.2.0/24", {pool("192.0.2.50")})})));
  site.pass(Duration());
  EXPECT_EQ(site.engine().configuration()->subnets[0].id, 8U);
  EXPECT_TRUE(site.engine().take_retired());
  EXPECT_TRUE(site.engine().take_retired());
}

// B29
TEST(Reload, ADeletedSubnetIsSilent) {  // C2-09
  Site site;
  ASSERT_EQ(site.lease(host(1)), "192.0.2.10");
  site.reload(config_of({subnet(2, "10.0.0.0/24", {pool("10.0.0.10-10.0.0.19")})}));
  EXPECT_FALSE(site.hear(renewing(host(1), "192.0.2.10")));
  EXPECT_FALSE(site.hear(release(host(1), "192.0.2.10")));
  EXPECT_FALSE(site.hear(decline(host(1), "192.0.2.10")));
  EXPECT_EQ(site.why(), Reason::no_subnet);
  EXPECT_EQ(site.record("192.0.2.10")->state, lease::LeaseState::active);
}

// ---- time

TEST(Time, LeasesExpireAndAreTold) {
  Site site;
  ASSERT_EQ(site.lease(host(1)), "192.0.2.10");
  (void)site.take_events();
  site.pass_seconds(3'599);
  EXPECT_FALSE(site.told(EventKind::lease_expired));
  site.pass_seconds(2);
  EXPECT_TRUE(site.told(EventKind::lease_expired));
  EXPECT_EQ(site.engine().pools()[0].assigned, 0U);
  EXPECT_EQ(site.engine().pools()[0].free, 9U);  // one rests
  site.pass_seconds(72);
  EXPECT_EQ(site.engine().pools()[0].free, 10U);
  EXPECT_EQ(site.engine().counters().leases_expired, 1U);
}

TEST(Time, AnIdleEngineWantsNoCall) {
  Site site;
  EXPECT_TRUE(site.engine().next_deadline().is_never());
  ASSERT_TRUE(site.hear(discover(host(1))));
  EXPECT_EQ(site.engine().next_deadline(), site.now().mono + Duration::seconds(60));
}

// ---- commands

TEST(Commands, ReleaseEndsALease) {
  Site site;
  ASSERT_EQ(site.lease(host(1)), "192.0.2.10");
  const auto done = site.engine().release(site.now(), ip("192.0.2.10"));
  ASSERT_TRUE(done);
  EXPECT_EQ(done->wait_for, site.changes().last());
  EXPECT_EQ(site.record("192.0.2.10")->state, lease::LeaseState::released);
  EXPECT_EQ(site.engine().release(site.now(), ip("192.0.2.10")).error(),
            ServerEngine::CommandError::not_found);
  EXPECT_EQ(site.engine().release(site.now(), ip("192.0.2.99")).error(),
            ServerEngine::CommandError::not_found);
}

TEST(Commands, ClearDeclinedEndsProbation) {
  Site site;
  for (std::uint32_t n = 1; n <= 2; ++n) site.hear(decline(host(n), site.lease(host(n))));
  ASSERT_EQ(site.engine().pools()[0].declined, 2U);
  ASSERT_TRUE(site.engine().clear_declined(site.now(), ip("192.0.2.10")));
  EXPECT_EQ(site.engine().pools()[0].declined, 1U);
  EXPECT_FALSE(site.engine().clear_declined(site.now(), ip("192.0.2.10")));
  const auto done = site.engine().clear_all_declined(site.now());
  ASSERT_TRUE(done);
  EXPECT_EQ(done->count, 1U);
  EXPECT_FALSE(done->more);
  EXPECT_EQ(site.engine().pools()[0].free, 10U);
}

TEST(Commands, SetLeaseTakesTheAddressFromWhoeverHasIt) {
  Site site;
  ASSERT_EQ(site.lease(host(1)), "192.0.2.10");
  lease::Lease wanted;
  wanted.address = ip("192.0.2.10");
  wanted.hardware = host(2).hardware();
  wanted.started = site.now().wall;
  wanted.lifetime = Duration::seconds(900);
  const auto done = site.engine().set_lease(site.now(), wanted);
  ASSERT_TRUE(done);
  EXPECT_EQ(done->wait_for, site.changes().last());
  EXPECT_EQ(site.record("192.0.2.10")->hardware, host(2).hardware());
  EXPECT_EQ(site.record("192.0.2.10")->expires_at, site.now().mono + Duration::seconds(900));
  EXPECT_TRUE(site.told(EventKind::lease_set));
  EXPECT_EQ(site.lease(host(2)), "192.0.2.10");
  EXPECT_EQ(site.lease(host(1)), "192.0.2.11");
}

TEST(Commands, SetLeaseEndsAnOfferOfTheAddress) {
  Site site;
  ASSERT_TRUE(site.hear(discover(host(1))));
  lease::Lease wanted;
  wanted.address = ip("192.0.2.10");
  wanted.hardware = host(2).hardware();
  wanted.started = site.now().wall;
  wanted.lifetime = Duration::infinite();
  ASSERT_TRUE(site.engine().set_lease(site.now(), wanted));
  EXPECT_TRUE(site.record("192.0.2.10")->expires_at.is_never());
  EXPECT_EQ(site.engine().pools()[0].offered, 0U);
  const auto reply = site.hear(selecting(host(1), ip("192.0.2.10")));
  EXPECT_TRUE(!reply || reply->type() == MessageType::nak);
}

TEST(Commands, SetLeaseCountsWhatIsLeftOfItsTime) {
  Site site;
  lease::Lease wanted;
  wanted.address = ip("192.0.2.10");
  wanted.hardware = host(1).hardware();
  wanted.started = {site.now().wall.seconds - 400};
  wanted.lifetime = Duration::seconds(900);
  ASSERT_TRUE(site.engine().set_lease(site.now(), wanted));
  EXPECT_EQ(site.record("192.0.2.10")->expires_at, site.now().mono + Duration::seconds(500));
  wanted.started = {site.now().wall.seconds - 1'000};
  ASSERT_TRUE(site.engine().set_lease(site.now(), wanted));
  EXPECT_EQ(site.record("192.0.2.10")->expires_at, site.now().mono);
}

TEST(Commands, ForgetLeavesNobodysRecord) {
  Site site;
  for (std::uint32_t n = 1; n <= 3; ++n) ASSERT_NE(site.lease(host(n)), "");
  const std::vector<net::Ip4> addresses = {ip("192.0.2.10"), ip("192.0.2.12"), ip("192.0.2.99")};
  const auto done = site.engine().forget(site.now(), addresses);
  ASSERT_TRUE(done);
  EXPECT_EQ(done->count, 2U);
  EXPECT_EQ(done->wait_for, site.changes().last());
  EXPECT_EQ(site.record("192.0.2.10")->hardware.size, 0);
  EXPECT_EQ(site.engine().pools()[0].assigned, 1U);
  EXPECT_EQ(site.engine().forget(site.now(), addresses)->count, 0U);
  EXPECT_EQ(site.lease(host(1)), "192.0.2.13");  // it is not remembered
}

TEST(Commands, APausedServiceAnswersNobody) {
  Site site;
  site.engine().pause(site.now().mono + Duration::seconds(30));
  EXPECT_FALSE(site.hear(discover(host(1))));
  EXPECT_EQ(site.engine().counters().silent[static_cast<std::size_t>(Reason::paused)], 1U);
  site.pass_seconds(30);
  EXPECT_TRUE(site.hear(discover(host(1))));
  site.engine().pause(Instant::never());
  site.pass_seconds(1'000'000);
  EXPECT_FALSE(site.hear(discover(host(1))));
  site.engine().pause(Instant());
  EXPECT_TRUE(site.hear(discover(host(1))));
}

// ---- events and counts

TEST(Events, CarryWhatALogLineNeeds) {  // R3046-2.2-b: the circuit-id too
  Site site;
  const Host h = host_with_id(1, octets({1, 2, 3}));
  ASSERT_TRUE(site.hear(discover(h)
                            .through("192.0.2.254", octets({1, 2, 'p', '1'}))
                            .with(12, text("laptop"))
                            .xid(77)));
  const auto events = site.take_events();
  ASSERT_EQ(events.size(), 1U);
  const Event& e = events[0];
  EXPECT_EQ(e.kind, EventKind::offer);
  EXPECT_EQ(e.message, MessageType::discover);
  EXPECT_EQ(e.address, ip("192.0.2.10"));
  EXPECT_EQ(e.hardware, h.hardware());
  EXPECT_EQ(as_text(e.hostname.bytes()), "laptop");
  EXPECT_EQ(as_text(e.circuit_id.bytes()), "p1");
  EXPECT_EQ(e.client_id.size(), 3U);
  EXPECT_EQ(e.interface, kEth0);
  EXPECT_EQ(e.giaddr, ip("192.0.2.254"));
  EXPECT_EQ(e.xid, 77U);
  EXPECT_EQ(e.subnet_id, 1U);
  EXPECT_EQ(e.lease_time, Duration::seconds(3'600));
  EXPECT_EQ(e.when, site.now().wall);
}

TEST(Events, AFullRingDropsAndCounts) {
  EventRing ring(2);
  for (int i = 0; i < 3; ++i) {
    if (Event* event = ring.next()) {
      event->xid = static_cast<std::uint32_t>(i);
      ring.publish();
    }
  }
  EXPECT_EQ(ring.dropped(), 1U);
  Event event;
  ASSERT_TRUE(ring.take(event));
  EXPECT_EQ(event.xid, 0U);
  ASSERT_TRUE(ring.next());
  ring.publish();
  ASSERT_TRUE(ring.take(event));
  ASSERT_TRUE(ring.take(event));
  EXPECT_FALSE(ring.take(event));
}

TEST(Counters, AreKeasUnderKeasNames) {
  Site site;
  ASSERT_EQ(site.lease(host(1)), "192.0.2.10");
  site.hear(renewing(host(1), "192.0.2.15"));
  site.hear(Say(MessageType::none, host(1)));
  site.hear(release(host(1), "192.0.2.10"));
  const auto value = [&](std::string_view name) -> std::int64_t {
    for (const Statistic& s : statistics(site.engine().counters())) {
      if (s.name == name) return static_cast<std::int64_t>(s.value);
    }
    return -1;
  };
  EXPECT_EQ(value("pkt4-received"), 5);
  EXPECT_EQ(value("pkt4-discover-received"), 1);
  EXPECT_EQ(value("pkt4-request-received"), 2);
  EXPECT_EQ(value("pkt4-release-received"), 1);
  EXPECT_EQ(value("pkt4-sent"), 3);
  EXPECT_EQ(value("pkt4-offer-sent"), 1);
  EXPECT_EQ(value("pkt4-ack-sent"), 1);
  EXPECT_EQ(value("pkt4-nak-sent"), 1);
  EXPECT_EQ(value("pkt4-rfc-violation"), 1);
  EXPECT_EQ(value("pkt4-receive-drop"), 1);
  EXPECT_EQ(value("pkt4-parse-failed"), 0);
}

TEST(Reasons, HaveNamesAndTexts) {
  for (std::size_t i = 0; i < kReasons; ++i) {
    const auto reason = static_cast<Reason>(i);
    EXPECT_FALSE(name_of(reason).empty()) << i;
    EXPECT_FALSE(to_string(reason).empty()) << i;
  }
  for (std::size_t i = 0; i < kEventKinds; ++i) {
    EXPECT_NE(name_of(static_cast<EventKind>(i)), "unknown") << i;
  }
}

}  // namespace
}  // namespace lessor::server::v4::testing
