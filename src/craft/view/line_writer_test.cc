// Pieces of a line: their text, and that none goes beyond the line's room.

#include "craft/view/line_writer.h"

#include <gtest/gtest.h>

#include <functional>

namespace lessor::craft {
namespace {

constexpr std::size_t kRoom = 4'096;
constexpr std::byte kMac[] = {std::byte{0x02}, std::byte{0xab}, std::byte{0xff}};

struct Piece {
  std::function<void(LineWriter&)> write;
  std::string_view text;
};
const Piece kPieces[] = {
    {[](LineWriter& line) { line.address({0}); }, "0.0.0.0"},
    {[](LineWriter& line) { line.address({0xffffffff}); }, "255.255.255.255"},
    {[](LineWriter& line) { line.address({0x0a630164}); }, "10.99.1.100"},
    {[](LineWriter& line) { line.number(0); }, "0"},
    {[](LineWriter& line) { line.number(UINT64_MAX); }, "18446744073709551615"},
    {[](LineWriter& line) { line.number(42, 6); }, "    42"},
    {[](LineWriter& line) { line.hex(0x1aed, 8); }, "0x00001aed"},
    {[](LineWriter& line) { line.hex(0x86dd, 4); }, "0x86dd"},
    {[](LineWriter& line) { line.octets(kMac, ':'); }, "02:ab:ff"},
    {[](LineWriter& line) { line.octets(kMac, '\0'); }, "02abff"},
    {[](LineWriter& line) { line.octets({}, ':'); }, ""},
    {[](LineWriter& line) { line.strange(as_bytes("a\x1b[1m\\~"), 40); }, "a\\x1b[1m\\x5c~"},
    {[](LineWriter& line) { line.strange(as_bytes("\n"), 40); }, "\\x0a"},
    {[](LineWriter& line) { line.strange(as_bytes("abcdef"), 3); }, "abc..."},
    {[](LineWriter& line) { line.time_of_day(Duration::nanoseconds(86'399'123'456'789)); },
     "23:59:59.123456"},
    {[](LineWriter& line) { line.time_of_day(Duration::seconds(86'400)); }, "00:00:00.000000"},
};

TEST(LineWriter, WritesPieces) {
  for (const Piece& piece : kPieces) {
    const Style style;
    LineWriter line(style);
    piece.write(line);
    EXPECT_EQ(line.view(), piece.text);
  }
}

TEST(LineWriter, CutsOffWhatDoesNotFitWhereverThatIs) {
  for (const Piece& piece : kPieces) {
    for (std::size_t left = 0; left <= piece.text.size() + 1; ++left) {
      const Style style;
      LineWriter line(style);
      line.text(std::string(kRoom - left, '.'));
      piece.write(line);
      EXPECT_EQ(line.view().substr(kRoom - left), piece.text.substr(0, left)) << piece.text;
      line.text("more than there is room for");
      line.column(2 * kRoom);
      EXPECT_EQ(line.view().size(), kRoom);
    }
  }
}

}  // namespace
}  // namespace lessor::craft
