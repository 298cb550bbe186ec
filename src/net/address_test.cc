#include "net/address.h"

#include <gtest/gtest.h>

namespace lessor::net {
namespace {

TEST(ParseIp4, AcceptsOnlyStrictDottedDecimal) {
  EXPECT_EQ(parse_ip4("192.0.2.1"), Ip4{0xc0000201});
  EXPECT_EQ(parse_ip4("255.255.255.255"), kIp4Broadcast);
  for (const char* text : {"", "1.2.3", "1.2.3.4.5", "256.0.0.1", "01.2.3.4", "1.2.3.4 ", "1..2.3",
                           "0x1.2.3.4", "-1.2.3.4", "1.2.3.4."}) {
    EXPECT_FALSE(parse_ip4(text).has_value()) << text;
  }
}

TEST(Prefix4, KnowsItsNetworkAndItsLastAddress) {
  const Prefix4 prefix = *parse_prefix4("192.0.2.77/26");
  EXPECT_EQ(to_string(prefix.network()), "192.0.2.64");
  EXPECT_EQ(to_string(prefix.last()), "192.0.2.127");
  EXPECT_TRUE(prefix.contains(*parse_ip4("192.0.2.64")));
  EXPECT_FALSE(prefix.contains(*parse_ip4("192.0.2.128")));
  EXPECT_TRUE(parse_prefix4("0.0.0.0/0")->contains(kIp4Broadcast));
  EXPECT_EQ(parse_prefix4("192.0.2.1/32")->last(), parse_prefix4("192.0.2.1/32")->network());
  for (const char* text : {"192.0.2.0", "192.0.2.0/33", "192.0.2.0/", "192.0.2.0/0x8", "/24"}) {
    EXPECT_FALSE(parse_prefix4(text).has_value()) << text;
  }
}

TEST(ParseRange4, TakesARangeAPrefixOrOneAddress) {
  EXPECT_EQ(to_string(*parse_range4("192.0.2.4-192.0.2.9")), "192.0.2.4 - 192.0.2.9");
  EXPECT_EQ(to_string(*parse_range4(" 192.0.2.4 - 192.0.2.9 ")), "192.0.2.4 - 192.0.2.9");
  EXPECT_EQ(parse_range4("192.0.2.0/28")->size(), 16U);
  EXPECT_EQ(parse_range4("192.0.2.7")->size(), 1U);
  EXPECT_EQ(parse_range4("0.0.0.0/0")->size(), std::uint64_t{1} << 32);
  EXPECT_FALSE(parse_range4("192.0.2.9-192.0.2.4").has_value());
}

TEST(ParseMac, NeedsSixSeparatedOctets) {
  EXPECT_EQ(to_string(*parse_mac("C0:1:1b:69:0:0")), "c0:01:1b:69:00:00");
  for (const char* text : {"c0011b690000", "c0:01:1b:69:00", "c0:01:1b:69:00:00:00", "x"}) {
    EXPECT_FALSE(parse_mac(text).has_value()) << text;
  }
}

}  // namespace
}  // namespace lessor::net
