#include "config/option_data.h"

#include "config/load.h"

#include <gtest/gtest.h>

namespace lessor::config {
namespace {

std::string dhcp4(const std::string& members) {
  return R"({"Dhcp4": {"subnet4": [{"subnet": "192.0.2.0/24",
      "pools": [{"pool": "192.0.2.10-192.0.2.20"}]}], )" +
         members + "}}";
}

/// The first problem without its place, or nothing.
std::string problem_of(const std::string& members) {
  const auto loaded = load_text(dhcp4(members), "f", {});
  if (loaded) return "";
  const Problem& problem = loaded.error()[0];
  return problem.path + ": " + problem.message + (problem.hint.empty() ? "" : "|" + problem.hint);
}

TEST(ShortOptions, MeanWhatOptionDataMeans) {
  struct Row {
    const char* shorter;
    const char* longer;
  };
  const Row rows[] = {
      {R"("routers": "192.0.2.1")", R"({"name": "routers", "data": "192.0.2.1"})"},
      {R"("domain-name-servers": ["192.0.2.1", "192.0.2.2"])",
       R"({"code": 6, "data": "192.0.2.1, 192.0.2.2"})"},
      {R"("default-ip-ttl": 64)", R"({"name": "default-ip-ttl", "data": "64"})"},
      {R"("ip-forwarding": true)", R"({"name": "ip-forwarding", "data": "true"})"},
      {R"("15": "example.org")", R"({"name": "domain-name", "data": "example.org"})"},
      {R"("224": "0102ff")", R"({"code": 224, "data": "0102ff"})"},
  };
  for (const Row& row : rows) {
    const auto a = load_text(dhcp4(R"("options": {)" + std::string(row.shorter) + "}"), "f", {});
    const auto b = load_text(dhcp4(R"("option-data": [)" + std::string(row.longer) + "]"), "f", {});
    ASSERT_TRUE(a) << to_string(a.error()[0]);
    ASSERT_TRUE(b) << to_string(b.error()[0]);
    ASSERT_EQ(a->config.options.all().size(), 1U) << row.shorter;
    EXPECT_EQ(a->config.options.all()[0].code, b->config.options.all()[0].code) << row.shorter;
    EXPECT_EQ(a->config.options.all()[0].value, b->config.options.all()[0].value) << row.shorter;
  }
}

TEST(ShortOptions, StandBesideOptionDataInEveryScope) {
  const auto loaded = load_text(R"({"Dhcp4": {"options": {"domain-name": "example.org"},
      "option-data": [{"name": "time-offset", "data": "3600"}],
      "subnet4": [{"subnet": "192.0.2.0/24", "options": {"routers": "192.0.2.1"},
        "pools": [{"pool": "192.0.2.10-192.0.2.20", "options": {"routers": "192.0.2.2"}}],
        "reservations": [{"hw-address": "02:00:00:00:00:01", "options": {"host-name": "a"}}]}]}})",
                                "f", {});
  ASSERT_TRUE(loaded) << to_string(loaded.error()[0]);
  const Subnet& subnet = loaded->config.subnets[0];
  EXPECT_EQ(loaded->config.options.all().size(), 2U);
  EXPECT_NE(subnet.options.find(3), nullptr);
  EXPECT_NE(subnet.pools[0].options.find(3), nullptr);
  EXPECT_NE(subnet.reservations[0].options.find(12), nullptr);
}

TEST(ShortOptions, SayWhatIsWrong) {
  struct Row {
    const char* members;
    const char* expected;
  };
  const Row rows[] = {
      {R"("options": {"ruters": "192.0.2.1"})",
       "Dhcp4.options.ruters: there is no option 'ruters'|routers"},
      {R"("options": {"routers": {}})",
       "Dhcp4.options.routers: expected text, a number, true, false, or a list of these"},
      {R"("options": {"routers": [["192.0.2.1"]]})",
       "Dhcp4.options.routers[0]: expected text, a number, true, false, or a list of these"},
      {R"("options": {"255": "1"})", "Dhcp4.options.255: 255 is no option: codes go from 1 to 254"},
      {R"("options": {"999999999999999999999": "1"})",
       "Dhcp4.options.999999999999999999999: 255 is no option: codes go from 1 to 254"},
      {R"("options": {"dhcp-lease-time": 5})",
       "Dhcp4.options.dhcp-lease-time: dhcp-lease-time (51) cannot be configured: set "
       "valid-lifetime instead"},
      {R"("options": {"routers": "x"})",
       "Dhcp4.options.routers: routers: part 1: \"x\" is not an IPv4 address; write it like "
       "\"192.0.2.1, 192.0.2.2\""},
      {R"("option-data": [{"code": 3, "data": "192.0.2.1"}], "options": {"routers": "192.0.2.2"})",
       "Dhcp4.options.routers: routers stands twice in this list; the other is at f:2:71"},
  };
  for (const Row& row : rows) EXPECT_EQ(problem_of(row.members), row.expected) << row.members;
}

}  // namespace
}  // namespace lessor::config
