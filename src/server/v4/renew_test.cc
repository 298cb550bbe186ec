// FORCERENEW (RFC 3203) under a nonce (RFC 6704), by what clients and operators see of it.
#include "lease/extras.h"
#include "server/v4/renew_key.h"
#include "server/v4/test_kit.h"

#include <gtest/gtest.h>

namespace lessor::server::v4::testing {
namespace {

constexpr std::string_view kAddress = "192.0.2.10";
using Kind = wire::ReconfigureKey::Kind;

/// No HMAC, but a function of all that one is a function of.
wire::Nonce digest_of(Bytes key, Bytes text) {
  const Hash128 hash = sip_hash_128({load_be64(key.data()), load_be64(key.data() + 8)}, text);
  wire::Nonce digest;
  store_be64(digest.data(), hash.high);
  store_be64(digest.data() + 8, hash.low);
  return digest;
}

Settings settings() {
  Settings made = Site::small();
  made.hmac_md5 = digest_of;
  return made;
}

config::ServerConfig renewing_site(config::ForceRenew when = config::ForceRenew::on_request,
                                   std::vector<config::Subnet> subnets = {
                                       subnet(1, "192.0.2.0/24",
                                              {pool("192.0.2.10-192.0.2.19")})}) {
  config::ServerConfig made = config_of(std::move(subnets));
  made.force_renew = when;
  return made;
}

Say capable(Say say) { return say.with(145, octets({1})); }

std::optional<wire::ReconfigureKey> key_in(const std::optional<Reply>& reply) {
  return reply ? wire::find_reconfigure_key(reply->view(), Kind::nonce) : std::nullopt;
}

/// The nonce that the reply gives; nothing when it gives none.
std::optional<wire::Nonce> nonce_in(const std::optional<Reply>& reply) {
  const auto key = key_in(reply);
  if (!key) return std::nullopt;
  wire::Nonce nonce;
  copy_bytes(nonce, key->key);
  return nonce;
}

/// A client that takes FORCERENEW gets kAddress, or that address.
wire::Nonce lease_to(Site& site, const Host& h, std::string_view address = kAddress) {
  (void)site.hear(capable(discover(h)));
  return nonce_in(site.hear(capable(selecting(h, address)))).value_or(wire::Nonce{});
}

/// Whether the message proves to know the nonce (RFC 6704 3.1.2).
bool is_signed(const Reply& message, const wire::Nonce& nonce) {
  const auto digest = wire::find_reconfigure_key(message.view(), Kind::digest);
  if (!digest) return false;
  Octets text(message.bytes().begin(), message.bytes().end());
  const auto at = digest->key.data() - message.bytes().data();
  std::fill_n(text.begin() + at, wire::kNonceSize, std::byte{0});
  return equal_bytes(digest_of(nonce, text), digest->key);
}

bool is_forcerenew(const std::optional<Reply>& reply) {
  return reply && reply->type() == MessageType::forcerenew;
}

std::size_t ask(Site& site, std::string_view address = kAddress) {
  const net::Ip4 whom = ip(address);
  return site.engine().ask_to_renew(site.now(), {&whom, 1}).asked;
}

/// The addresses of all FORCERENEWs that leave in the next seconds.
std::vector<std::string> asked_within(Site& site, int seconds) {
  std::vector<std::string> all;
  for (int i = 0; i <= seconds; ++i) {
    site.pass(Duration::seconds(i == 0 ? 0 : 1));
    while (const auto reply = site.next_reply()) {
      if (is_forcerenew(reply)) all.push_back(net::to_string(reply->envelope().destination));
    }
  }
  return all;
}

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

TEST(ForceRenew, ARenewalKeepsTheNonceUntold) {
  Site site(renewing_site(), settings());
  const wire::Nonce nonce = lease_to(site, host(1));
  site.pass_seconds(600);
  EXPECT_FALSE(nonce_in(site.hear(capable(renewing(host(1), kAddress)))));
  EXPECT_FALSE(nonce_in(site.hear(capable(rebinding(host(1), kAddress)))));
  EXPECT_EQ(renew_key_of(*site.record(kAddress))->nonce, nonce);
  // Who has just booted may have forgotten.
  EXPECT_EQ(nonce_in(site.hear(capable(rebooting(host(1), kAddress)))), nonce);
  EXPECT_EQ(lease_to(site, host(1)), nonce);
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
  EXPECT_EQ(message->option(61), octets({1, 2, 3, 4}));
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
  std::uint64_t last = 0;
  for (int i = 0; i < 10; ++i) {
    ASSERT_EQ(ask(site), 1U);
    site.pass(Duration::milliseconds(20));
    last = wire::find_reconfigure_key(site.next_reply()->view(), Kind::digest)->replay;
  }
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
  Site site(renewing_site(), settings());
  (void)lease_to(site, host(1));
  const std::vector<net::Ip4> many(kRenewCapacity + 3, ip(kAddress));
  const auto done = site.engine().ask_to_renew(site.now(), many);
  EXPECT_EQ(done.asked, kRenewCapacity);
  EXPECT_EQ(done.too_many, 3U);
  EXPECT_EQ(done.without_lease, 0U);
  // One answer is enough for all of them.
  EXPECT_FALSE(asked_within(site, 0).empty());
  (void)site.hear(capable(renewing(host(1), kAddress)));
  EXPECT_TRUE(asked_within(site, 100).empty());
}

// ---- by itself

config::Subnet plain_subnet() { return subnet(1, "192.0.2.0/24", {pool("192.0.2.10-192.0.2.19")}); }

/// Two clients hold .10 and .11; then the site is as `after` says.
std::vector<std::string> asked_after(config::Subnet after) {
  Site site(renewing_site(config::ForceRenew::automatic), settings());
  (void)lease_to(site, host(1));
  (void)lease_to(site, host(2), "192.0.2.11");
  site.reload(renewing_site(config::ForceRenew::automatic, {std::move(after)}));
  return asked_within(site, 2);
}

const std::vector<std::string> kNobody;
const std::vector<std::string> kBoth = {"192.0.2.10", "192.0.2.11"};
const std::vector<std::string> kFirst = {"192.0.2.10"};

TEST(ForceRenewByItself, NobodyWhenNothingHasChangedForThem) {
  EXPECT_EQ(asked_after(plain_subnet()), kNobody);
  auto wider = plain_subnet();
  wider.pools = {pool("192.0.2.10-192.0.2.99")};
  add_reservation(wider, reserve_hw(host(77).mac, "192.0.2.50"));
  EXPECT_EQ(asked_after(wider), kNobody);
}

TEST(ForceRenewByItself, AllOfASubnetThatTellsSomethingElse) {
  auto changed = plain_subnet();
  changed.options = config::OptionSet({option(3, ip_octets("192.0.2.254"))});
  EXPECT_EQ(asked_after(changed), kBoth);
  changed = plain_subnet();
  changed.lifetimes.valid = Duration::seconds(1'800);
  EXPECT_EQ(asked_after(changed), kBoth);
  changed = plain_subnet();
  changed.timers.renew = Duration::seconds(60);
  EXPECT_EQ(asked_after(changed), kBoth);
  changed = plain_subnet();
  changed.boot.boot_file_name = "new";
  EXPECT_EQ(asked_after(changed), kBoth);
  changed = plain_subnet();
  changed.pools[0].options = config::OptionSet({option(42, ip_octets("192.0.2.7"))});
  EXPECT_EQ(asked_after(changed), kBoth);
}

TEST(ForceRenewByItself, WhoseReservationHasChanged) {
  auto changed = plain_subnet();
  add_reservation(changed, reserve_hw(host(1).mac, "192.0.2.50"));
  EXPECT_EQ(asked_after(changed), kFirst);
  changed = plain_subnet();
  auto named = reserve_hw(host(1).mac, "");
  named.hostname = "printer";
  add_reservation(changed, named);
  EXPECT_EQ(asked_after(changed), kFirst);
  changed = plain_subnet();  // his address goes to another
  add_reservation(changed, reserve_hw(host(9).mac, "192.0.2.10"));
  EXPECT_EQ(asked_after(changed), kFirst);
}

TEST(ForceRenewByItself, WhoseSubnetIsGone) {
  EXPECT_EQ(asked_after(subnet(1, "198.51.100.0/24", {pool("198.51.100.10-198.51.100.19")})),
            kBoth);
}

TEST(ForceRenewByItself, AllWhenGlobalOptionsOrClassesAreOthers) {
  Site site(renewing_site(config::ForceRenew::automatic), settings());
  (void)lease_to(site, host(1));
  auto config = renewing_site(config::ForceRenew::automatic);
  config.options = config::OptionSet({option(42, ip_octets("192.0.2.7"))});
  site.reload(std::move(config));
  EXPECT_EQ(asked_within(site, 0), kFirst);
  (void)site.hear(capable(renewing(host(1), kAddress)));
  config = renewing_site(config::ForceRenew::automatic);
  config.options = config::OptionSet({option(42, ip_octets("192.0.2.7"))});
  config.class_print = 1;
  site.reload(std::move(config));
  EXPECT_EQ(asked_within(site, 0), kFirst);
}

TEST(ForceRenewByItself, NotOnRequestOnly) {
  Site site(renewing_site(), settings());
  (void)lease_to(site, host(1));
  auto changed = plain_subnet();
  changed.lifetimes.valid = Duration::seconds(1'800);
  site.reload(renewing_site(config::ForceRenew::on_request, {changed}));
  EXPECT_EQ(asked_within(site, 100), kNobody);
}

TEST(ForceRenewByItself, NobodyTwiceAndTheOldConfigurationGoes) {
  Site site(renewing_site(config::ForceRenew::automatic), settings());
  (void)lease_to(site, host(1));
  auto changed = plain_subnet();
  changed.lifetimes.valid = Duration::seconds(1'800);
  site.reload(renewing_site(config::ForceRenew::automatic, {changed}));
  EXPECT_EQ(asked_within(site, 0), kFirst);
  (void)site.hear(capable(renewing(host(1), kAddress)));
  EXPECT_TRUE(site.engine().take_retired());
  site.reload(renewing_site(config::ForceRenew::automatic, {changed}));
  EXPECT_EQ(asked_within(site, 100), kNobody);
  EXPECT_TRUE(site.engine().take_retired());
  EXPECT_FALSE(site.engine().take_retired());
}

}  // namespace
}  // namespace lessor::server::v4::testing
