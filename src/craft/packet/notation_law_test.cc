// The law of the workbench: craft(show(p)) == p, byte for byte, whatever p is.

#include "base/random.h"
#include "base/text.h"
#include "craft/packet/notation.h"
#include "craft/test_frames.h"
#include "wire/v4/option_text.h"

#include <gtest/gtest.h>

#include <algorithm>

namespace lessor::craft {
namespace {

using testing::Octets;

/// What came back of a frame through its text.
Octets through_text(const Octets& frame, LinkType link) {
  const std::string text = packet_text({.link = link, .bytes = frame}, "a heading");
  const auto recipes = read_recipes(text);
  EXPECT_TRUE(recipes) << recipes.error() << "\n" << text;
  if (!recipes || recipes->size() != 1) return {};
  const auto packet = build(recipes->front(), {});
  EXPECT_TRUE(packet) << packet.error() << "\n" << text;
  if (!packet) return {};
  EXPECT_EQ(packet->link, link) << text;
  EXPECT_EQ(to_hex(packet->bytes), to_hex(frame)) << text;
  return packet->bytes;
}

/// Whether the recipe says the frame in words down to the options.
bool is_in_words(const Recipe& recipe) {
  return std::none_of(recipe.items.begin(), recipe.items.end(), [](const Item& item) {
    return std::holds_alternative<DataItem>(item) && !std::get<DataItem>(item).trailer;
  });
}

Octets random_octets(Random& random, std::uint32_t most) {
  Octets octets(random.below(most + 1));
  for (std::byte& octet : octets) octet = static_cast<std::byte>(random.u32());
  return octets;
}

wire::Header random_header(Random& random) {
  wire::Header h{.op = random.one_in(2) ? wire::Op::request : wire::Op::reply};
  h.xid = random.u32();
  h.secs = static_cast<std::uint16_t>(random.below(3));
  h.flags = random.one_in(2) ? wire::kBroadcastFlag : std::uint16_t{0};
  h.ciaddr = {random.one_in(2) ? 0 : random.u32()};
  h.yiaddr = {random.one_in(2) ? 0 : random.u32()};
  h.giaddr = {random.one_in(3) ? random.u32() : 0};
  h.hlen = random.one_in(8) ? static_cast<std::uint8_t>(random.below(20)) : std::uint8_t{6};
  for (std::size_t i = 0; i < std::min<std::size_t>(h.hlen, 16); ++i) {
    h.chaddr[i] = static_cast<std::byte>(random.u32());
  }
  if (random.one_in(3)) h.sname = "boot.example.org";
  if (random.one_in(3)) h.file = random.one_in(2) ? "a # b" : "pxelinux.0";
  return h;
}

/// A message of random options with valid values, long ones among them.
Octets random_message(Random& random) {
  Octets room(8'000);
  wire::MessageWriter writer(room);
  writer.header(random_header(random));
  for (std::uint32_t i = random.below(12); i > 0; --i) {
    const auto code = static_cast<wire::OptionCode>(1 + random.below(254));
    if (code == wire::kOptionDhcpOptionOverload) continue;
    writer.option(code, wire::random_value(code, random));
    if (random.one_in(10)) writer.option(code, random_octets(random, 600));
    if (random.one_in(10)) writer.raw(Octets(1 + random.below(3)));
  }
  if (!random.one_in(8)) writer.end();
  if (random.one_in(2)) writer.pad_to(300);
  if (random.one_in(10)) writer.raw(random_octets(random, 9));
  room.resize(writer.size());
  return room;
}

void insert_tag(Octets& frame, std::uint16_t control) {
  Octets tag(4);
  store_be16(tag.data(), 0x8100);
  store_be16(&tag[2], control);
  frame.insert(frame.begin() + 12, tag.begin(), tag.end());
}

Octets random_frame(Random& random) {
  net::UdpEndpoints who = testing::from_server();
  if (random.one_in(2)) std::swap(who.source_port, who.destination_port);
  if (random.one_in(4)) who.destination_mac = *net::parse_mac("00:00:5e:00:53:7f");
  Octets frame = testing::udp_frame(who, random_message(random));
  for (std::uint32_t i = random.one_in(4) ? 1 + random.below(3) : 0; i > 0; --i) {
    insert_tag(frame, static_cast<std::uint16_t>(random.one_in(3) ? 7 : random.u32()));
  }
  if (random.one_in(6)) frame.resize(frame.size() + random.below(20));
  return frame;
}

TEST(NotationLaw, HoldsForMessagesOfRandomOptions) {
  Random random(2131);
  int in_words = 0;
  for (int round = 0; round < 600; ++round) {
    const Octets frame = random_frame(random);
    ASSERT_EQ(through_text(frame, LinkType::ethernet), frame);
    in_words += is_in_words(recipe_of(frame)) ? 1 : 0;
  }
  EXPECT_GT(in_words, 540) << "only frames with three tags are said in octets";
}

TEST(NotationLaw, HoldsForDamagedFrames) {
  Random random(1542);
  for (int round = 0; round < 1'200; ++round) {
    Octets frame = random_frame(random);
    for (std::uint32_t i = 1 + random.below(6); i > 0; --i) {
      const std::uint32_t most = random.one_in(2) ? 60 : static_cast<std::uint32_t>(frame.size());
      frame[random.below(std::min<std::uint32_t>(most, static_cast<std::uint32_t>(frame.size())))] =
          static_cast<std::byte>(random.u32());
    }
    if (random.one_in(4)) frame.resize(random.below(static_cast<std::uint32_t>(frame.size())));
    ASSERT_EQ(through_text(frame, LinkType::ethernet), frame);
  }
}

TEST(NotationLaw, HoldsForOtherLinksAndOtherProtocols) {
  Random random(791);
  for (int round = 0; round < 600; ++round) {
    const Octets frame = random_frame(random);
    const auto link = static_cast<LinkType>(random.below(4));
    Octets other(frame.begin() + 14, frame.end());  // a datagram, perhaps a tag before it
    if (link == LinkType::cooked)
      other.insert(other.begin(), frame.begin() + 1, frame.begin() + 17);
    if (link == LinkType::cooked) store_be16(&other[14], load_be16(&frame[12]));
    if (link == LinkType::cooked2) other.insert(other.begin(), 20, std::byte{2});
    if (link == LinkType::cooked2) store_be16(other.data(), load_be16(&frame[12]));
    if (link == LinkType::ethernet) other = frame;
    // ICMP and TCP in place of UDP, now and then.
    const std::size_t protocol = 14 + 9;
    if (link == LinkType::ethernet && random.one_in(2)) {
      other[protocol] = static_cast<std::byte>(random.one_in(2) ? 1 : 6);
    }
    ASSERT_EQ(through_text(other, link), other);
  }
}

TEST(NotationLaw, HoldsForAnyOctets) {
  Random random(826);
  for (int round = 0; round < 500; ++round) {
    const Octets frame = random_octets(random, 400);
    const auto link = static_cast<LinkType>(random.below(4));
    ASSERT_EQ(through_text(frame, link), frame);
  }
  EXPECT_EQ(through_text({}, LinkType::ethernet), Octets());
}

TEST(NotationLaw, HoldsForOptionsInFileAndSname) {
  Random random(3396);
  for (int round = 0; round < 300; ++round) {
    Octets message = random_message(random);
    if (message.size() < 244) continue;
    const std::byte overload[] = {std::byte{52}, std::byte{1},
                                  static_cast<std::byte>(1 + random.below(3))};
    message.insert(message.begin() + 240, std::begin(overload), std::end(overload));
    const Octets inner = random_message(random);
    const std::size_t size = std::min<std::size_t>(inner.size() - 240, 120);
    copy_bytes(MutableBytes(message).subspan(108, size), Bytes(inner).subspan(240, size));
    const Octets frame = testing::udp_frame(testing::from_server(), message);
    ASSERT_EQ(through_text(frame, LinkType::ethernet), frame);
  }
}

TEST(NotationLaw, HoldsForArp) {
  Octets room(net::kArpFrame);
  (void)net::write_arp_frame(room, net::kMacBroadcast,
                             net::arp_probe(*net::parse_mac("c0:01:1b:69:00:00"), {0xc0a83868}));
  room.resize(60);
  ASSERT_EQ(through_text(room, LinkType::ethernet), room);
  EXPECT_TRUE(is_in_words(recipe_of(room)));
}

}  // namespace
}  // namespace lessor::craft
