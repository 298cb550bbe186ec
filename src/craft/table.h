#pragma once
// Tables for people: columns that share the screen's width, cells that wrap, frames of box-drawing
// characters or plain ASCII.

#include "craft/text_layout.h"

namespace lessor::craft {

/// One cell. '\n' in the text begins a new line.
struct Cell {
  std::string text;
  Tone tone = Tone::plain;
};

/// One column: its heading, and how it behaves when there is too little or too much room.
struct Column {
  std::string title;
  bool right_aligned = false;
  bool wraps = false;       ///< may become narrower than its content, down to `narrowest`
  bool takes_rest = false;  ///< grows until the table fills the screen's width
  std::size_t narrowest = 12;
};

/// A table, filled row by row and then drawn.
class Table {
 public:
  explicit Table(std::vector<Column> columns) : columns_(std::move(columns)) {}

  /// One row; a missing cell at the end is empty. Precondition: not more cells than columns.
  void add(std::vector<Cell> cells);
  /// A line across the whole table, with `text` in it.
  void add_banner(std::string text, Tone tone = Tone::dim);

  /// The lines of the table, each ended by '\n', behind `indent` blanks. As wide as the style says
  /// where a column takes the rest or must wrap.
  [[nodiscard]] std::string draw(const Style& style, std::size_t indent = 0) const;

 private:
  struct Row {
    std::vector<Cell> cells;
    bool banner = false;
  };
  [[nodiscard]] std::vector<std::size_t> natural_widths() const;
  [[nodiscard]] std::vector<std::size_t> fit(std::size_t room) const;

  std::vector<Column> columns_;
  std::vector<Row> rows_;
};

}  // namespace lessor::craft
