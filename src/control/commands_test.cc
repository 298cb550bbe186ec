#include "control/commands.h"

#include "control/test_target.h"

#include <gtest/gtest.h>

#include <map>

namespace lessor::control {
namespace {

/// A server of plain values that remembers what it was asked to do.
class FakeTarget : public TestTarget {
 public:
  std::expected<Status, Trouble> status() override {
    if (busy) return std::unexpected("the server is busy");
    Status s;
    s.version = "0.1.0";
    s.pid = 7;
    return s;
  }
  std::expected<std::vector<Statistic>, Trouble> statistics() override {
    return std::vector<Statistic>{{"pkt4-received", 5}};
  }
  WallTime wall_time() override { return {0}; }
  std::string config_json() override { return R"({"Dhcp4": {}})"; }
  std::expected<std::string, Trouble> test_config(std::string_view json) override {
    tested = json;
    if (json.find("bad") != std::string_view::npos) return std::unexpected("1:2: no such key");
    return "Configuration is good.";
  }
  std::expected<std::string, Trouble> reload() override { return std::unexpected("no file"); }
  void shutdown(int code) override {
    stopping = true;
    exit_code = code;
  }
  std::expected<LeasePage, Trouble> walk_leases(std::uint32_t cursor) override {
    // Two at a time, from the highest address down: a walk has no order.
    LeasePage page;
    std::uint32_t place = 0;
    for (auto it = table.rbegin(); it != table.rend(); ++it, ++place) {
      if (place >= cursor && place < cursor + 2) page.rows.push_back(it->second);
    }
    if (cursor + 2 < table.size()) page.next = cursor + 2;
    return page;
  }
  std::expected<std::optional<LeaseRow>, Trouble> find_lease(net::Ip4 address) override {
    const auto found = table.find(address.value);
    return found == table.end() ? std::nullopt : std::optional(found->second);
  }
  std::expected<void, Trouble> release_lease(net::Ip4 address) override {
    if (table.erase(address.value) == 0) return std::unexpected("no lease for that address");
    return {};
  }
  std::expected<std::uint64_t, Trouble> clear_declined(std::optional<net::Ip4> address) override {
    return address ? 0 : 3;
  }
  std::expected<std::uint64_t, Trouble> reclaim() override { return 12; }

  void add(std::uint32_t address, std::uint32_t subnet_id) {
    table[address] = LeaseRow{.address = {address}, .subnet_id = subnet_id};
  }

  bool busy = false;
  bool stopping = false;
  int exit_code = -1;
  std::string tested;
  std::map<std::uint32_t, LeaseRow> table;
};

Answer run(Target& server, std::string_view request) {
  return execute(server, request, Access::write);
}

TEST(Commands, AnswersByTheTable) {
  FakeTarget server;
  server.add(0xc0000201, 1);
  const struct {
    const char* request;
    Result result;
    const char* text;
  } rows[] = {
      {R"({"command": "version-get"})", Result::ok, "0.1.0"},
      {R"({"command": "status-get"})", Result::ok, ""},
      {R"({"command": "statistic-get-all"})", Result::ok, ""},
      {R"({"command": "config-get"})", Result::ok, ""},
      {R"({"command": "config-test", "arguments": {"Dhcp4": {}}})", Result::ok, "is good"},
      {R"({"command": "config-test", "arguments": {"bad": 1}})", Result::error, "no such key"},
      {R"({"command": "config-test"})", Result::error, "needs \"arguments\""},
      {R"({"command": "config-reload"})", Result::error, "no file"},
      {R"({"command": "leases-reclaim"})", Result::ok, "is complete: 12"},
      {R"({"command": "lease4-get", "arguments": {"ip-address": "192.0.2.1"}})", Result::ok,
       "found"},
      {R"({"command": "lease4-get", "arguments": {"ip-address": "192.0.2.9"}})", Result::empty,
       "not found"},
      {R"({"command": "lease4-get", "arguments": {"ip-address": "x"}})", Result::error,
       "is no IPv4 address"},
      {R"({"command": "lease4-get", "arguments": {"ip-address": 3}})", Result::error,
       "must be a string"},
      {R"({"command": "lessor-clear-declined"})", Result::ok, "Cleared 3"},
      {R"({"command": "lessor-clear-declined", "arguments": { }})", Result::ok, "Cleared 3"},
      {R"({"command": "lessor-clear-declined", "arguments": {"ip-address": "192.0.2.1"}})",
       Result::empty, "Cleared 0"},
      {R"({"command": "lease4-get-pge"})", Result::unsupported, "Did you mean 'lease4-get-page'?"},
      {R"({"command": "zzzzzzzzzzzz"})", Result::unsupported, "not supported"},
      {R"({"command": "a\u001b[31m"})", Result::unsupported, "a\\x1b[31m"},
      {"nonsense", Result::error, "not valid JSON"},
  };
  for (const auto& row : rows) {
    const Answer answer = run(server, row.request);
    EXPECT_EQ(answer.result, row.result) << row.request << " -> " << answer.text;
    EXPECT_NE(answer.text.find(row.text), std::string::npos) << row.request << answer.text;
  }
}

TEST(Commands, ListsThemselves) {
  FakeTarget server;
  const Answer answer = run(server, R"({"command": "list-commands"})");
  for (const char* name :
       {"list-commands", "version-get", "status-get", "statistic-get-all", "config-get",
        "config-test", "config-reload", "leases-reclaim", "shutdown"}) {
    EXPECT_NE(answer.arguments.find('"' + std::string(name) + '"'), std::string::npos) << name;
  }
}

TEST(Commands, SayWhenTheServerDoesNotAnswer) {
  FakeTarget server;
  server.busy = true;
  EXPECT_EQ(run(server, R"({"command": "status-get"})").text, "the server is busy");
}

// bad-input C3-07: who may only read changes nothing.
TEST(Commands, ThatWriteNeedTheRight) {
  FakeTarget server;
  for (const Command& command : commands()) {
    const std::string request = R"({"command": ")" + std::string(command.name) +
                                R"(", "arguments": {"ip-address": "192.0.2.1"}})";
    const Answer answer = execute(server, request, Access::read);
    const bool refused = answer.text.find("changes the server") != std::string::npos;
    EXPECT_EQ(refused, command.access == Access::write) << command.name;
  }
  EXPECT_FALSE(server.stopping);
}

TEST(Commands, ShutdownAnswersAndBeginsTheStop) {
  FakeTarget server;
  EXPECT_EQ(run(server, R"({"command": "shutdown"})").result, Result::ok);
  EXPECT_TRUE(server.stopping);
  EXPECT_EQ(server.exit_code, 0);
}

TEST(Commands, ShutdownEndsWithTheExitValueAskedFor) {
  FakeTarget server;
  for (const char* bad : {"256", "-1", "\"3\"", "1.5", "null"}) {
    const std::string request =
        R"({"command": "shutdown", "arguments": {"exit-value": )" + std::string(bad) + "}}";
    EXPECT_EQ(run(server, request).result, Result::error) << bad;
    EXPECT_FALSE(server.stopping) << bad;
  }
  EXPECT_EQ(run(server, R"({"command": "shutdown", "arguments": {"exit-value": 3}})").result,
            Result::ok);
  EXPECT_EQ(server.exit_code, 3);
}

TEST(Commands, PagesContinueAfterTheAddressNamed) {
  FakeTarget server;
  for (std::uint32_t i = 1; i <= 5; ++i) server.add(0xc0000200 + i, 1);
  std::string from = "start";
  std::vector<std::uint32_t> seen;
  for (int turn = 0; turn < 10; ++turn) {
    const Answer answer = run(server, R"({"command": "lease4-get-page", "arguments": )"
                                      R"({"limit": 2, "from": ")" +
                                          from + "\"}}");
    const auto page = read_page(answer.arguments);
    ASSERT_TRUE(page) << answer.text;
    if (page->rows.empty()) {
      EXPECT_EQ(answer.result, Result::empty);
      break;
    }
    for (const LeaseRow& row : page->rows) seen.push_back(row.address.value & 0xff);
    from = net::to_string(page->rows.back().address);
  }
  EXPECT_EQ(seen, (std::vector<std::uint32_t>{1, 2, 3, 4, 5}));
}

TEST(Commands, WalksGoOnWithTheCursor) {
  FakeTarget server;
  for (std::uint32_t i = 1; i <= 5; ++i) server.add(0xc0000200 + i, 1);
  std::optional<std::uint32_t> cursor = 0;
  std::size_t seen = 0;
  while (cursor) {
    const Answer answer =
        run(server, R"({"command": "lessor-lease-walk", "arguments": {"cursor": )" +
                        std::to_string(*cursor) + "}}");
    const auto page = read_page(answer.arguments);
    ASSERT_TRUE(page) << answer.text;
    seen += page->rows.size();
    cursor = page->next;
  }
  EXPECT_EQ(seen, 5U);
  EXPECT_EQ(run(server, R"({"command": "lessor-lease-walk", "arguments": {"cursor": -1}})").result,
            Result::error);
}

TEST(Commands, PagesRefuseALimitThatIsNone) {
  FakeTarget server;
  for (const char* limit : {"0", "-1", "\"2\"", "null"}) {
    const Answer answer =
        run(server, R"({"command": "lease4-get-page", "arguments": {"from": "start", )"
                    R"("limit": )" +
                        std::string(limit) + "}}");
    EXPECT_EQ(answer.result, Result::error) << limit;
  }
}

TEST(Commands, AllLeasesCanBeNarrowedToSubnets) {
  FakeTarget server;
  for (std::uint32_t i = 0; i < 250; ++i) server.add(0x0a000000 + i, i % 2 + 1);
  const Answer all = run(server, R"({"command": "lease4-get-all"})");
  EXPECT_EQ(all.text, "250 IPv4 lease(s) found.");
  const Answer some =
      run(server, R"({"command": "lease4-get-all", "arguments": {"subnets": [2]}})");
  EXPECT_EQ(some.text, "125 IPv4 lease(s) found.");
  const Answer none =
      run(server, R"({"command": "lease4-get-all", "arguments": {"subnets": [9]}})");
  EXPECT_EQ(none.result, Result::empty);
  const Answer wrong =
      run(server, R"({"command": "lease4-get-all", "arguments": {"subnets": ["a"]}})");
  EXPECT_EQ(wrong.result, Result::error);
}

TEST(Commands, ReleaseSaysWhatItDid) {
  FakeTarget server;
  server.add(0xc0000201, 1);
  const char* request =
      R"({"command": "lessor-lease-release", "arguments": {"ip-address": "192.0.2.1"}})";
  EXPECT_EQ(run(server, request).result, Result::ok);
  EXPECT_EQ(run(server, request).text, "no lease for that address");
}

}  // namespace
}  // namespace lessor::control
