#include "server/v4/decide_request.h"

#include "server/v4/test_kit.h"

#include <gtest/gtest.h>

namespace lessor::server::v4::testing {
namespace {

config::ServerConfig site_config(bool authoritative) {
  config::Subnet one = subnet(1, "192.0.2.0/24", {pool("192.0.2.10-192.0.2.19")});
  add_reservation(one, reserve_hw(host(9).mac, "192.0.2.18"));
  one.authoritative = authoritative;
  config::Subnet two = subnet(2, "10.0.0.0/24", {pool("10.0.0.10-10.0.0.19")});
  two.authoritative = authoritative;
  return config_of({one, two});
}

/// What came of it: "ack", "nak", or "silence".
std::string heard(const std::optional<Reply>& reply) {
  if (!reply) return "silence";
  return reply->type() == MessageType::ack ? "ack" : "nak";
}

// ---- the table of REQUESTs that name no server: a test a row

struct RowCase {
  const char* what;
  Standing standing;
  const char* asked;
  std::uint32_t asker;  // 1 holds 192.0.2.10, 9 has 192.0.2.18 reserved, 5 is unknown
  Reason reason;        // when it is refused
};

const RowCase kRowCases[] = {
    {"its lease", Standing::own, "192.0.2.10", 1, Reason::none},
    {"its reservation", Standing::own, "192.0.2.18", 9, Reason::none},
    {"known, another address", Standing::other, "192.0.2.15", 1, Reason::wrong_address},
    {"known, off-link", Standing::other, "172.16.0.5", 1, Reason::wrong_network},
    {"known, another's address", Standing::other, "192.0.2.11", 1, Reason::leased_to_another},
    {"known by its reservation, another address", Standing::other, "192.0.2.15", 9,
     Reason::reservation_due},
    {"unknown, off-link", Standing::off_link, "172.16.0.5", 5, Reason::wrong_network},
    {"unknown, out of pool", Standing::out_of_pool, "192.0.2.77", 5, Reason::out_of_pool},
    {"unknown, leased to another", Standing::taken, "192.0.2.10", 5, Reason::leased_to_another},
    {"unknown, reserved for another", Standing::taken, "192.0.2.18", 5,
     Reason::reserved_for_another},
    {"unknown, free", Standing::free, "192.0.2.15", 5, Reason::no_lease},
};

std::string word_of(Verdict verdict) {
  return verdict == Verdict::ack ? "ack" : verdict == Verdict::nak ? "nak" : "silence";
}

void expect_row(const RowCase& c, bool authoritative, Say say, Verdict expected) {
  Site site(site_config(authoritative));
  ASSERT_EQ(site.lease(host(1)), "192.0.2.10");
  ASSERT_EQ(site.lease(host(2)), "192.0.2.11");
  (void)site.take_events();
  const auto reply = site.hear(std::move(say));
  EXPECT_EQ(heard(reply), word_of(expected)) << c.what << (authoritative ? ", authoritative" : "");
  if (expected == Verdict::nak) {
    EXPECT_EQ(site.why(), c.reason) << c.what;
  }
  if (expected == Verdict::ack) {
    EXPECT_EQ(reply->yiaddr(), c.asked) << c.what;
  }
}

// R2131-4.3.2-b, R2131-4.3.2-c, R2131-3.2-a.
TEST(RequestTable, InitReboot) {
  for (const RowCase& c : kRowCases) {
    const RequestRow& row = request_table()[static_cast<std::size_t>(c.standing)];
    expect_row(c, false, rebooting(host(c.asker), c.asked), row.init_reboot);
    expect_row(c, true, rebooting(host(c.asker), c.asked), row.init_reboot_authoritative);
  }
}

TEST(RequestTable, Renewing) {  // R2131-4.3.2-f
  for (const RowCase& c : kRowCases) {
    const RequestRow& row = request_table()[static_cast<std::size_t>(c.standing)];
    expect_row(c, false, renewing(host(c.asker), c.asked), row.renewing);
    expect_row(c, true, renewing(host(c.asker), c.asked), row.renewing_authoritative);
  }
}

TEST(RequestTable, Rebinding) {  // R2131-4.3.2-g
  for (const RowCase& c : kRowCases) {
    const RequestRow& row = request_table()[static_cast<std::size_t>(c.standing)];
    expect_row(c, false, rebinding(host(c.asker), c.asked), row.renewing);
    expect_row(c, true, rebinding(host(c.asker), c.asked), row.renewing_authoritative);
  }
}

// The table itself, so that a change of a cell is a change of this test.
TEST(RequestTable, SaysWhatItSays) {
  constexpr Verdict a = Verdict::ack;
  constexpr Verdict n = Verdict::nak;
  constexpr Verdict s = Verdict::silence;
  const Verdict expected[kStandings][4] = {
      {a, a, a, a},  // own
      {n, n, n, n},  // known, another address or network
      {s, n, s, n},  // off-link
      {s, n, s, n},  // out of pool
      {s, n, s, n},  // taken
      {s, n, a, a},  // free
  };
  for (std::size_t i = 0; i < kStandings; ++i) {
    const RequestRow& row = request_table()[i];
    EXPECT_EQ(row.init_reboot, expected[i][0]) << i;
    EXPECT_EQ(row.init_reboot_authoritative, expected[i][1]) << i;
    EXPECT_EQ(row.renewing, expected[i][2]) << i;
    EXPECT_EQ(row.renewing_authoritative, expected[i][3]) << i;
  }
}

TEST(InitReboot, OfAClientThatMovedBetweenOurNetworksIsRefused) {  // authoritative or not
  for (const bool authoritative : {false, true}) {
    Site site(site_config(authoritative));
    ASSERT_EQ(site.lease(host(1)), "192.0.2.10");
    EXPECT_EQ(heard(site.hear(rebooting(host(1), "192.0.2.10").on(kEth1))), "nak");
    EXPECT_EQ(site.why(), Reason::wrong_network);
  }
}

TEST(InitReboot, OfAClientKnownOnAnotherNetworkOnlyIsNotOurs) {
  // It has a lease on eth0 and asks on eth1 for an address that another server may have given it.
  Site site(site_config(false));
  ASSERT_EQ(site.lease(host(1)), "192.0.2.10");
  EXPECT_EQ(heard(site.hear(rebooting(host(1), "10.0.0.200").on(kEth1))), "silence");
}

TEST(InitReboot, GetsAnExpiredLeaseBackWhileItIsFree) {
  Site site(site_config(false));
  ASSERT_EQ(site.lease(host(1)), "192.0.2.10");
  site.pass_seconds(50'000);
  EXPECT_EQ(heard(site.hear(rebooting(host(1), "192.0.2.10"))), "ack");
}

TEST(Renewing, ALostLeaseIsRecreated) {
  Site site(site_config(false));
  EXPECT_EQ(heard(site.hear(renewing(host(5), "192.0.2.15"))), "ack");
  EXPECT_EQ(site.why(), Reason::recreated);
  EXPECT_EQ(site.record("192.0.2.15")->state, lease::LeaseState::active);
}

TEST(InitReboot, AnExpiredLeaseOfOursSaysNothingOfAnotherAddress) {  // R2131-3.2-a
  Site site(site_config(false));
  ASSERT_EQ(site.lease(host(1)), "192.0.2.10");
  site.pass_seconds(50'000);  // by now another server may have given it one
  EXPECT_EQ(heard(site.hear(rebooting(host(1), "192.0.2.150"))), "silence");
  EXPECT_EQ(site.why(), Reason::unknown_client);
}

TEST(Renewing, ALostLeaseIsRecreatedForNobodyBehindAnotherAddress) {  // C3-10
  Site site(site_config(true));
  Say spoofed = renewing(host(5), "192.0.2.15");
  spoofed.datagram().source = ip("203.0.113.9");
  EXPECT_EQ(heard(site.hear(spoofed)), "silence");
  EXPECT_EQ(site.why(), Reason::spoofed_source);
  EXPECT_FALSE(site.record("192.0.2.15"));
  // Of a lease that it holds it may speak from wherever its host sends.
  ASSERT_EQ(site.lease(host(1)), "192.0.2.10");
  Say elsewhere = renewing(host(1), "192.0.2.10");
  elsewhere.datagram().source = ip("192.0.2.200");
  EXPECT_EQ(heard(site.hear(elsewhere)), "ack");
}

TEST(Renewing, IsAnsweredAtCiaddr) {  // R2131-4.3.2-f
  Site site;
  ASSERT_EQ(site.lease(host(1)), "192.0.2.10");
  const auto ack = site.hear(renewing(host(1), "192.0.2.10"));
  ASSERT_TRUE(ack);
  EXPECT_EQ(ack->envelope().destination, ip("192.0.2.10"));
  EXPECT_EQ(ack->view().ciaddr(), ip("192.0.2.10"));  // R2131-T3-b
  EXPECT_EQ(ack->yiaddr(), "192.0.2.10");
}

TEST(Renewing, ExtendsTheLease) {
  Site site;
  ASSERT_EQ(site.lease(host(1)), "192.0.2.10");
  for (int i = 0; i < 10; ++i) {
    site.pass_seconds(1'800);
    const auto ack = site.hear(renewing(host(1), "192.0.2.10"));
    ASSERT_TRUE(ack);
    EXPECT_EQ(ack->number(51), 3'600U);
  }
  EXPECT_FALSE(site.told(EventKind::lease_expired));
}

TEST(Renewing, AWrongCiaddrIsRefusedByBroadcast) {  // R2131-4.3.2-d, R2131-4.3.2-g
  Site site;
  ASSERT_EQ(site.lease(host(1)), "192.0.2.10");
  const auto nak = site.hear(rebinding(host(1), "192.0.2.12"));
  ASSERT_TRUE(nak);
  EXPECT_EQ(nak->type(), MessageType::nak);
  EXPECT_EQ(nak->envelope().target, net::LinkTarget::broadcast);
  EXPECT_EQ(nak->envelope().destination, net::kIp4Broadcast);
  EXPECT_EQ(nak->yiaddr(), "0.0.0.0");
}

// ---- SELECTING

TEST(Selecting, TakesUpTheOffer) {
  Site site;
  ASSERT_TRUE(site.hear(discover(host(1))));
  const auto ack = site.hear(selecting(host(1), "192.0.2.10"));
  ASSERT_TRUE(ack);
  EXPECT_EQ(ack->type(), MessageType::ack);
  EXPECT_EQ(ack->yiaddr(), "192.0.2.10");
  EXPECT_EQ(site.why(), Reason::offered);
  const auto record = site.record("192.0.2.10");
  ASSERT_TRUE(record);
  EXPECT_EQ(record->state, lease::LeaseState::active);
  EXPECT_EQ(record->hardware, host(1).hardware());
  EXPECT_EQ(record->lifetime, Duration::seconds(3'600));
  EXPECT_EQ(record->started, site.now().wall);
  EXPECT_EQ(record->subnet_id, 1U);
  EXPECT_EQ(site.engine().pools()[0].assigned, 1U);
  EXPECT_EQ(site.engine().pools()[0].offered, 0U);
}

TEST(Selecting, ParametersAreThoseOfTheOffer) {  // R2131-3.1-c
  Site site;
  const auto offer = site.hear(discover(host(1)).wanting({1, 3, 6}).for_seconds(900));
  const auto ack = site.hear(selecting(host(1), "192.0.2.10").wanting({1, 3, 6}).for_seconds(900));
  ASSERT_TRUE(ack);
  for (const int code : {51, 54, 1, 3, 6}) {
    EXPECT_EQ(ack->option(code), offer->option(code)) << code;
  }
}

TEST(Selecting, WithoutALiveOfferAFreeAddressIsGranted) {
  Site site;
  EXPECT_EQ(heard(site.hear(selecting(host(1), "192.0.2.15"))), "ack");
  EXPECT_EQ(site.why(), Reason::requested);
}

TEST(Selecting, WhatItMayNotHaveIsRefused) {        // R2131-3.1-d
  for (const bool authoritative : {false, true}) {  // it named us, so we answer
    Site site(site_config(authoritative));
    ASSERT_EQ(site.lease(host(1)), "192.0.2.10");
    ASSERT_EQ(site.hear(discover(host(2)))->yiaddr(), "192.0.2.11");
    const struct {
      const char* address;
      Reason reason;
    } cases[] = {
        {"192.0.2.10", Reason::leased_to_another},
        {"192.0.2.11", Reason::offered_to_another},
        {"192.0.2.18", Reason::reserved_for_another},
        {"192.0.2.77", Reason::out_of_pool},
        {"192.0.2.1", Reason::ours},
        {"172.16.0.1", Reason::wrong_network},
    };
    for (const auto& c : cases) {
      EXPECT_EQ(heard(site.hear(selecting(host(5), c.address))), "nak") << c.address;
      EXPECT_EQ(site.why(), c.reason) << c.address;
    }
  }
}

// Somebody sends again what the client said once: it uses what it has now. The client itself, if it
// wants another address, asks for an offer.
TEST(Requests, AClientWithALeaseMovesOnlyByAnOffer) {
  Site site;
  ASSERT_EQ(site.lease(host(1)), "192.0.2.10");
  site.hear(release(host(1), "192.0.2.10"));
  ASSERT_EQ(site.lease(host(2)), "192.0.2.11");
  EXPECT_EQ(heard(site.hear(selecting(host(1), "192.0.2.15"))), "ack");  // it has none
  for (const Say& say : {selecting(host(1), "192.0.2.12"), selecting(host(1), "192.0.2.10"),
                         rebooting(host(1), "192.0.2.10"), renewing(host(1), "192.0.2.10"),
                         rebinding(host(1), "192.0.2.12")}) {
    EXPECT_EQ(heard(site.hear(say)), "nak");
    EXPECT_EQ(site.why(), Reason::wrong_address);
  }
  EXPECT_EQ(site.record("192.0.2.15")->state, lease::LeaseState::active);
  EXPECT_EQ(site.engine().pools()[0].assigned, 2U);
  EXPECT_EQ(heard(site.hear(renewing(host(1), "192.0.2.15"))), "ack");
}

// ---- lease times

TEST(LeaseTimes, AreClampedToTheConfiguredBounds) {  // R2131-4.3.1-c
  const struct {
    std::uint32_t asked, granted;
  } cases[] = {{0, 600}, {599, 600}, {900, 900}, {7'201, 7'200}, {UINT32_MAX, 7'200}};
  for (const auto& c : cases) {
    Site site;
    EXPECT_EQ(site.hear(discover(host(1)).for_seconds(c.asked))->number(51), c.granted) << c.asked;
  }
}

TEST(LeaseTimes, ABoundClientThatAsksForNoneGetsTheDefault) {  // R2131-4.3.1-c, our choice
  Site site;
  ASSERT_EQ(site.lease(host(1)), "192.0.2.10");
  site.pass_seconds(1'000);
  EXPECT_EQ(site.hear(discover(host(1)))->number(51), 3'600U);
}

TEST(LeaseTimes, MayBeInfinite) {  // R2131-3.3-a
  config::Subnet one = subnet(1, "192.0.2.0/24", {pool("192.0.2.10-192.0.2.19")});
  one.lifetimes = {Duration::infinite(), Duration::infinite(), Duration::infinite()};
  Site site(config_of({one}));
  ASSERT_TRUE(site.hear(discover(host(1))));
  EXPECT_EQ(site.hear(selecting(host(1), "192.0.2.10"))->number(51), UINT32_MAX);
  site.pass(Duration::seconds(100LL * 365 * 86'400));
  EXPECT_EQ(heard(site.hear(renewing(host(1), "192.0.2.10"))), "ack");
  EXPECT_FALSE(site.told(EventKind::lease_expired));
}

TEST(LeaseTimes, AnInfiniteLeaseMayBeShortened) {  // R2131-3.3-a
  config::Subnet one = subnet(1, "192.0.2.0/24", {pool("192.0.2.10-192.0.2.19")});
  one.lifetimes.max_valid = Duration::infinite();
  Site site(config_of({one}));
  const auto forever = site.hear(selecting(host(1), "192.0.2.10").for_seconds(UINT32_MAX));
  EXPECT_EQ(forever->number(51), UINT32_MAX);
  EXPECT_TRUE(site.record("192.0.2.10")->expires_at.is_never());
  EXPECT_TRUE(site.engine().next_deadline().is_never());
  const auto finite = site.hear(rebooting(host(1), "192.0.2.10").for_seconds(900));
  EXPECT_EQ(finite->number(51), 900U);
  EXPECT_EQ(site.record("192.0.2.10")->lifetime, Duration::seconds(900));
  site.pass_seconds(901);
  EXPECT_TRUE(site.told(EventKind::lease_expired));
}

// B14
TEST(LeaseTimes, TheRecordIsNeverShorterThanWhatTheClientMayBelieve) {  // R2131-3.3-a
  Site site;
  ASSERT_TRUE(site.hear(selecting(host(1), "192.0.2.10").for_seconds(7'200)));
  const auto ack = site.hear(renewing(host(1), "192.0.2.10").for_seconds(600));
  ASSERT_TRUE(ack);
  EXPECT_EQ(ack->number(51), 600U);
  // Had that ACK been lost, the client would go on for two hours.
  EXPECT_EQ(site.record("192.0.2.10")->lifetime, Duration::seconds(7'200));
}

TEST(LeaseTimes, AShorterRecordHasTheGraceOfTheLongerLease) {
  Site site;
  ASSERT_TRUE(site.hear(selecting(host(1), "192.0.2.10").for_seconds(7'200)));
  const Instant free = lease::free_for_others_at(*site.record("192.0.2.10"));
  site.pass_seconds(6'000);
  for (int i = 0; i < 5; ++i) {
    ASSERT_TRUE(site.hear(renewing(host(1), "192.0.2.10").for_seconds(600)));
    site.pass_seconds(30);
    EXPECT_GE(lease::free_for_others_at(*site.record("192.0.2.10")), free);
  }
  EXPECT_LE(lease::free_for_others_at(*site.record("192.0.2.10")), free + Duration::seconds(10));
}

}  // namespace
}  // namespace lessor::server::v4::testing
