#include "craft/dissect.h"

#include "craft/test_frames.h"

#include <gtest/gtest.h>

namespace lessor::craft {
namespace {

using testing::udp_frame;

TEST(Dissect, NamesEveryLayerOfADatagram) {
  const auto frame = udp_frame({.source = {0xc0a83864},
                                .destination = net::kIp4Broadcast,
                                .source_port = 67,
                                .destination_port = 68},
                               as_bytes("payload"));
  const Dissection d = dissect(frame);
  ASSERT_TRUE(d.ethernet && d.ip && d.udp);
  EXPECT_EQ(d.trouble, "");
  EXPECT_EQ(to_string(d.ethernet->destination), "ff:ff:ff:ff:ff:ff");
  EXPECT_EQ(to_string(d.ip->source), "192.168.56.100");
  EXPECT_EQ(d.ip->length, 20 + 8 + 7);
  EXPECT_EQ(d.ip->checksum, ChecksumVerdict::correct);
  EXPECT_EQ(d.udp->source_port, 67);
  EXPECT_EQ(d.udp->length, 15);
  EXPECT_EQ(d.udp->checksum, ChecksumVerdict::correct);
  EXPECT_EQ(as_text(d.payload), "payload");
  EXPECT_TRUE(d.is_dhcp());
}

TEST(Dissect, IgnoresEthernetPadding) {
  auto frame = udp_frame({}, as_bytes("x"));
  frame.resize(60);
  EXPECT_EQ(as_text(dissect(frame).payload), "x");
  EXPECT_EQ(dissect(frame).trouble, "");
}

TEST(Dissect, JudgesTheUdpChecksum) {
  const net::UdpEndpoints who{.source = {0x0a000001}, .destination = {0x0a000002}};
  auto wrong = udp_frame(who, as_bytes("abc"));
  wrong.back() ^= std::byte{1};
  EXPECT_EQ(dissect(wrong).udp->checksum, ChecksumVerdict::wrong);

  auto absent = udp_frame(who, as_bytes("abc"));
  store_be16(&absent[40], 0);
  EXPECT_EQ(dissect(absent).udp->checksum, ChecksumVerdict::absent);

  // 10.0.0.1 + 10.0.0.2 + protocol 17 + length 11, not complemented: what a host leaves to its
  // card.
  auto offloaded = udp_frame(who, as_bytes("abc"));
  store_be16(&offloaded[40], 0x0a00 + 0x0001 + 0x0a00 + 0x0002 + 17 + 11);
  EXPECT_EQ(dissect(offloaded).udp->checksum, ChecksumVerdict::offloaded);
}

TEST(Dissect, SaysWhatIsWrongAndKeepsWhatWasRead) {
  const auto whole = udp_frame({}, as_bytes("abcdefgh"));
  struct Case {
    const char* name;
    std::size_t at;  // the octets that are overwritten
    int value;
    const char* trouble;
  };
  const Case cases[] = {
      {"version 6", 14, 0x65, "an IPv4 header that contradicts itself"},
      {"header longer than the packet", 14, 0x4f, "IPv4, cut short inside its header"},
      {"longer than the capture", 16, 0x01, "IPv4 says 292 octets, the capture holds 36"},
      {"UDP longer than IPv4", 38, 0x7f, "UDP says 32528 octets, IPv4 carries 16"},
      {"UDP longer than what IPv4 carries", 39, 0x11, "UDP says 17 octets, IPv4 carries 16"},
      {"UDP shorter than its header", 39, 0x07, "UDP says 7 octets, IPv4 carries 16"},
  };
  for (const Case& c : cases) {
    auto frame = whole;
    frame[c.at] = static_cast<std::byte>(c.value);
    EXPECT_EQ(dissect(frame).trouble, c.trouble) << c.name;
    EXPECT_TRUE(dissect(frame).ethernet) << c.name;
  }
}

TEST(Dissect, SurvivesEveryTruncation) {
  const auto whole = udp_frame({}, as_bytes("abcdefgh"));
  for (std::size_t size = 0; size < whole.size(); ++size) {
    const std::vector<std::byte> cut(whole.begin(), whole.begin() + static_cast<long>(size));
    EXPECT_NE(dissect(cut).trouble, "") << size;
  }
}

TEST(Dissect, ReadsArpAndTags) {
  std::vector<std::byte> room(net::kArpFrame);
  const net::ArpPacket question = net::arp_probe({}, {0xc0a83801});
  const Bytes frame = net::write_arp_frame(room, net::kMacBroadcast, question);
  ASSERT_TRUE(dissect(frame).arp);
  EXPECT_EQ(*dissect(frame).arp, question);

  auto tagged = udp_frame({.destination_port = 67}, as_bytes("x"));
  const std::byte tag[] = {std::byte{0x81}, std::byte{0}, std::byte{0}, std::byte{7}};
  tagged.insert(tagged.begin() + 12, std::begin(tag), std::end(tag));
  EXPECT_EQ(dissect(tagged).ethernet->tag, 7);
  EXPECT_EQ(dissect(tagged).udp->destination_port, 67);
}

TEST(Dissect, AFragmentIsNotDhcp) {
  auto frame = udp_frame({.destination_port = 67}, as_bytes("x"));
  frame[20] = std::byte{0x20};   // more fragments
  store_be16(&frame[38], 2000);  // of which this is the beginning
  EXPECT_TRUE(dissect(frame).ip->is_fragment());
  EXPECT_FALSE(dissect(frame).is_dhcp());
  EXPECT_EQ(dissect(frame).udp->checksum, ChecksumVerdict::unchecked);
  EXPECT_EQ(dissect(frame).trouble, "");
}

TEST(Dissect, ALaterPieceOfADatagramHasNoPorts) {
  auto frame = udp_frame({.destination_port = 67}, as_bytes("x"));
  store_be16(&frame[20], 3);
  EXPECT_EQ(dissect(frame).ip->fragment_offset, 24U);
  EXPECT_FALSE(dissect(frame).udp);
  EXPECT_EQ(dissect(frame).payload.size(), net::kUdpHeader + 1);
}

}  // namespace
}  // namespace lessor::craft
