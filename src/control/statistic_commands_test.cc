#include "control/statistic_commands.h"

#include "control/commands.h"
#include "control/test_target.h"

#include <gtest/gtest.h>

namespace lessor::control {
namespace {

class Counting : public TestTarget {
 public:
  std::expected<std::vector<Statistic>, Trouble> statistics() override {
    return std::vector<Statistic>{{"pkt4-received", received},
                                  {"assigned-addresses", 7},
                                  {"subnet[1].total-addresses", 11},
                                  {"subnet[1].assigned-addresses", 7}};
  }
  std::expected<std::vector<SubnetFacts>, Trouble> subnets() override {
    return std::vector<SubnetFacts>{{1, {}, {}}, {2, {}, {}}};
  }
  std::expected<void, Trouble> set_service(const std::string& origin, bool enabled,
                                           Duration period) override {
    told = origin + (enabled ? " on" : " off ") + (enabled ? "" : to_string(period));
    return {};
  }
  std::uint64_t received = 5;
  std::string told;
};

std::string arguments_of(Target& server, const char* command, const char* arguments = "{}") {
  const Answer answer = execute(server, write_request(command, arguments), Access::write);
  return answer.result == Result::ok ? answer.arguments : answer.text;
}

TEST(StatisticReset, CountsFromZeroAgain) {
  Counting server;
  (void)arguments_of(server, "statistic-reset", R"({"name": "pkt4-received"})");
  server.received = 8;
  EXPECT_NE(arguments_of(server, "statistic-get", R"({"name": "pkt4-received"})").find("[[3,"),
            std::string::npos);
  (void)arguments_of(server, "statistic-reset-all");
  EXPECT_NE(arguments_of(server, "statistic-get", R"({"name": "pkt4-received"})").find("[[0,"),
            std::string::npos);
  // Addresses in use are in use whatever is reset.
  EXPECT_NE(arguments_of(server, "statistic-get", R"({"name": "assigned-addresses"})").find("[[7,"),
            std::string::npos);
}

TEST(StatisticRemove, HidesUntilTheNextChange) {
  Counting server;
  (void)arguments_of(server, "statistic-remove", R"({"name": "pkt4-received"})");
  EXPECT_EQ(arguments_of(server, "statistic-get", R"({"name": "pkt4-received"})"), "{}");
  EXPECT_EQ(arguments_of(server, "statistic-remove", R"({"name": "pkt4-received"})"),
            "No 'pkt4-received' statistic found");
  server.received = 6;
  EXPECT_NE(arguments_of(server, "statistic-get-all").find("pkt4-received"), std::string::npos);
  (void)arguments_of(server, "statistic-remove-all");
  EXPECT_EQ(arguments_of(server, "statistic-get-all"), "{}");
}

TEST(StatisticGet, TellsWhatIsMissing) {
  Counting server;
  EXPECT_EQ(arguments_of(server, "statistic-get"), "Missing mandatory 'name' parameter.");
  EXPECT_EQ(arguments_of(server, "statistic-get", R"({"name": "nope"})"), "{}");
  EXPECT_EQ(arguments_of(server, "statistic-reset", R"({"name": "nope"})"),
            "No 'nope' statistic found");
  const std::string global = arguments_of(server, "statistic-global-get-all");
  EXPECT_EQ(global.find("subnet["), std::string::npos) << global;
  EXPECT_NE(global.find("assigned-addresses"), std::string::npos) << global;
}

TEST(StatLease4Get, HasARowASubnet) {
  Counting server;
  EXPECT_NE(arguments_of(server, "stat-lease4-get").find(R"("rows":[[1,11,0,7,0],[2,0,0,0,0]])"),
            std::string::npos);
  EXPECT_NE(arguments_of(server, "stat-lease4-get", R"({"subnet-id": 1})")
                .find(R"("rows":[[1,11,0,7,0]])"),
            std::string::npos);
  EXPECT_EQ(arguments_of(server, "stat-lease4-get", R"({"subnet-id": 9})"),
            "stat-lease4-get[subnet-id=9]: no matching data");
  EXPECT_EQ(arguments_of(server, "stat-lease4-get",
                         R"({"subnet-range": {"first-subnet-id": 3, "last-subnet-id": 2}})"),
            "'last-subnet-id' must be greater than 'first-subnet-id'");
}

TEST(DhcpDisable, IsForAnOriginAndATime) {
  Counting server;
  const struct {
    const char* command;
    const char* arguments;
    const char* told;
  } rows[] = {{"dhcp-disable", "{}", "user off infinite"},
              {"dhcp-disable", R"({"max-period": 5})", "user off 5s"},
              {"dhcp-disable", R"({"origin": "ha-partner"})", "ha-partner off infinite"},
              {"dhcp-disable", R"({"origin": 2001})", "2001 off infinite"},
              {"dhcp-enable", R"({"origin": 2001})", "2001 on"},
              {"dhcp-enable", "{}", "user on"}};
  for (const auto& row : rows) {
    (void)arguments_of(server, row.command, row.arguments);
    EXPECT_EQ(server.told, row.told);
  }
  server.told.clear();
  EXPECT_EQ(arguments_of(server, "dhcp-disable", R"({"max-period": 0})"),
            "'max-period' must be positive integer");
  EXPECT_EQ(arguments_of(server, "dhcp-disable", R"({"origin": "foo"})"),
            "invalid value used for 'origin' parameter: foo");
  EXPECT_EQ(server.told, "");
}

}  // namespace
}  // namespace lessor::control
