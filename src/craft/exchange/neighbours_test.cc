#include "craft/exchange/neighbours.h"

#include "craft/exchange/test_link.h"

namespace lessor::craft {
namespace {

using namespace testing;

const net::Ip4 kLeased = *net::parse_ip4("192.168.56.104");
const net::Ip4 kServer = *net::parse_ip4("192.168.56.100");

Packet renewal() {
  return crafted("renew", {"ciaddr = 192.168.56.104", "ip.dst = 192.168.56.100"}, kClientMac);
}

TEST(Neighbours, AnswerForTheAddressThatAPacketWasSentFrom) {
  Neighbours neighbours({});
  const auto question = arp_request(kServerMac, kServer, kLeased);
  EXPECT_FALSE(neighbours.answer(question));
  neighbours.claim(renewal().bytes);
  const auto reply = neighbours.answer(question);
  ASSERT_TRUE(reply);
  const auto arp = net::parse_arp_frame(*reply);
  ASSERT_TRUE(arp);
  EXPECT_EQ(*arp, (net::ArpPacket{.operation = net::ArpOperation::reply,
                                  .sender_mac = kClientMac,
                                  .sender_address = kLeased,
                                  .target_mac = kServerMac,
                                  .target_address = kServer}));
  EXPECT_FALSE(neighbours.answer(arp_request(kServerMac, kServer, kServer)));
}

TEST(Neighbours, AnswerForARelaysAddress) {
  Neighbours neighbours({});
  neighbours.claim(crafted("discover", {"giaddr = 10.0.0.2"}, kClientMac).bytes);
  EXPECT_TRUE(neighbours.answer(arp_request(kServerMac, kServer, *net::parse_ip4("10.0.0.2"))));
}

TEST(Neighbours, LeaveTheHostsOwnAddressesToItsKernel) {
  Neighbours neighbours({kLeased});
  neighbours.claim(renewal().bytes);
  EXPECT_FALSE(neighbours.answer(arp_request(kServerMac, kServer, kLeased)));
}

TEST(Neighbours, DoNotAnswerProbes) {
  Neighbours neighbours({});
  neighbours.claim(renewal().bytes);
  EXPECT_FALSE(neighbours.answer(arp_request(kServerMac, {}, kLeased)));
}

TEST(Neighbours, AnswerInTheVlanThatAsks) {
  Neighbours neighbours({});
  neighbours.claim(renewal().bytes);
  auto question = arp_request(kServerMac, kServer, kLeased);
  const auto tag = *from_hex("8100000a");
  question.insert(question.begin() + 12, tag.begin(), tag.end());
  const auto reply = neighbours.answer(question);
  ASSERT_TRUE(reply);
  EXPECT_EQ(reply->size(), net::kArpFrame + 4);
  EXPECT_TRUE(equal_bytes(Bytes(*reply).subspan(12, 6), *from_hex("8100000a0806")));
}

TEST(Neighbours, LearnFromArpAndFromServers) {
  Neighbours neighbours({});
  EXPECT_FALSE(neighbours.find(kServer));
  neighbours.learn(offer_104().frame.bytes);
  EXPECT_EQ(neighbours.find(kServer), kServerMac);
  neighbours.learn(arp_request(kClientMac, kLeased, kServer));
  EXPECT_EQ(neighbours.find(kLeased), kClientMac);
}

}  // namespace
}  // namespace lessor::craft
