#include "craft/text_layout.h"

#include <gmock/gmock.h>

namespace lessor::craft {
namespace {

using testing::ElementsAre;

TEST(DisplayWidth, CountsCharactersNotOctets) {
  EXPECT_EQ(display_width(""), 0U);
  EXPECT_EQ(display_width("lease"), 5U);
  EXPECT_EQ(display_width("│◄──►│"), 6U);
}

TEST(Wrap, BreaksAtBlanksAndOnlyThenAnywhere) {
  EXPECT_THAT(wrap("", 10), ElementsAre(""));
  EXPECT_THAT(wrap("one two three", 7), ElementsAre("one two", "three"));
  EXPECT_THAT(wrap("one two", 3), ElementsAre("one", "two"));
  EXPECT_THAT(wrap("0123456789", 4), ElementsAre("0123", "4567", "89"));
  EXPECT_THAT(wrap("a 0123456789", 4), ElementsAre("a", "0123", "4567", "89"));
  EXPECT_THAT(wrap("domain-name-servers", 12), ElementsAre("domain-name-", "servers"));
  EXPECT_THAT(wrap("1 - 2 --3", 4), ElementsAre("1 -", "2", "--3"));
  EXPECT_THAT(wrap("──────", 4), ElementsAre("────", "──"));
  EXPECT_THAT(wrap("x", 0), ElementsAre("x"));
}

TEST(Wrap, KeepsTheLinesOfTheText) {
  EXPECT_THAT(wrap("one\ntwo three", 40), ElementsAre("one", "two three"));
  EXPECT_THAT(wrap("one\n\ntwo\n", 40), ElementsAre("one", "", "two", ""));
}

TEST(Pad, LeavesLongTextAlone) {
  EXPECT_EQ(pad_right("ab", 4), "ab  ");
  EXPECT_EQ(pad_left("ab", 4), "  ab");
}

TEST(Paint, AddsNothingWithoutColour) {
  EXPECT_EQ(paint("x", Tone::bad, {}), "x");
  EXPECT_EQ(paint("x", Tone::dim, {.colour = true}), "\033[2mx\033[0m");
  EXPECT_EQ(paint("x", Tone::plain, {.colour = true}), "x");
  EXPECT_EQ(paint("", Tone::dim, {.colour = true}), "");
}

TEST(Shorten, CutsWhatDoesNotFit) {
  EXPECT_EQ(shorten("0123456789", 10, {}), "0123456789");
  EXPECT_EQ(shorten("0123456789", 9, {}), "012345...");
  EXPECT_EQ(shorten("──────────", 9, {.unicode = true}), "────────…");
}

TEST(Stopwatch, ShowsFourDigitsOfASecond) {
  EXPECT_EQ(stopwatch({}), "0.0000 s");
  EXPECT_EQ(stopwatch(Duration::milliseconds(-1'500)), "-1.5000 s");
  EXPECT_EQ(stopwatch(Duration::microseconds(15'001'299)), "15.0012 s");
}

TEST(Paragraph, IndentsEveryLineThatHasText) {
  EXPECT_EQ(paragraph("one two\n\nthree", {.width = 6}, 2), "  one\n  two\n\n  thre\n  e\n");
}

}  // namespace
}  // namespace lessor::craft
