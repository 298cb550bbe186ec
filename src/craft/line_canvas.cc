#include "craft/line_canvas.h"

#include "base/check.h"

#include <algorithm>
#include <array>
#include <bit>

namespace lessor::craft {
namespace {

// The directions in which a line leaves a cell, a bit each.
constexpr std::uint8_t kUp = 1;
constexpr std::uint8_t kRight = 2;
constexpr std::uint8_t kDown = 4;
constexpr std::uint8_t kLeft = 8;

constexpr std::size_t kJoints = 16;
/// By the directions that lines leave to. A joint of one direction is the end of a line.
constexpr std::array<std::string_view, kJoints> kLight = {" ", "│", "─", "└", "│", "│", "┌", "├",
                                                          "─", "┘", "─", "┴", "┐", "┤", "┬", "┼"};
constexpr std::array<std::string_view, kJoints> kDouble = {" ", "║", "═", "╚", "║", "║", "╔", "╠",
                                                           "═", "╝", "═", "╩", "╗", "╣", "╦", "╬"};
constexpr std::array<std::string_view, kJoints> kAscii = {" ", "|", "-", "+", "|", "|", "+", "+",
                                                          "-", "+", "-", "+", "+", "+", "+", "+"};

struct Head {
  std::string_view unicode, ascii;
};
Head head_of(std::uint8_t direction) {
  if (direction == kUp) return {"▲", "^"};
  if (direction == kRight) return {"►", ">"};
  if (direction == kDown) return {"▼", "v"};
  return {"◄", "<"};
}

int sign(int number) { return (number > 0) - (number < 0); }

std::uint8_t direction(Point from, Point to) {
  if (from.x == to.x) return from.y < to.y ? kDown : kUp;
  return from.x < to.x ? kRight : kLeft;
}

std::uint8_t opposite(std::uint8_t direction) {
  const unsigned bits = direction;
  return static_cast<std::uint8_t>((bits << 2U | bits >> 2U) & 15U);
}

}  // namespace

LineCanvas::Cell& LineCanvas::at(Point point) {
  CHECK(point.x >= 0 && point.y >= 0);
  const auto x = static_cast<std::size_t>(point.x);
  const auto y = static_cast<std::size_t>(point.y);
  rows_.resize(std::max(rows_.size(), y + 1));
  rows_[y].resize(std::max(rows_[y].size(), x + 1));
  return rows_[y][x];
}

/// A straight line, both ends with it.
void LineCanvas::stroke(Point from, Point to, bool lit) {
  CHECK((from.x == to.x) != (from.y == to.y));
  const std::uint8_t there = direction(from, to);
  const Point step{sign(to.x - from.x), sign(to.y - from.y)};
  for (Point here = from; here != to; here = {here.x + step.x, here.y + step.y}) {
    const Point next{here.x + step.x, here.y + step.y};
    at(here).strokes |= there;
    at(next).strokes |= opposite(there);
    if (!lit) continue;
    at(here).lit_strokes |= there;
    at(next).lit_strokes |= opposite(there);
  }
}

void LineCanvas::box(Point at, int width, std::string_view name, bool lit) {
  const Point low{at.x + width - 1, at.y + 2};
  const Point corners[] = {at, {low.x, at.y}, low, {at.x, low.y}, at};
  for (std::size_t i = 0; i + 1 < std::size(corners); ++i) stroke(corners[i], corners[i + 1], lit);
  const int room = width - static_cast<int>(name.size());
  text({at.x + room / 2, at.y + 1}, name, lit ? Tone::fresh : Tone::plain);
}

void LineCanvas::arrow(std::span<const Point> corners, bool lit) {
  CHECK(corners.size() >= 2);
  for (std::size_t i = 0; i + 1 < corners.size(); ++i) stroke(corners[i], corners[i + 1], lit);
  Cell& tip = at(corners.back());
  tip.head = direction(corners[corners.size() - 2], corners.back());
  tip.lit_head = tip.lit_head || lit;
}

void LineCanvas::text(Point start, std::string_view text, Tone tone) {
  Point here = start;
  for (const char c : text) {
    if (c == '\n') {
      here = {start.x, here.y + 1};
      continue;
    }
    Cell& cell = at(here);
    cell.letter = c;
    cell.tone = tone;
    ++here.x;
  }
}

/// A lit line passes over the others; where it only begins, in the frame of a box, the frame shows.
bool LineCanvas::is_lit(const Cell& cell) {
  if (cell.head != 0) return cell.lit_head;
  return cell.lit_strokes != 0 &&
         (std::popcount(cell.lit_strokes) > 1 || cell.lit_strokes == cell.strokes);
}

std::string_view LineCanvas::glyph(const Cell& cell, bool unicode) {
  if (cell.head != 0) return unicode ? head_of(cell.head).unicode : head_of(cell.head).ascii;
  const bool lit = is_lit(cell);
  if (!unicode) return lit ? "#" : kAscii[cell.strokes];
  return lit ? kDouble[cell.lit_strokes] : kLight[cell.strokes];
}

Tone LineCanvas::tone_of(const Cell& cell) {
  if (cell.letter != 0) return cell.tone;
  return is_lit(cell) ? Tone::fresh : Tone::dim;
}

std::string LineCanvas::draw(const Style& style) const {
  std::string drawing;
  for (const std::vector<Cell>& row : rows_) {
    const auto is_drawn = [](const Cell& cell) {
      return (cell.letter != 0 && cell.letter != ' ') || cell.head != 0 || cell.strokes != 0;
    };
    const auto end = std::find_if(row.rbegin(), row.rend(), is_drawn).base();
    // Neighbours in one tone are painted together.
    for (auto cell = row.begin(); cell != end;) {
      const Tone tone = tone_of(*cell);
      std::string run;
      for (; cell != end && tone_of(*cell) == tone; ++cell) {
        run += cell->letter != 0 ? std::string_view(&cell->letter, 1) : glyph(*cell, style.unicode);
      }
      drawing += paint(run, tone, style);
    }
    drawing += '\n';
  }
  return drawing;
}

}  // namespace lessor::craft
