// FORCERENEW (RFC 3203) under a nonce (RFC 6704), by what clients and operators see of it.
#include "server/v4/test_renew.h"

#include <gtest/gtest.h>

namespace lessor::server::v4::testing {
namespace {

// ---- the nonce

// R6704-3.1-c
TEST(ForceRenew, AnOfferSaysSoAndTheAckGivesTheNonce) {
  Site site(renewing_site(), settings());
  const auto offer = site.hear(capable(discover(host(1))));
  EXPECT_EQ(offer->option(145), octets({1}));
  EXPECT_FALSE(offer->option(90));
  const auto ack = site.hear(capable(selecting(host(1), kAddress)));
  const auto nonce = nonce_in(ack);
  ASSERT_TRUE(nonce);
  EXPECT_FALSE(ack->option(145));
  const auto kept = renew_key_of(*site.record(kAddress));
  EXPECT_EQ(kept->nonce, *nonce);
  EXPECT_EQ(kept->server, kServer);
  EXPECT_NE(lease_to(site, host(2), "192.0.2.11"), *nonce);
}

TEST(ForceRenew, NotForWhoDoesNotTakeIt) {
  Site site(renewing_site(), settings());
  for (const Octets& algorithms : {Octets{}, octets({2, 3})}) {
    const auto with = [&](Say say) { return algorithms.empty() ? say : say.with(145, algorithms); };
    EXPECT_FALSE(site.hear(with(discover(host(1))))->option(145));
    EXPECT_FALSE(site.hear(with(selecting(host(1), kAddress)))->option(90));
    EXPECT_TRUE(site.record(kAddress)->extras.empty());
  }
}

TEST(ForceRenew, NotWhereItIsOffOrThereIsNoHmac) {
  Site off(renewing_site(config::ForceRenew::off), settings());
  EXPECT_EQ(lease_to(off, host(1)), wire::Nonce{});
  EXPECT_EQ(ask(off), 0U);
  Site without(renewing_site(), Site::small());
  EXPECT_EQ(lease_to(without, host(1)), wire::Nonce{});
}

TEST(ForceRenew, EachAckHasANewNonceAndTheLastCounts) {
  Site site(renewing_site(), settings());
  std::vector<wire::Nonce> told{lease_to(site, host(1))};
  std::uint32_t xid = 0x2000;
  for (const Say& say :
       {renewing(host(1), kAddress), rebinding(host(1), kAddress), rebooting(host(1), kAddress)}) {
    site.pass_seconds(60);
    const auto nonce = nonce_in(site.hear(capable(say).xid(++xid)));
    ASSERT_TRUE(nonce);
    for (const wire::Nonce& before : told) EXPECT_NE(*nonce, before);
    told.push_back(*nonce);
    EXPECT_EQ(renew_key_of(*site.record(kAddress))->nonce, *nonce);
  }
}

// Its client has heard the first answer, or will hear the second.
TEST(ForceRenew, ARequestThatComesAgainIsToldTheSame) {
  Site site(renewing_site(), settings());
  (void)lease_to(site, host(1));
  const auto renewal = [&] {
    site.pass_seconds(4);
    return nonce_in(site.hear(capable(renewing(host(1), kAddress)).xid(0x2000)));
  };
  const auto first = renewal();
  ASSERT_TRUE(first);
  EXPECT_EQ(renewal(), first);
}

// Who is answered elsewhere in the client's name learns none that the client goes by.
TEST(ForceRenew, AStrangerInItsNameLearnsNothingOfUse) {
  Site site(renewing_site(), settings());
  const wire::Nonce own = lease_to(site, host(1));
  const auto heard =
      nonce_in(site.hear(capable(rebooting(host(1), kAddress).through("192.0.2.254")).xid(0x6666)));
  ASSERT_TRUE(heard);
  EXPECT_NE(*heard, own);
}

TEST(ForceRenew, ALeaseThatServesAgainKeepsItsNonceUntold) {
  auto made = subnet(1, "192.0.2.0/24", {pool("192.0.2.10-192.0.2.19")});
  made.caching = {1'000'000, Duration::infinite()};
  Site site(renewing_site(config::ForceRenew::on_request, {made}), settings());
  const wire::Nonce nonce = lease_to(site, host(1));
  EXPECT_FALSE(nonce_in(site.hear(capable(renewing(host(1), kAddress)).xid(0x2000))));
  EXPECT_EQ(site.engine().counters().lease_reuses, 1U);
  EXPECT_EQ(renew_key_of(*site.record(kAddress))->nonce, nonce);
}

TEST(ForceRenew, ANameOfTheServerThatChangesIsKept) {
  Site site(renewing_site(), settings());
  (void)lease_to(site, host(1));
  const Octets relay_info = octets({11, 4, 192, 0, 2, 254});
  (void)site.hear(
      capable(rebinding(host(1), kAddress)).through("192.0.2.254", relay_info).xid(0x2000));
  EXPECT_EQ(renew_key_of(*site.record(kAddress))->server, ip("192.0.2.254"));
}

TEST(ForceRenew, ARenewalTellsTheNonceOfALeaseThatHasNone) {
  Site site(renewing_site(config::ForceRenew::off), settings());
  (void)lease_to(site, host(1));
  site.reload(renewing_site());
  EXPECT_TRUE(nonce_in(site.hear(capable(renewing(host(1), kAddress)))));
}

TEST(ForceRenew, WhoNoLongerTakesItIsNotAsked) {
  Site site(renewing_site(), settings());
  (void)lease_to(site, host(1));
  (void)site.hear(renewing(host(1), kAddress));
  EXPECT_FALSE(renew_key_of(*site.record(kAddress)));
  const net::Ip4 address = ip(kAddress);
  const auto done = site.engine().ask_to_renew(site.now(), {&address, 1});
  EXPECT_EQ(done.asked, 0U);
  EXPECT_EQ(done.without_nonce, 1U);
}

TEST(ForceRenew, AnotherLeaseHasAnotherNonce) {
  Site site(renewing_site(), settings());
  const wire::Nonce first = lease_to(site, host(1));
  (void)site.hear(release(host(1), kAddress));
  site.pass_seconds(1);
  EXPECT_NE(lease_to(site, host(1)), first);
}

TEST(ForceRenew, RapidCommitGivesItAtOnce) {
  auto made = subnet(1, "192.0.2.0/24", {pool("192.0.2.10-192.0.2.19")});
  made.rapid_commit = true;
  Site site(renewing_site(config::ForceRenew::on_request, {made}), settings());
  EXPECT_TRUE(nonce_in(site.hear(capable(discover(host(1))).with(80, {}))));
}

// ---- by command

// R3203-b
TEST(ForceRenew, ACommandSendsOneThatProvesItself) {
  Site site(renewing_site(), settings());
  const wire::Nonce nonce = lease_to(site, host_with_id(1, octets({1, 2, 3, 4})));
  ASSERT_EQ(ask(site), 1U);
  site.pass(Duration());
  const auto message = site.next_reply();
  ASSERT_TRUE(is_forcerenew(message));
  EXPECT_TRUE(is_signed(*message, nonce));
  EXPECT_FALSE(is_signed(*message, wire::Nonce{}));
  EXPECT_EQ(message->view().op(), wire::Op::reply);
  EXPECT_EQ(message->view().ciaddr(), ip(kAddress));
  EXPECT_EQ(message->option(54), ip_octets("192.0.2.1"));
  EXPECT_FALSE(message->option(61));
  EXPECT_EQ(message->envelope().target, net::LinkTarget::route);
  EXPECT_EQ(message->envelope().destination, ip(kAddress));
  EXPECT_EQ(message->envelope().destination_port, 68);
  EXPECT_EQ(message->envelope().source, kServer);
  EXPECT_EQ(site.engine().counters().sent[index_of(MessageType::forcerenew)], 1U);
  EXPECT_TRUE(site.told(EventKind::renew_asked));
}

// R3203-c
TEST(ForceRenew, AgainUntilItRenews) {
  Site site(renewing_site(), settings());
  (void)lease_to(site, host(1));
  ASSERT_EQ(ask(site), 1U);
  EXPECT_EQ(asked_within(site, 12).size(), 3U);
  ASSERT_EQ(site.hear(capable(renewing(host(1), kAddress)))->type(), MessageType::ack);
  EXPECT_TRUE(asked_within(site, 100).empty());
}

TEST(ForceRenew, ARenewalThatNeedsNoDiskCountsToo) {
  auto made = subnet(1, "192.0.2.0/24", {pool("192.0.2.10-192.0.2.19")});
  made.caching = {1'000'000, Duration::infinite()};
  auto config = renewing_site(config::ForceRenew::on_request, {made});
  ASSERT_TRUE(config.refines_leases);
  Site site(std::move(config), settings());
  (void)lease_to(site, host(1));
  (void)site.hear(capable(renewing(host(1), kAddress)));
  EXPECT_EQ(site.engine().counters().lease_reuses, 1U);
  ASSERT_EQ(ask(site), 1U);
  EXPECT_EQ(asked_within(site, 0).size(), 1U);
  (void)site.hear(capable(renewing(host(1), kAddress)));
  EXPECT_TRUE(asked_within(site, 100).empty());
}

TEST(ForceRenew, GivesUpWhoDoesNotAnswer) {
  Site site(renewing_site(), settings());
  (void)lease_to(site, host(1));
  ASSERT_EQ(ask(site), 1U);
  EXPECT_EQ(asked_within(site, 59).size(), 4U);
  (void)site.take_events();
  EXPECT_TRUE(asked_within(site, 600).empty());
  EXPECT_EQ(site.why(), Reason::no_answer);
}

TEST(ForceRenew, NotToWhoHasGone) {
  Site site(renewing_site(), settings());
  (void)lease_to(site, host(1));
  ASSERT_EQ(ask(site), 1U);
  (void)site.hear(release(host(1), kAddress));
  EXPECT_TRUE(asked_within(site, 100).empty());
  EXPECT_EQ(ask(site), 0U);
}

TEST(ForceRenew, NotBeforeTheNonceHasLeft) {
  Site site(renewing_site(), settings());
  (void)site.hear(capable(discover(host(1))));
  site.hold_disk();
  ASSERT_FALSE(site.hear(capable(selecting(host(1), kAddress))));
  ASSERT_EQ(ask(site), 1U);
  EXPECT_TRUE(asked_within(site, 1).empty());
  site.flush();
  site.pass_seconds(1);
  EXPECT_EQ(site.next_reply()->type(), MessageType::ack);
  EXPECT_TRUE(is_forcerenew(site.next_reply()));
}

TEST(ForceRenew, AnOperatorWhoSetsTheLeaseLeavesTheNonce) {
  Site site(renewing_site(), settings());
  const wire::Nonce nonce = lease_to(site, host(1));
  lease::Lease wanted{.address = ip(kAddress),
                      .hardware = host(1).hardware(),
                      .started = site.now().wall,
                      .lifetime = Duration::seconds(1'000)};
  ASSERT_TRUE(site.engine().set_lease(site.now(), wanted));
  EXPECT_EQ(renew_key_of(*site.record(kAddress))->nonce, nonce);
  wanted.hardware = host(2).hardware();
  ASSERT_TRUE(site.engine().set_lease(site.now(), wanted));
  EXPECT_FALSE(renew_key_of(*site.record(kAddress)));
}

// R6704-3.1-b
TEST(ForceRenew, TheReplayCounterGrows) {
  Site site(renewing_site(), settings());
  (void)site.hear(capable(discover(host(1))));
  std::uint64_t last = key_in(site.hear(capable(selecting(host(1), kAddress))))->replay;
  ASSERT_EQ(ask(site), 1U);
  for (int i = 0; i < 28; ++i) {
    site.pass_seconds(i == 0 ? 0 : 1);
    const auto message = site.next_reply();
    if (!message) continue;
    const auto digest = wire::find_reconfigure_key(message->view(), Kind::digest);
    EXPECT_GT(digest->replay, last);
    last = digest->replay;
  }
}

TEST(ForceRenew, TheReplayCounterGrowsOverARestartWithinASecond) {
  Site site(renewing_site(), settings());
  (void)lease_to(site, host(1));
  for (std::uint32_t n = 2; n <= 9; ++n) {
    const auto address = net::to_string(net::Ip4{ip(kAddress).value + n});
    (void)lease_to(site, host(n), address);
    ASSERT_EQ(ask(site, address), 1U);
  }
  site.pass(Duration::milliseconds(100));
  std::uint64_t last = 0;
  while (const auto message = site.next_reply()) {
    last = wire::find_reconfigure_key(message->view(), Kind::digest)->replay;
  }
  ASSERT_GT(last, 0U);
  Site restarted(renewing_site(), settings());
  auto stored = *site.record(kAddress);
  stored.sequence = 0;  // what is read from the store is durable
  restarted.engine().load(stored);
  restarted.pass(Duration::milliseconds(300));
  ASSERT_EQ(ask(restarted), 1U);
  restarted.pass(Duration());
  const auto message = restarted.next_reply();
  ASSERT_TRUE(is_forcerenew(message));
  EXPECT_GT(wire::find_reconfigure_key(message->view(), Kind::digest)->replay, last);
}

TEST(ForceRenew, UnderTheNameThatTheRelayGaveTheServer) {
  Site site(renewing_site(), settings());
  const Octets relay_info = octets({11, 4, 192, 0, 2, 254});
  (void)site.hear(capable(discover(host(1))).through("192.0.2.254", relay_info));
  (void)site.hear(
      capable(selecting(host(1), kAddress, "192.0.2.254")).through("192.0.2.254", relay_info));
  ASSERT_EQ(ask(site), 1U);
  site.pass(Duration());
  const auto message = site.next_reply();
  ASSERT_TRUE(is_forcerenew(message));
  EXPECT_EQ(message->option(54), ip_octets("192.0.2.254"));
  EXPECT_EQ(message->envelope().source, net::Ip4());  // not ours to send from
}

TEST(ForceRenew, OnlySoManyAtOnce) {
  Settings few = settings();
  few.renew_capacity = 1;
  Site site(renewing_site(), few);
  (void)lease_to(site, host(1));
  (void)lease_to(site, host(2), "192.0.2.11");
  const std::vector<net::Ip4> many{ip(kAddress), ip(kAddress), ip("192.0.2.11"), ip("192.0.2.19")};
  const auto done = site.engine().ask_to_renew(site.now(), many);
  EXPECT_EQ(done.asked, 2U);  // one of them twice
  EXPECT_EQ(done.too_many, 1U);
  EXPECT_EQ(done.without_lease, 1U);
  EXPECT_EQ(asked_within(site, 0), std::vector<std::string>{"192.0.2.10"});
}

}  // namespace
}  // namespace lessor::server::v4::testing
