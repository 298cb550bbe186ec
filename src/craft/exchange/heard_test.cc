#include "craft/exchange/heard.h"

#include "craft/exchange/test_link.h"

namespace lessor::craft {
namespace {

using namespace testing;

TEST(Hear, KnowsHeaderOptionsAndFields) {
  const Heard message = offer_104();
  EXPECT_EQ(message.event.type, wire::MessageType::offer);
  EXPECT_EQ(message.source_mac, kServerMac);
  EXPECT_EQ(to_hex(*message.option(wire::kOptionDhcpServerIdentifier)), "c0a83864");
  EXPECT_FALSE(message.option(wire::kOptionHostName));
  EXPECT_EQ(to_hex(*message.field("yiaddr")), "c0a83868");
  EXPECT_FALSE(message.field("vlan.id"));
  EXPECT_FALSE(message.field("no.such"));
  EXPECT_FALSE(message.relay);
}

TEST(Hear, KnowsTheHeaderOfAMessageWithBrokenOptions) {
  const Packet packet = crafted("discover", {"malform = lying-length"}, kClientMac);
  const Heard message = heard(packet);
  EXPECT_EQ(message.event.type, wire::MessageType::unknown);
  EXPECT_EQ(message.event.xid, 0x1aedU);
  EXPECT_TRUE(message.options().empty());
}

TEST(Hear, TakesAnyOctets) {
  const Packet packet = crafted("discover", {}, kClientMac);
  for (std::size_t size = 0; size < packet.bytes.size(); ++size) {
    std::vector<std::byte> cut(packet.bytes.begin(),
                               packet.bytes.begin() + static_cast<std::ptrdiff_t>(size));
    const auto message = hear({.at = {}, .bytes = cut});
    if (message) (void)message->options();
  }
}

}  // namespace
}  // namespace lessor::craft
