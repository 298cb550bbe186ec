#include "cli/bench/bench_charts.h"

#include <algorithm>
#include <array>
#include <cmath>
#include <cstdio>

namespace lessor::cli {
namespace {

using load::Probe;
using load::Sample;
using load::Step;
using load::Verdict;

constexpr int kTicks = 4;
constexpr int kTimeTicks = 6;

std::string count_text(double value) {
  return grouped(static_cast<std::uint64_t>(std::llround(value)));
}

/// Few enough digits to tell neighbours apart: "0.25", "40", "1,500".
std::string short_number(double value) {
  if (value >= 1'000) return count_text(value);
  std::array<char, 32> text{};
  return {text.data(),
          static_cast<std::size_t>(std::snprintf(text.data(), text.size(), "%.3g", value))};
}

std::string seconds_text(double value) { return short_number(value) + " s"; }
std::string percent_text(double value) { return short_number(value) + "%"; }

/// A whole power of ten of nanoseconds: "10 us".
std::string decade_text(double nanoseconds) {
  std::string text = short_time(Duration::nanoseconds(std::llround(nanoseconds)));
  const std::size_t point = text.find('.');
  if (point != std::string::npos) text.erase(point, text.find(' ') - point);
  return text;
}

double ns(Duration time) { return static_cast<double>(time.to_nanoseconds()); }

/// An axis of times around all marks of `lines`.
Axis time_axis(const std::vector<Line>& lines) {
  double least = 1e18;
  double most = 0;
  for (const Line& line : lines) {
    for (const Mark& mark : line.marks) {
      least = std::min(least, mark.y);
      most = std::max(most, mark.y);
    }
  }
  // Below a microsecond nothing is told apart, and one zero would flatten all the rest.
  return decades(std::max(std::min(least, most), 1e3), std::max(most, 1e4), decade_text);
}

double highest(const std::vector<Line>& lines) {
  double most = 0;
  for (const Line& line : lines) {
    for (const Mark& mark : line.marks) most = std::max(most, mark.y);
  }
  return most;
}

// Percentiles.

struct Nines {
  double place;  ///< the logarithm of one in so many that are above
  const char* name;
};
constexpr std::array kNines = {Nines{0, "0"},       Nines{0.30103, "50%"}, Nines{1, "90%"},
                               Nines{2, "99%"},     Nines{3, "99.9%"},     Nines{4, "99.99%"},
                               Nines{5, "99.999%"}, Nines{6, "99.9999%"}};
constexpr double kNineSteps = 16;  // marks from one nine to the next

const char* look_of(Step step) {
  switch (step) {
    case Step::offer:
    case Step::rebind:
      return "c1";
    case Step::acknowledge:
    case Step::reboot:
      return "c2";
    case Step::bind:
    case Step::renew:
      return "c3";
    case Step::lateness:
      return "quiet";
  }
  return "quiet";
}

Mark percentile_mark(const TimedStep& step, double place, const char* name) {
  const double share = 1e6 * (1 - std::pow(10.0, -place));
  const Duration time = step.times->percentile(static_cast<std::uint32_t>(std::llround(share)));
  Mark mark{.x = place, .y = std::max(ns(time), 1.0)};
  if (name != nullptr) mark.said = std::string(step.name) + ", " + name + ": " + short_time(time);
  return mark;
}

/// From the shortest to the longest, which is one of all there are.
Line percentile_line(const TimedStep& step) {
  Line line{.name = step.name, .look = look_of(step.step), .marks = {}};
  const double end = std::min(std::log10(static_cast<double>(step.times->count())), 6.0);
  for (int i = 0; i < end * kNineSteps; ++i) {
    line.marks.push_back(percentile_mark(step, i / kNineSteps, nullptr));
  }
  for (const Nines& nines : kNines) {
    if (nines.place > 0 && nines.place < end) {
      line.marks.push_back(percentile_mark(step, nines.place, nines.name));
    }
  }
  std::ranges::sort(line.marks, {}, &Mark::x);
  line.marks.push_back(
      {.x = end,
       .y = std::max(ns(step.times->max()), 1.0),
       .said = std::string(step.name) + ", longest: " + short_time(step.times->max())});
  return line;
}

// Over time.

using Value = double (*)(const Sample&);

Line time_line(const std::vector<Sample>& samples, const char* name, const char* look,
               Value value) {
  Line line{.name = name, .look = look, .marks = {}};
  for (const Sample& sample : samples) {
    const double y = value(sample);
    if (y >= 0) line.marks.push_back({ns(sample.at - sample.span / 2) / 1e9, y});
  }
  return line;
}

// Rates.

struct Group {
  const char* name;
  const char* look;
  bool (*has)(Verdict);
};
constexpr std::array kGroups = {
    Group{"passed", "good", [](Verdict v) { return v == Verdict::passed; }},
    Group{"failed", "bad",
          [](Verdict v) { return v != Verdict::passed && v != Verdict::generator; }},
    Group{"generator was the limit", "odd", [](Verdict v) { return v == Verdict::generator; }}};

std::vector<Line> rate_lines(const MaxSearch& search, double (*value)(const Probe&)) {
  std::vector<Line> lines;
  for (const Group& group : kGroups) {
    Line line{.name = group.name, .look = group.look, .marks = {}, .drawn = false, .dotted = true};
    for (const Probe& probe : search.probes) {
      const Verdict verdict = load::judge(probe, search.max_lost);
      if (!group.has(verdict)) continue;
      line.marks.push_back({probe.rate, value(probe),
                            short_number(probe.rate) + " asked, " + short_number(probe.reached) +
                                " reached, " + percent_text(100 * probe.lost_share()) +
                                " lost, p99 " + short_time(probe.p99) + ": " +
                                std::string(load::name(verdict))});
    }
    if (!line.marks.empty()) lines.push_back(std::move(line));
  }
  return lines;
}

}  // namespace

Chart percentile_chart(const BenchReport& report) {
  Chart chart{.title = "Latency by percentile", .x = {.title = "exchanges that took no longer"}};
  for (const TimedStep& step : timed_steps(report)) chart.lines.push_back(percentile_line(step));
  chart.x.to = 1;
  for (const Line& line : chart.lines) chart.x.to = std::max(chart.x.to, line.marks.back().x);
  for (const Nines& nines : kNines) {
    if (nines.place <= chart.x.to) chart.x.ticks.emplace_back(nines.place, nines.name);
  }
  chart.y = time_axis(chart.lines);
  return chart;
}

std::vector<Chart> time_charts(const std::vector<Sample>& samples) {
  if (samples.empty()) return {};
  const auto line = [&](const char* name, const char* look, Value value) {
    return time_line(samples, name, look, value);
  };
  std::vector<Chart> charts = {
      {.title = "Exchanges a second",
       .lines = {line("begun", "quiet", [](const Sample& s) { return s.rate(s.begun); }),
                 line("done", "c1", [](const Sample& s) { return s.rate(s.done); })}},
      {.title = "Latency of whole exchanges",
       .lines = {line("p50", "c3", [](const Sample& s) { return s.done > 0 ? ns(s.p50) : -1; }),
                 line("p99", "c2", [](const Sample& s) { return s.done > 0 ? ns(s.p99) : -1; })}},
      {.title = "Exchanges under way",
       .lines = {line("under way", "c1",
                      [](const Sample& s) { return static_cast<double>(s.outstanding); })}},
      {.title = "Timeouts and refusals a second",
       .lines = {line("timeouts", "bad", [](const Sample& s) { return s.rate(s.timeouts); }),
                 line("refused", "odd", [](const Sample& s) { return s.rate(s.refused); })}}};
  if (highest(charts.back().lines) == 0) charts.pop_back();
  for (Chart& chart : charts) {
    chart.x = linear_axis(ns(samples.back().at) / 1e9, kTimeTicks, seconds_text);
    chart.x.to = std::max(ns(samples.back().at) / 1e9, 1e-9);
    std::erase_if(chart.x.ticks, [&](const auto& tick) { return tick.first > chart.x.to; });
    const bool timed = chart.title.starts_with("Latency");
    chart.y = timed ? time_axis(chart.lines)
                    : linear_axis(std::max(highest(chart.lines), 1.0), kTicks, short_number);
  }
  return charts;
}

std::vector<Chart> search_charts(const MaxSearch& search) {
  if (search.probes.empty()) return {};
  double most = 0;
  for (const Probe& probe : search.probes) most = std::max(most, probe.rate);
  std::vector<Chart> charts = {
      {.title = "Reached, a second",
       .lines = rate_lines(search, [](const Probe& p) { return p.reached; })},
      {.title = "Lost",
       .lines = rate_lines(search, [](const Probe& p) { return 100 * p.lost_share(); })},
      {.title = "Latency (p99)",
       .lines = rate_lines(search, [](const Probe& p) { return ns(p.p99); })}};
  for (Chart& chart : charts) {
    chart.x = linear_axis(most, kTicks, short_number);
    chart.x.title = "asked for, exchanges a second";
  }
  charts[0].y = linear_axis(most, kTicks, short_number);
  charts[0].lines.insert(
      charts[0].lines.begin(),
      Line{.name = "all that was asked", .look = "quiet", .marks = {{0, 0}, {most, most}}});
  charts[1].y = linear_axis(std::max(highest(charts[1].lines), 0.1), kTicks, percent_text);
  charts[2].y = time_axis(charts[2].lines);
  return charts;
}

}  // namespace lessor::cli
