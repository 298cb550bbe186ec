#include "net/arp.h"

#include "base/text.h"

#include <gtest/gtest.h>

#include <vector>

namespace lessor::net {
namespace {

// Sent by Linux: who has 192.0.2.2, tell 192.0.2.1; and the reply.
constexpr std::string_view kRequest =
    "ffffffffffff02000000000a0806000108000604000102000000000ac0000201000000000000c0000202";
constexpr std::string_view kReply =
    "02000000000a02000000000b0806000108000604000202000000000bc000020202000000000ac0000201";

std::vector<std::byte> bytes(std::string_view hex) {
  return from_hex(hex).value_or(std::vector<std::byte>());
}

const Mac kHere = parse_mac("02:00:00:00:00:0a").value_or(Mac());
const Mac kThere = parse_mac("02:00:00:00:00:0b").value_or(Mac());

TEST(Arp, ReadsAndWritesWhatLinuxSends) {
  const ArpPacket request{
      .sender_mac = kHere, .sender_address = {0xc0000201}, .target_address = {0xc0000202}};
  const ArpPacket reply{.operation = ArpOperation::reply,
                        .sender_mac = kThere,
                        .sender_address = {0xc0000202},
                        .target_mac = kHere,
                        .target_address = {0xc0000201}};
  EXPECT_EQ(parse_arp_frame(bytes(kRequest)), request);
  EXPECT_EQ(parse_arp_frame(bytes(kReply)), reply);
  std::vector<std::byte> room(kArpFrame);
  EXPECT_EQ(to_hex(write_arp_frame(room, kMacBroadcast, request)), kRequest);
  EXPECT_EQ(to_hex(write_arp_frame(room, kHere, reply)), kReply);
}

TEST(Arp, AProbeNamesNoSender) {  // RFC 5227 1.1
  std::vector<std::byte> room(64);
  const auto probe =
      parse_arp_frame(write_arp_frame(room, kMacBroadcast, arp_probe(kHere, {0xc0000209})));
  ASSERT_TRUE(probe);
  EXPECT_EQ(probe->operation, ArpOperation::request);
  EXPECT_TRUE(probe->sender_address.is_zero());
  EXPECT_EQ(probe->sender_mac, kHere);
  EXPECT_EQ(probe->target_mac, Mac());
  EXPECT_EQ(probe->target_address, Ip4{0xc0000209});
}

TEST(Arp, EveryTruncationIsRefused) {
  const std::vector<std::byte> whole = bytes(kRequest);
  for (std::size_t size = 0; size < whole.size(); ++size) {
    const auto parsed = parse_arp_frame(Bytes(whole).first(size));
    ASSERT_FALSE(parsed) << size;
    EXPECT_EQ(parsed.error(), FrameRefusal::truncated) << size;
  }
}

TEST(Arp, RefusesWhatIsNotArpForIpv4OverEthernet) {
  struct Row {
    std::size_t offset;
    std::uint8_t value;
    FrameRefusal expected;
  };
  constexpr Row kRows[] = {{13, 0x00, FrameRefusal::not_ipv4},  // EtherType of IPv4
                           {15, 6, FrameRefusal::not_ipv4},     // IEEE 802 hardware
                           {16, 0x86, FrameRefusal::not_ipv4},  // another protocol
                           {18, 8, FrameRefusal::not_ipv4},     // hardware address length
                           {19, 16, FrameRefusal::not_ipv4},    // protocol address length
                           {21, 0, FrameRefusal::not_ipv4},     // no operation
                           {21, 3, FrameRefusal::not_ipv4},     // RARP
                           {22, 0x03, FrameRefusal::bad_source}};
  for (const Row& row : kRows) {
    std::vector<std::byte> frame = bytes(kRequest);
    store_u8(&frame[row.offset], row.value);
    const auto parsed = parse_arp_frame(frame);
    ASSERT_FALSE(parsed) << row.offset;
    EXPECT_EQ(parsed.error(), row.expected) << row.offset;
  }
}

TEST(Arp, OnlyAPriorityTagIsAllowed) {
  const auto tagged = [](std::uint16_t control) {
    std::vector<std::byte> frame = bytes(kRequest);
    frame.insert(frame.begin() + 12, 4, std::byte{0});
    store_be16(&frame[12], kEtherTypeVlan);
    store_be16(&frame[14], control);
    return frame;
  };
  EXPECT_TRUE(parse_arp_frame(tagged(0x2000)));
  EXPECT_EQ(parse_arp_frame(tagged(5)), std::unexpected(FrameRefusal::vlan_tagged));
}

}  // namespace
}  // namespace lessor::net
