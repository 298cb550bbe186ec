#include "cli/relay/relay_words.h"

#include <gtest/gtest.h>

#include <vector>

namespace lessor::cli {
namespace {

std::expected<RelayWords, Stop> read(std::vector<const char*> words) {
  return read_relay_words(words);
}

TEST(RelayWords, SayLinksAndServers) {
  const auto words = read({"--downlink",
                           "eth1",
                           "-d",
                           "eth2=192.0.2.7,192.0.2.8:6767",
                           "--server",
                           "192.0.2.1",
                           "-s",
                           "192.0.2.2:1067",
                           "--circuit-id",
                           "{interface}",
                           "--link-selection",
                           "interface",
                           "--server-id-override",
                           "10.0.0.1",
                           "--choice",
                           "hash",
                           "--foreign",
                           "append",
                           "--trusted",
                           "--max-hops",
                           "9",
                           "--no-probe"});
  ASSERT_TRUE(words) << words.error().text;
  const relay::v4::Settings& s = words->settings;
  ASSERT_EQ(s.downlinks.size(), 2U);
  EXPECT_EQ(s.downlinks[0].interface, "eth1");
  EXPECT_TRUE(s.downlinks[0].servers.empty());
  EXPECT_EQ(s.downlinks[1].interface, "eth2");
  ASSERT_EQ(s.downlinks[1].servers.size(), 2U);
  EXPECT_EQ(to_string(s.downlinks[1].servers[1]), "192.0.2.8:6767");
  ASSERT_EQ(s.servers.size(), 2U);
  EXPECT_EQ(s.servers[1].port, 1067);
  EXPECT_EQ(s.choice, relay::v4::ServerChoice::hash);
  EXPECT_EQ(s.foreign, relay::v4::ForeignAgentInfo::append);
  EXPECT_EQ(s.max_hops, 9);
  EXPECT_FALSE(s.probe);
  for (const relay::v4::Downlink& downlink : s.downlinks) {
    EXPECT_TRUE(downlink.trusted);
    EXPECT_EQ(downlink.agent.circuit_id.text(), "{interface}");
    EXPECT_EQ(downlink.agent.link_selection.source, relay::v4::OwnAddress::Source::interface);
    EXPECT_EQ(net::to_string(downlink.agent.server_id_override.address), "10.0.0.1");
  }
}

TEST(RelayWords, NameWhatIsWrongWithThem) {
  struct Row {
    std::vector<const char*> words;
    const char* expected;
  };
  const Row rows[] = {
      {{}, "say what to relay"},
      {{"-d", "eth1"}, "server"},
      {{"-d", "eth1", "-s", "192.0.2.300"}, "192.0.2.300"},
      {{"-d", "eth1=nowhere"}, "nowhere"},
      {{"-d", "eth1", "-d", "eth1", "-s", "192.0.2.1"}, "eth1"},
      {{"-d", "=192.0.2.1"}, "'' is no name of one"},
      {{"-d", "e\f1", "-s", "192.0.2.1"}, "'e\\x0c1' is no name of an interface"},
      {{"-d", "e\fth1"}, "downlink e\\x0cth1: no server"},
      {{"-d", "eth1", "-s", "192.0.2.1", "-c", "relay.conf"}, "not both"},
      {{"-d", "eth1", "-s", "192.0.2.1", "--choice", "hsh"}, "did you mean 'hash'"},
      {{"-d", "eth1", "-s", "192.0.2.1", "--foreign", "remove"}, "remove"},
      {{"-d", "eth1", "-s", "192.0.2.1", "--circuit-id", "a{port}"}, "at octet 3"},
      {{"-d", "eth1", "-s", "192.0.2.1", "--link-selection", "eth1"}, "neither"},
      {{"-d", "eth1", "-s", "192.0.2.1", "--giaddr", "x"}, "no IPv4 address"},
      {{"-d", "eth1", "-s", "192.0.2.1", "--max-hops", "17"}, "17"},
      {{"-d", "eth1", "-s", "192.0.2.1", "--source-port", "0"}, "not in range"},
      {{"-d", "eth1", "-s", "192.0.2.1", "--source-port", "68"}, "that of clients"},
      {{"-d", "eth1", "-s", "192.0.2.1", "--max-message-size", "100"}, "not in range"},
      {{"-d", "eth1", "-s", "192.0.2.1", "--max-message-size", "9000"}, "not in range"},
      {{"-d", "eth1", "-s", "192.0.2.1", "--clients", "70000"}, "not in range"},
      {{"--json"}, "--status"},
  };
  for (const Row& row : rows) {
    const auto words = read(row.words);
    ASSERT_FALSE(words) << row.expected;
    EXPECT_EQ(words.error().code, ExitCode::usage);
    EXPECT_NE(words.error().text.find(row.expected), std::string::npos) << words.error().text;
  }
}

TEST(RelayWords, AskTheRunningRelay) {
  const auto status = read({"--status", "--json", "--socket", "/run/x.sock"});
  ASSERT_TRUE(status);
  EXPECT_EQ(status->action, RelayWords::Action::status);
  EXPECT_TRUE(status->json);
  EXPECT_EQ(status->socket, "/run/x.sock");
  const auto check = read({"-t", "relay.conf"});
  ASSERT_TRUE(check);
  EXPECT_EQ(check->action, RelayWords::Action::check);
  EXPECT_EQ(check->file, "relay.conf");
}

}  // namespace
}  // namespace lessor::cli
