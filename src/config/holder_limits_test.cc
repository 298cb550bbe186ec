#include "config/holder_limits.h"

#include "config/describe.h"
#include "config/load.h"

#include <gtest/gtest.h>

namespace lessor::config {
namespace {

std::string with_limits(const std::string& global, const std::string& of_subnet) {
  return R"({"Dhcp4": {"limits": )" + global +
         R"(, "subnet4": [{"subnet": "192.0.2.0/24", "limits": )" + of_subnet +
         R"(}, {"subnet": "198.51.100.0/24"}]}})";
}

TEST(ParseMessageRate, TakesANumberAndAUnit) {
  const struct {
    std::string_view text;
    std::uint32_t messages;
    Duration period;
  } cases[] = {
      {"10 packets per second", 10, Duration::seconds(1)},
      {"1 messages per minute", 1, Duration::seconds(60)},
      {"  300  per  hour ", 300, Duration::seconds(3'600)},
      {"7 per day", 7, Duration::seconds(86'400)},
      {"10000000 packets per week", 10'000'000, Duration::seconds(604'800)},
      {"1 packet per month", 1, Duration::seconds(2'592'000)},
      {"2 packets per year", 2, Duration::seconds(31'536'000)},
  };
  for (const auto& c : cases) {
    const auto rate = parse_message_rate(c.text);
    ASSERT_TRUE(rate) << c.text;
    EXPECT_EQ(rate->messages, c.messages) << c.text;
    EXPECT_EQ(rate->period, c.period) << c.text;
  }
  for (const std::string_view text :
       {"", "10", "ten per second", "10 per", "10 per fortnight", "0 per second", "-1 per second",
        "10 packets", "10.5 per second", "10 packets per second more", "10000001 per second",
        "99999999999999999999 per second", "10 frames per second"}) {
    EXPECT_FALSE(parse_message_rate(text)) << text;
  }
}

TEST(Limits, AreOffUnlessTheyAreSet) {
  const auto loaded = load_text(R"({"Dhcp4": {"subnet4": [{"subnet": "192.0.2.0/24"}]}})", "x", {});
  ASSERT_TRUE(loaded);
  EXPECT_FALSE(loaded->config.limits_leases);
  EXPECT_EQ(loaded->config.subnets[0].lease_limits, LeaseLimits());
  for (const MessageRate& rate : loaded->config.message_rates) EXPECT_EQ(rate.messages, 0U);
}

TEST(Limits, OfASubnetTakeThePlaceOfTheGlobalOnesEachByItself) {
  const auto loaded =
      load_text(with_limits(R"({"client": {"leases": 2, "messages": "10 packets per second"},
                      "port": {"leases": 3}, "relay": {"messages": "1000 per minute"}})",
                            R"({"port": {"leases": 300}, "client": {"leases": 0}})"),
                "x", {});
  ASSERT_TRUE(loaded);
  const ServerConfig& config = loaded->config;
  EXPECT_TRUE(config.limits_leases);
  EXPECT_EQ(config.subnets[0].lease_limits, (LeaseLimits{0, 300, 0}));
  EXPECT_EQ(config.subnets[1].lease_limits, (LeaseLimits{2, 3, 0}));
  EXPECT_EQ(to_string(config.message_rates[0]), "10 messages per second");
  EXPECT_EQ(config.message_rates[1].messages, 0U);
  EXPECT_EQ(to_string(config.message_rates[2]), "1000 messages per minute");
}

TEST(Limits, OfOneSubnetAloneCount) {
  const auto loaded = load_text(with_limits("{}", R"({"relay": {"leases": 7}})"), "x", {});
  ASSERT_TRUE(loaded);
  EXPECT_TRUE(loaded->config.limits_leases);
  EXPECT_EQ(loaded->config.subnets[1].lease_limits, LeaseLimits());
}

TEST(Limits, AreShownByCheck) {
  const auto loaded = load_text(
      with_limits(R"({"port": {"leases": 3, "messages": "1 per second"}, "relay": {"leases": 9}})",
                  "{}"),
      "x", {});
  ASSERT_TRUE(loaded);
  const std::string text = describe(loaded->config);
  EXPECT_NE(text.find("at most 3 a port, 9 a relay"), std::string::npos) << text;
  EXPECT_NE(text.find("a port: 1 message per second"), std::string::npos) << text;
}

TEST(Limits, ThatMakeNoSenseSayWhatWhereAndWhatToDo) {
  const struct {
    std::string global;
    std::string of_subnet;
    std::string error;
  } cases[] = {
      {R"({"port": {"messages": "many"}})", "{}",
       "x:1:44: Dhcp4.limits.port.messages: 'many' is no rate: write \"10 packets per second\" (1 "
       "to 10000000 per second, minute, hour, day, week, month or year)"},
      {"{}", R"({"port": {"messages": "1 per second"}})",
       "x:1:97: Dhcp4.subnet4[0].limits.port.messages: a rate holds for the whole server: it is "
       "asked before the subnet of a message is known; write it under Dhcp4.limits.port"},
      {R"({"port": {"leases": -1}})", "{}",
       "x:1:42: Dhcp4.limits.port.leases: -1 is out of bounds: from 0 to 4294967295"},
      {R"({"ports": {"leases": 1}})", "{}",
       "x:1:23: Dhcp4.limits.ports: unknown key (did you mean 'port'?)"},
  };
  for (const auto& c : cases) {
    const auto loaded = load_text(with_limits(c.global, c.of_subnet), "x", {});
    ASSERT_FALSE(loaded);
    ASSERT_EQ(loaded.error().size(), 1U);
    EXPECT_EQ(to_string(loaded.error()[0]), c.error);
  }
}

}  // namespace
}  // namespace lessor::config
