// The plain texts of `lessor leases` and `lessor status`.

#include "cli/columns.h"
#include "cli/lease_text.h"
#include "cli/status_text.h"

#include <gtest/gtest.h>

namespace lessor::cli {
namespace {

using control::LeaseRow;

LeaseRow example() {
  LeaseRow row;
  row.address = {0xc0a83868};
  row.hardware.size = 6;
  row.hardware.octets[0] = std::byte{0xc0};
  row.hardware.octets[1] = std::byte{0x01};
  row.hostname = "R1";
  row.client_id = std::string("\x01\xc0", 2);
  row.started = {1'000'000'000};
  row.lifetime = Duration::seconds(600);
  row.remaining = Duration::seconds(90);
  row.subnet_id = 1;
  return row;
}

TEST(Columns, AlignAndLeaveNoBlanksAtTheEnd) {
  EXPECT_EQ(columns({{"a", "bb"}, {"ccc", ""}, {"d"}}, 1), " a    bb\n ccc\n d\n");
  EXPECT_EQ(columns({}), "");
}

TEST(LeaseTable, ShowsALeaseInALine) {
  EXPECT_EQ(lease_table({example()}),
            "ADDRESS         STATE   HARDWARE           HOSTNAME  ENDS (UTC)           REMAINING  "
            "SUBNET  CLIENT-ID\n"
            "192.168.56.104  active  c0:01:00:00:00:00  R1        2001-09-09 01:56:40  1m30s      "
            "1       01:c0\n");
}

TEST(LeaseTable, SaysWhenThereIsNothing) { EXPECT_EQ(lease_table({}), "No leases.\n"); }

TEST(LeaseTable, ShowsWhatIsOverAndWhatNeverEnds) {
  LeaseRow over = example();
  over.remaining = Duration::seconds(-30);
  EXPECT_NE(lease_table({over}).find("expired"), std::string::npos);
  EXPECT_NE(lease_table({over}).find("30s ago"), std::string::npos);
  LeaseRow forever = example();
  forever.lifetime = forever.remaining = Duration::infinite();
  EXPECT_NE(lease_table({forever}).find("never"), std::string::npos);
  EXPECT_NE(lease_table({forever}).find("infinite"), std::string::npos);
  LeaseRow returned = example();
  returned.state = lease::LeaseState::released;
  returned.subnet = "192.168.56.0/24";
  EXPECT_NE(lease_table({returned}).find("-          192.168.56.0/24"), std::string::npos);
}

// bad-input C3-08: a hostname cannot colour the terminal or begin a line.
TEST(LeaseTable, SanitisesHostnames) {
  LeaseRow row = example();
  row.hostname = "a\n\x1b[31mb";
  const std::string text = lease_table({row});
  EXPECT_NE(text.find("a\\x0a\\x1b[31mb"), std::string::npos) << text;
}

TEST(LeaseJson, IsAListWithALineALease) {
  EXPECT_EQ(lease_json({}), "[]\n");
  const std::string text = lease_json({example(), example()});
  EXPECT_EQ(std::count(text.begin(), text.end(), '\n'), 4);
  EXPECT_EQ(text.substr(0, 3), "[\n{");
  EXPECT_EQ(text.substr(text.size() - 4), "}\n]\n");
}

TEST(StatusText, SaysWhatIsServedAndWhatIsNot) {
  control::Status s;
  s.version = "0.1.0";
  s.pid = 42;
  s.uptime = Duration::seconds(3'700);
  s.config = "/etc/lessor/lessor.conf";
  s.lease_folder = "/var/lib/lessor";
  s.interfaces = {{"eth0", true, "packet socket", {"192.0.2.1/24"}}, {"eth1", false, "down", {}}};
  s.pools = {{"192.0.2.0/24", 1, "192.0.2.10 - 192.0.2.19", 10, 4, 1, 2, 3}};
  s.counters = {{"received DHCPDISCOVER", 7}, {"silent: pool_exhausted", 0}};
  s.flushes = {.count = 9,
               .last = Duration::microseconds(450),
               .last_batch = 12,
               .durable = 80,
               .newest = 81,
               .parked = 1};
  s.queue = {.waiting = 3, .longest = Duration::milliseconds(40)};
  EXPECT_EQ(status_text(s),
            "lessor 0.1.0, running for 1h1m40s, pid 42\n"
            "configuration  /etc/lessor/lessor.conf\n"
            "leases in      /var/lib/lessor\n"
            "\nInterfaces\n"
            "  eth0  served      packet socket  192.0.2.1/24\n"
            "  eth1  not served  down\n"
            "\nPools\n"
            "  SUBNET        POOL                     TOTAL  ASSIGNED  DECLINED  OFFERED  FREE\n"
            "  192.0.2.0/24  192.0.2.10 - 192.0.2.19  10     4         1         2        3\n"
            "\nLease store\n"
            "  9 flushes, the last of 12 changes in 450us, the longest 0us\n"
            "  change 81 made, 80 durable, 1 replies waiting\n"
            "\nRequests waiting\n"
            "  3, the oldest for 0us; the longest wait so far 40ms\n"
            "\nCounters\n"
            "  7  received DHCPDISCOVER\n");
}

}  // namespace
}  // namespace lessor::cli
