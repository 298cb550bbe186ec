#pragma once
// A chart of lines and points as SVG to stand in a page of HTML: axes with ticks, linear or
// logarithmic. Colours are the page's, by class. Must not know: what is drawn.

#include <string>
#include <utility>
#include <vector>

namespace lessor::cli {

/// One axis: `from` below `to`, both above zero when logarithmic.
struct Axis {
  double from = 0;
  double to = 1;
  bool logarithmic = false;
  std::vector<std::pair<double, std::string>> ticks{};  ///< where, and what is written there
  std::string title{};
};

struct Mark {
  double x = 0;
  double y = 0;
  std::string said{};  ///< on pointing at its dot, which it so has; empty: nothing
};

struct Line {
  std::string name;
  std::string look;  ///< class of the page's style sheet: its colour
  std::vector<Mark> marks;
  bool drawn = true;    ///< a line through the marks
  bool dotted = false;  ///< a dot at each mark, whether or not it says something
};

struct Chart {
  std::string title;
  Axis x, y;
  std::vector<Line> lines;
};

/// An axis from zero to a round number at or above `most`, with about `ticks` ticks.
[[nodiscard]] Axis linear_axis(double most, int ticks, std::string (*write)(double));
/// An axis of whole decades around `least` to `most`, a tick at each.
[[nodiscard]] Axis decades(double least, double most, std::string (*write)(double));

/// A figure with its title, a legend where there are several lines, and the drawing. All text is
/// escaped; what lies beyond an axis is drawn at its end.
[[nodiscard]] std::string draw(const Chart& chart);

}  // namespace lessor::cli
