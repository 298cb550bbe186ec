#include "craft/exchange/answer_table.h"

#include "craft/exchange/test_link.h"

#include <gmock/gmock.h>

namespace lessor::craft {
namespace {

using namespace testing;
using ::testing::HasSubstr;

TEST(AnswerList, HasARowForEachServer) {
  AnswerList list;
  EXPECT_EQ(list.draw({}), "");
  list.add(offer_104());
  list.add(offer_104());  // a retransmission is no other server
  EXPECT_EQ(list.servers(), 1U);
  list.add(reply("offer", {"yiaddr = 192.168.56.7", "giaddr = 10.0.0.2"}));  // by a relay
  EXPECT_EQ(list.servers(), 2U);
  list.add(heard(crafted(
      "offer",
      {"chaddr = c0:01:1b:69:00:00", "ip.src = 192.168.56.9", "without dhcp-server-identifier"},
      kClientMac)));
  EXPECT_EQ(list.servers(), 3U);
  const std::string text = list.draw({});
  EXPECT_THAT(text, HasSubstr("| 192.168.56.100 | 08:00:27:9b:11:3d | 192.168.56.100 | DHCPOFFER"));
  EXPECT_THAT(text, HasSubstr("| 10.0.0.2 |"));
  EXPECT_THAT(text, HasSubstr("| 192.168.56.9   | c0:01:1b:69:00:00 |"));  // by its address
}

TEST(AnswerList, TellsTwoServersWithOneIdentifierApart) {
  AnswerList list;
  list.add(offer_104());
  Heard rogue = offer_104();
  rogue.source_mac = kClientMac;
  list.add(rogue);
  EXPECT_EQ(list.servers(), 2U);
}

}  // namespace
}  // namespace lessor::craft
