// Frames changed at random: what is shown of them agrees with what the receiver would do with them,
// and is fit for a terminal whatever they hold.

#include "base/random.h"
#include "base/text.h"
#include "craft/frame_text.h"
#include "craft/story/dhcp_event.h"
#include "craft/summary.h"
#include "craft/test_frames.h"
#include "net/checksum.h"
#include "wire/v4/option_text.h"

#include <gtest/gtest.h>

#include <algorithm>
#include <map>

namespace lessor::craft {
namespace {

using namespace testing;  // the words of test_frames.h

constexpr std::size_t kIpAt = net::kEthernetHeader;

Octets to_server(Bytes payload) {
  return udp_frame({.source_mac = *net::parse_mac("c0:01:1b:69:00:00"),
                    .source = {0xc0a83868},
                    .destination = {0xc0a83864},
                    .source_port = 68,
                    .destination_port = 67},
                   payload);
}

/// Makes the IPv4 header checksum right, as far as there is a header.
void mend_ip_checksum(Octets& frame) {
  if (frame.size() < kIpAt + net::kIp4Header) return;
  const std::size_t size = (load_u8(&frame[kIpAt]) & 15U) * std::size_t{4};
  if (size < net::kIp4Header || kIpAt + size > frame.size()) return;
  const MutableBytes header = MutableBytes(frame).subspan(kIpAt, size);
  store_be16(&header[10], 0);
  store_be16(&header[10], net::internet_checksum(net::checksum_add(0, header)));
}

/// One to three octets of the headers changed, perhaps a tag put in, octets added or cut off; then
/// perhaps the IPv4 checksum made right and the UDP checksum left out, so that the rest counts.
void change_headers(Octets& frame, Random& random) {
  for (std::uint32_t i = 1 + random.below(3); i > 0; --i) {
    const std::size_t at = 12 + random.below(net::kFrameHeaders - 12);
    frame[at] = random.one_in(2) ? static_cast<std::byte>(random.u32())
                                 : frame[at] ^ static_cast<std::byte>(1U << random.below(8));
  }
  if (random.one_in(8)) frame.resize(random.below(static_cast<std::uint32_t>(frame.size())));
  if (random.one_in(4)) frame.resize(frame.size() + random.below(30));
  if (!random.one_in(4)) mend_ip_checksum(frame);
  if (frame.size() > 41 && random.one_in(2)) store_be16(&frame[40], 0);
  if (frame.size() > 16 && random.one_in(6)) {
    const std::byte tag[] = {std::byte{0x81}, std::byte{0},
                             static_cast<std::byte>(random.one_in(2) ? 0xe0 : 0),
                             static_cast<std::byte>(random.below(2))};
    frame.insert(frame.begin() + 12, std::begin(tag), std::end(tag));
  }
}

/// Whether a reader of the dissection would say that a server takes this frame.
bool looks_acceptable(const Dissection& d) {
  if (!d.trouble.empty() || !d.udp || d.ip->is_fragment()) return false;
  if (d.ethernet->tag && net::names_vlan(*d.ethernet->tag)) return false;
  const std::uint32_t first_octet = d.ip->source.value >> 24;
  return d.ip->checksum == ChecksumVerdict::correct && d.udp->destination_port == 67 &&
         (d.udp->checksum == ChecksumVerdict::correct ||
          d.udp->checksum == ChecksumVerdict::absent) &&
         first_octet < 224 && first_octet != 127 && !net::is_group(d.ethernet->source);
}

// B09
TEST(StrangeFrames, LookAcceptableWhenTheReceiverAcceptsThem) {
  Random random(826);
  const Octets good = to_server(as_bytes("a payload"));
  int accepted = 0;
  std::map<std::string_view, int> refused;
  for (int round = 0; round < 20'000; ++round) {
    Octets frame = good;
    change_headers(frame, random);
    const auto parsed = net::parse_frame(frame, net::ChecksumState::verify, 67);
    const Dissection shown = dissect(frame);
    ASSERT_EQ(looks_acceptable(shown), parsed.has_value())
        << to_hex(frame) << " " << (parsed ? "accepted" : name(parsed.error())) << " "
        << shown.trouble;
    if (!parsed) {
      ++refused[name(parsed.error())];
      continue;
    }
    ++accepted;
    EXPECT_EQ(to_hex(shown.payload), to_hex(parsed->payload));
    EXPECT_EQ(shown.ip->source, parsed->source);
    EXPECT_EQ(shown.udp->source_port, parsed->source_port);
  }
  EXPECT_GT(accepted, 500);
  EXPECT_EQ(refused.size(), 11U) << "parse_frame has eleven reasons, and each was met";
}

/// A message of many options, changed: octets overwritten, cut off.
Octets strange_message(Random& random) {
  Octets bytes = message(header(wire::Op::reply), [&](wire::MessageWriter& out) {
    out.option_u8(wire::kOptionDhcpOptionOverload, static_cast<std::uint8_t>(random.below(5)));
    for (std::uint32_t i = 4 + random.below(8); i > 0; --i) {
      const auto code = static_cast<wire::OptionCode>(1 + random.below(254));
      out.option(code, wire::random_value(code, random));
    }
    out.end();
  });
  for (std::uint32_t i = random.below(12); i > 0; --i) {
    bytes[random.below(static_cast<std::uint32_t>(bytes.size()))] =
        static_cast<std::byte>(random.u32());
  }
  if (random.one_in(8)) bytes.resize(random.below(static_cast<std::uint32_t>(bytes.size())));
  return bytes;
}

bool is_fit_for_a_terminal(std::string_view text) {
  return std::all_of(text.begin(), text.end(),
                     [](char c) { return (c >= ' ' && c <= '~') || c == '\n'; });
}

// C2-08: no octet of a stranger's packet moves a terminal's cursor or breaks a table.
TEST(StrangeFrames, AreShownInTablesThatHold) {
  Random random(1542);
  const Octets reference = discover();
  for (int round = 0; round < 400; ++round) {
    const Octets frame = udp_frame(from_server(), strange_message(random));
    const Dissection dissection = dissect(frame);
    const std::string text = frame_text(dissection, {.width = 100}, reference);
    ASSERT_TRUE(is_fit_for_a_terminal(text)) << text;
    ASSERT_TRUE(is_fit_for_a_terminal(summary(dissection)));
    for (const std::string_view line : split(text, '\n')) {
      const bool of_table = line.starts_with('+') || line.starts_with('|');
      ASSERT_TRUE(!of_table || line.size() == 100) << line;
    }
    (void)read_event(dissection, {});
  }
}

}  // namespace
}  // namespace lessor::craft
