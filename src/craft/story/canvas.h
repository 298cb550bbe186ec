#pragma once
// One row of characters to draw on, each with a tone: what timelines are made of.

#include "craft/text_layout.h"

namespace lessor::craft {

/// A row of `width` blanks. Drawing outside is cut off.
class CanvasRow {
 public:
  explicit CanvasRow(std::size_t width) : cells_(width) {}

  /// Puts `text` (UTF-8) with its first character at column `x`.
  void put(std::size_t x, std::string_view text, Tone tone = Tone::plain);
  /// Puts `text` with its middle at column `x`, moved inwards where it would leave the row.
  void put_centred(std::size_t x, std::string_view text, Tone tone = Tone::plain);
  /// Fills the columns from `first` to `last`, both included, with one character.
  void fill(std::size_t first, std::size_t last, std::string_view character, Tone tone);

  /// The row as a line, blanks at its end dropped, '\n' behind it.
  [[nodiscard]] std::string line(const Style& style) const;

 private:
  struct Cell {
    std::string character = " ";
    Tone tone = Tone::plain;
  };
  std::vector<Cell> cells_;
};

}  // namespace lessor::craft
