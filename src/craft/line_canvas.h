#pragma once
// A drawing of boxes and arrows in text: what crosses or meets is joined by itself, and parts of it
// can be lit. Must not know: what the boxes stand for.

#include "craft/text_layout.h"

#include <span>

namespace lessor::craft {

/// A place on the canvas: columns to the right, rows down, from 0.
struct Point {
  int x = 0;
  int y = 0;
  friend bool operator==(const Point&, const Point&) = default;
};

/// Lit lines are double (`#` in ASCII) and in the tone `fresh`, so that they show without colour,
/// too; other lines are light and dim. The canvas grows as it is drawn on. Coordinates are the
/// program's own: none may be negative.
class LineCanvas {
 public:
  /// A frame of `width` columns and three rows, its top left corner at `at`, with `name` in it.
  void box(Point at, int width, std::string_view name, bool lit);
  /// A line through `corners`, with an arrow's head at the last of them. Each piece is level or
  /// upright; the first corner may lie in the frame of a box, which then has a branch there.
  void arrow(std::span<const Point> corners, bool lit);
  /// ASCII text; '\n' goes on below its beginning. It stands over any line.
  void text(Point at, std::string_view text, Tone tone);

  /// The lines of the drawing, each ended by '\n', without blanks at their ends.
  [[nodiscard]] std::string draw(const Style& style) const;

 private:
  struct Cell {
    char letter = 0;           // 0: none, then it is a line or empty
    Tone tone = Tone::dim;     // of the letter
    std::uint8_t strokes = 0;  // a bit for each direction that a line leaves to
    std::uint8_t lit_strokes = 0;
    std::uint8_t head = 0;  // of an arrow: the direction that it points to
    bool lit_head = false;
  };
  [[nodiscard]] Cell& at(Point point);
  void stroke(Point from, Point to, bool lit);
  [[nodiscard]] static bool is_lit(const Cell& cell);
  [[nodiscard]] static std::string_view glyph(const Cell& cell, bool unicode);
  [[nodiscard]] static Tone tone_of(const Cell& cell);

  std::vector<std::vector<Cell>> rows_;
};

}  // namespace lessor::craft
