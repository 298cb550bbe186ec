#include "cli/bench/chart.h"

#include "craft/story/picture.h"

#include <algorithm>
#include <array>
#include <cmath>
#include <cstdio>

namespace lessor::cli {
namespace {

using craft::escape_markup;

// The drawing's own units: a page shows one at 520 pixels, a telephone at 350.
constexpr double kWidth = 520;
constexpr double kHeight = 260;
constexpr double kLeft = 66;
constexpr double kRight = 26;
constexpr double kTop = 12;
constexpr double kBottom = 44;

std::string number(double value) {
  std::array<char, 40> text{};
  const int size = std::snprintf(text.data(), text.size(), "%.1f", value);
  return {text.data(), static_cast<std::size_t>(size)};
}

/// Where `value` stands on the axis, 0 to 1.
double place(const Axis& axis, double value) {
  const auto scaled = [&](double v) { return axis.logarithmic ? std::log10(v) : v; };
  const double inside = std::clamp(value, axis.from, axis.to);
  const double length = scaled(axis.to) - scaled(axis.from);
  return length > 0 ? (scaled(inside) - scaled(axis.from)) / length : 0;
}

double x_of(const Chart& chart, double value) {
  return kLeft + place(chart.x, value) * (kWidth - kLeft - kRight);
}

double y_of(const Chart& chart, double value) {
  return kHeight - kBottom - place(chart.y, value) * (kHeight - kTop - kBottom);
}

std::string segment(const char* look, double x1, double y1, double x2, double y2) {
  return "<line class=\"" + std::string(look) + "\" x1=\"" + number(x1) + "\" y1=\"" + number(y1) +
         "\" x2=\"" + number(x2) + "\" y2=\"" + number(y2) + "\"/>";
}

std::string text_at(const char* look, double x, double y, std::string_view text) {
  return "<text class=\"" + std::string(look) + "\" x=\"" + number(x) + "\" y=\"" + number(y) +
         "\">" + escape_markup(text) + "</text>";
}

std::string axes(const Chart& chart) {
  std::string out;
  for (const auto& [value, text] : chart.y.ticks) {
    const double y = y_of(chart, value);
    out +=
        segment("grid", kLeft, y, kWidth - kRight, y) + text_at("tick y", kLeft - 8, y + 4, text);
  }
  for (const auto& [value, text] : chart.x.ticks) {
    const double x = x_of(chart, value);
    out += segment("stub", x, kHeight - kBottom, x, kHeight - kBottom + 5) +
           text_at("tick x", x, kHeight - kBottom + 19, text);
  }
  out += segment("axis", kLeft, kHeight - kBottom, kWidth - kRight, kHeight - kBottom);
  return out + text_at("title", (kLeft + kWidth - kRight) / 2, kHeight - 6, chart.x.title);
}

std::string path(const Chart& chart, const Line& line) {
  std::string points;
  for (const Mark& mark : line.marks) {
    points += (points.empty() ? "" : " ") + number(x_of(chart, mark.x)) + "," +
              number(y_of(chart, mark.y));
  }
  return "<polyline class=\"line " + line.look + "\" points=\"" + points + "\"/>";
}

std::string dots(const Chart& chart, const Line& line) {
  std::string out;
  const bool all = line.dotted || line.marks.size() == 1;
  for (const Mark& mark : line.marks) {
    if (!all && mark.said.empty()) continue;
    out += "<circle class=\"dot " + line.look + "\" cx=\"" + number(x_of(chart, mark.x)) +
           "\" cy=\"" + number(y_of(chart, mark.y)) + "\" r=\"" + (line.drawn ? "3" : "4.5") +
           "\">" + (mark.said.empty() ? "" : "<title>" + escape_markup(mark.said) + "</title>") +
           "</circle>";
  }
  return out;
}

std::string legend(const Chart& chart) {
  if (chart.lines.size() < 2) return "";
  std::string out = "<ul class=\"legend\">";
  for (const Line& line : chart.lines) {
    out += "<li><i class=\"" + std::string(line.drawn ? "stroke " : "spot ") + line.look +
           "\"></i>" + escape_markup(line.name) + "</li>";
  }
  return out + "</ul>";
}

}  // namespace

Axis linear_axis(double most, int ticks, std::string (*write)(double)) {
  const double wanted = std::max(most, 1e-9) / ticks;
  const double unit = std::pow(10.0, std::floor(std::log10(wanted)));
  double step = unit;
  for (const double factor : {1.0, 2.0, 5.0, 10.0}) {
    step = factor * unit;
    if (step >= wanted * 0.999) break;
  }
  const auto steps = static_cast<int>(std::ceil(most / step * 0.999));
  Axis axis{.to = step * std::max(steps, 1)};
  for (int i = 0; i <= std::max(steps, 1); ++i) axis.ticks.emplace_back(i * step, write(i * step));
  return axis;
}

Axis decades(double least, double most, std::string (*write)(double)) {
  const double from = std::floor(std::log10(std::max(least, 1e-12)));
  const double to = std::max(std::ceil(std::log10(std::max(most, 1e-12))), from + 1);
  Axis axis{.from = std::pow(10.0, from), .to = std::pow(10.0, to), .logarithmic = true};
  for (int power = static_cast<int>(from); power <= static_cast<int>(to); ++power) {
    axis.ticks.emplace_back(std::pow(10.0, power), write(std::pow(10.0, power)));
  }
  return axis;
}

std::string draw(const Chart& chart) {
  std::string out = "<figure><figcaption>" + escape_markup(chart.title) + "</figcaption>" +
                    legend(chart) + "<svg viewBox=\"0 0 " + number(kWidth) + " " + number(kHeight) +
                    "\" role=\"img\" aria-label=\"" + escape_markup(chart.title) + "\">" +
                    axes(chart);
  for (const Line& line : chart.lines) {
    if (line.drawn && line.marks.size() > 1) out += path(chart, line);
    out += dots(chart, line);
  }
  return out + "</svg></figure>\n";
}

}  // namespace lessor::cli
