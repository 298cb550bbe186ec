// Addresses are asked for before they are offered (Kea's ping_check hook): by ICMP echo behind
// relays, by ARP on the link.
#include "server/v4/test_kit.h"

#include <gtest/gtest.h>

namespace lessor::server::v4::testing {
namespace {

constexpr std::string_view kRelay = "10.4.0.1";
constexpr config::PingCheck kCheck{.enabled = true,
                                   .requests = 2,
                                   .timeout = Duration::milliseconds(100),
                                   .trusted = Duration::seconds(60)};

config::ServerConfig checked(const config::PingCheck& check = kCheck) {
  config::Subnet far = subnet(1, "10.4.0.0/24", {pool("10.4.0.10-10.4.0.19")});
  config::Subnet near = subnet(2, "192.0.2.0/24", {pool("192.0.2.10-192.0.2.19")});
  add_reservation(far, reserve_hw(host(77).mac, "10.4.0.15"));
  far.ping_check = near.ping_check = check;
  config::ServerConfig made = config_of({far, near});
  made.offer_hold = Duration::seconds(60);
  return made;
}

Say behind(Say say) { return say.through(kRelay); }

std::vector<net::EchoProbe> asked(Site& site) {
  std::vector<net::EchoProbe> all;
  for (net::EchoProbe probe; site.outbox().take_probe(probe);) all.push_back(probe);
  return all;
}
net::EchoSighting reply_to(const net::EchoProbe& probe) {
  return {.address = probe.address, .number = probe.number, .token = probe.token};
}
void see(Site& site, const net::EchoSighting& sighting) {
  site.engine().on_echo(site.now(), sighting, site.outbox());
}
void pass_ms(Site& site, std::int64_t ms) { site.pass(Duration::milliseconds(ms)); }

/// DISCOVER to ACK behind the relay, where nobody answers.
std::string lease_far(Site& site, const Host& h) {
  auto offer = site.hear(behind(discover(h)));
  if (!offer) {
    pass_ms(site, 200);
    offer = site.next_reply();
  }
  (void)asked(site);
  if (!offer) return "";
  const auto ack = site.hear(behind(selecting(h, offer->view().yiaddr())));
  return ack && ack->type() == MessageType::ack ? ack->yiaddr() : "";
}

TEST(PingCheck, OffersAnAddressWhenNobodyAnswersForIt) {
  Site site(checked());
  EXPECT_FALSE(site.hear(behind(discover(host(1)))));
  EXPECT_EQ(site.why(), Reason::probe_pending);
  auto first = asked(site);
  ASSERT_EQ(first.size(), 1U);
  EXPECT_EQ(first[0].address, ip("10.4.0.10"));
  pass_ms(site, 100);
  EXPECT_FALSE(site.next_reply());
  EXPECT_EQ(asked(site).size(), 1U) << "the second request";
  pass_ms(site, 100);
  const auto offer = site.next_reply();
  ASSERT_TRUE(offer);
  EXPECT_EQ(offer->yiaddr(), "10.4.0.10");
  EXPECT_EQ(offer->envelope().destination, ip(kRelay));
  // The same offer once more is not asked about again.
  EXPECT_TRUE(site.hear(behind(discover(host(1)))));
  EXPECT_TRUE(asked(site).empty());
  EXPECT_EQ(site.engine().counters().probes_sent, 2U);
}

TEST(PingCheck, OffersAnotherWhenSomebodyAnswers) {
  Site site(checked());
  EXPECT_FALSE(site.hear(behind(discover(host(1)))));
  see(site, reply_to(asked(site).at(0)));
  const auto declined = site.record("10.4.0.10");
  ASSERT_TRUE(declined);
  EXPECT_EQ(declined->state, lease::LeaseState::declined);
  EXPECT_EQ(declined->lifetime, Duration::seconds(86'400));
  EXPECT_EQ(site.engine().counters().declined_addresses, 1U);
  EXPECT_TRUE(site.told(EventKind::address_in_use));
  const auto next = asked(site);
  ASSERT_EQ(next.size(), 1U);
  EXPECT_EQ(next[0].address, ip("10.4.0.11"));
  pass_ms(site, 200);
  const auto offer = site.next_reply();
  ASSERT_TRUE(offer);
  EXPECT_EQ(offer->yiaddr(), "10.4.0.11");
}

// A router that answers for every address: a quarter of the pool is out of use for a day, no more,
// and one DISCOVER does not find out about all of it.
TEST(PingCheck, WhoAnswersForAllTakesAQuarterOfThePool) {
  Site site(checked());  // nine addresses beside the reserved one
  EXPECT_FALSE(site.hear(behind(discover(host(1)))));
  int declined = 0;
  int long_ones = 0;
  for (auto probes = asked(site); !probes.empty(); probes = asked(site)) {
    see(site, reply_to(probes[0]));
    const auto record = site.record(net::to_string(probes[0].address));
    ASSERT_TRUE(record);
    ++declined;
    long_ones += record->lifetime == Duration::seconds(86'400) ? 1 : 0;
  }
  EXPECT_LT(declined, 9);
  EXPECT_EQ(long_ones, 3);
  EXPECT_FALSE(site.hear(behind(discover(host(1)))));  // he asks again
  EXPECT_EQ(asked(site).size(), 1U);
}

TEST(PingCheck, AnErrorMeansThatNobodyIsThere) {
  Site site(checked());
  EXPECT_FALSE(site.hear(behind(discover(host(1)))));
  const net::EchoProbe probe = asked(site).at(0);
  see(site, {.kind = net::EchoSighting::Kind::unreachable,
             .address = probe.address,
             .number = probe.number});
  const auto offer = site.next_reply();
  ASSERT_TRUE(offer);
  EXPECT_EQ(offer->yiaddr(), "10.4.0.10");
}

// Else whoever can send ICMP could take every address away.
TEST(PingCheck, AnswersThatAreMadeUpCountForNothing) {
  Site site(checked());
  EXPECT_FALSE(site.hear(behind(discover(host(1)))));
  const net::EchoSighting right = reply_to(asked(site).at(0));
  net::EchoSighting wrong = right;
  wrong.token ^= 1;
  see(site, wrong);
  wrong = right;
  wrong.number ^= 1;
  see(site, wrong);
  wrong = right;
  wrong.address = ip("10.4.0.11");
  see(site, wrong);
  site.engine().on_arp(site.now(), {.interface = kEth0, .address = right.address}, site.outbox());
  EXPECT_FALSE(site.record("10.4.0.10"));
  EXPECT_FALSE(site.next_reply());
  pass_ms(site, 200);
  ASSERT_TRUE(site.next_reply());
  // Nor do right ones that come late.
  see(site, right);
  EXPECT_FALSE(site.record("10.4.0.10"));
}

TEST(PingCheck, EveryQuestionHasASecretOfItsOwn) {
  Site site(checked());
  (void)site.hear(behind(discover(host(1))));
  const net::EchoProbe one = asked(site).at(0);
  pass_ms(site, 200);
  site.pass_seconds(61);  // the offer is over
  (void)asked(site);      // the second request
  (void)site.hear(behind(discover(host(1))));
  const net::EchoProbe two = asked(site).at(0);
  EXPECT_EQ(one.address, two.address);
  EXPECT_NE(one.token, two.token);
  EXPECT_NE(one.number, two.number);
}

TEST(PingCheck, IsNotForReservedAddressesNorRunningLeases) {
  Site site(checked());
  EXPECT_TRUE(site.hear(behind(discover(host(77)))));
  EXPECT_TRUE(asked(site).empty());
  EXPECT_EQ(lease_far(site, host(1)), "10.4.0.10");
  site.pass_seconds(1'000);
  EXPECT_TRUE(site.hear(behind(discover(host(1)))));
  EXPECT_TRUE(asked(site).empty());
}

TEST(PingCheck, WhoHadTheAddressAMomentAgoGetsItUnasked) {
  Site site(checked());
  EXPECT_EQ(lease_far(site, host(1)), "10.4.0.10");
  (void)site.hear(behind(release(host(1), "10.4.0.10")));
  site.pass_seconds(60);
  EXPECT_TRUE(site.hear(behind(discover(host(1)))));
  EXPECT_TRUE(asked(site).empty());
  site.pass_seconds(61);
  EXPECT_FALSE(site.hear(behind(discover(host(1)))));
  EXPECT_EQ(asked(site).size(), 1U);
}

TEST(PingCheck, AnotherClientIsAskedForAtOnce) {
  config::Subnet far = subnet(1, "10.4.0.0/24", {pool("10.4.0.10-10.4.0.10")});
  far.ping_check = kCheck;
  Site site(config_of({far}));
  EXPECT_EQ(lease_far(site, host(1)), "10.4.0.10");
  (void)site.hear(behind(release(host(1), "10.4.0.10")));
  EXPECT_FALSE(site.hear(behind(discover(host(2)))));
  EXPECT_EQ(asked(site).size(), 1U);
}

TEST(PingCheck, OnTheLinkAsksByArp) {
  Site site(checked());
  EXPECT_FALSE(site.hear(discover(host(1))));
  EXPECT_TRUE(asked(site).empty());
  net::ArpProbe probe;
  ASSERT_TRUE(site.outbox().take_probe(probe));
  EXPECT_EQ(probe.address, ip("192.0.2.10"));
  EXPECT_EQ(probe.interface, kEth0);
  pass_ms(site, 100);
  EXPECT_TRUE(site.outbox().take_probe(probe)) << "the second request";
  pass_ms(site, 100);
  EXPECT_TRUE(site.next_reply());
}

// The answer on its former link says nothing of where it is now.
TEST(PingCheck, WhoHasMovedBehindARelayIsAskedForThere) {
  Site site(checked());
  EXPECT_FALSE(site.hear(discover(host(1))));
  net::ArpProbe probe;
  ASSERT_TRUE(site.outbox().take_probe(probe));
  EXPECT_FALSE(site.hear(discover(host(1)).through("192.0.2.254")));
  const auto probes = asked(site);
  ASSERT_EQ(probes.size(), 1U);
  EXPECT_EQ(probes[0].address, probe.address);
  EXPECT_FALSE(site.outbox().take_probe(probe));
  pass_ms(site, 200);
  const auto offer = site.next_reply();
  ASSERT_TRUE(offer);
  EXPECT_EQ(offer->view().yiaddr(), probes[0].address);
  EXPECT_FALSE(site.next_reply());
}

TEST(PingCheck, OfManyQuestionsEachHasItsTime) {
  config::ServerConfig config = checked();
  config.subnets[0].ping_check->timeout = Duration::milliseconds(900);
  config.subnets[0].ping_check->requests = 1;
  Site site(std::move(config));
  EXPECT_FALSE(site.hear(behind(discover(host(1)))));  // due at 900 ms
  EXPECT_FALSE(site.hear(discover(host(2))));          // due at 200 ms, after two requests
  pass_ms(site, 200);
  const auto near = site.next_reply();
  ASSERT_TRUE(near);
  EXPECT_EQ(near->yiaddr(), "192.0.2.10");
  pass_ms(site, 699);
  EXPECT_FALSE(site.next_reply());
  pass_ms(site, 1);
  const auto far = site.next_reply();
  ASSERT_TRUE(far);
  EXPECT_EQ(far->yiaddr(), "10.4.0.10");
}

// Who finds no place is not answered, and asks again.
TEST(PingCheck, IsBounded) {
  Settings settings = Site::small();
  settings.probe_capacity = 2;
  Site site(checked(), settings);
  for (std::uint32_t n = 1; n <= 5; ++n) (void)site.hear(behind(discover(host(n))));
  EXPECT_EQ(site.why(), Reason::probes_full);
  EXPECT_LE(asked(site).size(), 2U);
  EXPECT_GE(site.engine().counters().silent[static_cast<std::size_t>(Reason::probes_full)], 3U);
}

TEST(PingCheck, FollowsAReload) {
  Site site(checked());
  config::ServerConfig without = checked();
  for (config::Subnet& each : without.subnets) each.ping_check.reset();
  without.build_indexes();
  site.reload(std::move(without));
  EXPECT_TRUE(site.hear(behind(discover(host(1)))));
  site.reload(checked());
  EXPECT_FALSE(site.hear(behind(discover(host(2)))));
  EXPECT_EQ(asked(site).size(), 1U);
}

}  // namespace
}  // namespace lessor::server::v4::testing
