#include "craft/table.h"

#include "base/check.h"

#include <algorithm>
#include <numeric>

namespace lessor::craft {
namespace {

/// The strokes of a frame, in light box-drawing characters or in ASCII.
struct Strokes {
  std::string_view horizontal, vertical;
  std::string_view top[3], middle[3], bottom[3];  // left, crossing, right
};
constexpr Strokes kBox{"─", "│", {"┌", "┬", "┐"}, {"├", "┼", "┤"}, {"└", "┴", "┘"}};
constexpr Strokes kAscii{"-", "|", {"+", "+", "+"}, {"+", "+", "+"}, {"+", "+", "+"}};

using Widths = std::vector<std::size_t>;

std::size_t widest_line(std::string_view text) {
  std::size_t widest = 0;
  for (const std::string& line : wrap(text, SIZE_MAX)) {
    widest = std::max(widest, display_width(line));
  }
  return widest;
}

/// One drawing of one table: holds what every line needs.
class Pen {
 public:
  Pen(const Style& style, std::size_t indent, const std::vector<Column>& columns, Widths widths)
      : style_(style), indent_(indent), columns_(columns), widths_(std::move(widths)) {}

  const Strokes& strokes() const { return style_.unicode ? kBox : kAscii; }

  void rule(const std::string_view (&ends)[3]) {
    std::string line(ends[0]);
    for (std::size_t i = 0; i < widths_.size(); ++i) {
      if (i > 0) line += ends[1];
      line += repeat(strokes().horizontal, widths_[i] + 2);
    }
    line += ends[2];
    out_.append(indent_, ' ').append(paint(line, Tone::dim, style_)).append("\n");
  }

  void row(const std::vector<Cell>& cells) {
    std::vector<std::vector<std::string>> lines;
    std::size_t height = 1;
    for (std::size_t i = 0; i < cells.size(); ++i) {
      lines.push_back(wrap(cells[i].text, widths_[i]));
      height = std::max(height, lines.back().size());
    }
    for (std::size_t y = 0; y < height; ++y) {
      out_.append(indent_, ' ');
      for (std::size_t i = 0; i < widths_.size(); ++i) {
        const bool has_text = i < lines.size() && y < lines[i].size();
        bar().append(" ");
        cell(has_text ? lines[i][y] : "", i, has_text ? cells[i].tone : Tone::plain);
        out_ += " ";
      }
      bar().append("\n");
    }
  }

  /// One cell across all columns.
  void banner(const Cell& cell) {
    const std::size_t inside =
        std::accumulate(widths_.begin(), widths_.end(), 3 * (widths_.size() - 1));
    for (const std::string& line : wrap(cell.text, inside)) {
      out_.append(indent_, ' ');
      bar().append(" ").append(paint(pad_right(line, inside), cell.tone, style_)).append(" ");
      bar().append("\n");
    }
  }

  std::string take() { return std::move(out_); }

 private:
  std::string& bar() { return out_.append(paint(strokes().vertical, Tone::dim, style_)); }
  void cell(const std::string& text, std::size_t column, Tone tone) {
    const std::size_t blanks = widths_[column] - std::min(widths_[column], display_width(text));
    if (columns_[column].right_aligned) out_.append(blanks, ' ');
    out_ += paint(text, tone, style_);
    if (!columns_[column].right_aligned) out_.append(blanks, ' ');
  }

  const Style& style_;
  std::size_t indent_;
  const std::vector<Column>& columns_;
  Widths widths_;
  std::string out_;
};

}  // namespace

void Table::add(std::vector<Cell> cells) {
  CHECK(cells.size() <= columns_.size());
  rows_.push_back({std::move(cells), false});
}

void Table::add_banner(std::string text, Tone tone) {
  rows_.push_back({{{std::move(text), tone}}, true});
}

Widths Table::natural_widths() const {
  Widths widths;
  for (const Column& column : columns_) widths.push_back(display_width(column.title));
  for (const Row& row : rows_) {
    if (row.banner) continue;
    for (std::size_t i = 0; i < row.cells.size(); ++i) {
      widths[i] = std::max(widths[i], widest_line(row.cells[i].text));
    }
  }
  return widths;
}

/// Widths that fill `room` columns of text: the widest column that wraps gives way first.
Widths Table::fit(std::size_t room) const {
  Widths widths = natural_widths();
  std::size_t total = std::accumulate(widths.begin(), widths.end(), std::size_t{0});
  for (; total > room; --total) {
    std::size_t* widest = nullptr;
    for (std::size_t i = 0; i < widths.size(); ++i) {
      const bool gives = columns_[i].wraps && widths[i] > columns_[i].narrowest;
      if (gives && (widest == nullptr || widths[i] > *widest)) widest = &widths[i];
    }
    if (widest == nullptr) break;
    --*widest;
  }
  for (std::size_t i = 0; i < widths.size() && total < room; ++i) {
    if (!columns_[i].takes_rest) continue;
    widths[i] += room - total;
    total = room;
  }
  return widths;
}

std::string Table::draw(const Style& style, std::size_t indent) const {
  const std::size_t frame = indent + 3 * columns_.size() + 1;
  Pen pen(style, indent, columns_, fit(style.width > frame ? style.width - frame : 0));
  std::vector<Cell> titles;
  for (const Column& column : columns_) titles.push_back({column.title, Tone::strong});
  pen.rule(pen.strokes().top);
  pen.row(titles);
  pen.rule(pen.strokes().middle);
  for (const Row& row : rows_) row.banner ? pen.banner(row.cells[0]) : pen.row(row.cells);
  pen.rule(pen.strokes().bottom);
  return pen.take();
}

}  // namespace lessor::craft
