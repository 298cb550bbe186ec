#include "craft/line_canvas.h"

#include <gtest/gtest.h>

namespace lessor::craft {
namespace {

/// Two boxes, an arrow between them, and one from the second that joins it below.
LineCanvas sample(bool lit) {
  LineCanvas canvas;
  canvas.box({0, 0}, 7, "ONE", false);
  canvas.box({12, 0}, 7, "TWO", lit);
  const Point level[] = {{6, 1}, {11, 1}};
  const Point round[] = {{15, 2}, {15, 4}, {3, 4}, {3, 3}};
  canvas.arrow(round, false);
  canvas.arrow(level, lit);
  canvas.text({8, 0}, "go", lit ? Tone::fresh : Tone::dim);
  return canvas;
}

TEST(LineCanvas, JoinsLinesWithBoxes) {
  EXPECT_EQ(sample(false).draw({}),
            "+-----+ go  +-----+\n"
            "| ONE +---->| TWO |\n"
            "+-----+     +--+--+\n"
            "   ^           |\n"
            "   +-----------+\n");
  EXPECT_EQ(sample(false).draw({.unicode = true}),
            "┌─────┐ go  ┌─────┐\n"
            "│ ONE ├────►│ TWO │\n"
            "└─────┘     └──┬──┘\n"
            "   ▲           │\n"
            "   └───────────┘\n");
}

TEST(LineCanvas, ShowsWhatIsLitWithoutColour) {
  EXPECT_EQ(sample(true).draw({}),
            "+-----+ go  #######\n"
            "| ONE +####># TWO #\n"
            "+-----+     #######\n"
            "   ^           |\n"
            "   +-----------+\n");
  EXPECT_EQ(sample(true).draw({.unicode = true}),
            "┌─────┐ go  ╔═════╗\n"
            "│ ONE ├════►║ TWO ║\n"
            "└─────┘     ╚═════╝\n"
            "   ▲           │\n"
            "   └───────────┘\n");
}

TEST(LineCanvas, PaintsNeighboursOfOneToneTogether) {
  LineCanvas canvas;
  canvas.text({0, 0}, "ab", Tone::fresh);
  const Point line[] = {{2, 0}, {4, 0}};
  canvas.arrow(line, true);
  EXPECT_EQ(canvas.draw({.colour = true}), "\033[33mab##>\033[0m\n");
}

TEST(LineCanvas, GoesOnBelowTheBeginningOfAText) {
  LineCanvas canvas;
  canvas.text({2, 0}, "one \ntwo", Tone::plain);
  EXPECT_EQ(canvas.draw({}), "  one\n  two\n");
}

}  // namespace
}  // namespace lessor::craft
