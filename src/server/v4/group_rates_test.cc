// How many messages all clients of a class, or of a subnet, may send in a time.
#include "server/v4/group_rates.h"

#include "config/load.h"
#include "server/v4/test_kit.h"

#include <gtest/gtest.h>

namespace lessor::server::v4::testing {
namespace {

constexpr std::string_view kTwoSubnets = R"("subnet4": [
    {"id": 1, "subnet": "192.0.2.0/24", "pools": [{"pool": "192.0.2.10-192.0.2.200"}]%s},
    {"id": 2, "subnet": "10.4.0.0/24", "pools": [{"pool": "10.4.0.10-10.4.0.200"}]}])";

/// A site whose classes are these, and whose first subnet has these limits.
config::ServerConfig limited(const std::string& classes, const std::string& of_subnet) {
  std::string subnets(kTwoSubnets);
  subnets.replace(subnets.find("%s"), 2,
                  of_subnet.empty() ? "" : R"(, "user-context": {"limits": )" + of_subnet + "}");
  const std::string text =
      R"({"Dhcp4": {"hooks-libraries": [{"library": "libdhcp_limits.so"}], "client-classes": [)" +
      classes + "], " + subnets + "}}";
  auto loaded = config::load_text(text, "x", {});
  EXPECT_TRUE(loaded) << to_string(loaded.error()[0]);
  return std::move(loaded->config);
}

std::string a_class(const std::string& name, const std::string& test, const std::string& rate) {
  return R"({"name": ")" + name + R"(", )" + test +
         R"(, "user-context": {"limits": {"rate-limit": ")" + rate + R"("}}})";
}
std::string phones(const std::string& rate) {
  return a_class("phones", R"("test": "option[60].text == 'phone'")", rate);
}

Say phone(std::uint32_t n) { return discover(host(n)).with(60, text("phone")).xid(n); }
Say other(std::uint32_t n) { return discover(host(n)).xid(n); }

/// How many of so many different clients are answered.
int answered(Site& site, int asking, Say (*say)(std::uint32_t), std::uint32_t from = 1) {
  int count = 0;
  for (int i = 0; i < asking; ++i) {
    count += site.hear(say(from + static_cast<std::uint32_t>(i))) ? 1 : 0;
  }
  return count;
}
std::uint64_t silent(Site& site, Reason reason) {
  return site.engine().counters().silent[static_cast<std::size_t>(reason)];
}

TEST(GroupRates, OfAClassAreOfAllItsClientsTogether) {
  Site site(limited(phones("5 packets per minute"), ""));
  EXPECT_EQ(answered(site, 20, phone), 5);
  EXPECT_EQ(site.why(), Reason::class_rate);
  EXPECT_EQ(silent(site, Reason::class_rate), 15U);
  EXPECT_EQ(answered(site, 20, other, 100), 20);
  site.pass_seconds(24);
  EXPECT_EQ(answered(site, 20, phone, 200), 2);
}

TEST(GroupRates, OfASubnetAreOfAllItsMessages) {
  Site site(limited("", R"({"rate-limit": "6 packets per hour"})"));
  // An exchange is two messages.
  EXPECT_NE(site.lease(host(1)), "");
  EXPECT_NE(site.lease(host(2)), "");
  EXPECT_NE(site.lease(host(3)), "");
  EXPECT_EQ(site.lease(host(4)), "");
  EXPECT_EQ(site.why(), Reason::subnet_rate);
  EXPECT_TRUE(site.hear(discover(host(5)).through("10.4.0.1")));
}

TEST(GroupRates, OfZeroAnswerNobody) {
  Site site(limited(phones("0 packets per second"), ""));
  EXPECT_EQ(answered(site, 3, phone), 0);
  EXPECT_EQ(answered(site, 3, other, 50), 3);
}

// What its subnet has too much of does not use up what its class has, and the other way round.
TEST(GroupRates, CountARefusedMessageForNobody) {
  Site site(limited(phones("8 packets per hour"), R"({"rate-limit": "5 packets per second"})"));
  EXPECT_EQ(answered(site, 100, phone), 5);
  site.pass_seconds(10);
  EXPECT_EQ(answered(site, 100, phone, 200), 3);
  EXPECT_EQ(answered(site, 100, other, 400), 2);
}

TEST(GroupRates, OfEveryClassThatAClientIsInHold) {
  Site site(limited(a_class("all", R"("test": "pkt4.msgtype == 1")", "7 packets per hour") + "," +
                        phones("4 packets per hour"),
                    ""));
  EXPECT_EQ(answered(site, 100, phone), 4);
  EXPECT_EQ(answered(site, 100, other, 200), 3);
}

TEST(GroupRates, OfATemplateAreOfEachValue) {
  Site site(
      limited(a_class("kind", R"("template-test": "option[60].text")", "3 packets per hour"), ""));
  EXPECT_EQ(answered(site, 10, phone), 3);
  const auto camera = [](std::uint32_t n) { return other(n).with(60, text("camera")); };
  EXPECT_EQ(answered(site, 10, camera, 100), 3);
  EXPECT_EQ(answered(site, 10, other, 200), 10);
}

TEST(GroupRates, GoOnAcrossAReloadThatLeavesThemAsTheyAre) {
  Site site(limited(phones("5 packets per hour"), R"({"rate-limit": "9 packets per hour"})"));
  EXPECT_EQ(answered(site, 20, phone), 5);
  site.reload(limited(a_class("new", R"("test": "pkt4.msgtype == 8")", "1 packet per hour") + "," +
                          phones("5 packets per hour"),
                      R"({"rate-limit": "9 packets per hour"})"));
  EXPECT_EQ(answered(site, 20, phone, 100), 0);
  EXPECT_EQ(answered(site, 20, other, 200), 4);
  site.reload(limited(phones("6 packets per hour"), ""));
  EXPECT_EQ(answered(site, 20, phone, 300), 6);
}

// A DISCOVER that waited for a probe was counted when it came.
TEST(GroupRates, CountADiscoverThatWaitedForAProbeOnce) {
  config::ServerConfig config =
      limited(phones("2 packets per hour"), R"({"rate-limit": "3 packets per hour"})");
  for (config::Subnet& each : config.subnets) each.ping_check = config::PingCheck();
  config.message_rates[0] = {.messages = 1, .period = Duration::seconds(3'600)};
  config.build_indexes();
  Site site(std::move(config));
  for (const std::uint32_t n : {1U, 2U}) {
    EXPECT_FALSE(site.hear(phone(n)));
    site.pass_seconds(1);
    EXPECT_TRUE(site.next_reply()) << n;
  }
  EXPECT_FALSE(site.hear(phone(3)));
  EXPECT_EQ(site.why(), Reason::class_rate);
}

}  // namespace
}  // namespace lessor::server::v4::testing
