#include "cli/relay/relay_report.h"

#include "cli/relay/relay_host.h"
#include "cli/relay/relay_lines.h"

#include <gtest/gtest.h>

namespace lessor::cli {
namespace {

RelayReport sample() {
  RelayReport r;
  r.version = "1.2";
  r.source = "relay.conf";
  r.pid = 7;
  r.uptime = Duration::seconds(90);
  r.choice = "failover";
  r.links = {{.interface = "eth1",
              .up = true,
              .why = "serving",
              .giaddr = "10.1.0.1",
              .requests = 5,
              .replies = 4,
              .dropped = 1,
              .clients = 2},
             {.interface = "eth\"2", .up = false, .why = "down"}};
  r.servers = {{.address = "192.0.2.1",
                .health = "good",
                .by = "eth0",
                .sent = 5,
                .answers = 4,
                .unanswered = 1,
                .times_down = 2,
                .answered_ago_s = 3},
               {.address = "192.0.2.2:6767", .health = "unknown"}};
  relay::v4::Counters counters;
  counters.requests[1] = 5;
  counters.dropped[static_cast<std::size_t>(relay::v4::Reason::too_many_hops)] = 1;
  r.counts = relay_counts(counters, runtime::PacketCounters());
  return r;
}

TEST(RelayReport, ComesBackFromJson) {
  const RelayReport r = sample();
  const auto again = read_relay_report(to_json(r));
  ASSERT_TRUE(again) << again.error();
  EXPECT_EQ(to_json(*again), to_json(r));
  EXPECT_EQ(to_table(*again), to_table(r));
  for (const char* broken : {"", "[]", R"({"pid": "x"})", R"({"downlinks": 5})"}) {
    EXPECT_FALSE(read_relay_report(broken) && *broken != '[') << broken;
  }
}

TEST(RelayReport, IsATableForPeople) {
  const std::string table = to_table(sample());
  for (const char* expected :
       {"lessor 1.2 relaying relay.conf, running for 1m30s, pid 7", "chosen by: failover",
        "eth1      relaying  10.1.0.1  5", "192.0.2.1       good     3s ago", "never", "no route",
        "5  requests: DHCPDISCOVER", "1  dropped: too-many-hops"}) {
    EXPECT_NE(table.find(expected), std::string::npos) << expected << " in\n" << table;
  }
}

TEST(RelayReport, IsTextForPrometheus) {
  const std::string text = to_metrics(sample());
  for (const char* expected : {"# TYPE lessor_relay_requests_total counter\n",
                               "lessor_relay_requests_total{type=\"DHCPDISCOVER\"} 5\n",
                               "lessor_relay_dropped_total{reason=\"too-many-hops\"} 1\n",
                               "lessor_relay_downlink_up{interface=\"eth1\"} 1\n",
                               "lessor_relay_server_in_service{server=\"192.0.2.1\"} 1\n",
                               "lessor_relay_server_down_total{server=\"192.0.2.1\"} 2\n"}) {
    EXPECT_NE(text.find(expected), std::string::npos) << expected << " in\n" << text;
  }
  // One TYPE line a name, before its samples.
  std::size_t at = text.find("# TYPE lessor_relay_dropped_total");
  ASSERT_NE(at, std::string::npos);
  EXPECT_EQ(text.find("# TYPE lessor_relay_dropped_total", at + 1), std::string::npos);
}

TEST(RelayReport, NamesOfInterfacesDoNotBreakIt) {
  RelayReport report;
  report.links.push_back({.interface = "a\"b\\"});
  const std::string text = to_metrics(report);
  const char* expected = R"(lessor_relay_downlink_up{interface="a\"b\\x5c"} 0)";
  EXPECT_NE(text.find(expected), std::string::npos) << text;
}

TEST(RelayLines, NameServersLinksAndReasons) {
  relay::v4::Settings settings;
  settings.downlinks = {{.interface = "eth1"}};
  const relay::v4::ServerStatus servers[] = {{.server = {{0xc0000201}}}};
  const RelayNames names = relay_names(settings, servers);
  const relay::v4::Event down{.kind = relay::v4::EventKind::server_down,
                              .clients = 9,
                              .silence = Duration::milliseconds(6'300)};
  EXPECT_EQ(format_line(down, names),
            "server 192.0.2.1 is taken out of service: 9 clients had no answer for 6s, and neither "
            "had we");
  EXPECT_EQ(severity_of(down), Severity::warning);
  const relay::v4::Event drop{.reason = relay::v4::Reason::too_many_hops,
                              .message = wire::MessageType::discover,
                              .count = 12,
                              .xid = 0xabc,
                              .source = {0x0a000001}};
  const std::string line = format_line(drop, names);
  for (const char* expected : {"DHCPDISCOVER from 10.0.0.1 via eth1 not relayed: ", " xid=00000abc",
                               " reason=too-many-hops count=12"}) {
    EXPECT_NE(line.find(expected), std::string::npos) << line;
  }
}

TEST(RelayHost, SaysWhatIsInTheWay) {
  const net::InterfaceTable table({{.index = 1, .name = "lo"},
                                   {.index = 2, .name = "eth0", .addresses = {{{0xc0000264}, 24}}},
                                   {.index = 3, .name = "eth1", .addresses = {{{0x0a010001}, 24}}},
                                   {.index = 4, .name = "bare"},
                                   {.index = 5, .name = "port", .master = 3}});
  const auto way_to = [](net::Ip4 to) { return std::string(to.value >> 24 == 0xc0 ? "eth0" : ""); };
  struct Row {
    relay::v4::Downlink downlink;
    std::uint32_t server;
    const char* expected;  // empty: nothing
    bool may_heal = true;
  };
  const Row rows[] = {
      {{.interface = "eth1"}, 0xc0000201, ""},
      {{.interface = "bare", .giaddr = net::Ip4{0x0a010001}}, 0xc0000201, ""},
      {{.interface = "eth7"}, 0xc0000201, "there is no interface eth7; this host has eth0, eth1"},
      {{.interface = "port"}, 0xc0000201, "port is a port of eth1"},
      {{.interface = "lo"}, 0xc0000201, "lo is this host itself", false},
      {{.interface = "bare"}, 0xc0000201, "bare has no IPv4 address"},
      {{.interface = "eth1", .giaddr = net::Ip4{1}}, 0xc0000201, "no address of this host"},
      {{.interface = "eth1"}, 0xc0000264, "is an address of this host (eth0)", false},
      {{.interface = "eth1"}, 0xcb000001, "there is no route to server 203.0.0.1"},
  };
  for (const Row& row : rows) {
    relay::v4::Settings settings;
    settings.downlinks = {row.downlink};
    settings.servers = {{{row.server}}};
    const auto objections = check_host(settings, table, way_to);
    ASSERT_EQ(objections.size(), *row.expected == '\0' ? 0U : 1U) << row.expected;
    if (objections.empty()) continue;
    EXPECT_NE(objections[0].text.find(row.expected), std::string::npos) << objections[0].text;
    EXPECT_EQ(objections[0].may_heal, row.may_heal) << row.expected;
  }
}

}  // namespace
}  // namespace lessor::cli
