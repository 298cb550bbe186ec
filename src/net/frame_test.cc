#include "net/frame.h"

#include "base/text.h"
#include "net/checksum.h"

#include <gtest/gtest.h>

#include <string>
#include <vector>

namespace lessor::net {
namespace {

using Frame = std::vector<std::byte>;

// 192.0.2.1:68 to 192.0.2.2:67, payload "lessor!" and "even"; tshark calls every checksum good.
constexpr std::string_view kOdd =
    "02000000000b02000000000a080045000023000040004011b6c6c0000201c000020200440043000f0afa"
    "6c6573736f7221";
constexpr std::string_view kEven =
    "02000000000b02000000000a080045000020000040004011b6c9c0000201c000020200440043000cb066"
    "6576656e";
// Its checksum computes to zero and is sent as all ones.
constexpr std::string_view kAllOnes =
    "02000000000b02000000000a08004500001e000040004011b6cbc0000201c000020200440043000affff"
    "7b4f";
// Sent by a Linux socket with SO_NO_CHECK.
constexpr std::string_view kNoChecksum =
    "02000000000b02000000000a080045000020df9540004011d733c0000201c000020200440043000c0000"
    "6576656e";
// The ICMP error that answered it.
constexpr std::string_view kIcmp =
    "02000000000a02000000000b080045c0003f91110000400164e9c0000202c000020103038c1b00000000"
    "45000023df9440004011d731c0000201c000020200440043000f00006c6573736f7221";
constexpr std::string_view kArp =
    "ffffffffffff02000000000a0806000108000604000102000000000ac0000201000000000000c0000202";

Frame bytes(std::string_view hex) { return from_hex(hex).value_or(Frame()); }

const UdpEndpoints kEndpoints{.source_mac = parse_mac("02:00:00:00:00:0a").value_or(Mac()),
                              .destination_mac = parse_mac("02:00:00:00:00:0b").value_or(Mac()),
                              .source = {0xc0000201},
                              .destination = {0xc0000202},
                              .source_port = 68,
                              .destination_port = 67};

/// Applies `edit` to a good frame and makes the IPv4 header checksum right again.
template <typename Edit>
Frame edited(Edit edit) {
  Frame frame = bytes(kEven);
  edit(frame);
  const MutableBytes header = MutableBytes(frame).subspan(14, 20);
  store_be16(&header[10], 0);
  store_be16(&header[10], internet_checksum(checksum_add(0, header)));
  return frame;
}

std::string outcome(Bytes frame, ChecksumState checksum = ChecksumState::verify) {
  const auto parsed = parse_frame(frame, checksum, 67);
  return parsed ? std::string(as_text(parsed->payload)) : std::string(name(parsed.error()));
}

TEST(Checksum, AgreesWithTheExampleOfRfc1071) {
  const Frame example = bytes("0001f203f4f5f6f7");
  EXPECT_EQ(internet_checksum(checksum_add(0, example)), 0xffff - 0xddf2);
}

TEST(Checksum, KeepsEveryCarryOfTheLargestDatagram) {
  const Frame ones(65'535, std::byte{0xff});
  // 32,767 words of all ones, which is zero, and 0xff00.
  EXPECT_EQ(internet_checksum(checksum_add(0, ones)), 0x00ffU);
}

TEST(Checksum, AgreesWithAPlainSumAtEveryLength) {
  Frame data;
  for (unsigned i = 0; i < 70; ++i) {
    std::uint32_t sum = 0;
    for (std::size_t at = 0; at < data.size(); ++at) {
      sum += static_cast<std::uint32_t>(load_u8(&data[at])) << (at % 2 == 0 ? 8 : 0);
    }
    sum = (sum & 0xffffU) + (sum >> 16);
    sum = (sum & 0xffffU) + (sum >> 16);
    EXPECT_EQ(internet_checksum(checksum_add(0, data)), 0xffffU - sum) << data.size();
    data.push_back(static_cast<std::byte>(255 - i * 7 % 64));  // large words: carries happen
  }
}

TEST(ParseFrame, ReadsEveryField) {
  const Frame frame = bytes(kOdd);
  const auto parsed = parse_frame(frame, ChecksumState::verify, 67);
  ASSERT_TRUE(parsed);
  EXPECT_EQ(parsed->source_mac, kEndpoints.source_mac);
  EXPECT_EQ(parsed->destination_mac, kEndpoints.destination_mac);
  EXPECT_EQ(to_string(parsed->source), "192.0.2.1");
  EXPECT_EQ(to_string(parsed->destination), "192.0.2.2");
  EXPECT_EQ(parsed->source_port, 68);
  EXPECT_EQ(parsed->destination_port, 67);
  EXPECT_EQ(as_text(parsed->payload), "lessor!");
}

TEST(ParseFrame, TakesWhatRealSendersSend) {
  EXPECT_EQ(outcome(bytes(kEven)), "even");
  EXPECT_EQ(outcome(bytes(kAllOnes)), "\x7b\x4f");
  EXPECT_EQ(outcome(bytes(kNoChecksum)), "even");
  EXPECT_EQ(outcome(bytes(kIcmp)), "not-udp");
  EXPECT_EQ(outcome(bytes(kArp)), "not-ipv4");
}

TEST(ParseFrame, IgnoresEthernetPaddingAndIpOptions) {
  Frame padded = bytes(kOdd);
  padded.resize(60, std::byte{0xee});
  EXPECT_EQ(outcome(padded), "lessor!");

  Frame with_options = bytes(kEven);
  with_options.insert(with_options.begin() + 34, 4, std::byte{1});  // four no-operation options
  store_u8(&with_options[14], 0x46);
  store_be16(&with_options[16], 36);
  store_be16(&with_options[24], 0);
  const Bytes header = Bytes(with_options).subspan(14, 24);
  store_be16(&with_options[24], internet_checksum(checksum_add(0, header)));
  EXPECT_EQ(outcome(with_options), "even");
}

TEST(ParseFrame, EveryTruncationIsRefused) {
  for (const std::string_view hex : {kOdd, kEven}) {
    const Frame whole = bytes(hex);
    for (std::size_t size = 0; size < whole.size(); ++size) {
      const Frame cut(whole.begin(), whole.begin() + static_cast<std::ptrdiff_t>(size));
      EXPECT_EQ(outcome(cut), "truncated") << size;
    }
  }
}

TEST(ParseFrame, EveryFlippedBitOfTheDatagramIsRefused) {
  const Frame good = bytes(kOdd);
  for (std::size_t bit = 14 * 8; bit < good.size() * 8; ++bit) {
    Frame bad = good;
    bad[bit / 8] ^= static_cast<std::byte>(1U << bit % 8);
    EXPECT_FALSE(parse_frame(bad, ChecksumState::verify, 67)) << "bit " << bit;
  }
}

TEST(ParseFrame, EachRefusalHasItsOwnName) {
  struct Row {
    std::string_view expected;
    Frame frame;
  };
  const auto at = [](std::size_t offset, std::uint8_t value) {
    return edited([=](Frame& f) { store_u8(&f[offset], value); });
  };
  Frame broken_header = bytes(kEven);
  store_u8(&broken_header[22], 63);
  const Row rows[] = {
      {"bad-ip-header", at(14, 0x65)},  // version 6
      {"bad-ip-header", at(14, 0x44)},  // four words
      {"bad-ip-header", at(17, 19)},    // total length below the header's
      {"truncated", at(17, 33)},        // one octet more than there is
      {"bad-ip-checksum", broken_header},
      {"fragment", at(20, 0x20)},  // more fragments
      {"fragment", at(21, 1)},     // a later piece
      {"not-udp", at(23, 6)},
      {"bad-source", at(26, 127)},
      {"bad-source", at(26, 224)},
      {"bad-source", at(26, 255)},
      {"bad-source", at(6, 0x03)},     // a group MAC as source
      {"bad-udp-length", at(17, 27)},  // the IPv4 payload ends within the UDP header
      {"bad-udp-length", at(39, 7)},
      {"bad-udp-length", at(39, 13)},  // one more than the IPv4 payload
      {"bad-udp-length", at(38, 0xff)},
      {"other-port", at(37, 68)},
      {"bad-udp-checksum", at(45, 'm')},
      {"bad-udp-checksum", at(29, 3)},  // the pseudo header counts
  };
  for (const Row& row : rows) EXPECT_EQ(outcome(row.frame), row.expected) << to_hex(row.frame);
}

TEST(ParseFrame, AShorterUdpLengthEndsThePayload) {
  Frame frame = bytes(kNoChecksum);
  store_u8(&frame[39], 10);
  EXPECT_EQ(outcome(frame), "ev");
}

TEST(ParseFrame, BelievesTheKernelAboutChecksums) {
  Frame frame = bytes(kEven);
  store_be16(&frame[40], 0x1234);
  EXPECT_EQ(outcome(frame, ChecksumState::verify), "bad-udp-checksum");
  EXPECT_EQ(outcome(frame, ChecksumState::valid), "even");
  EXPECT_EQ(outcome(frame, ChecksumState::not_ready), "even");
  EXPECT_EQ(outcome(frame, ChecksumState::unsaid), "bad-udp-checksum");
}

TEST(ParseFrame, KnowsAChecksumThatIsLeftToANetworkCard) {
  Frame frame = bytes(kEven);
  // What a sender leaves: the sum of the pseudo header, not its complement.
  std::uint32_t sum = 17 + load_be16(&frame[38]);
  for (std::size_t i = 26; i < 34; i += 2) sum += load_be16(&frame[i]);
  const auto left = static_cast<std::uint16_t>((sum & 0xffff) + (sum >> 16));
  store_be16(&frame[40], left);
  EXPECT_EQ(outcome(frame, ChecksumState::unsaid), "even");
  EXPECT_EQ(outcome(frame, ChecksumState::verify), "bad-udp-checksum");
  store_be16(&frame[40], left + 1);
  EXPECT_EQ(outcome(frame, ChecksumState::unsaid), "bad-udp-checksum");
}

TEST(ParseFrame, OnlyAPriorityTagIsAllowed) {
  const auto tagged = [](std::string_view tag) {
    Frame frame = bytes(kEven);
    const Frame octets = bytes(tag);
    frame.insert(frame.begin() + 12, octets.begin(), octets.end());
    return frame;
  };
  EXPECT_EQ(outcome(tagged("8100e000")), "even");
  EXPECT_EQ(outcome(tagged("81000001")), "vlan-tagged");
  EXPECT_EQ(outcome(tagged("8100efff")), "vlan-tagged");
  EXPECT_EQ(outcome(tagged("88a80000")), "vlan-tagged");
  EXPECT_EQ(outcome(tagged("8100000081000000")), "vlan-tagged");
  EXPECT_EQ(ether_type(tagged("8100e000")), kEtherTypeIp4);
  EXPECT_EQ(ether_type(tagged("81000001")), kEtherTypeVlan);
  const Frame priority = tagged("81000000");
  for (std::size_t size = 0; size < priority.size(); ++size) {
    EXPECT_EQ(outcome(Bytes(priority).first(size)), "truncated") << size;
  }
}

TEST(WriteUdpFrame, WritesWhatTsharkCallsGood) {
  for (const std::string_view hex : {kOdd, kEven, kAllOnes}) {
    const Frame expected = bytes(hex);
    Frame slot(48 + 100, std::byte{0xaa});
    const Bytes payload = Bytes(expected).subspan(kFrameHeaders);
    copy_bytes(MutableBytes(slot).subspan(48), payload);
    const Bytes frame = write_udp_frame(slot, 48, payload.size(), kEndpoints);
    EXPECT_EQ(to_hex(frame), hex);
    EXPECT_EQ(frame.data(), slot.data() + 48 - kFrameHeaders);
    EXPECT_EQ(slot[5], std::byte{0xaa});  // nothing before the headers is touched
  }
}

TEST(WriteUdpFrame, IsReadBackAtEveryLength) {
  Frame slot(48 + 1'472);
  for (std::size_t i = 0; i < slot.size(); ++i) slot[i] = static_cast<std::byte>(i * 31);
  for (std::size_t size = 0; size <= 1'472; ++size) {
    const Frame before(slot.begin() + 48, slot.begin() + 48 + static_cast<std::ptrdiff_t>(size));
    const Bytes frame = write_udp_frame(slot, 48, size, kEndpoints);
    const auto parsed = parse_frame(frame, ChecksumState::verify, 67);
    ASSERT_TRUE(parsed) << size << " " << name(parsed.error());
    EXPECT_TRUE(equal_bytes(parsed->payload, before));
    EXPECT_NE(load_be16(&frame[40]), 0);  // a real checksum, always
  }
}

TEST(FrameRefusal, NamesAreDistinct) {
  for (std::size_t a = 0; a < kFrameRefusalCount; ++a) {
    EXPECT_FALSE(name(static_cast<FrameRefusal>(a)).empty());
    for (std::size_t b = 0; b < a; ++b) {
      EXPECT_NE(name(static_cast<FrameRefusal>(a)), name(static_cast<FrameRefusal>(b)));
    }
  }
  EXPECT_EQ(name(FrameRefusal::bad_udp_checksum), "bad-udp-checksum");
}

}  // namespace
}  // namespace lessor::net
