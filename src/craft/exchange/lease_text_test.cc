#include "craft/exchange/lease_text.h"

#include "craft/exchange/test_link.h"

#include <gmock/gmock.h>

namespace lessor::craft {
namespace {

using namespace testing;
using ::testing::Contains;
using ::testing::HasSubstr;

TEST(LeaseOf, TakesWhatTheAckGrants) {
  const ClientLease lease = lease_of(ack_104()).value();
  EXPECT_EQ(lease.state, ClientLease::State::active);
  EXPECT_EQ(net::to_string(lease.address), "192.168.56.104");
  EXPECT_EQ(net::to_string(*lease.server), "192.168.56.100");
  EXPECT_EQ(net::to_string(*lease.server_mac), "08:00:27:9b:11:3d");
  EXPECT_EQ(lease.lease_time, Duration::seconds(600));
  EXPECT_EQ(lease.renew_after, Duration::seconds(300));  // RFC 2131 4.4.5: the defaults
  EXPECT_EQ(lease.rebind_after, Duration::seconds(525));
  EXPECT_EQ(lease.got_at, Duration::seconds(1'000));
  EXPECT_EQ(lease.xid, 0x1aedU);
  EXPECT_EQ(lease.client.size, 6);
}

TEST(LeaseOf, TakesTheServersTimes) {
  const ClientLease lease =
      lease_of(reply("ack", {"yiaddr = 192.0.2.9", "option.dhcp-lease-time = 4294967295",
                             "option.dhcp-renewal-time = 7"}))
          .value();
  EXPECT_TRUE(lease.lease_time->is_infinite());
  EXPECT_EQ(lease.renew_after, Duration::seconds(7));
  EXPECT_TRUE(lease.rebind_after->is_infinite());
}

TEST(LeaseOf, RebindsTheLongestLeaseThatEnds) {
  const ClientLease lease =
      lease_of(reply("ack", {"yiaddr = 192.0.2.9", "option.dhcp-lease-time = 4294967294"})).value();
  EXPECT_EQ(lease.rebind_after->to_seconds(), 3'758'096'382);
}

TEST(LeaseOf, KeepsWhatTheClientSaysAgain) {
  const Heard request = heard(
      crafted("request",
              {"option.host-name = R1", "flags = 0x8000", "without dhcp-parameter-request-list",
               "eth.src = 02:00:00:00:00:09", "chaddr = c0:01:1b:69:00:00"},
              kClientMac));
  const ClientLease lease = lease_of(ack_104(), &request).value();
  EXPECT_THAT(lease.said, Contains("option.host-name = R1"));
  EXPECT_THAT(lease.said, Contains("eth.src = 02:00:00:00:00:09"));
  EXPECT_THAT(lease.said, Contains("flags = 32768"));
  EXPECT_THAT(lease.said, Contains("without dhcp-parameter-request-list"));
  for (const std::string& line : lease.said) {
    EXPECT_FALSE(line.contains("requested-address") || line.contains("server-identifier")) << line;
  }
}

TEST(LeaseOf, RefusesWhatGrantsNothing) {
  EXPECT_THAT(lease_of(offer_104()).error(), HasSubstr("this is DHCPOFFER"));
  EXPECT_THAT(lease_of(reply("ack", {"yiaddr = 0.0.0.0", "ciaddr = 0.0.0.0"})).error(),
              HasSubstr("yiaddr is 0"));
}

TEST(LeaseText, IsReadBackAsItWas) {
  const Heard request = heard(crafted("request", {"option.host-name = 0x61202320"}, kClientMac));
  ClientLease lease = lease_of(ack_104(), &request).value();
  lease.state = ClientLease::State::released;
  const std::string text = print_lease(lease);
  const auto again = read_lease(text);
  ASSERT_TRUE(again) << again.error() << text;
  EXPECT_EQ(*again, lease) << text;
  EXPECT_THAT(text, HasSubstr("address = 192.168.56.104\n"));
  EXPECT_THAT(text, HasSubstr("lease-time = 10m\n"));
  EXPECT_THAT(text, HasSubstr("option.routers = "));
}

TEST(ReadLease, NamesTheLineAndWhatIsWrongThere) {
  struct Row {
    std::string_view text, error;
  };
  const Row rows[] = {
      {"", "there is no line 'address = ...'"},
      {"\n# nothing\nadress = 192.0.2.1", "line 3: a lease has no 'adress'; did you mean address?"},
      {"address = 192.0.2", "line 1: '192.0.2' is no IPv4 address"},
      {"state = gone", "'gone' is no state"},
      {"server-mac = 1:2", "is no Ethernet address"},
      {"lease-time = soon", "line 1: "},
      {"got-at = today", "is no time"},
      {"xid = 0x123456789", "is no number of 32 bits"},
      {"chaddr = 00112233445566778899aabbccddeeff00", "at most 16 octets"},
      {"htype = 300", "from 0 to 255"},
      {"option.routrs = 192.0.2.1", "did you mean routers?"},
      {"option.routers = x", "routers"},
      {"request.host-nam = x", "line 1: "},
      {"no equals sign", "there is no '='"},
  };
  for (const Row& row : rows) {
    const auto lease = read_lease(row.text);
    ASSERT_FALSE(lease) << row.text;
    EXPECT_THAT(lease.error(), HasSubstr(std::string(row.error))) << row.text;
  }
}

}  // namespace
}  // namespace lessor::craft
