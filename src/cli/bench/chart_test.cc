#include "cli/bench/chart.h"

#include <gtest/gtest.h>

namespace lessor::cli {
namespace {

std::string plain(double value) { return std::to_string(static_cast<long>(value)); }

std::size_t times(const std::string& text, std::string_view part) {
  std::size_t n = 0;
  for (std::size_t at = text.find(part); at != std::string::npos; at = text.find(part, at + 1)) ++n;
  return n;
}

TEST(Chart, HasRoundTicksThatReachTheHighestValue) {
  struct Row {
    double most, to;
    std::size_t ticks;
  };
  for (const Row& row : {Row{97, 100, 6}, Row{100, 100, 6}, Row{101, 150, 4}, Row{7, 8, 5},
                         Row{43'200, 50'000, 6}, Row{0.3, 0.3, 4}}) {
    const Axis axis = linear_axis(row.most, 5, plain);
    EXPECT_NEAR(axis.to, row.to, row.to * 1e-9) << row.most;
    EXPECT_EQ(axis.ticks.size(), row.ticks) << row.most;
    EXPECT_EQ(axis.ticks.front().first, 0);
  }
  EXPECT_GT(linear_axis(0, 5, plain).to, 0);
}

TEST(Chart, HasWholeDecadesOnALogarithmicAxis) {
  const Axis axis = decades(3, 250, plain);
  EXPECT_EQ(axis.from, 1);
  EXPECT_EQ(axis.to, 1'000);
  ASSERT_EQ(axis.ticks.size(), 4U);
  EXPECT_EQ(axis.ticks[2].second, "100");
  EXPECT_GT(decades(10, 10, plain).to, 10);
  EXPECT_GT(decades(0, 0, plain).to, 0);
}

TEST(Chart, PutsTheLowestLeftBelowAndTheHighestRightAbove) {
  const Chart chart{.title = "t",
                    .x = linear_axis(10, 5, plain),
                    .y = decades(1, 100, plain),
                    .lines = {{.name = "a", .look = "c1", .marks = {{0, 1}, {5, 10}, {10, 100}}}}};
  const std::string svg = draw(chart);
  EXPECT_NE(svg.find("points=\"66.0,216.0 280.0,114.0 494.0,12.0\""), std::string::npos) << svg;
  EXPECT_EQ(times(svg, "<circle"), 0U);
  EXPECT_EQ(times(svg, "class=\"legend\""), 0U);  // one line needs no name
}

TEST(Chart, DrawsWhatIsBeyondAnAxisAtItsEnd) {
  const Chart chart{.x = linear_axis(10, 5, plain),
                    .y = decades(1, 100, plain),
                    .lines = {{.look = "c1", .marks = {{-5, 0}, {1e9, 1e9}}}}};
  EXPECT_NE(draw(chart).find("points=\"66.0,216.0 494.0,12.0\""), std::string::npos);
  EXPECT_EQ(draw(chart).find("nan"), std::string::npos);
  EXPECT_EQ(draw(chart).find("inf"), std::string::npos);
}

TEST(Chart, ShowsASingleMarkAsADotAndNamesSeveralLines) {
  const Chart chart{.x = linear_axis(10, 5, plain),
                    .y = linear_axis(10, 5, plain),
                    .lines = {{.name = "a", .look = "c1", .marks = {{1, 1, "at one"}}},
                              {.name = "b", .look = "c2", .marks = {}}}};
  const std::string svg = draw(chart);
  EXPECT_EQ(times(svg, "<circle"), 1U);
  EXPECT_EQ(times(svg, "<title>at one</title>"), 1U);
  EXPECT_EQ(times(svg, "<polyline"), 0U);
  EXPECT_EQ(times(svg, "<li>"), 2U);
}

TEST(Chart, EscapesEveryText) {
  const std::string evil = "<script>\"&'";
  const Chart chart{.title = evil,
                    .x = {.ticks = {{0.5, evil}}, .title = evil},
                    .y = {.ticks = {{0.5, evil}}},
                    .lines = {{.name = evil, .look = "c1", .marks = {{0, 0, evil}}},
                              {.name = evil, .look = "c2", .marks = {}}}};
  const std::string svg = draw(chart);
  EXPECT_EQ(svg.find("<script"), std::string::npos);
  EXPECT_EQ(times(svg, "&lt;script&gt;&quot;&amp;"), 8U) << svg;
}

}  // namespace
}  // namespace lessor::cli
