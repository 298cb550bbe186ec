#include "config/ping_check.h"

#include "config/describe.h"
#include "config/load.h"

#include <gtest/gtest.h>

namespace lessor::config {
namespace {

/// A shared network with one subnet, and one beside it.
std::string site(const std::string& hook, const std::string& of_network,
                 const std::string& of_subnet) {
  const auto context = [](const std::string& says) {
    return R"(, "user-context": {"ping-check": )" + says + "}";
  };
  return R"({"Dhcp4": {"hooks-libraries": [)" + hook +
         R"(], "shared-networks": [{"name": "n", "subnet4": [{"subnet": "192.0.2.0/24")" +
         context(of_subnet) + "}]" + context(of_network) +
         R"(}], "subnet4": [{"subnet": "198.51.100.0/24"}]}})";
}
std::string hook(const std::string& parameters) {
  return R"({"library": "/x/libdhcp_ping_check.so", "parameters": )" + parameters + "}";
}

/// What is noted, but for what is left out of these short configurations.
std::string notes_of(const Loaded& loaded) {
  std::string all;
  for (const Problem& note : loaded.notes) {
    const std::string text = to_string(note);
    if (text.find("no default gateway") == std::string::npos) all += text + "\n";
  }
  return all;
}

TEST(PingCheck, HasKeasDefaults) {
  const auto loaded =
      load_text(site(R"({"library": "libdhcp_ping_check.so"})", "{}", "{}"), "x", {});
  ASSERT_TRUE(loaded) << to_string(loaded.error()[0]);
  for (const Subnet& subnet : loaded->config.subnets) {
    ASSERT_TRUE(subnet.ping_check);
    EXPECT_EQ(subnet.ping_check->requests, 1U);
    EXPECT_EQ(subnet.ping_check->timeout, Duration::milliseconds(100));
    EXPECT_EQ(subnet.ping_check->trusted, Duration::seconds(60));
  }
  EXPECT_TRUE(loaded->config.asks_before_offer);
  EXPECT_NE(describe(loaded->config).find("1 question of 100 ms"), std::string::npos);
}

TEST(PingCheck, IsInheritedKeyByKey) {
  const auto loaded = load_text(
      site(hook(R"({"min-ping-requests": 3, "reply-timeout": 50, "enable-ping-check": false,
                    "ping-channel-threads": 4})"),
           R"({"ping-cltt-secs": 7})", R"({"enable-ping-check": true, "reply-timeout": 70})"),
      "x", {});
  ASSERT_TRUE(loaded) << to_string(loaded.error()[0]);
  const Subnet& inner = loaded->config.subnets[0];
  ASSERT_TRUE(inner.ping_check);
  EXPECT_EQ(inner.ping_check->requests, 3U);
  EXPECT_EQ(inner.ping_check->timeout, Duration::milliseconds(70));
  EXPECT_EQ(inner.ping_check->trusted, Duration::seconds(7));
  EXPECT_FALSE(loaded->config.subnets[1].ping_check);
}

TEST(PingCheck, IsOffWithoutTheHookWhichIsSaid) {
  const auto loaded = load_text(site("", "{}", R"({"enable-ping-check": true})"), "x", {});
  ASSERT_TRUE(loaded);
  EXPECT_FALSE(loaded->config.asks_before_offer);
  EXPECT_NE(notes_of(*loaded).find("shared-networks[0].user-context.ping-check: without effect"),
            std::string::npos);
  EXPECT_NE(notes_of(*loaded).find("subnet4[0].user-context.ping-check: without effect: the hook "
                                   "libdhcp_ping_check.so is not loaded"),
            std::string::npos);
}

TEST(PingCheck, ThatMakesClientsAskAgainIsNoted) {
  const auto loaded = load_text(
      site(hook(R"({"min-ping-requests": 5, "reply-timeout": 1000})"), "{}", "{}"), "x", {});
  ASSERT_TRUE(loaded);
  EXPECT_NE(notes_of(*loaded).find("longer than a client waits"), std::string::npos);
}

TEST(PingCheck, MayTakeAsLongAsTheAddressIsHeld) {
  const auto loads = [](const std::string& parameters, const std::string& of_subnet) {
    return load_text(site(hook(parameters), "{}", of_subnet), "x", {});
  };
  EXPECT_TRUE(loads(R"({"min-ping-requests": 60, "reply-timeout": 1000})", "{}"));
  EXPECT_TRUE(loads(R"({"min-ping-requests": 61, "reply-timeout": 1000,
                        "enable-ping-check": false})",
                    "{}"));
  const auto longer = loads(R"({"min-ping-requests": 61, "reply-timeout": 1000})", "{}");
  ASSERT_FALSE(longer);
  EXPECT_NE(to_string(longer.error()[0])
                .find("min-ping-requests times reply-timeout is 1m1s: at most 1m, for so long "
                      "the address is held"),
            std::string::npos)
      << to_string(longer.error()[0]);
  // Each key by itself is in its bounds, and they meet in the subnet.
  const auto both = loads(R"({"min-ping-requests": 70})", R"({"reply-timeout": 1000})");
  ASSERT_FALSE(both);
  EXPECT_NE(to_string(both.error()[0]).find("user-context.ping-check: min-ping-requests times"),
            std::string::npos)
      << to_string(both.error()[0]);
}

TEST(PingCheck, ThatMakesNoSenseSaysWhatAndWhere) {
  const struct {
    std::string parameters;
    std::string error;
  } cases[] = {
      {R"({"min-ping-requests": 0})", "min-ping-requests: 0 is out of bounds: from 1 to 100"},
      {R"({"reply-timeout": 0})", "reply-timeout: 0 is out of bounds: from 1 to 60000"},
      {R"({"ping-cltt-secs": -1})", "ping-cltt-secs: -1 is out of bounds"},
      {R"({"enable-ping-chek": true})", "unknown parameter of this hook"},
      {R"({"reply-timeout": "100"})", "expected an integer"},
  };
  for (const auto& c : cases) {
    for (const bool is_global : {true, false}) {
      const auto loaded = load_text(
          is_global ? site(hook(c.parameters), "{}", "{}") : site(hook("{}"), "{}", c.parameters),
          "x", {});
      ASSERT_FALSE(loaded) << c.parameters;
      EXPECT_NE(to_string(loaded.error()[0]).find(c.error), std::string::npos)
          << to_string(loaded.error()[0]);
    }
  }
  EXPECT_FALSE(load_text(site(hook("{}"), "{}", "5"), "x", {}));
}

}  // namespace
}  // namespace lessor::config
