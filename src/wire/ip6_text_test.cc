#include "wire/ip6_text.h"

#include "base/random.h"
#include "base/text.h"

#include <gtest/gtest.h>

namespace lessor::wire {
namespace {

TEST(Ip6Text, PrintsAsRfc5952Wants) {
  struct Row {
    std::string_view hex;
    std::string_view text;
  };
  const Row rows[] = {
      {"00000000000000000000000000000000", "::"},
      {"00000000000000000000000000000001", "::1"},
      {"20010db8000000000000000000000000", "2001:db8::"},
      {"20010db8000000000001000000000001", "2001:db8::1:0:0:1"},     // 4.2.3: the first of equals
      {"20010db8000000010001000100010001", "2001:db8:0:1:1:1:1:1"},  // 4.2.2: not a single group
      {"20010000000000010000000000000001", "2001:0:0:1::1"},
      {"fe80000000000000020000fffe000001", "fe80::200:ff:fe00:1"},
      {"ffffffffffffffffffffffffffffffff", "ffff:ffff:ffff:ffff:ffff:ffff:ffff:ffff"},
  };
  for (const Row& row : rows) {
    Ip6Octets address{};
    copy_bytes(address, *from_hex(row.hex));
    EXPECT_EQ(print_ip6(address), row.text);
    EXPECT_EQ(parse_ip6(row.text), address) << row.text;
  }
}

TEST(Ip6Text, RefusesWhatIsNoAddress) {
  for (const std::string_view text :
       {"", ":", ":::", "1", "1:2:3:4:5:6:7", "1:2:3:4:5:6:7:8:9", "1::2::3",
        "12345::", "g::", "1:2:3:4:5:6:7::8", "::1:2:3:4:5:6:7:8", "1:", ":1",
        "::1:", " ::", "192.0.2.1", "::ffff:192.0.2", "::192.0.2.1:1", "1:2:3:4:5:6:7:192.0.2.1"}) {
    EXPECT_EQ(parse_ip6(text), std::nullopt) << text;
  }
}

// RFC 4291 2.2: its third form.
TEST(Ip6Text, ReadsDottedDecimalAtTheEnd) {
  EXPECT_EQ(parse_ip6("::ffff:192.0.2.1"), parse_ip6("::ffff:c000:201"));
  EXPECT_EQ(parse_ip6("::13.1.68.3"), parse_ip6("::d01:4403"));
  EXPECT_EQ(parse_ip6("1:2:3:4:5:6:0.7.0.8"), parse_ip6("1:2:3:4:5:6:7:8"));
}

TEST(Ip6Text, ReadsBackWhatItPrints) {
  Random random(6);
  for (int round = 0; round < 5'000; ++round) {
    Ip6Octets address{};
    for (std::size_t i = 0; i < address.size(); i += 2) {
      store_be16(&address[i], random.one_in(2) ? 0 : static_cast<std::uint16_t>(random.u32()));
    }
    EXPECT_EQ(parse_ip6(print_ip6(address)), address) << print_ip6(address);
  }
}

}  // namespace
}  // namespace lessor::wire
