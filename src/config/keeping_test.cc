// store-extended-info, cache-threshold, cache-max-age, offer-lifetime: what each subnet has of
// them.
#include "config/load.h"

#include <gtest/gtest.h>

namespace lessor::config {
namespace {

ServerConfig loaded(const std::string& text) {
  auto made = load_text(text, "f", {});
  if (!made) {
    ADD_FAILURE() << to_string(made.error()[0]);
    return {};
  }
  return std::move(made->config);
}

/// One subnet, and what it says.
Subnet subnet_of(const std::string& global, const std::string& own) {
  const ServerConfig config =
      loaded("{\"Dhcp4\": {" + global + R"("subnet4": [{"subnet": "192.0.2.0/24")" + own + "}]}}");
  return config.subnets.empty() ? Subnet() : config.subnets[0];
}

TEST(Keeping, IsInheritedKeyByKey) {
  const ServerConfig config = loaded(R"({"Dhcp4": {
    "cache-threshold": 0.5, "store-extended-info": true, "offer-lifetime": 90,
    "shared-networks": [{"name": "n", "cache-max-age": 60, "store-extended-info": false,
      "subnet4": [{"subnet": "192.0.2.0/24"}, {"subnet": "192.0.3.0/24", "cache-threshold": 0.0001,
                   "store-extended-info": true, "offer-lifetime": 0}]}]}})");
  ASSERT_EQ(config.subnets.size(), 2U);
  EXPECT_TRUE(config.refines_leases);
  EXPECT_EQ(config.subnets[0].caching.millionths, 500'000U);
  EXPECT_EQ(config.subnets[0].caching.max_age, Duration::seconds(60));
  EXPECT_FALSE(config.subnets[0].stores_extended_info);
  EXPECT_EQ(config.subnets[0].offer_lifetime, Duration::seconds(90));
  EXPECT_EQ(config.subnets[1].caching.millionths, 100U);
  EXPECT_EQ(config.subnets[1].caching.max_age, Duration::seconds(60));
  EXPECT_TRUE(config.subnets[1].stores_extended_info);
  EXPECT_EQ(config.subnets[1].offer_lifetime, Duration());
}

// Kea 2.2 without a key: leases are renewed. Its cache-max-age alone is enough.
TEST(Keeping, LeasesServeAgainOnlyWhereAKeySaysSo) {
  EXPECT_FALSE(subnet_of("", "").caching.is_on());
  EXPECT_TRUE(subnet_of("", R"(, "cache-max-age": 60)").caching.is_on());
  EXPECT_EQ(subnet_of("", R"(, "cache-max-age": 60)").caching.millionths, 1'000'000U);
  EXPECT_TRUE(subnet_of("\"cache-threshold\": 0.25,", "").caching.is_on());
  EXPECT_FALSE(subnet_of("\"cache-threshold\": 0.25,", R"(, "cache-max-age": 0)").caching.is_on());
  EXPECT_FALSE(
      subnet_of("\"cache-threshold\": 0.25,", R"(, "cache-threshold": 0)").caching.is_on());
  EXPECT_FALSE(subnet_of("\"cache-max-age\": 60,", R"(, "cache-threshold": 0)").caching.is_on());
}

TEST(Keeping, AConfigurationWithoutAnyOfItSaysSo) {
  EXPECT_FALSE(loaded(R"({"Dhcp4": {"store-extended-info": true, "cache-threshold": 0,
                          "subnet4": [{"subnet": "192.0.2.0/24"}]}})")
                   .refines_leases);
  EXPECT_TRUE(loaded(R"({"Dhcp4": {"subnet4": [{"subnet": "192.0.2.0/24"}],
                         "client-classes": [{"name": "c", "offer-lifetime": 5}]}})")
                  .refines_leases);
}

TEST(Keeping, RefusesPartsThatAreNone) {
  for (const char* bad : {"\"cache-threshold\": 1.5", "\"cache-threshold\": -1",
                          "\"cache-max-age\": -1", "\"offer-lifetime\": -1",
                          "\"store-extended-info\": 1", "\"stash-agent-options\": \"yes\""}) {
    EXPECT_FALSE(load_text(std::string("{\"Dhcp4\": {") + bad + "}}", "f", {})) << bad;
  }
}

}  // namespace
}  // namespace lessor::config
