#include "control/status.h"

#include <gtest/gtest.h>

namespace lessor::control {
namespace {

Status example() {
  Status s;
  s.version = "0.1.0";
  s.pid = 42;
  s.uptime = Duration::seconds(3'600);
  s.since_reload = Duration::seconds(60);
  s.config = "/etc/lessor/lessor.conf";
  s.lease_folder = "/var/lib/lessor";
  s.interfaces = {{"eth0", true, "packet socket", {"192.0.2.1/24"}}, {"eth1", false, "down", {}}};
  s.pools = {{"192.0.2.0/24", 1, "192.0.2.10 - 192.0.2.19", 10, 4, 1, 2, 3}};
  s.other_servers = {{.interface = "eth0",
                      .server = "192.0.2.9",
                      .mac = "52:54:00:12:34:56",
                      .source = "192.0.2.8",
                      .address = "192.0.2.77",
                      .offers = 3,
                      .acks = 2,
                      .naks = 1,
                      .chosen = 4,
                      .first_seen = "2026-11-22 16:04:05",
                      .last_seen_ago = Duration::seconds(8)}};
  s.counters = {{"received-discover", 7}, {"silent: pool exhausted", 2}};
  s.flushes = {.count = 9,
               .last = Duration::microseconds(450),
               .longest = Duration::milliseconds(3),
               .last_batch = 12,
               .durable = 80,
               .newest = 81,
               .parked = 1};
  s.queue = {
      .waiting = 5, .oldest = Duration::milliseconds(20), .longest = Duration::milliseconds(90)};
  s.reloads = {.count = 2, .failed = 1, .longest_stall = Duration::microseconds(70)};
  return s;
}

TEST(Status, SurvivesTheWayThroughJson) {
  const auto back = read_status(to_json(example()));
  ASSERT_TRUE(back) << back.error();
  EXPECT_EQ(back->version, "0.1.0");
  EXPECT_EQ(back->pid, 42);
  EXPECT_EQ(back->uptime, Duration::seconds(3'600));
  EXPECT_EQ(back->since_reload, Duration::seconds(60));
  EXPECT_EQ(back->lease_folder, "/var/lib/lessor");
  ASSERT_EQ(back->interfaces.size(), 2U);
  EXPECT_TRUE(back->interfaces[0].served);
  EXPECT_EQ(back->interfaces[0].addresses, std::vector<std::string>{"192.0.2.1/24"});
  EXPECT_EQ(back->interfaces[1].why, "down");
  ASSERT_EQ(back->pools.size(), 1U);
  EXPECT_EQ(back->pools[0].offered, 2U);
  EXPECT_EQ(back->pools[0].range, "192.0.2.10 - 192.0.2.19");
  ASSERT_EQ(back->other_servers.size(), 1U);
  const OtherServerStatus& other = back->other_servers[0];
  EXPECT_EQ(other.interface + other.server + other.mac, "eth0192.0.2.952:54:00:12:34:56");
  EXPECT_EQ(other.source + other.relay + other.address, "192.0.2.8192.0.2.77");
  EXPECT_EQ(other.offers * 1'000 + other.acks * 100 + other.naks * 10 + other.chosen, 3'214U);
  EXPECT_EQ(other.first_seen, "2026-11-22 16:04:05");
  EXPECT_EQ(other.last_seen_ago, Duration::seconds(8));
  EXPECT_EQ(back->counters.size(), 2U);
  EXPECT_EQ(back->flushes.last, Duration::microseconds(450));
  EXPECT_EQ(back->flushes.newest, 81U);
  EXPECT_EQ(back->queue.waiting, 5U);
  EXPECT_EQ(back->queue.oldest, Duration::milliseconds(20));
  EXPECT_EQ(back->queue.longest, Duration::milliseconds(90));
  EXPECT_EQ(back->reloads.longest_stall, Duration::microseconds(70));
}

TEST(Status, SaysOfSocketsWhatKeasToolsLookFor) {
  Status s = example();
  EXPECT_NE(to_json(s).find(R"("sockets":{"errors":["eth1: down"],"status":"retrying"})"),
            std::string::npos)
      << to_json(s);
  s.interfaces.pop_back();
  EXPECT_NE(to_json(s).find(R"("sockets":{"status":"ready"})"), std::string::npos) << to_json(s);
  EXPECT_NE(to_json(s).find(R"("multi-threading-enabled":false)"), std::string::npos);
}

TEST(Status, ReadsWhatLacksKeys) {
  const auto status = read_status(R"({"pid": 1})");
  ASSERT_TRUE(status);
  EXPECT_EQ(status->pid, 1);
  EXPECT_TRUE(status->pools.empty());
}

TEST(Status, RefusesWhatIsNoStatus) {
  EXPECT_FALSE(read_status(""));
  EXPECT_FALSE(read_status("[]"));
  EXPECT_FALSE(read_status(R"({"pid": "one"})"));
  EXPECT_FALSE(read_status(R"({"pools": 3})"));
  EXPECT_FALSE(read_status(R"({"pools": [3]})"));
  EXPECT_FALSE(read_status(R"({"other-servers": [3]})"));
  EXPECT_FALSE(read_status(R"({"counters": {"a": "b"}})"));
}

TEST(Statistics, HaveKeasForm) {
  EXPECT_EQ(to_json(std::vector<Statistic>{{"pkt4-received", 3}}, WallTime{0}),
            R"({"pkt4-received":[[3,"1970-01-01 00:00:00.000000"]]})");
}

}  // namespace
}  // namespace lessor::control
