#include "store/kea_leases.h"

#include "base/text.h"

#include <gtest/gtest.h>

#include <map>

namespace lessor::store {
namespace {

// Headings of Kea 1.0, 2.2 and 3.x.
constexpr const char* kOld =
    "address,hwaddr,client_id,valid_lifetime,expire,subnet_id,fqdn_fwd,fqdn_rev,hostname";
constexpr const char* k22 =
    "address,hwaddr,client_id,valid_lifetime,expire,subnet_id,fqdn_fwd,fqdn_rev,hostname,state,"
    "user_context";
constexpr const char* k3 =
    "address,hwaddr,client_id,valid_lifetime,expire,subnet_id,fqdn_fwd,fqdn_rev,hostname,state,"
    "user_context,pool_id";

std::map<std::string, std::string> leases_in(const KeaLeases& leases) {
  std::map<std::string, std::string> all;
  leases.for_each([&](const lease::Lease& lease) {
    all[net::to_string(lease.address)] =
        to_hex(lease.hardware.bytes()) + " " + std::string(as_text(lease.hostname));
  });
  return all;
}

TEST(KeaLeases, TheLastWordOnAnAddressCounts) {
  KeaLeases leases;
  leases.begin_file("a.2");
  leases.take_line(k22);
  leases.take_line("192.0.2.10,02:01,,3600,1800000000,1,0,0,one,0,");
  leases.take_line("192.0.2.11,02:02,,3600,1800000000,1,0,0,two,0,");
  leases.begin_file("a");
  leases.take_line(k3);
  leases.take_line("192.0.2.11,02:03,,3600,1800000900,1,0,0,three,0,{\"a\": 1&#x2c \"b\": 2},7\r");
  leases.take_line("192.0.2.10,02:01,,0,1800000000,1,0,0,one,0,,0");
  leases.take_line("");
  EXPECT_EQ(leases_in(leases), (std::map<std::string, std::string>{{"192.0.2.11", "0203 three"}}));
  EXPECT_EQ(leases.counts().lines, 4U);
  EXPECT_EQ(leases.counts().deleted, 1U);
  EXPECT_EQ(leases.counts().left_out, 0U);
}

TEST(KeaLeases, ReadsEveryVersionOfTheHeading) {
  for (const char* heading : {kOld, k22, k3}) {
    KeaLeases leases;
    leases.begin_file("a");
    leases.take_line(heading);
    std::string line = "192.0.2.10,02:01,01:02,3600,1800000000,1,0,0,a&#x2cb";
    if (heading != kOld) line += ",0,";
    if (heading == k3) line += ",0";
    leases.take_line(line);
    EXPECT_EQ(leases_in(leases).at("192.0.2.10"), "0201 a,b") << heading;
  }
}

TEST(KeaLeases, SaysWhatItLeavesOutAndRepeatsNothingOfIt) {
  KeaLeases leases;
  leases.begin_file("/x/a.csv");
  leases.take_line(k22);
  leases.take_line("root:$6$secret:19000");
  leases.take_line("192.0.2.10,02:01,,3600,1800000000,1,0,0,one,9,");
  leases.take_line(std::string(KeaLeases::kMaxLine + 1, 'x'));
  leases.take_line("192.0.2.12,02:01,,3600,1800000000,1,0,0,one,2,");
  EXPECT_EQ(leases.counts().left_out, 3U);
  EXPECT_EQ(leases.size(), 1U);
  EXPECT_EQ(leases.first_trouble(), "line 2 of /x/a.csv is no lease");
}

TEST(KeaLeases, WithoutAHeadingThereIsNoLease) {
  KeaLeases leases;
  leases.begin_file("a");
  leases.take_line("192.0.2.10,02:01,,3600,1800000000,1,0,0,one,0,");
  leases.take_line("192.0.2.11,02:01,,3600,1800000000,1,0,0,one,0,");
  EXPECT_EQ(leases.size(), 0U);
  EXPECT_EQ(leases.first_trouble(), "line 1 of a is no heading of a lease file");
}

}  // namespace
}  // namespace lessor::store
