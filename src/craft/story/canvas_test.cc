#include "craft/story/canvas.h"

#include <gtest/gtest.h>

namespace lessor::craft {
namespace {

TEST(CanvasRow, PutsCharactersNotOctets) {
  CanvasRow row(9);
  row.fill(0, 8, "─", Tone::plain);
  row.put(2, "│x│");
  EXPECT_EQ(row.line({}), "──│x│────\n");
}

TEST(CanvasRow, KeepsCentredTextInside) {
  CanvasRow row(10);
  row.put_centred(4, "abc");
  EXPECT_EQ(row.line({}), "   abc\n");
  row.put_centred(9, "defg");
  EXPECT_EQ(row.line({}), "   abcdefg\n");
  row.put_centred(0, "hi");
  EXPECT_EQ(row.line({}), "hi abcdefg\n");
  row.put(8, "cut off");
  EXPECT_EQ(row.line({}), "hi abcdecu\n");
}

TEST(CanvasRow, PaintsRunsOfOneTone) {
  CanvasRow row(8);
  row.put(0, "ab", Tone::dim);
  row.put(3, "c");
  EXPECT_EQ(row.line({.colour = true}), "\033[2mab\033[0m c\n");
}

}  // namespace
}  // namespace lessor::craft
