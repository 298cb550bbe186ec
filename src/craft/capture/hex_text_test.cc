#include "craft/capture/hex_text.h"

#include "base/random.h"
#include "base/text.h"
#include "craft/capture/dump_line.h"
#include "craft/packet/notation.h"
#include "craft/test_frames.h"

#include <gmock/gmock.h>

namespace lessor::craft {
namespace {

using namespace testing;  // the words of test_frames.h
using ::testing::HasSubstr;

Octets frame() { return udp_frame(from_server(), offer()); }

/// The frames of a text, and how it was read.
struct Gathered {
  std::vector<Octets> frames;
  std::vector<LinkType> links;
  std::vector<Duration> times;
  std::string note;
  std::string error;
};
Gathered gather(std::string_view text) {
  const auto reader = read_text(text, "text");
  if (!reader) return {.error = reader.error()};
  Gathered all{.note = (*reader)->note()};
  CapturedFrame frame;
  for (;;) {
    const auto more = (*reader)->next(frame);
    if (!more || !*more) return all;
    all.frames.emplace_back(frame.bytes.begin(), frame.bytes.end());
    all.links.push_back(frame.link);
    all.times.push_back(frame.since_1970);
  }
}

std::string offset_text(std::size_t offset, std::size_t digits) {
  std::string text(digits, '0');
  for (std::size_t i = digits; i > 0; --i, offset /= 16)
    text[i - 1] = "0123456789abcdef"[offset % 16];
  return text;
}

std::string characters(Bytes octets) {
  std::string text;
  for (const std::byte b : octets) {
    const char c = static_cast<char>(b);
    text += c > ' ' && c <= '~' ? c : '.';
  }
  return text;
}

enum class Tool { tcpdump, tcpdump_with_text, wireshark, hexdump, xxd, od };

std::string dump(Bytes bytes, Tool tool) {
  std::string text;
  for (std::size_t at = 0; at < bytes.size(); at += 16) {
    const Bytes line = bytes.subspan(at, std::min<std::size_t>(16, bytes.size() - at));
    const bool pairs =
        tool == Tool::tcpdump || tool == Tool::tcpdump_with_text || tool == Tool::xxd;
    std::string octets;
    for (std::size_t i = 0; i < line.size(); ++i) {
      if (i > 0 && (!pairs || i % 2 == 0)) octets += ' ';
      if (i == 8 && tool == Tool::hexdump) octets += ' ';
      octets += to_hex(line.subspan(i, 1));
    }
    octets.resize(tool == Tool::tcpdump ? octets.size() : pairs ? 39 : 48, ' ');
    switch (tool) {
      case Tool::tcpdump:
        text += "\t0x" + offset_text(at, 4) + ":  " + octets + "\n";
        break;
      case Tool::tcpdump_with_text:
        text += "\t0x" + offset_text(at, 4) + ":  " + octets + "  " + characters(line) + "\n";
        break;
      case Tool::wireshark:
        text += offset_text(at, 4) + "  " + octets + "   " + characters(line) + "\n";
        break;
      case Tool::hexdump:
        text += offset_text(at, 8) + "  " + octets + "  |" + characters(line) + "|\n";
        break;
      case Tool::od:
        text += offset_text(at, 6) + " " + octets + "\n";
        break;
      case Tool::xxd:
        text += offset_text(at, 8) + ": " + octets + "  " + characters(line) + "\n";
        break;
    }
  }
  return text;
}

TEST(HexText, ReadsAStringInAllItsDresses) {
  const Octets whole = frame();
  for (const std::string& text : {to_hex(whole), "0x" + to_hex(whole), to_hex(whole, ':'),
                                  to_hex(whole, ' ') + "\n", to_hex(whole, '-'),
                                  " " + to_hex(Bytes(whole).first(100)) + "\r\n" +
                                      to_hex(Bytes(whole).subspan(100)) + "\r\n"}) {
    const Gathered all = gather(text);
    EXPECT_EQ(all.error, "") << text;
    ASSERT_EQ(all.frames.size(), 1U) << text;
    EXPECT_EQ(all.frames[0], whole);
    EXPECT_EQ(all.note, "read as an Ethernet frame");
  }
}

TEST(HexText, ReadsTheDumpsOfTools) {
  const Octets whole = frame();
  for (const Tool tool : {Tool::tcpdump, Tool::tcpdump_with_text, Tool::wireshark, Tool::hexdump,
                          Tool::xxd, Tool::od}) {
    const std::string text = dump(whole, tool);
    const Gathered all = gather("a line about it\n" + text + "\nanother\n" + text);
    EXPECT_EQ(all.error, "") << text;
    ASSERT_EQ(all.frames.size(), 2U) << text;
    EXPECT_EQ(to_hex(all.frames[0]), to_hex(whole)) << text;
    EXPECT_EQ(all.frames[1], whole);
  }
}

// Every length of a last line, with characters beside the octets that could be octets.
TEST(HexText, DoesNotTakeCharactersForOctets) {
  Octets whole = frame();
  for (std::size_t more = 0; more < 16; ++more) {
    whole.push_back(std::byte{'a'});
    for (const Tool tool : {Tool::tcpdump_with_text, Tool::wireshark, Tool::hexdump, Tool::xxd}) {
      const Gathered all = gather(dump(whole, tool));
      ASSERT_EQ(all.frames.size(), 1U);
      EXPECT_EQ(to_hex(all.frames[0]), to_hex(whole)) << dump(whole, tool);
    }
  }
}

TEST(HexText, FillsInTheStarsOfHexdump) {
  const std::string text =
      "00000000  ff ff ff ff ff ff 02 00  00 00 00 01 08 00 45 00  |..............E.|\n"
      "00000010  00 00 00 00 00 00 00 00  00 00 00 00 00 00 00 00  |................|\n"
      "*\n"
      "00000040  01 02                                             |..|\n"
      "00000042\n";
  const auto packets = read_hex_text(text);
  ASSERT_TRUE(packets) << packets.error();
  ASSERT_EQ(packets->size(), 1U);
  EXPECT_EQ(packets->front().bytes.size(), 0x42U);
}

TEST(HexText, TellsWhatTheOctetsBeginWith) {
  const Octets whole = frame();
  Octets cooked2(20);
  cooked2[0] = std::byte{0x08};
  cooked2.insert(cooked2.end(), whole.begin() + 14, whole.end());
  Octets cooked(16);
  cooked[14] = std::byte{0x08};
  cooked.insert(cooked.end(), whole.begin() + 14, whole.end());
  EXPECT_EQ(guess_kind(whole), Guess::ethernet);
  EXPECT_EQ(guess_kind(Bytes(whole).subspan(14)), Guess::ip);
  EXPECT_EQ(guess_kind(Bytes(whole).subspan(42)), Guess::message);
  EXPECT_EQ(guess_kind(cooked), Guess::cooked);
  EXPECT_EQ(guess_kind(cooked2), Guess::cooked2);
  EXPECT_EQ(guess_kind(Bytes(whole).first(20)), Guess::ethernet);
  EXPECT_EQ(guess_kind(Bytes(whole).first(10)), Guess::nothing);
  EXPECT_EQ(guess_kind({}), Guess::nothing);
}

TEST(HexText, PutsHeadersBeforeABareMessage) {
  const Gathered all = gather(to_hex(offer()));
  EXPECT_THAT(all.note, HasSubstr("without headers"));
  ASSERT_EQ(all.frames.size(), 1U);
  EXPECT_EQ(all.links[0], LinkType::raw_ip);
  const Dissection d = dissect(all.frames[0], all.links[0]);
  ASSERT_TRUE(d.is_dhcp());
  EXPECT_EQ(Octets(d.payload.begin(), d.payload.end()), offer());
  EXPECT_EQ(d.udp->checksum, ChecksumVerdict::correct);
  EXPECT_EQ(d.udp->source_port, 67);
}

TEST(HexText, TakesTheTimeFromTheLineBefore) {
  const Gathered all = gather("2026-11-25 13:45:35.123456 IP 1.2.3.4 > 5.6.7.8: UDP\n" +
                              dump(frame(), Tool::tcpdump));
  ASSERT_EQ(all.times.size(), 1U);
  EXPECT_EQ(all.times[0], Duration::nanoseconds(1'795'614'335'123'456'000));
  EXPECT_EQ(time_of_line("13:45:35.1 IP"), Duration::milliseconds(49'535'100));
  EXPECT_EQ(time_of_line("2026-13-25 13:45:35 IP"), std::nullopt);
  EXPECT_EQ(time_of_line("IP 13:45:35"), std::nullopt);
}

TEST(HexText, ReadsOurOwnNotation) {
  const Octets whole = frame();
  const std::string text = packet_text({.bytes = whole, .time = Duration::seconds(7)}, "heading");
  const Gathered all = gather(text + "\n" + text);
  EXPECT_EQ(all.error, "") << text;
  ASSERT_EQ(all.frames.size(), 2U);
  EXPECT_EQ(all.frames[0], whole);
  EXPECT_EQ(all.times[1], Duration::seconds(7));
  EXPECT_EQ(all.note, "");
  EXPECT_THAT(gather("packet {\n  xidd = 1\n}\n").error, HasSubstr("xid"));
}

TEST(HexText, SaysWhatIsWrongAndWhere) {
  EXPECT_THAT(gather("").error, HasSubstr("empty"));
  EXPECT_THAT(gather("  \n \n").error, HasSubstr("empty"));
  EXPECT_THAT(gather("hello").error, HasSubstr("line 1: 'hello' is not hexadecimal"));
  EXPECT_THAT(gather("0102\n030").error, HasSubstr("line 2: an odd number"));
  EXPECT_THAT(gather("0102").error, HasSubstr("packet 1 of 2 octets is neither"));
  EXPECT_THAT(gather("0x0000:  4500\n0x0010:  4500\n").error, HasSubstr("octets are missing"));
  EXPECT_THAT(gather("0x0010:  4500\n0x0000:  4500\n").error, HasSubstr("begins with offset 0"));
}

TEST(HexText, TakesTheOctetsOfOnePacketAsTheyAre) {
  const Octets whole = frame();
  const Gathered all = gather(as_text(whole));
  EXPECT_EQ(all.frames, std::vector<Octets>{whole}) << all.error;
  EXPECT_EQ(all.note, "read as an Ethernet frame");
  EXPECT_EQ(gather(as_text(Bytes(whole).subspan(14))).links, std::vector{LinkType::raw_ip});
  EXPECT_THAT(gather(std::string(9, '\0')).error, HasSubstr("neither a capture file"));
  EXPECT_THAT(gather(std::string(300'000, '\0')).error, HasSubstr("neither a capture file"));
  EXPECT_THAT(gather("\x1f\x8b\x08 and more").error, HasSubstr("compressed"));
}

TEST(HexText, SurvivesAnyText) {
  Random random(7);
  constexpr std::string_view kLetters = "0123456789abcdefx: \n\t|*{}=#.";
  for (int round = 0; round < 2'000; ++round) {
    std::string text;
    for (std::uint32_t i = random.below(120); i > 0; --i) {
      text += kLetters[random.below(static_cast<std::uint32_t>(kLetters.size()))];
    }
    (void)gather(text);
  }
}

}  // namespace
}  // namespace lessor::craft
