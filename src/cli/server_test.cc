// The pure parts of the running server: what it serves, tells and answers with.

#include "cli/server.h"
#include "cli/other_servers.h"
#include "cli/server_report.h"
#include "wire/v4/message_writer.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

namespace lessor::cli {
namespace {

using config::InterfacePolicy;

config::ServerConfig one_subnet() {
  config::ServerConfig config;
  config::Subnet subnet;
  subnet.id = 7;
  subnet.prefix = *net::parse_prefix4("192.0.2.0/24");
  config.subnets.push_back(std::move(subnet));
  config.build_indexes();
  return config;
}

TEST(WantedInterfaces, AreThoseInsideASubnetWithoutAWord) {
  config::ServerConfig config = one_subnet();
  config.subnets[0].interface = "eth7";
  const auto wanted = wanted_interfaces(config);
  EXPECT_FALSE(wanted.every);
  ASSERT_EQ(wanted.holding_address_in.size(), 1U);
  EXPECT_EQ(wanted.holding_address_in[0], config.subnets[0].prefix);
  ASSERT_EQ(wanted.named.size(), 1U);
  EXPECT_EQ(wanted.named[0].name, "eth7");
}

TEST(WantedInterfaces, AreThoseListedAndNoOthers) {
  config::ServerConfig config = one_subnet();
  config.interfaces.mode = InterfacePolicy::Mode::listed;
  EXPECT_TRUE(wanted_interfaces(config).named.empty());  // an explicit empty list serves none
  EXPECT_TRUE(wanted_interfaces(config).holding_address_in.empty());
  config.interfaces.listed = {{"eth0", net::Ip4{1}}};
  EXPECT_EQ(wanted_interfaces(config).named[0].address, net::Ip4{1});
  config.interfaces.mode = InterfacePolicy::Mode::all;
  EXPECT_TRUE(wanted_interfaces(config).every);
}

TEST(ControlPaths, AreInTheLeaseFolderUnlessConfigured) {
  config::ServerConfig config;
  EXPECT_EQ(control_paths(config, "/l"), std::vector<std::string>{"/l/control.sock"});
  config.control_sockets = {{"/run/a"}, {"/run/b"}};
  EXPECT_EQ(control_paths(config, "/l"), (std::vector<std::string>{"/run/a", "/run/b"}));
}

TEST(Report, SumsKeasStatisticsBySubnet) {
  const server::v4::PoolFigures pools[] = {
      {.subnet_id = 7, .pool_id = 0, .total = 10, .assigned = 4, .declined = 1},
      {.subnet_id = 7, .pool_id = 1, .total = 5, .assigned = 5},
  };
  std::map<std::string, std::uint64_t> values;
  for (const auto& s : report_statistics({}, pools)) values[s.name] = s.value;
  EXPECT_EQ(values["subnet[7].total-addresses"], 15U);
  EXPECT_EQ(values["subnet[7].assigned-addresses"], 9U);
  EXPECT_EQ(values["subnet[7].pool[0].declined-addresses"], 1U);
  EXPECT_EQ(values["declined-addresses"], 1U);
  EXPECT_TRUE(values.contains("pkt4-received"));
  EXPECT_TRUE(values.contains("subnet[7].pool[1].total-addresses"));
}

TEST(Report, CountsByNamesThatSayWhat) {
  server::v4::Counters counters;
  counters.received[server::v4::index_of(wire::MessageType::discover)] = 3;
  counters.silent[static_cast<std::size_t>(server::v4::Reason::pool_exhausted)] = 2;
  std::map<std::string, std::uint64_t> values;
  for (const auto& c : report_counters(counters, {})) values[c.name] = c.value;
  EXPECT_EQ(values["received DHCPDISCOVER"], 3U);
  EXPECT_EQ(values["silent: pool_exhausted"], 2U);
}

TEST(Report, SaysWhyAnInterfaceIsNotServed) {
  const runtime::ServedInterface served[] = {
      {"eth0", 1, runtime::ServeState::serving, "serving"},
      {"eth1", 0, runtime::ServeState::not_there, "is not there"},
  };
  const net::InterfaceTable table(
      {{.index = 1, .name = "eth0", .addresses = {*net::parse_prefix4("192.0.2.1/24")}}});
  const auto report = report_interfaces(served, table);
  ASSERT_EQ(report.size(), 2U);
  EXPECT_TRUE(report[0].served);
  EXPECT_THAT(report[0].addresses, testing::ElementsAre("192.0.2.1/24"));
  EXPECT_FALSE(report[1].served);
  EXPECT_EQ(report[1].why, "is not there");
}

std::vector<std::byte> reply(wire::MessageType type, std::uint32_t xid, bool with_identifier) {
  std::vector<std::byte> room(wire::kMinMessageSize);
  wire::MessageWriter writer(room);
  wire::Header header;
  header.xid = xid;
  writer.header(header);
  writer.option_u8(wire::kOptionDhcpMessageType, static_cast<std::uint8_t>(type));
  if (with_identifier) writer.option_ip4(wire::kOptionDhcpServerIdentifier, {0xc0000201});
  writer.end();
  writer.pad_to(room.size());
  return room;
}

TEST(OtherServers, AreThoseWhoOfferToOurQuestion) {
  using wire::MessageType;
  EXPECT_EQ(read_offer(reply(MessageType::offer, 5, true), 5), net::Ip4{0xc0000201});
  EXPECT_EQ(read_offer(reply(MessageType::offer, 5, false), 5), net::kIp4Any);
  EXPECT_EQ(read_offer(reply(MessageType::offer, 6, true), 5), std::nullopt);
  EXPECT_EQ(read_offer(reply(MessageType::ack, 5, true), 5), std::nullopt);
  EXPECT_EQ(read_offer({}, 5), std::nullopt);
}

}  // namespace
}  // namespace lessor::cli
