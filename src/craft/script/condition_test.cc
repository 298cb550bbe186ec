#include "craft/script/condition.h"

#include "craft/exchange/test_link.h"

#include <gmock/gmock.h>

namespace lessor::craft {
namespace {

using namespace testing;
using ::testing::HasSubstr;

std::vector<std::byte> offer() {
  return reply("offer",
               {"yiaddr = 192.168.56.104", "flags = 0x8000", "option.routers = 192.168.56.1",
                "option.relay-agent-information.circuit-id = 'eth0'",
                "option.relay-agent-information.remote-id = 'r'"})
      .frame.bytes;
}

TEST(Judge, ComparesFieldsAndOptionsInTheNotation) {
  struct Row {
    std::string_view condition;
    bool holds;
    std::string found;
  };
  const Row rows[] = {
      {"yiaddr = 192.168.56.104", true, "192.168.56.104"},
      {"yiaddr = 192.168.56.105", false, "192.168.56.104"},
      {"yiaddr != 192.168.56.105", true, "192.168.56.104"},
      {"flags = 0x8000", true, "0x8000"},
      {"flags=32768", true, "0x8000"},
      {"ip.df = 0", true, "0"},
      {"chaddr = c0:01:1b:69:00:00", true, "c0:01:1b:69:00:00"},
      {"option.routers = 192.168.56.1", true, "192.168.56.1"},
      {"option.routers = 192.168.56.2", false, "192.168.56.1"},
      {"option.host-name = R1", false, "absent"},
      {"option.host-name != R1", true, "absent"},
      {"dhcp.option.hostname != R1", true, "absent"},
      {"option.routers", true, "192.168.56.1"},
      {"option.host-name", false, "absent"},
      {"no option.host-name", true, "absent"},
      {"no option.routers", false, "192.168.56.1"},
      {"option.relay-agent-information.circuit-id = 'eth0'", true, ""},
      {"option.relay-agent-information.circuit-id = 'eth1'", false, ""},
      {"option.relay-agent-information.remote-id = 'r'", true, ""},
      {"vlan.id = 1", false, "absent"},
  };
  for (const Row& row : rows) {
    const auto judged = judge(row.condition, offer());
    ASSERT_TRUE(judged) << row.condition << ": " << judged.error();
    EXPECT_EQ(judged->holds, row.holds) << row.condition;
    if (!row.found.empty()) {
      EXPECT_EQ(judged->found, row.found) << row.condition;
    }
  }
}

TEST(Judge, LeavesOtherOperatorsToTheFilters) {
  EXPECT_TRUE(judge("type = offer", offer())->holds);
  EXPECT_TRUE(judge("ip.ttl > 5", offer())->holds);
  EXPECT_FALSE(judge("ip.ttl < 5", offer())->holds);
  EXPECT_TRUE(judge("option.routers ~ 56.1", offer())->holds);
  EXPECT_TRUE(judge("server = 192.168.56.100", offer())->holds);
}

TEST(Judge, SaysWhatMakesNoSense) {
  EXPECT_THAT(judge("yiadr = 192.0.2.1", {}).error(), HasSubstr("yiaddr"));
  EXPECT_THAT(judge("yiaddr = here", {}).error(), HasSubstr("yiaddr"));
  EXPECT_THAT(judge("option.routrs", {}).error(), HasSubstr("routers"));
  EXPECT_THAT(judge("", {}).error(), HasSubstr("NAME = VALUE"));
}

TEST(Judge, TakesAnyPacket) {
  const auto whole = offer();
  for (std::size_t size = 0; size < whole.size(); ++size) {
    const std::vector<std::byte> cut(whole.begin(),
                                     whole.begin() + static_cast<std::ptrdiff_t>(size));
    for (const std::string_view condition : {"yiaddr = 0.0.0.0", "option.routers", "type = ack"}) {
      EXPECT_TRUE(judge(condition, cut)) << size << condition;
    }
  }
}

TEST(ValueOf, PrintsFieldsAndOptions) {
  EXPECT_EQ(value_of(offer(), "yiaddr").value(), "192.168.56.104");
  EXPECT_EQ(value_of(offer(), "eth.src").value(), "08:00:27:9b:11:3d");
  EXPECT_EQ(value_of(offer(), "option.dhcp-server-identifier").value(), "192.168.56.100");
  EXPECT_THAT(value_of(offer(), "option.host-name").error(), HasSubstr("has no option.host-name"));
  EXPECT_THAT(value_of(offer(), "yiadr").error(), HasSubstr("did you mean yiaddr?"));
}

}  // namespace
}  // namespace lessor::craft
