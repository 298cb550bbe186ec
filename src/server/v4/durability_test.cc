// What the engine promises of leases on disk: which replies wait, and what it makes of a recovery.
#include "server/v4/test_kit.h"

#include <gtest/gtest.h>

namespace lessor::server::v4::testing {
namespace {

// ---- replies that wait (R2131-3.1-b)

TEST(Durability, AnAckWaitsForItsLease) {
  Site site;
  site.hold_disk();
  ASSERT_TRUE(site.hear(discover(host(1))));  // an OFFER does not
  EXPECT_FALSE(site.hear(selecting(host(1), "192.0.2.10")));
  EXPECT_EQ(site.outbox().parked(), 1U);
  site.flush();
  const auto ack = site.next_reply();
  ASSERT_TRUE(ack);
  EXPECT_EQ(ack->type(), MessageType::ack);
  EXPECT_EQ(ack->envelope().wait_for, site.record("192.0.2.10")->sequence);
}

TEST(Durability, ARetransmissionOfAParkedRequestIsAnsweredOnce) {
  Site site;
  site.hold_disk();
  for (int i = 0; i < 3; ++i) EXPECT_FALSE(site.hear(selecting(host(1), "192.0.2.10").xid(7)));
  EXPECT_EQ(site.why(), Reason::duplicate);
  EXPECT_EQ(site.outbox().parked(), 1U);
  EXPECT_EQ(site.changes().last(), 1U);
  site.flush();
  EXPECT_TRUE(site.next_reply());
  EXPECT_FALSE(site.next_reply());
  // Once it is on disk a retransmission is a request like any other.
  EXPECT_FALSE(site.hear(selecting(host(1), "192.0.2.10").xid(7)));
  site.flush();
  EXPECT_TRUE(site.next_reply());
}

TEST(Durability, AnotherRequestOfTheClientWaitsForItsOwnChange) {
  Site site;
  site.hold_disk();
  EXPECT_FALSE(site.hear(selecting(host(1), "192.0.2.10").xid(7)));
  EXPECT_FALSE(site.hear(renewing(host(1), "192.0.2.10").xid(8)));
  EXPECT_EQ(site.outbox().parked(), 2U);
  site.outbox().release(1);
  EXPECT_TRUE(site.next_reply());
  EXPECT_FALSE(site.next_reply());
}

TEST(Durability, ClientsThatShareAnXidAreAnsweredEach) {  // C2-09
  Site site;
  site.hold_disk();
  EXPECT_FALSE(site.hear(selecting(host(1), "192.0.2.10").xid(7)));
  EXPECT_FALSE(site.hear(selecting(host(2), "192.0.2.11").xid(7)));
  EXPECT_EQ(site.outbox().parked(), 2U);
  site.flush();
  EXPECT_EQ(site.next_reply()->yiaddr(), "192.0.2.10");
  EXPECT_EQ(site.next_reply()->yiaddr(), "192.0.2.11");
}

// R2131-3.1-b: however the disk lags, no reply leaves that promises what is not on it.
TEST(Durability, EveryAckWaitsForTheLastChangeOfItsLease) {
  Site site;
  ASSERT_EQ(site.lease(host(1)), "192.0.2.10");
  site.hold_disk();
  const Say again[] = {
      renewing(host(1), "192.0.2.10").xid(1), rebinding(host(1), "192.0.2.10").xid(2),
      rebooting(host(1), "192.0.2.10").xid(3), selecting(host(1), "192.0.2.10").xid(4)};
  for (const Say& say : again) EXPECT_FALSE(site.hear(say));
  EXPECT_EQ(site.outbox().parked(), 4U);
  site.outbox().release(site.changes().last() - 1);
  for (int i = 0; i < 3; ++i) EXPECT_TRUE(site.next_reply());
  EXPECT_FALSE(site.next_reply());
}

TEST(Durability, ANakNeverWaits) {
  Site site;
  ASSERT_EQ(site.lease(host(1)), "192.0.2.10");
  site.hold_disk();
  EXPECT_TRUE(site.hear(renewing(host(1), "192.0.2.15")));
}

/// An engine that serves one subnet with as much room as a test says.
struct Cramped {
  Cramped(std::size_t change_room, std::size_t slots, std::size_t parked,
          config::ServerConfig config = one_subnet())
      : changes(change_room), outbox(slots, parked), engine(Site::small(), changes) {
    engine.set_interfaces(now, interfaces());
    engine.begin_swap(now, prepare(std::move(config)));
  }
  void hear(Say say) { engine.on_datagram(now, say.said(), outbox); }
  [[nodiscard]] std::uint64_t silent(Reason reason) const {
    return engine.counters().silent[static_cast<std::size_t>(reason)];
  }

  const Now now{Instant::from_nanoseconds(1), WallTime{1}};
  lease::ChangeLog changes;
  net::Outbox outbox;
  ServerEngine engine;
};

TEST(Durability, WithoutAPlaceToWaitNothingIsChanged) {
  Cramped server(16, 8, 2);
  for (std::uint32_t n = 0; n < 3; ++n) {
    server.hear(selecting(host(n + 1), net::Ip4{ip("192.0.2.10").value + n}));
  }
  EXPECT_EQ(server.outbox.parked(), 2U);
  EXPECT_EQ(server.silent(Reason::parked_full), 1U);
  EXPECT_EQ(server.changes.last(), 2U);
  EXPECT_FALSE(server.engine.leases().find(ip("192.0.2.12")));
}

// offer-lifetime: an OFFER that makes a lease waits as an ACK does.
TEST(Durability, WithoutAPlaceToWaitNothingIsOffered) {
  auto offering = subnet(1, "192.0.2.0/24", {pool("192.0.2.10-192.0.2.19")});
  offering.offer_lifetime = Duration::seconds(60);
  Cramped server(16, 8, 2, config_of({offering}));
  for (std::uint32_t n = 0; n < 3; ++n) server.hear(discover(host(n + 1)));
  EXPECT_EQ(server.outbox.parked(), 2U);
  EXPECT_EQ(server.silent(Reason::parked_full), 1U);
  EXPECT_EQ(server.engine.leases().size(), 2U);
}

TEST(Durability, WithAFullChangeLogNothingIsChanged) {
  Cramped server(2, 16, 16);
  for (std::uint32_t n = 0; n < 3; ++n) {
    server.hear(selecting(host(n + 1), net::Ip4{ip("192.0.2.10").value + n}));
  }
  EXPECT_EQ(server.changes.last(), 2U);
  EXPECT_EQ(server.silent(Reason::change_log_full), 1U);
  EXPECT_EQ(server.engine.leases().size(), 2U);
  EXPECT_EQ(server.outbox.parked(), 2U);
}

TEST(Durability, WithoutASlotNothingIsChanged) {
  Cramped server(16, 1, 1);
  server.hear(discover(host(1)));
  server.hear(discover(host(2)));
  EXPECT_EQ(server.silent(Reason::outbox_full), 1U);
  EXPECT_EQ(server.engine.pools()[0].offered, 1U);
}

// ---- recovery

TEST(Recovery, LeasesLoadedServeOn) {
  lease::ChangeLog changes(16);
  net::Outbox outbox(4, 2);
  ServerEngine engine(Site::small(), changes);
  const Now now{Instant::from_nanoseconds(1'000'000'000), WallTime{1'790'000'000}};
  engine.load({.address = ip("192.0.2.10"),
               .hardware = host(1).hardware(),
               .started = {1'789'999'000},
               .lifetime = Duration::seconds(3'600),
               .expires_at = now.mono + Duration::seconds(2'600),
               .sequence = 40});
  engine.set_interfaces(now, interfaces());
  engine.begin_swap(now, prepare(one_subnet()));
  EXPECT_EQ(engine.pools()[0].assigned, 1U);
  Say stranger = discover(host(2));
  engine.on_datagram(now, stranger.said(), outbox);
  net::Outbox::Ready ready;
  ASSERT_TRUE(outbox.take_ready(ready));
  EXPECT_EQ(Reply(ready.envelope, ready.payload()).yiaddr(), "192.0.2.11");
  EXPECT_EQ(changes.last(), 0U);  // loading is no change
}

TEST(Recovery, LongIdentifiersTakeTheRoomTheyNeedAndNoMore) {
  lease::ChangeLog changes(16);
  ServerEngine engine(Site::small(), changes);
  constexpr std::uint32_t kLeases = 6'000;
  const std::string name(200, 'n');  // too long for a record: it takes 256 octets beside it
  engine.expect(kLeases);
  for (std::uint32_t i = 0; i < kLeases; ++i) {
    engine.load({.address = {ip("10.0.0.0").value + i},
                 .hardware = host(1).hardware(),
                 .hostname = as_bytes(name),
                 .expires_at = Instant::never()});
  }
  EXPECT_EQ(engine.leases().size(), kLeases);
  EXPECT_LT(engine.leases().memory_bytes(), 2 * kLeases * (128 + 256));
}

TEST(Recovery, WhatEndedBeforeIsNoNews) {
  lease::ChangeLog changes(16);
  net::Outbox outbox(4, 2);
  ServerEngine engine(Site::small(), changes);
  Now now{Instant::from_nanoseconds(1'000'000'000), WallTime{1'790'000'000}};
  engine.load({.address = ip("192.0.2.10"),
               .hardware = host(1).hardware(),
               .lifetime = Duration::seconds(3'600),
               .expires_at = now.mono});
  engine.begin_swap(now, prepare(one_subnet()));
  for (int i = 0; i < 200; ++i, now.mono = now.mono + Duration::seconds(1)) {
    engine.on_time(now, outbox);
  }
  EXPECT_EQ(engine.counters().leases_expired, 0U);
  EXPECT_EQ(engine.pools()[0].free, 10U);
}

TEST(Recovery, UnrecordedAddressesAreKeptBackWhileInDoubt) {
  lease::ChangeLog changes(16);
  net::Outbox outbox(8, 4);
  ServerEngine engine(Site::small(), changes);
  Now now{Instant::from_nanoseconds(1'000'000'000), WallTime{1'790'000'000}};
  engine.set_interfaces(now, interfaces());
  engine.distrust_unrecorded(now.mono + Duration::seconds(7'200));
  engine.begin_swap(now, prepare(one_subnet(), lease::AddressPool::Start::doubtful));
  const auto say = [&](Say what) {
    engine.on_datagram(now, what.said(), outbox);
    outbox.release(changes.last());
    net::Outbox::Ready ready;
    if (!outbox.take_ready(ready)) return std::string("silence");
    const Reply reply(ready.envelope, ready.payload());
    outbox.recycle(ready.id);
    return std::string(wire::to_string(reply.type()));
  };
  EXPECT_EQ(say(discover(host(1))), "silence");
  EXPECT_EQ(say(discover(host(1)).asking("192.0.2.12")), "silence");
  EXPECT_EQ(say(selecting(host(1), "192.0.2.12")), "DHCPNAK");
  EXPECT_EQ(say(renewing(host(1), "192.0.2.12")), "DHCPACK");  // it says that it holds it
  now.mono = now.mono + Duration::seconds(7'200);
  engine.on_time(now, outbox);
  EXPECT_EQ(say(discover(host(2))), "DHCPOFFER");
}

}  // namespace
}  // namespace lessor::server::v4::testing
