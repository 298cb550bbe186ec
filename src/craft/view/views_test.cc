// All views of the same packets: whole ones in full, broken ones as far as they go.

#include "base/random.h"
#include "craft/test_frames.h"
#include "craft/view/brief.h"
#include "craft/view/hex_view.h"
#include "craft/view/json_view.h"
#include "craft/view/packet_table.h"
#include "craft/view/text_view.h"

#include <gmock/gmock.h>

namespace lessor::craft {
namespace {

using namespace testing;  // the words of test_frames.h
using ::testing::AllOf;
using ::testing::HasSubstr;
using ::testing::Not;

const Duration kTime = Duration::nanoseconds(1'795'614'335'123'456'789);

/// A frame with all that a view is given.
struct Given {
  explicit Given(Octets octets, LinkType link = LinkType::ethernet)
      : bytes(std::move(octets)),
        frame{.number = 2,
              .since_1970 = kTime,
              .link = link,
              .bytes = bytes,
              .original_size = bytes.size()},
        dissection(dissect(bytes, link)),
        faults(find_faults(bytes, dissection)) {}
  [[nodiscard]] ShownPacket shown() const {
    return {.frame = frame, .dissection = dissection, .faults = faults};
  }
  Octets bytes;
  CapturedFrame frame;
  Dissection dissection;
  std::vector<Fault> faults;
};

std::string brief(const Given& given, OnlyLayer only = {}) {
  std::string out;
  BriefView(Style{}).add(given.shown(), out, only);
  return out;
}

Octets request() {
  wire::Header h = header(wire::Op::request);
  h.ciaddr = {0xc0a83868};
  return message(h, [](wire::MessageWriter& out) {
    out.option_u8(wire::kOptionDhcpMessageType, 3);
    out.option(wire::kOptionHostName, as_bytes("R1\x1b[31m"));
    out.option(wire::kOptionDhcpAgentOptions, as_bytes("\x01\x04"
                                                       "eth0"
                                                       "\x02\x02\x01\x02"));
    out.end();
  });
}

TEST(BriefView, IsALineInColumns) {
  EXPECT_EQ(brief(Given(udp_frame(from_server(), offer()))),
            "     2  13:45:35.123456 192.168.56.100 > 255.255.255.255   OFFER       "
            "c0:01:1b:69:00:00  0x00001aed  yiaddr=192.168.56.104 server=192.168.56.100 "
            "lease=10m\n");
}

TEST(BriefView, TellsAllThatMattersAndNothingStrange) {
  const Given given(udp_frame({.source = {0xc0a83868},
                               .destination = {0xc0a83864},
                               .source_port = 68,
                               .destination_port = 67},
                              request()));
  EXPECT_THAT(brief(given), HasSubstr("REQUEST     c0:01:1b:69:00:00  0x00001aed  renewing "
                                      "ciaddr=192.168.56.104 host-name=R1\\x1b[31m circuit-id=eth0 "
                                      "remote-id=0x0102"));
}

TEST(BriefView, HasLinesForArpIcmpAndTheRest) {
  Octets room(net::kArpFrame);
  const auto probe =
      net::arp_probe(*net::parse_mac("c0:01:1b:69:00:00"), *net::parse_ip4("192.0.2.7"));
  net::write_arp_frame(room, net::kMacBroadcast, probe);
  EXPECT_THAT(brief(Given(room)), HasSubstr("probe: does anybody use 192.0.2.7?"));
  Octets ping = udp_frame(from_server(), offer());
  ping[23] = std::byte{1};
  ping[34] = std::byte{8};
  EXPECT_THAT(brief(Given(ping)), AllOf(HasSubstr("ICMP"), HasSubstr("echo request id=0x")));
  EXPECT_THAT(brief(Given(udp_frame({.source_port = 53, .destination_port = 99}, {}))),
              HasSubstr("ports 53 > 99, 0 octets"));
  EXPECT_THAT(brief(Given({})), HasSubstr("?"));
}

TEST(BriefView, SaysAtTheEndWhatIsWrong) {
  Octets frame = udp_frame(from_server(), offer());
  frame[40] ^= std::byte{1};
  EXPECT_THAT(brief(Given(frame)), HasSubstr("!! the UDP checksum is wrong"));
  std::string out;
  BriefView(Style{.colour = true}).add(Given(frame).shown(), out);
  EXPECT_THAT(out, HasSubstr("\033[1;31m  !! the UDP"));
  EXPECT_THAT(out, HasSubstr("\033[32mOFFER\033[0m       c0:01"));
}

TEST(BriefView, ShowsOneLayerByItsFields) {
  const Given given(udp_frame(from_server(), offer()));
  EXPECT_THAT(brief(given, Layer::udp),
              HasSubstr("udp.srcport=67 udp.dstport=68 udp.length=308 udp.checksum=0x"));
  EXPECT_EQ(brief(given, Layer::arp), "");
}

TEST(PacketTable, HasEveryLayerAndField) {
  const Given given(udp_frame(from_server(), offer()));
  const std::string table = packet_table(given.shown(), {}, {});
  for (const LayerSpan& span : given.dissection.layers()) {
    for (const FieldRow& field : layer_row(span.layer).fields) {
      if (field.bits == 0) continue;
      EXPECT_THAT(table, HasSubstr("| " + std::string(field.name) + " "));
    }
  }
  EXPECT_THAT(table, HasSubstr("2026-11-25 13:45:35.123456 UTC"));
  EXPECT_THAT(table, HasSubstr("Options (RFC 2132), 64 octets from 278"));
  EXPECT_THAT(table, HasSubstr("99.130.83.99 (0x63825363)"));
  EXPECT_THAT(table, HasSubstr("RFC 2132 9.6"));
  EXPECT_THAT(table, HasSubstr("then 24 octets of padding"));
  const std::string udp = packet_table(given.shown(), {}, Layer::udp);
  EXPECT_THAT(udp, AllOf(HasSubstr("UDP (RFC 768)"), Not(HasSubstr("IPv4 (RFC"))));
}

TEST(PacketTable, HasFaultsBelowTheirRows) {
  wire::Header h = header(wire::Op::reply);
  h.hlen = 17;
  const Given given(udp_frame(from_server(), message(h, [](wire::MessageWriter& out) {
                                out.option_u8(wire::kOptionDhcpMessageType, 2);
                                const std::byte broken[] = {std::byte{12}, std::byte{9},
                                                            std::byte{'x'}};
                                out.raw(broken);
                              })));
  const std::string table = packet_table(given.shown(), {.width = 140}, {});
  const std::size_t hlen = table.find("| hlen ");
  const std::size_t said = table.find("hlen says 17 octets");
  EXPECT_LT(hlen, said);
  EXPECT_LT(said, table.find("| hops "));
  EXPECT_LT(table.find("host-name"), table.find("host-name (12) says 9 octets"));
}

/// Each octet of the frame is shown once, in order.
std::size_t octets_shown(const std::string& view) {
  std::size_t shown = 0;
  for (std::size_t at = 0; at < view.size();) {
    const std::size_t end = view.find('\n', at);
    const std::string line = view.substr(at, end - at);
    at = end + 1;
    if (!line.starts_with("  0")) continue;
    EXPECT_EQ(std::stoul(line.substr(2, 4), nullptr, 16), shown) << line;
    std::string octets = line.substr(8, 47);
    if (octets.starts_with("00 * ")) {
      shown += std::stoul(octets.substr(5));
      continue;
    }
    octets.resize(std::min(octets.find("  "), octets.size()));
    while (octets.ends_with(' ')) octets.pop_back();
    shown += (octets.size() + 1) / 3;
  }
  return shown;
}

TEST(HexView, ShowsEveryOctetOnceWithWhatItIs) {
  Octets padded = udp_frame(from_server(), offer());
  padded.resize(padded.size() + 4, std::byte{0xee});
  for (const Octets& frame : {udp_frame(from_server(), offer()), padded,
                              udp_frame({.source_port = 53, .destination_port = 99}, offer())}) {
    const Given given(frame);
    const std::string view = hex_view(given.shown(), {.width = 112}, {});
    EXPECT_EQ(octets_shown(view), given.bytes.size()) << view;
  }
  const std::string view = hex_view(Given(padded).shown(), {.width = 112}, {});
  const auto blanks = [](std::size_t octets) { return std::string(50 - 3 * octets, ' '); };
  EXPECT_THAT(view, HasSubstr("  002e  00 00 1a ed" + blanks(4) + "xid = 0x00001aed\n"));
  EXPECT_THAT(view, HasSubstr("  000e  45" + blanks(1) + "ip.version = 4, ip.ihl = 5\n"));
  EXPECT_THAT(view, HasSubstr("35 01 02 "));
  EXPECT_THAT(view, HasSubstr("4 octets behind it all"));
}

TEST(JsonView, IsStable) {
  const Given given(
      udp_frame(from_server(), message(header(wire::Op::reply), [](wire::MessageWriter& out) {
                  out.option_u8(53, 2);
                  out.option(12, as_bytes("a\"\x01"));
                  out.option(15, as_bytes("ro"));
                  out.option(15, as_bytes("ad"));
                  out.end();
                })));
  const std::string json = json_view(given.shown(), {}, {});
  EXPECT_EQ(json.find('\n'), json.size() - 1);
  EXPECT_THAT(json, HasSubstr(R"({"number":2,"time":"2026-11-25T13:45:35.123456789Z",)"));
  EXPECT_THAT(json, HasSubstr(R"("eth":{"start":0,"dst":"ff:ff:ff:ff:ff:ff")"));
  EXPECT_THAT(json, HasSubstr(R"("udp":{"start":34,"srcport":67,"dstport":68,"length":)"));
  EXPECT_THAT(json, HasSubstr(R"("message":"DHCPOFFER","options":[{"code":53,)"));
  EXPECT_THAT(json, HasSubstr(R"("name":"host-name","area":"options","offset":285,"length":3,)"
                              R"("raw":"612201")"));
  EXPECT_THAT(json, HasSubstr(R"("raw":"726f","joined":{"length":4,"raw":"726f6164",)"
                              R"("value":"road"})"));
  EXPECT_THAT(json, HasSubstr(R"("reference":"RFC 2131 4.1, RFC 3396 5"})"));
}

TEST(JsonView, ListsTagsAndLimitsItself) {
  Octets frame = udp_frame(from_server(), offer());
  const std::byte tags[] = {std::byte{0x88}, std::byte{0xa8}, std::byte{0}, std::byte{7},
                            std::byte{0x81}, std::byte{0},    std::byte{0}, std::byte{8}};
  frame.insert(frame.begin() + 12, std::begin(tags), std::end(tags));
  const Given given(frame);
  EXPECT_THAT(json_view(given.shown(), {}, {}),
              AllOf(HasSubstr(R"("vlan":[{"start":14,)"), HasSubstr(R"("id":7,)"),
                    HasSubstr(R"("type":"0x0800"}],"ip":{)")));
  EXPECT_THAT(json_view(given.shown(), {}, Layer::ip),
              AllOf(HasSubstr(R"("layers":{"ip":{)"), Not(HasSubstr("options\":["))));
}

TEST(TextView, IsTheNotationWithAHeading) {
  const Given given(udp_frame(from_server(), offer()));
  const std::string text = text_view(given.shown(), {}, {});
  EXPECT_THAT(text, HasSubstr("# 2  2026-11-25 13:45:35.123456 UTC  DHCPOFFER"));
  EXPECT_THAT(text, HasSubstr("packet {\n  time = 2026-11-25T13:45:35.123456789Z\n"));
  const std::string bootp = text_view(given.shown(), {}, Layer::bootp);
  EXPECT_THAT(bootp, AllOf(HasSubstr("  xid = 0x00001aed\n"), HasSubstr("option.domain-name"),
                           Not(HasSubstr("eth.")), Not(HasSubstr("{"))));
}

/// Broken frames of every kind: no view reads outside, says nothing or writes what no terminal
/// takes.
TEST(Views, SurviveBrokenFrames) {
  Random random(11);
  const Octets whole = udp_frame(from_server(), offer());
  for (int round = 0; round < 400; ++round) {
    Octets frame = whole;
    for (std::uint32_t i = random.below(6); i > 0; --i) {
      frame[random.below(static_cast<std::uint32_t>(frame.size()))] =
          static_cast<std::byte>(random.u32());
    }
    frame.resize(random.one_in(3) ? random.below(static_cast<std::uint32_t>(frame.size()))
                                  : frame.size());
    constexpr LinkType kLinks[] = {LinkType::ethernet, LinkType::raw_ip, LinkType::cooked,
                                   LinkType::cooked2};
    const Given given(frame, random.one_in(3) ? kLinks[random.below(4)] : LinkType::ethernet);
    for (const std::string& view :
         {brief(given), packet_table(given.shown(), {}, {}), hex_view(given.shown(), {}, {}),
          json_view(given.shown(), {}, {}), text_view(given.shown(), {}, {})}) {
      for (const char c : view) EXPECT_TRUE(c == '\n' || (c >= ' ' && c <= '~')) << view;
    }
    const std::string hex = hex_view(given.shown(), {.width = 112}, {});
    EXPECT_EQ(octets_shown(hex), frame.size()) << hex;
  }
}

}  // namespace
}  // namespace lessor::craft
