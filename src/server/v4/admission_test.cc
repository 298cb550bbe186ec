// Who is served when not everybody can be: floods from one place, others elsewhere.
#include "server/v4/test_kit.h"

#include <gtest/gtest.h>

namespace lessor::server::v4::testing {
namespace {

constexpr std::size_t kFlood = 4'000;  ///< packets of the flood for each turn
constexpr std::size_t kBudget = 512;   ///< as the runtime gives
constexpr std::uint32_t kMadeUp = 1'000'000;

Octets circuit(std::uint32_t number) {
  Octets info = octets({1, 4, 0, 0, 0, 0});
  store_be32(info.data() + 2, number);
  return info;
}

config::ServerConfig site_config() {
  const config::Subnet near = subnet(1, "192.0.2.0/24", {pool("192.0.2.10-192.0.2.249")});
  const config::Subnet far = subnet(2, "10.0.0.0/16", {pool("10.0.2.0-10.0.255.249")});
  return config_of({near, far});
}

std::uint64_t refused(Site& site) {
  return site.engine().counters().silent[static_cast<std::size_t>(Reason::share_used_up)];
}

// ---- packets

/// One kind of flood, its n-th packet, and honest clients beside it.
struct Attack {
  const char* what;
  std::function<Say(std::uint32_t)> flood;
  std::function<Say(std::uint32_t)> honest;
};

std::vector<Attack> attacks() {
  const auto by_port = [](std::uint32_t client, std::string_view relay, std::uint32_t port) {
    return discover(host(client)).through(relay, circuit(port));
  };
  const auto other_port = [=](std::uint32_t n) { return by_port(n, "10.0.0.1", 100 + n); };
  const auto other_relay = [=](std::uint32_t n) {
    Say say = by_port(n, "10.0.0.2", 1);
    say.datagram().source_mac = net::Mac{{std::byte{0x0b}}};
    return say;
  };
  const auto on_link = [](std::uint32_t n) { return discover(host(n)); };
  return {
      {"new MACs behind one port, others at other ports",
       [=](std::uint32_t n) { return by_port(kMadeUp + n, "10.0.0.1", 1); }, other_port},
      {"made-up circuit-ids at one relay, others at another",
       [=](std::uint32_t n) { return by_port(kMadeUp + n, "10.0.0.1", kMadeUp + n); }, other_relay},
      {"relays made up by one neighbour, others behind another",
       [=](std::uint32_t n) {
         return by_port(kMadeUp + n, net::to_string(net::Ip4{0x0a000000 + n % 60'000 + 1}), n);
       },
       other_relay},
      {"made-up relays on one interface, others on another",
       [=](std::uint32_t n) {
         Say say = by_port(kMadeUp + n, net::to_string(net::Ip4{0x0a000000 + n % 60'000 + 1}), n);
         say.datagram().source_mac = host(kMadeUp + n).mac;
         return say;
       },
       [=](std::uint32_t n) { return on_link(n).on(kEth1); }},
      {"one MAC that never rests, others on its link",
       [=](std::uint32_t n) { return discover(host(kMadeUp)).xid(n); }, on_link},
      {"one host that makes up chaddr, others on its link",
       [=](std::uint32_t n) {
         Say say = discover(host(kMadeUp + n));
         say.datagram().source_mac = host(7'777).mac;
         return say;
       },
       on_link},
  };
}

// Nobody behind one port, relay or interface starves those behind others.
TEST(Admission, InEveryTurnTheOthersAreServedBesideAFlood) {
  for (const Attack& attack : attacks()) {
    Site site(site_config());
    std::uint32_t made_up = 0;
    for (std::uint32_t turn = 0; turn < 3; ++turn) {
      site.engine().begin_turn(kBudget);
      std::size_t flood_served = 0;
      for (std::size_t i = 0; i < kFlood; ++i) {
        Say say = attack.flood(made_up++);
        flood_served += site.engine().admits(site.now(), say.said()) ? 1 : 0;
        if (i % 500 != 499) continue;
        Say honest = attack.honest(turn * 8 + static_cast<std::uint32_t>(i / 500) + 1);
        EXPECT_TRUE(site.engine().admits(site.now(), honest.said())) << attack.what;
      }
      EXPECT_LE(flood_served, kBudget * 4 / 5 + 1) << attack.what;
      EXPECT_GE(flood_served, kBudget / 10) << attack.what;
    }
  }
}

// On one bare link random MACs cannot be told apart, but those with a lease can.
TEST(Admission, LeasesAreRenewedBesideAFloodOfNewMacsOnTheSameLink) {
  Site site(site_config());
  for (std::uint32_t n = 1; n <= 20; ++n) ASSERT_NE(site.lease(host(n)), "");
  site.engine().begin_turn(kBudget);
  std::size_t strangers = 0;
  for (std::uint32_t n = 0; n < kFlood; ++n) {
    Say say = discover(host(kMadeUp + n));
    strangers += site.engine().admits(site.now(), say.said()) ? 1 : 0;
  }
  EXPECT_LE(strangers, kBudget / 2 + 1);
  for (std::uint32_t n = 1; n <= 20; ++n) {
    const auto lease = net::Ip4{ip("192.0.2.9").value + n};
    Say forms[] = {renewing(host(n), lease), rebooting(host(n), net::to_string(lease))};
    Say& say = forms[n % 2];
    EXPECT_TRUE(site.engine().admits(site.now(), say.said())) << n;
    // Who speaks for a lease that is not his gains nothing.
    Say liar = renewing(host(kMadeUp + n), lease);
    EXPECT_FALSE(site.engine().admits(site.now(), liar.said())) << n;
  }
}

TEST(Admission, WhatIsRefusedIsCountedAndToldOnceATurn) {
  Site site(site_config());
  (void)site.take_events();
  for (int turn = 0; turn < 2; ++turn) {
    site.engine().begin_turn(8);
    for (std::uint32_t n = 0; n < 100; ++n) {
      Say say = discover(host(1));
      (void)site.engine().admits(site.now(), say.said());
    }
    const auto events = site.take_events();
    ASSERT_EQ(events.size(), 1U);
    EXPECT_EQ(events[0].reason, Reason::share_used_up);
  }
  EXPECT_EQ(refused(site), 2 * 98U);
  EXPECT_EQ(site.engine().counters().received_total, 2 * 98U);
  EXPECT_EQ(drop_of(Reason::share_used_up), Drop::limit_exceeded);
}

// ---- requests that wait for a calmer moment

/// A server with places for those that find no turn; nobody finds one here.
class Crowd : public ::testing::Test {
 protected:
  Crowd() : site(site_config(), with_places()) {
    site.engine().begin_turn(0);
    (void)site.take_events();
  }
  static Settings with_places() {
    Settings settings = Site::small();
    settings.backlog_capacity = 16;
    return settings;
  }
  void come(Say say) { EXPECT_FALSE(site.engine().admits(site.now(), say.said())); }
  /// Of those that wait: the xids of the answers, in the order in which they leave.
  std::vector<std::uint32_t> answered() {
    site.engine().on_time(site.now(), site.outbox());
    std::vector<std::uint32_t> xids;
    while (const auto reply = site.next_reply()) xids.push_back(reply->view().xid());
    return xids;
  }
  [[nodiscard]] std::uint64_t silent_for(Reason reason) const {
    return site.engine().counters().silent[static_cast<std::size_t>(reason)];
  }
  Site site;
};

TEST_F(Crowd, TheNewestIsAnsweredFirst) {
  for (std::uint32_t n = 1; n <= 3; ++n) come(discover(host(n)).xid(n));
  EXPECT_EQ(site.engine().waiting(site.now().mono).count, 3U);
  EXPECT_LE(site.engine().next_deadline(), site.now().mono);
  EXPECT_EQ(answered(), (std::vector<std::uint32_t>{3, 2, 1}));
  EXPECT_EQ(site.engine().waiting(site.now().mono).count, 0U);
  EXPECT_GT(site.engine().next_deadline(), site.now().mono);
  EXPECT_EQ(site.engine().counters().received_total, 3U);
  EXPECT_EQ(refused(site), 0U);
}

TEST_F(Crowd, WhoHasAskedAgainIsNotAnsweredTwice) {
  come(discover(host(1)).xid(1));
  site.engine().begin_turn(0);
  const Now later{site.now().mono + kGivenUpAfter + Duration::seconds(1),
                  site.now().wall + Duration::seconds(4)};
  Say again = discover(host(1)).xid(1);
  EXPECT_FALSE(site.engine().admits(later, again.said()));
  site.engine().on_time(later, site.outbox());
  EXPECT_TRUE(site.next_reply());
  EXPECT_FALSE(site.next_reply());
  EXPECT_EQ(silent_for(Reason::given_up), 1U);
  EXPECT_EQ(drop_of(Reason::given_up), Drop::queue_full);
  EXPECT_EQ(site.engine().waiting(later.mono).longest, later.mono - site.now().mono);
}

TEST_F(Crowd, NobodyIsAnsweredWhileTheServiceIsDisabled) {
  come(discover(host(1)).xid(1));
  site.engine().pause(site.now().mono + Duration::seconds(1));
  EXPECT_TRUE(answered().empty());
  EXPECT_EQ(silent_for(Reason::paused), 1U);
  EXPECT_EQ(site.engine().waiting(site.now().mono).count, 0U);
}

TEST_F(Crowd, WhatTakesSomethingBackDoesNotWait) {
  ASSERT_NE(site.lease(host(1)), "");
  come(release(host(1), "192.0.2.10"));
  come(decline(host(1), "192.0.2.10"));
  EXPECT_EQ(site.engine().waiting(site.now().mono).count, 0U);
  EXPECT_EQ(refused(site), 2U);
}

TEST_F(Crowd, NobodyIsAnsweredWhileAnswersWaitForTheDisk) {
  const auto offer = site.hear(discover(host(40)));
  ASSERT_TRUE(offer);
  site.hold_disk();
  std::uint32_t n = 100;
  while (site.outbox().parked() < site.outbox().room_to_park()) {
    ASSERT_LT(++n, 200U);
    const net::Ip4 address{ip("10.0.3.0").value + n};
    (void)site.hear(selecting(host(n), address).through("10.0.0." + std::to_string(n), circuit(n)));
  }
  come(discover(host(1)).xid(1));
  EXPECT_TRUE(answered().empty());
  EXPECT_EQ(site.engine().waiting(site.now().mono).count, 1U);
  EXPECT_GT(site.engine().next_deadline(), site.now().mono);
  site.flush();
  while (site.next_reply()) continue;
  EXPECT_EQ(answered(), (std::vector<std::uint32_t>{1}));
}

// ---- lease changes

/// A server whose disk stands still, and a flood of REQUESTs that are all worth an ACK.
class SlowDisk : public ::testing::Test {
 protected:
  SlowDisk() : site(site_config(), roomy()) { site.hold_disk(); }
  static Settings roomy() {
    Settings settings = Site::small();
    settings.lease_capacity = 16'384;
    return settings;
  }

  /// Whether the request got a place to wait for the disk.
  bool waits(Say say) {
    const auto before = site.outbox().parked();
    (void)site.hear(std::move(say));
    return site.outbox().parked() > before;
  }
  /// New clients behind one port, each asking for an address that is free.
  std::size_t flood(std::size_t count) {
    std::size_t waiting = 0;
    for (std::size_t i = 0; i < count; ++i, ++made_up_) {
      const net::Ip4 address{ip("10.0.3.0").value + made_up_ % 10'000};
      waiting += waits(selecting(host(kMadeUp + made_up_), address).through("10.0.0.1", circuit(1)))
                     ? 1
                     : 0;
    }
    return waiting;
  }

  Site site;
  std::uint32_t made_up_ = 0;
};

TEST_F(SlowDisk, OnePortNeverTakesEveryPlace) {
  EXPECT_LE(flood(500), 37U);  // of 48: half without count, then half of what is left
  EXPECT_GT(refused(site), 400U);
  const auto last = site.changes().last();
  EXPECT_LE(last, 37U);  // who gets no place has changed nothing
}

TEST_F(SlowDisk, OthersFindAPlaceWhileOnePortFloods) {
  std::uint32_t honest = 0;
  for (int second = 0; second < 60; ++second) {
    (void)flood(100);
    for (int i = 0; i < 2; ++i, ++honest) {
      const net::Ip4 address{ip("10.0.100.0").value + honest};
      EXPECT_TRUE(
          waits(selecting(host(honest), address).through("10.0.0.1", circuit(2 + honest % 50))))
          << second;
    }
    site.flush();
    while (site.next_reply()) continue;
  }
}

TEST_F(SlowDisk, ALinkFindsAPlaceWhileARelayOnAnotherInterfaceFloods) {
  std::uint32_t n = 1;
  for (int second = 0; second < 50; ++second, ++n) {
    for (std::uint32_t i = 0; i < 100; ++i, ++made_up_) {  // with made-up circuit-ids
      const net::Ip4 address{ip("10.0.3.0").value + made_up_};
      (void)site.hear(selecting(host(kMadeUp + made_up_), address)
                          .through("10.0.0.1", circuit(made_up_))
                          .on(kEth1));
    }
    EXPECT_TRUE(waits(selecting(host(n), net::Ip4{ip("192.0.2.10").value + n}))) << second;
    site.flush();
    while (site.next_reply()) continue;
  }
}

TEST_F(SlowDisk, LeasesAreRenewedBesideAFloodOnTheSamePort) {
  site.flush();
  for (std::uint32_t n = 1; n <= 4; ++n) {
    ASSERT_FALSE(site.hear(
        selecting(host(n), net::Ip4{ip("10.0.100.0").value + n}).through("10.0.0.1", circuit(1))));
  }
  site.flush();
  while (site.next_reply()) continue;
  for (std::uint32_t second = 0; second < 50; ++second) {
    (void)flood(100);
    for (std::uint32_t n = 1; n <= 4; ++n) {
      Say renewal = rebinding(host(n), net::to_string(net::Ip4{ip("10.0.100.0").value + n}));
      EXPECT_TRUE(waits(renewal.through("10.0.0.1", circuit(1)).xid(100 + second))) << second;
    }
    site.flush();
    while (site.next_reply()) continue;
  }
}

TEST_F(SlowDisk, AFloodOfRenewalsByOneClientLeavesRoom) {
  const auto lease = ip("192.0.2.10");
  (void)site.hear(selecting(host(1), lease));
  site.flush();
  while (site.next_reply()) continue;
  std::size_t waiting = 0;
  for (std::uint32_t xid = 1; xid < 500; ++xid) {
    waiting += waits(renewing(host(1), lease).xid(xid)) ? 1 : 0;
  }
  EXPECT_LE(waiting, 30U);
  EXPECT_TRUE(waits(selecting(host(2), ip("192.0.2.11"))));
}

TEST_F(SlowDisk, WhileLessThanHalfWaitNobodyIsRefused) {
  EXPECT_EQ(flood(24), 24U);
  EXPECT_EQ(refused(site), 0U);
}

TEST_F(SlowDisk, WhenTheDiskCatchesUpEverybodyIsServedAgain) {
  (void)flood(500);
  site.flush();
  while (site.next_reply()) continue;
  EXPECT_EQ(flood(24), 24U);
}

}  // namespace
}  // namespace lessor::server::v4::testing
