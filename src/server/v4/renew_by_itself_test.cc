// force-renew "automatic": whom a new configuration has something else to tell is asked to renew.
#include "server/v4/test_renew.h"

#include <gtest/gtest.h>

#include <set>

namespace lessor::server::v4::testing {
namespace {

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

TEST(ForceRenewByItself, WhoIsNoLongerWelcome) {
  const auto with_classes = [](config::ServerConfig made) {
    made.classes.names = {"ALL", "KNOWN", "UNKNOWN", "DROP", "BOOTP", "REJECT", "given"};
    made.classes.definitions.resize(7);
    return made;
  };
  const auto asked = [&](const config::Subnet& after) {
    Site site(with_classes(renewing_site(config::ForceRenew::automatic)), settings());
    (void)lease_to(site, host(1));
    site.reload(with_classes(renewing_site(config::ForceRenew::automatic, {after})));
    return asked_within(site, 1);
  };
  EXPECT_EQ(asked(plain_subnet()), kNobody);
  auto changed = plain_subnet();
  changed.guard = {6};
  EXPECT_EQ(asked(changed), kFirst);
  changed = plain_subnet();
  changed.pools[0].guard = {6};
  EXPECT_EQ(asked(changed), kFirst);
  changed = plain_subnet();
  changed.additional_classes = {6};
  EXPECT_EQ(asked(changed), kFirst);
}

TEST(ForceRenewByItself, WhoseAddressIsReservedForAnotherOfAll) {
  Site site(renewing_site(config::ForceRenew::automatic), settings());
  (void)lease_to(site, host(1));
  (void)lease_to(site, host(2), "192.0.2.11");
  auto subnet = plain_subnet();
  subnet.reservations_global = true;
  auto config = renewing_site(config::ForceRenew::automatic, {subnet});
  config.reservations.push_back(reserve_hw(host(9).mac, "192.0.2.10"));
  config.build_indexes();
  site.reload(std::move(config));
  EXPECT_EQ(asked_within(site, 1), kFirst);
}

// A configuration that is taken back before all were asked: who was told of it is asked, too.
TEST(ForceRenewByItself, AfterASecondReloadAllWhoHaveNotRenewedSince) {
  auto slow = [](config::Subnet subnet) {
    auto made = renewing_site(config::ForceRenew::automatic, {std::move(subnet)});
    made.force_renew_rate = 1;
    return made;
  };
  Settings few = settings();
  few.renew_capacity = 1;
  Site site(slow(plain_subnet()), few);
  (void)lease_to(site, host(1));
  (void)lease_to(site, host(2), "192.0.2.11");
  (void)lease_to(site, host(3), "192.0.2.12");
  auto changed = plain_subnet();
  changed.lifetimes.valid = Duration::seconds(1'800);
  site.reload(slow(changed));
  EXPECT_EQ(asked_within(site, 0).size(), 1U);  // the walk waits for room
  (void)site.hear(capable(renewing(host(3), "192.0.2.12")).xid(0x3000));
  site.reload(slow(plain_subnet()));
  EXPECT_TRUE(site.engine().take_retired());
  std::set<std::string> all;
  for (int i = 0; i < 400; ++i) {
    for (const std::string& each : asked_within(site, 1)) all.insert(each);
  }
  EXPECT_EQ(all, (std::set<std::string>{"192.0.2.10", "192.0.2.11", "192.0.2.12"}));
}

TEST(ForceRenewByItself, ReloadsInARowAskNobodyTwiceAtOnce) {
  Site site(renewing_site(config::ForceRenew::automatic), settings());
  (void)lease_to(site, host(1));
  auto changed = plain_subnet();
  for (int i = 1; i <= 10; ++i) {
    changed.lifetimes.valid = Duration::seconds(1'000 + i);
    site.reload(renewing_site(config::ForceRenew::automatic, {changed}));
  }
  EXPECT_EQ(asked_within(site, 3).size(), 1U);
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
