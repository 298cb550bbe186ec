// How many leases all clients of a subnet, or of a class, may hold at once (Kea's limits hook).
#include "config/load.h"
#include "lease/extras.h"
#include "server/v4/test_kit.h"

#include <gtest/gtest.h>

namespace lessor::server::v4::testing {
namespace {

/// Two subnets, of which the first gives so many leases.
config::ServerConfig limited(std::optional<std::uint32_t> leases,
                             std::vector<config::Reservation> reservations = {}) {
  config::Subnet near = subnet(1, "192.0.2.0/24", {pool("192.0.2.10-192.0.2.60")});
  const config::Subnet far = subnet(2, "10.4.0.0/24", {pool("10.4.0.10-10.4.0.60")});
  near.limits.leases = leases;
  for (config::Reservation& each : reservations) add_reservation(near, std::move(each));
  return config_of({near, far});
}

int leased(Site& site, std::uint32_t from, std::uint32_t count) {
  int got = 0;
  for (std::uint32_t n = from; n < from + count; ++n) got += site.lease(host(n)).empty() ? 0 : 1;
  return got;
}

TEST(GroupLimits, OfASubnetAreOfAllItsClients) {
  Site site(limited(5));
  EXPECT_EQ(leased(site, 1, 8), 5);
  EXPECT_EQ(site.why(), Reason::subnet_limit);
  EXPECT_EQ(site.engine().counters().silent[static_cast<std::size_t>(Reason::subnet_limit)], 3U);
  EXPECT_TRUE(site.hear(discover(host(50)).through("10.4.0.1")));
}

TEST(GroupLimits, OfZeroLetNobodyIn) {
  Site site(limited(0));
  EXPECT_EQ(leased(site, 1, 3), 0);
}

TEST(GroupLimits, CountOffersAndGivePlacesBack) {
  Site site(limited(2));
  EXPECT_TRUE(site.hear(discover(host(1))));
  EXPECT_TRUE(site.hear(discover(host(2))));
  EXPECT_FALSE(site.hear(discover(host(3))));
  EXPECT_TRUE(site.hear(discover(host(1)))) << "its own once more";
  site.pass_seconds(61);
  const std::string one = site.lease(host(3));
  EXPECT_NE(one, "");
  EXPECT_NE(site.lease(host(4)), "");
  EXPECT_EQ(site.lease(host(5)), "");
  (void)site.hear(release(host(3), one));
  EXPECT_NE(site.lease(host(5)), "");
  site.pass_seconds(3'700);
  EXPECT_EQ(leased(site, 10, 4), 2);
}

TEST(GroupLimits, AREQUESTThatWouldBeOneMoreIsRefused) {
  Site site(limited(2));
  EXPECT_EQ(leased(site, 1, 2), 2);
  const auto nak = site.hear(selecting(host(3), "192.0.2.40"));
  ASSERT_TRUE(nak);
  EXPECT_EQ(nak->type(), MessageType::nak);
  EXPECT_EQ(site.why(), Reason::subnet_limit);
}

TEST(GroupLimits, WhoHoldsALeaseKeepsIt) {
  Site site(limited(std::nullopt));
  const std::string one = site.lease(host(1));
  EXPECT_EQ(leased(site, 2, 4), 4);
  site.reload(limited(2));
  const auto renewed = site.hear(renewing(host(1), one));
  ASSERT_TRUE(renewed);
  EXPECT_EQ(renewed->type(), MessageType::ack);
  EXPECT_EQ(site.lease(host(1)), one);
  EXPECT_EQ(site.lease(host(9)), "");
}

// As in Kea.
TEST(GroupLimits, AReservationMakesNoDifference) {
  Site site(limited(1, {reserve_hw(host(7).mac, "192.0.2.15")}));
  EXPECT_EQ(leased(site, 1, 1), 1);
  EXPECT_EQ(site.lease(host(7)), "");
  EXPECT_EQ(site.why(), Reason::subnet_limit);
}

TEST(GroupLimits, OfASharedNetworkSendClientsToItsNextSubnet) {
  config::ServerConfig config = limited(2);
  config.networks.push_back({.name = "floor"});
  for (config::Subnet& each : config.subnets) each.network = 0;
  config.build_indexes();
  Site site(std::move(config));
  int near = 0;
  for (std::uint32_t n = 1; n <= 10; ++n) {
    const std::string address = site.lease(host(n));
    EXPECT_NE(address, "");
    near += address.starts_with("192.0.2.") ? 1 : 0;
  }
  EXPECT_EQ(near, 2);
  // Also who wishes for an address of the full one, or had one there.
  const auto offer = site.hear(discover(host(20)).asking("192.0.2.40"));
  ASSERT_TRUE(offer) << to_string(site.why());
  EXPECT_FALSE(offer->yiaddr().starts_with("192.0.2."));
}

// ---- of classes

/// One subnet; these classes.
config::ServerConfig classified(const std::string& classes) {
  auto loaded = config::load_text(
      R"({"Dhcp4": {"hooks-libraries": [{"library": "libdhcp_limits.so"}], "client-classes": [)" +
          classes + R"(], "subnet4": [{"id": 1, "subnet": "192.0.2.0/24",
              "pools": [{"pool": "192.0.2.10-192.0.2.200"}]}]}})",
      "x", {});
  EXPECT_TRUE(loaded) << to_string(loaded.error()[0]);
  return std::move(loaded->config);
}
std::string a_class(const std::string& name, const std::string& test,
                    const std::string& limit = "") {
  return R"({"name": ")" + name + R"(", )" + test +
         (limit.empty() ? ""
                        : R"(, "user-context": {"limits": {"address-limit": )" + limit + "}}") +
         "}";
}
std::string of_vendor(const std::string& name, const std::string& limit = "") {
  return a_class(name, R"("test": "option[60].text == ')" + name + R"('")", limit);
}

Say saying(Say say, std::string_view vendor) { return say.with(60, text(vendor)); }

/// DISCOVER to ACK of a client that says so; the address, "" when it did not come to that.
std::string lease_of(Site& site, std::uint32_t n, std::string_view vendor) {
  const auto offer = site.hear(saying(discover(host(n)), vendor));
  if (!offer) return "";
  const auto ack = site.hear(saying(selecting(host(n), offer->view().yiaddr()), vendor));
  return ack && ack->type() == MessageType::ack ? ack->yiaddr() : "";
}
int leased_of(Site& site, std::uint32_t from, std::uint32_t count, std::string_view vendor) {
  int got = 0;
  for (std::uint32_t n = from; n < from + count; ++n) got += !lease_of(site, n, vendor).empty();
  return got;
}

TEST(GroupLimits, OfAClassAreOfAllItsClients) {
  Site site(classified(of_vendor("gold", "3")));
  EXPECT_EQ(leased_of(site, 1, 6, "gold"), 3);
  EXPECT_EQ(site.why(), Reason::class_limit);
  EXPECT_EQ(leased_of(site, 50, 6, "tin"), 6);
  const auto nak = site.hear(saying(selecting(host(9), "192.0.2.150"), "gold"));
  ASSERT_TRUE(nak);
  EXPECT_EQ(nak->type(), MessageType::nak);
}

TEST(GroupLimits, OfAClassCountOffersAndGivePlacesBack) {
  Site site(classified(of_vendor("gold", "2")));
  const std::string one = lease_of(site, 1, "gold");
  EXPECT_TRUE(site.hear(saying(discover(host(2)), "gold")));
  EXPECT_FALSE(site.hear(saying(discover(host(3)), "gold")));
  EXPECT_TRUE(site.hear(saying(discover(host(2)), "gold"))) << "its own once more";
  EXPECT_TRUE(site.hear(saying(discover(host(1)), "gold"))) << "it has a lease";
  site.pass_seconds(61);
  EXPECT_NE(lease_of(site, 3, "gold"), "");
  EXPECT_EQ(lease_of(site, 4, "gold"), "");
  (void)site.hear(saying(release(host(1), one), "gold"));
  EXPECT_NE(lease_of(site, 4, "gold"), "");
}

TEST(GroupLimits, OfEveryClassThatAClientIsInHold) {
  Site site(classified(a_class("all", R"x("test": "not (pkt4.msgtype == 8)")x", "5") + "," +
                       of_vendor("gold", "3")));
  EXPECT_EQ(leased_of(site, 1, 6, "gold"), 3);
  EXPECT_EQ(leased_of(site, 50, 6, "tin"), 2);
}

TEST(GroupLimits, OfATemplateAreOfEachValue) {
  Site site(classified(a_class("tier", R"("template-test": "option[60].text")", "2")));
  EXPECT_EQ(leased_of(site, 1, 5, "gold"), 2);
  EXPECT_EQ(leased_of(site, 50, 5, "tin"), 2);
}

TEST(GroupLimits, OfAClassThatIsKnownByItsReservationCount) {
  Site site(classified(a_class("strangers", R"x("test": "member('UNKNOWN')")x", "2")));
  EXPECT_EQ(leased_of(site, 1, 5, "x"), 2);
}

// What a class was called when its clients got their leases is in the leases.
TEST(GroupLimits, OfAClassHoldAfterAReloadThatBringsThem) {
  Site site(classified(of_vendor("gold")));
  std::vector<std::string> held;
  for (std::uint32_t n = 1; n <= 4; ++n) held.push_back(lease_of(site, n, "gold"));
  EXPECT_EQ(leased_of(site, 50, 2, "tin"), 2);
  site.reload(classified(of_vendor("tin", "2") + "," + of_vendor("gold", "3")));
  EXPECT_EQ(lease_of(site, 9, "gold"), "");
  EXPECT_EQ(site.why(), Reason::class_limit);
  for (std::uint32_t n = 1; n <= 4; ++n) {
    const auto renewed = site.hear(saying(renewing(host(n), ip(held[n - 1])), "gold"));
    ASSERT_TRUE(renewed);
    EXPECT_EQ(renewed->type(), MessageType::ack);
  }
  for (const std::uint32_t n : {1U, 2U}) {
    (void)site.hear(saying(release(host(n), held[n - 1]), "gold"));
  }
  EXPECT_NE(lease_of(site, 9, "gold"), "");
}

TEST(GroupLimits, OfAClassHoldAfterARestart) {
  Site before(classified(of_vendor("gold", "3")));
  EXPECT_EQ(leased_of(before, 1, 3, "gold"), 3);
  lease::ChangeLog changes(1'024);
  net::Outbox outbox(64, 48);
  ServerEngine after(Site::small(), changes);
  (void)before.engine().leases().for_each_from(0, 10'000,
                                               [&](const lease::Lease& each) { after.load(each); });
  after.set_interfaces(before.now(), interfaces());
  after.begin_swap(before.now(), prepare(classified(of_vendor("gold", "3"))));
  Say say = saying(discover(host(9)), "gold");
  after.on_datagram(before.now(), say.said(), outbox);
  EXPECT_EQ(after.counters().silent[static_cast<std::size_t>(Reason::class_limit)], 1U);
}

// An operator says nothing of a client's classes: they stay, and so do the counts.
TEST(GroupLimits, OfAClassHoldAfterACommandThatSetsTheLease) {
  Site site(classified(of_vendor("gold", "1")));
  const std::string one = lease_of(site, 1, "gold");
  lease::ExtrasWriter extras;
  ASSERT_TRUE(extras.set(lease::Extra::user_context, as_bytes(R"({"a": 1})")));
  lease::Lease wanted{.address = ip(one),
                      .hardware = host(1).hardware(),
                      .hostname = as_bytes("renamed"),
                      .extras = extras.bytes(),
                      .started = site.now().wall,
                      .lifetime = Duration::seconds(3'600)};
  ASSERT_TRUE(site.engine().set_lease(site.now(), wanted));
  EXPECT_EQ(as_text(lease::find_extra(*site.record(one), lease::Extra::user_context)),
            R"({"a": 1})");
  EXPECT_EQ(lease_of(site, 2, "gold"), "");
  const std::string long_context(lease::kMaxExtras - 2, 'c');
  ASSERT_TRUE(extras.set(lease::Extra::user_context, as_bytes(long_context)));
  wanted.extras = extras.bytes();
  const auto refused = site.engine().set_lease(site.now(), wanted);
  ASSERT_FALSE(refused);
  EXPECT_EQ(refused.error(), ServerEngine::CommandError::too_long);
  // Another client takes no one's place with the address.
  wanted.hardware = host(9).hardware();
  wanted.extras = {};
  ASSERT_TRUE(site.engine().set_lease(site.now(), wanted));
  EXPECT_NE(lease_of(site, 2, "gold"), "");
}

// A lease is counted where its client was when it last asked.
TEST(GroupLimits, FollowAClientIntoAnotherClassWhenItRenews) {
  Site site(classified(of_vendor("gold", "1") + "," + of_vendor("tin", "1")));
  const std::string one = lease_of(site, 1, "gold");
  const auto renewed = site.hear(saying(renewing(host(1), ip(one)), "tin"));
  ASSERT_TRUE(renewed);
  EXPECT_EQ(renewed->type(), MessageType::ack);
  EXPECT_EQ(lease_of(site, 2, "tin"), "");
  EXPECT_NE(lease_of(site, 3, "gold"), "");
}

}  // namespace
}  // namespace lessor::server::v4::testing
