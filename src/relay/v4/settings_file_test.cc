#include "relay/v4/settings_file.h"

#include "relay/v4/settings_schema.h"
#include "relay/v4/vlan_tags.h"

#include <gmock/gmock.h>

#include <fstream>
#include <sstream>

namespace lessor::relay::v4 {
namespace {

std::string first_problem(std::string_view text) {
  const auto settings = read_relay_settings(text, "relay.json");
  return settings ? "" : config::to_string(settings.error().front());
}

constexpr std::string_view kWhole = R"({"Relay": {
  "servers": ["192.0.2.11", "192.0.2.12:1067"],
  "server-choice": "failover",
  "foreign-agent-info": "replace",
  "agent-info": {"circuit-id": "{interface}:{vlan}"},
  "max-hops": 8, "min-secs": 1, "max-message-size": 1000, "source-port": 6767,
  "only-from-servers": true, "probe": false, "leasequery": true,
  "downlinks": [
    {"interface": "eth1.5"},
    {"interface": "eth2", "servers": ["192.0.2.13"], "giaddr": "192.0.2.1", "trusted": true,
     "vlan": 7, "outer-vlan": 8, "messages-per-second": 100, "clients": 50,
     "agent-info": {"remote-id": "0xabcd", "relay-id": "r", "subscriber-id": "s", "flags": true,
                    "link-selection": "10.3.0.0", "server-id-override": true,
                    "vendors": [{"enterprise": 9, "data": "x"}]}}
  ]}})";

TEST(SettingsFile, EveryKeyIsRead) {
  const auto settings = read_relay_settings(kWhole, "relay.json");
  ASSERT_TRUE(settings) << first_problem(kWhole);
  EXPECT_EQ(settings->servers.size(), 2);
  EXPECT_EQ(to_string(settings->servers[1]), "192.0.2.12:1067");
  EXPECT_EQ(settings->choice, ServerChoice::failover);
  EXPECT_EQ(settings->foreign, ForeignAgentInfo::replace);
  EXPECT_EQ(settings->max_hops, 8);
  EXPECT_EQ(settings->min_secs, 1);
  EXPECT_EQ(settings->max_message_size, 1'000);
  EXPECT_EQ(settings->source_port, 6'767);
  EXPECT_TRUE(settings->only_from_servers && settings->leasequery && !settings->probe);
  ASSERT_EQ(settings->downlinks.size(), 2);
  EXPECT_EQ(settings->downlinks[0].agent.circuit_id.text(), "{interface}:{vlan}");
  const Downlink& second = settings->downlinks[1];
  EXPECT_EQ(second.servers, (std::vector<Server>{{net::Ip4{0xc000020d}}}));
  EXPECT_EQ(second.giaddr, net::Ip4{0xc0000201});
  EXPECT_TRUE(second.trusted);
  EXPECT_EQ(tags_of(second), (VlanTags{7, 8}));
  EXPECT_EQ(second.messages_per_second, 100);
  EXPECT_EQ(second.clients, 50);
  EXPECT_TRUE(second.agent.circuit_id.empty());
  EXPECT_EQ(second.agent.link_selection,
            (OwnAddress{OwnAddress::Source::given, net::Ip4{0x0a030000}}));
  EXPECT_EQ(second.agent.server_id_override.source, OwnAddress::Source::interface);
  EXPECT_EQ(second.agent.vendors.at(0).enterprise, 9);
}

struct WrongCase {
  std::string_view text;
  std::string_view problem;
};

TEST(SettingsFile, EveryMistakeIsNamedWithItsPlace) {
  const WrongCase cases[] = {
      {R"({)", "relay.json:1:1: this map is never closed: expected '}' before the end of the text"},
      {R"([])", "relay.json:1:1: expected a map like {\"Relay\": {...}}, found a list"},
      {R"({})", "relay.json:1:1: the map has no \"Relay\""},
      {R"({"Relay": {}})", "relay.json:1:11: Relay: no downlink: name the links with clients"},
      {R"({"Relay": {"servres": []}})",
       "relay.json:1:12: Relay.servres: unknown key (did you mean 'servers'?)"},
      {R"({"Relay": {"max-hops": 17}})",
       "relay.json:1:24: Relay.max-hops: 17 is out of bounds: from 0 to 16"},
      {R"({"Relay": {"max-hops": "4"}})",
       "relay.json:1:24: Relay.max-hops: expected an integer, found text"},
      {R"({"Relay": {"server-choice": "fail-over"}})",
       "relay.json:1:29: Relay.server-choice: 'fail-over' is none of: all failover hash (did you "
       "mean 'failover'?)"},
      {R"({"Relay": {"servers": ["192.0.2.256"]}})",
       "relay.json:1:24: Relay.servers[0]: '192.0.2.256' is no IPv4 address: write 192.0.2.1 or "
       "192.0.2.1:67"},
      {R"({"Relay": {"servers": ["192.0.2.1:0"]}})",
       "relay.json:1:24: Relay.servers[0]: '192.0.2.1:0' has no port from 1 to 65535"},
      {R"({"Relay": {"servers": ["192.0.2.1", "192.0.2.1:67"]}})",
       "relay.json:1:37: Relay.servers[1]: this server stands here twice"},
      {R"({"Relay": {"downlinks": [{}]}})",
       "relay.json:1:26: Relay.downlinks[0]: a downlink needs its 'interface'"},
      {R"({"Relay": {"downlinks": [{"interface": "a b"}]}})",
       "relay.json:1:40: Relay.downlinks[0].interface: 'a b' is no name of an interface"},
      {R"({"Relay": {"downlinks": [{"interface": "e", "giaddr": "x"}]}})",
       "relay.json:1:55: Relay.downlinks[0].giaddr: 'x' is no IPv4 address: write 192.0.2.1"},
      {R"({"Relay": {"downlinks": [{"interface": "e"}]}})",
       "relay.json:1:11: Relay: downlink e: no server: name some for it, or for all"},
      {R"({"Relay": {"servers": ["1.1.1.1"],
           "downlinks": [{"interface": "e"}, {"interface": "e"}]}})",
       "relay.json:1:11: Relay: downlink e stands there twice"},
      {R"({"Relay": {"agent-info": {"circuit-id": "a{b"}, "downlinks": [{"interface": "e"}]}})",
       "relay.json:1:41: Relay.agent-info.circuit-id: character 2 of 'a{b': '{' without '}': write "
       "'{{' for a brace"},
      {R"({"Relay": {"servers": ["1.1.1.1"], "downlinks": [{"interface": "e",
           "agent-info": {"circuit-id": "{vlan}"}}]}})",
       "relay.json:1:11: Relay: downlink e: its template '{vlan}' names {vlan}, and the "
       "interface's "
       "name does not say it: set vlan"},
      {R"({"Relay": {"downlinks": [{"interface": "e", "agent-info": {"link-selection": 5}}]}})",
       "relay.json:1:78: Relay.downlinks[0].agent-info.link-selection: true (the interface's own), "
       "false, or an IPv4 address stands here"},
      {R"({"Relay": {"downlinks": [{"interface": "e", "agent-info": {"vendors": [
           {"data": "x"}]}}]}})",
       "relay.json:2:12: Relay.downlinks[0].agent-info.vendors[0]: a vendor's 'enterprise' number "
       "is missing"},
  };
  for (const WrongCase& one : cases) EXPECT_EQ(first_problem(one.text), one.problem) << one.text;
}

TEST(SettingsFile, EveryKeyIsInTheDocument) {
  std::stringstream text;
  text << std::ifstream("docs/relay.md").rdbuf();
  for (const KeyRow& row : relay_keys()) {
    EXPECT_NE(text.str().find("`" + std::string(row.name) + "`"), std::string::npos) << row.name;
  }
}

TEST(VlanTagsTest, AreReadFromNames) {
  const auto tags = [](std::string name) {
    Downlink downlink;
    downlink.interface = std::move(name);
    return tags_of(downlink);
  };
  EXPECT_EQ(tags("eth0"), VlanTags());
  EXPECT_EQ(tags("eth0.100"), (VlanTags{100, 0}));
  EXPECT_EQ(tags("eth0.100.200"), (VlanTags{200, 100}));
  EXPECT_EQ(tags("vlan0007"), (VlanTags{7, 0}));
  EXPECT_EQ(tags("vlan4095"), VlanTags());
  EXPECT_EQ(tags("eth0.x"), VlanTags());
  EXPECT_EQ(tags("vlan"), VlanTags());
}

}  // namespace
}  // namespace lessor::relay::v4
