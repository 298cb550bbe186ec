#include "server/v4/classify.h"

#include "server/v4/loaded_config.h"
#include "server/v4/test_kit.h"

#include <gtest/gtest.h>

namespace lessor::server::v4::testing {
namespace {

constexpr std::string_view kSubnet =
    R"("subnet4": [{"id": 1, "subnet": "192.0.2.0/24",
                    "pools": [{"pool": "192.0.2.10-192.0.2.19"}]}])";

/// Option 224 with one octet, for every client.
std::string gives(int octet) {
  return R"("option-data": [{"code": 224, "csv-format": false, "always-send": true, "data": ")" +
         std::string(1, static_cast<char>('0' + octet)) + std::string(1, '0') + "\"}]";
}
std::string defined(std::string_view name, std::string_view test, const std::string& more) {
  std::string text = R"({"name": ")" + std::string(name) + "\"";
  if (!test.empty()) text += R"(, "test": ")" + std::string(test) + "\"";
  return text + (more.empty() ? "" : ", " + more) + "}";
}
std::string classes(std::initializer_list<std::string> all) {
  std::string text;
  for (const std::string& each : all) text += (text.empty() ? "" : ", ") + each;
  return R"("client-classes": [)" + text + "], ";
}

/// Which octet option 224 of the offer has, divided by 16; -1: none, -2: no offer.
int offered_option(Site& site, Say say) {
  const auto offer = site.hear(std::move(say));
  if (!offer) return -2;
  const auto value = offer->option(224);
  return value ? static_cast<int>(value->front()) / 16 : -1;
}

constexpr std::string_view kReserved = R"("subnet4": [{"id": 1, "subnet": "192.0.2.0/24",
    "pools": [{"pool": "192.0.2.10-192.0.2.19"}],
    "reservations": [{"hw-address": "02:00:00:00:00:01", "hostname": "h",
                      "client-classes": ["given"]}]}])";
constexpr std::string_view kTrue = "'a' == 'a'";

struct Weight {
  std::string_view what;
  std::string classes;
  int expected;
};

/// As Kea 2.2 weighs them.
TEST(Classes, WeighAsTheyAreFound) {
  const std::vector<Weight> all = {
      {"the first that is true",
       classes({defined("a", kTrue, gives(1)), defined("b", kTrue, gives(2))}), 1},
      {"ALL over others", classes({defined("a", kTrue, gives(1)), defined("ALL", "", gives(2))}),
       2},
      {"a vendor's over tested",
       classes({defined("a", kTrue, gives(1)), defined("VENDOR_CLASS_foo", "", gives(2))}), 2},
      {"ALL over a vendor's",
       classes({defined("VENDOR_CLASS_foo", "", gives(2)), defined("ALL", "", gives(1))}), 1},
      {"a reservation's over tested and KNOWN",
       classes({defined("KNOWN", "", gives(3)), defined("a", kTrue, gives(1)),
                defined("given", "", gives(2))}),
       2},
      {"tested over KNOWN",
       classes({defined("KNOWN", "", gives(3)), defined("a", kTrue, gives(1))}), 1},
      {"KNOWN over those that ask for it",
       classes({defined("late", "member('KNOWN')", gives(1)), defined("KNOWN", "", gives(3))}), 3},
      {"a class that asks for a given one over KNOWN",
       classes({defined("given", "", ""), defined("d", "member('given')", gives(4)),
                defined("KNOWN", "", gives(3))}),
       4},
      {"those that ask for KNOWN by way of another come late",
       classes({defined("k", "known", ""), defined("late", "member('k')", gives(1)),
                defined("KNOWN", "", gives(3))}),
       3},
      {"a test that is false", classes({defined("a", "'a' == 'b'", gives(1))}), -1},
      {"a test that fails", classes({defined("a", "int16totext('abc') == ''", gives(1))}), -1},
  };
  for (const Weight& each : all) {
    Site site(load(each.classes + std::string(kReserved)));
    EXPECT_EQ(offered_option(site, discover(host(1)).with(60, text("foo"))), each.expected)
        << each.what;
  }
}

TEST(Classes, OfAReservationCountInTests) {
  const std::string all = classes({defined("given", "'a' == 'b'", ""),
                                   defined("not-given", "not member('given')", gives(1)),
                                   defined("has-it", "member('given')", gives(2))});
  Site site(load(all + std::string(kReserved)));
  EXPECT_EQ(offered_option(site, discover(host(1))), 2);
  EXPECT_EQ(offered_option(site, discover(host(2))), 1);
}

TEST(Classes, StandBetweenTheSubnetAndTheGlobalScope) {
  const std::string all = classes({defined("a", kTrue, gives(1))});
  const std::string inner = R"("subnet4": [{"id": 1, "subnet": "192.0.2.0/24", )" + gives(5) +
                            R"(, "pools": [{"pool": "192.0.2.10-192.0.2.19"}]}])";
  Site narrow(load(all + inner));
  EXPECT_EQ(offered_option(narrow, discover(host(1))), 5);
  Site wide(load(all + gives(6) + ", " + std::string(kSubnet)));
  EXPECT_EQ(offered_option(wide, discover(host(1))), 1);
}

TEST(Classes, GiveBootFieldsAndLeaseTimes) {
  const std::string all =
      classes({defined("a", "option[93].hex == 0x0007", R"("boot-file-name": "uefi")"),
               defined("b", kTrue,
                       R"("boot-file-name": "bios", "next-server": "192.0.2.9",
                          "valid-lifetime": 60, "min-valid-lifetime": 50,
                          "max-valid-lifetime": 70)"),
               defined("c", kTrue, R"("valid-lifetime": 40)")});
  Site site(
      load(all + R"("boot-file-name": "global", "valid-lifetime": 999, )" + std::string(kSubnet)));
  const auto uefi = site.hear(discover(host(1)).with(93, octets({0, 7})));
  ASSERT_TRUE(uefi);
  EXPECT_EQ(as_text(uefi->view().file()), "uefi");
  EXPECT_EQ(net::to_string(uefi->view().siaddr()), "192.0.2.9");
  EXPECT_EQ(uefi->number(51), 60U);
  const auto bios = site.hear(discover(host(2)).for_seconds(99));
  ASSERT_TRUE(bios);
  EXPECT_EQ(as_text(bios->view().file()), "bios");
  EXPECT_EQ(bios->number(51), 70U);
}

TEST(Classes, GuardPools) {
  const std::string config = classes({defined("phone", "option[60].hex == 'phone'", "")}) +
                             R"("subnet4": [{"id": 1, "subnet": "192.0.2.0/24", "pools": [
           {"pool": "192.0.2.10-192.0.2.19", "client-classes": ["phone"]},
           {"pool": "192.0.2.20-192.0.2.21", "client-class": "UNKNOWN"}]}])";
  Site site(load(config));
  const auto phone = site.hear(discover(host(1)).with(60, text("phone")));
  ASSERT_TRUE(phone);
  EXPECT_EQ(phone->yiaddr(), "192.0.2.10");
  const auto other = site.hear(discover(host(2)).asking("192.0.2.15"));
  ASSERT_TRUE(other);
  EXPECT_EQ(other->yiaddr(), "192.0.2.20");
  // What is left of the phones' pool is not for others, be their own used up.
  EXPECT_NE(site.lease(host(2)), "");
  EXPECT_NE(site.lease(host(3)), "");
  EXPECT_EQ(site.lease(host(4)), "");
  EXPECT_EQ(site.why(), Reason::pool_exhausted);
}

TEST(Classes, ALeaseEndsWithItsClass) {
  const std::string config = classes({defined("phone", "option[60].hex == 'phone'", "")}) +
                             R"("subnet4": [{"id": 1, "subnet": "192.0.2.0/24", "pools": [
           {"pool": "192.0.2.10-192.0.2.19", "client-classes": ["phone"]},
           {"pool": "192.0.2.20-192.0.2.29"}]}])";
  Site site(load(config));
  const auto offer = site.hear(discover(host(1)).with(60, text("phone")));
  ASSERT_TRUE(offer);
  const net::Ip4 address = offer->view().yiaddr();
  const auto ack = site.hear(selecting(host(1), address).with(60, text("phone")));
  ASSERT_TRUE(ack);
  EXPECT_EQ(ack->type(), MessageType::ack);
  const auto again = site.hear(renewing(host(1), address).with(60, text("phone")));
  ASSERT_TRUE(again);
  EXPECT_EQ(again->type(), MessageType::ack);
  const auto refused = site.hear(renewing(host(1), address));
  ASSERT_TRUE(refused);
  EXPECT_EQ(refused->type(), MessageType::nak);
  EXPECT_EQ(site.why(), Reason::wrong_class);
  const auto moved = site.hear(discover(host(1)));
  ASSERT_TRUE(moved);
  EXPECT_EQ(moved->yiaddr(), "192.0.2.20");
}

TEST(Classes, LeaveReservedAddressesAlone) {
  const std::string config = R"("subnet4": [{"id": 1, "subnet": "192.0.2.0/24",
      "pools": [{"pool": "192.0.2.10-192.0.2.19", "client-classes": ["nobody"]}],
      "reservations": [{"hw-address": "02:00:00:00:00:01", "ip-address": "192.0.2.15"}]}])";
  Site site(load(config));
  EXPECT_EQ(site.lease(host(1)), "192.0.2.15");
  EXPECT_EQ(site.lease(host(2)), "");
}

TEST(Classes, GuardSubnets) {
  const std::string config = classes({defined("a", "option[12].hex == 'a'", "")}) +
                             R"("subnet4": [
      {"id": 1, "subnet": "192.0.2.0/25", "client-classes": ["a"],
       "pools": [{"pool": "192.0.2.10-192.0.2.19"}]},
      {"id": 2, "subnet": "192.0.2.0/24", "pools": [{"pool": "192.0.2.200-192.0.2.209"}]},
      {"id": 3, "subnet": "10.1.0.0/24", "relay": {"ip-addresses": ["10.9.9.9"]},
       "client-classes": ["a"], "pools": [{"pool": "10.1.0.10-10.1.0.19"}]},
      {"id": 4, "subnet": "10.2.0.0/24", "relay": {"ip-addresses": ["10.9.9.9"]},
       "client-classes": ["b", "VENDOR_CLASS_v"], "pools": [{"pool": "10.2.0.10-10.2.0.19"}]},
      {"id": 5, "subnet": "10.3.0.0/24", "interface": "bare", "client-classes": ["a"],
       "pools": [{"pool": "10.3.0.10-10.3.0.19"}]},
      {"id": 6, "subnet": "10.4.0.0/24", "interface": "bare",
       "pools": [{"pool": "10.4.0.10-10.4.0.19"}]}])";
  const config::ServerConfig loaded = load(config);
  Site site(load(config));
  const auto subnet_of = [&](Say say) {
    const auto reply = site.hear(std::move(say));
    return reply ? reply->yiaddr() : std::string(name_of(site.why()));
  };
  const Octets a = text("a");
  EXPECT_EQ(subnet_of(discover(host(1)).with(12, a)), "192.0.2.10");
  EXPECT_EQ(subnet_of(discover(host(2))), "192.0.2.200");
  EXPECT_EQ(subnet_of(discover(host(3)).with(12, a).through("10.9.9.9")), "10.1.0.10");
  EXPECT_EQ(subnet_of(discover(host(4)).with(60, text("v")).through("10.9.9.9")), "10.2.0.10");
  EXPECT_EQ(subnet_of(discover(host(5)).through("10.9.9.9")), "no_subnet");
  EXPECT_EQ(subnet_of(discover(host(6)).through("10.1.0.1")), "no_subnet");
  const config::Subnet* bare = loaded.find_subnet_by_interface(
      "bare", [](const config::Subnet& s) { return s.guard.empty(); });
  ASSERT_NE(bare, nullptr);
  EXPECT_EQ(bare->id, 6U);
}

TEST(Classes, DropSaysNothing) {
  Site early(load(classes({defined("DROP", "option[12].hex == 'a'", "")}) + std::string(kSubnet)));
  EXPECT_EQ(offered_option(early, discover(host(1)).with(12, text("a"))), -2);
  EXPECT_EQ(early.why(), Reason::class_drop);
  EXPECT_EQ(offered_option(early, discover(host(2))), -1);
  Site late(load(classes({defined("DROP", "unknown", "")}) + std::string(kReserved)));
  EXPECT_EQ(offered_option(late, discover(host(1))), -1);
  EXPECT_EQ(offered_option(late, discover(host(2))), -2);
  EXPECT_EQ(late.why(), Reason::class_drop);
}

TEST(Classes, AreSpawnedByTemplates) {
  const std::string all = classes({R"({"name": "by-name", "template-test": "option[12].hex"})",
                                   defined("SPAWN_by-name_x", "", gives(1)),
                                   defined("named", "member('by-name')", gives(2)),
                                   defined("y", "member('SPAWN_by-name_y')", "")});
  const std::string guarded =
      R"("subnet4": [{"id": 1, "subnet": "192.0.2.0/24", "pools": [
           {"pool": "192.0.2.10-192.0.2.19"},
           {"pool": "192.0.2.20-192.0.2.29", "client-classes": ["y"]}]}])";
  Site site(load(all + guarded));
  EXPECT_EQ(offered_option(site, discover(host(1)).with(12, text("x"))), 1);
  EXPECT_EQ(offered_option(site, discover(host(2)).with(12, text("z"))), 2);
  EXPECT_EQ(offered_option(site, discover(host(3))), -1);
}

TEST(Classes, AdditionalOnesComeLast) {
  const std::string all = classes(
      {defined("pool's", kTrue, gives(1) + R"(, "only-in-additional-list": true,
                                               "boot-file-name": "pool", "valid-lifetime": 77)"),
       defined("subnet's", kTrue, gives(2) + R"(, "only-if-required": true)"),
       defined("no-test", "", R"("only-in-additional-list": true, "next-server": "192.0.2.7")"),
       defined("false", "'a' == 'b'", gives(4) + R"(, "only-in-additional-list": true)")});
  const std::string listed =
      R"("subnet4": [{"id": 1, "subnet": "192.0.2.0/24",
           "evaluate-additional-classes": ["false", "subnet's", "no-test"],
           "pools": [{"pool": "192.0.2.10-192.0.2.19", "require-client-classes": ["pool's"]}]}])";
  Site site(load(all + listed));
  const auto offer = site.hear(discover(host(1)));
  ASSERT_TRUE(offer);
  EXPECT_EQ(offer->option(224), octets({0x20}));
  EXPECT_EQ(as_text(offer->view().file()), "pool");
  EXPECT_EQ(net::to_string(offer->view().siaddr()), "192.0.2.7");
  EXPECT_EQ(offer->number(51), 7'200U);  // lease times were settled before
  Site none(load(all + std::string(kSubnet)));
  EXPECT_EQ(offered_option(none, discover(host(1))), -1);
}

// As Kea does: listed by the subnet before what it asks for, and again by the pool.
TEST(Classes, AdditionalOnesAreEvaluatedOnce) {
  const std::string all =
      classes({defined("a", kTrue, R"("only-in-additional-list": true)"),
               defined("b", "member('a')", gives(2) + R"(, "only-in-additional-list": true)")});
  const auto offered_with = [&](const std::string& of_subnet, const std::string& of_pool) {
    Site site(load(all + R"("subnet4": [{"id": 1, "subnet": "192.0.2.0/24",
         "evaluate-additional-classes": )" +
                   of_subnet + R"(, "pools": [{
           "pool": "192.0.2.10-192.0.2.19", "evaluate-additional-classes": )" +
                   of_pool + "}]}]"));
    return offered_option(site, discover(host(1)));
  };
  EXPECT_EQ(offered_with(R"(["a"])", R"(["b"])"), 2);
  EXPECT_EQ(offered_with(R"(["b", "a"])", R"(["b"])"), -1);
}

TEST(Classes, SeeThePacketAndItsInterface) {
  const std::string all =
      classes({defined("a", "pkt.iface == 'eth0' and pkt4.msgtype == 1", gives(1)),
               defined("b", "relay4[1].hex == 'p1' and pkt4.giaddr == 192.0.2.5", gives(2))});
  Site site(load(all + std::string(kSubnet)));
  EXPECT_EQ(offered_option(site, discover(host(1))), 1);
  const Octets port = octets({1, 2, 'p', '1'});
  EXPECT_EQ(offered_option(site, discover(host(2)).on(kBare).through("192.0.2.5", port)), 2);
}

}  // namespace
}  // namespace lessor::server::v4::testing
