#include "cli/bench/bench_page.h"

#include <gtest/gtest.h>

namespace lessor::cli {
namespace {

using load::Count;
using load::Step;
using load::Violation;

struct Page {
  BenchReport report{.plan = {.clients = 2'000, .window = 64},
                     .target = "eth0",
                     .holding = 2'000,
                     .cpu = Duration::milliseconds(250),
                     .wall = Duration::milliseconds(500)};
  std::optional<MaxSearch> search{};
  std::string command = "lessor bench eth0";

  Page() {
    report.figures.elapsed = Duration::milliseconds(500);
    report.figures.count(Count::done) = 2'000;
    for (int i = 0; i < 2'000; ++i) {
      report.figures.step(Step::bind).add(Duration::microseconds(1'000 + i));
    }
    for (int i = 1; i < 5; ++i) {
      report.samples.push_back({.at = Duration::milliseconds(100) * i,
                                .span = Duration::milliseconds(100),
                                .begun = 500,
                                .done = 500,
                                .outstanding = 60,
                                .p50 = Duration::milliseconds(1),
                                .p99 = Duration::milliseconds(2)});
    }
  }
  [[nodiscard]] std::string html() const {
    return to_html({.report = report,
                    .search = search ? &*search : nullptr,
                    .command = command,
                    .date = "2026-01-02 03:04:05",
                    .version = "1.2.3",
                    .machine = {.name = "host", .kernel = "Linux 6.1", .processor = "2 x CPU"}});
  }
};

bool has(const std::string& text, std::string_view part) {
  return text.find(part) != std::string::npos;
}

std::size_t times(const std::string& text, std::string_view part) {
  std::size_t n = 0;
  for (std::size_t at = text.find(part); at != std::string::npos; at = text.find(part, at + 1)) ++n;
  return n;
}

TEST(BenchPage, TellsAMixKindByKind) {
  Page page;
  EXPECT_FALSE(has(page.html(), "Kinds of exchanges"));
  page.report.plan = {.scenario = load::Scenario::mix, .clients = 2'000, .rate = 8'000};
  for (int i = 0; i < 1'234; ++i) page.report.figures.add(Count::begun, load::Exchange::rebind);
  const std::string html = page.html();
  EXPECT_TRUE(has(html, "a mix, on the link of eth0: 2,000 clients, 8,000 exchanges begun"));
  EXPECT_TRUE(has(html, "Kinds of exchanges"));
  EXPECT_TRUE(has(html, "rebind"));
  EXPECT_TRUE(has(html, "1,234"));
}

TEST(BenchPage, TellsWhatWasRunWhereAndWhatCameOfIt) {
  const std::string html = Page().html();
  for (const char* part : {"new leases, on the link of eth0: 2,000 clients", "lessor bench eth0",
                           "2026-01-02 03:04:05", "1.2.3", "Linux 6.1", "2 x CPU",
                           "<b>4,000</b><span>exchanges a second", "<th>p99</th>",
                           "no answer after all tries", "Latency by percentile",
                           "Exchanges under way", "correct: nothing was wrong with 2,000 leases",
                           "this generator took 50% of one processor"}) {
    EXPECT_TRUE(has(html, part)) << part;
  }
  EXPECT_EQ(times(html, "<svg"), 4U);
  EXPECT_FALSE(has(html, "Timeouts and refusals"));  // there were none
  EXPECT_FALSE(has(html, "Rates tried"));
}

TEST(BenchPage, NeedsNothingFromOutsideAndRunsNothing) {
  Page page;
  page.search = MaxSearch{};
  const std::string html = page.html();
  for (const char* part :
       {"http:", "https:", "<script", "url(", "@import", "src=", "href=", "nan", "inf\""}) {
    EXPECT_FALSE(has(html, part)) << part;
  }
  EXPECT_TRUE(has(html, "default-src 'none'"));
  EXPECT_TRUE(has(html, "prefers-color-scheme:dark"));
}

TEST(BenchPage, MakesAnyTextHarmless) {
  Page page;
  page.report.target = "<img src=x onerror=alert(1)>";
  page.command = "lessor bench \"</dd><script>alert(1)</script>\"";
  const std::string html = page.html();
  EXPECT_FALSE(has(html, "<img"));
  EXPECT_FALSE(has(html, "<script"));
  EXPECT_TRUE(has(html, "&lt;img src=x onerror=alert(1)&gt;"));
}

TEST(BenchPage, ShowsEachRateOfASearch) {
  Page page;
  const auto probe = [](double rate, std::uint64_t timeouts, std::uint64_t here) {
    return load::Probe{.rate = rate,
                       .planned = 3'000,
                       .begun = 3'000,
                       .timeouts = timeouts,
                       .lost_here = here,
                       .reached = rate,
                       .p99 = Duration::milliseconds(3)};
  };
  page.search = MaxSearch{.max_lost = 0.001,
                          .probes = {probe(1'000, 0, 0), probe(2'000, 600, 0), probe(1'500, 9, 9)},
                          .best = 1'000,
                          .worst = 1'500,
                          .run = {}};
  const std::string html = page.html();
  EXPECT_TRUE(has(html, "<h1>the highest rate of new leases with at most 0.1% lost"));
  EXPECT_TRUE(has(html, "<b>1,000</b><span>exchanges a second at most"));
  EXPECT_TRUE(has(html, "<td>dropped</td>"));
  EXPECT_TRUE(has(html, "2,000 asked, 2,000 reached, 20% lost, p99 3.00 ms: dropped"));
  EXPECT_EQ(times(html, "<circle class=\"dot good\""), 3U);  // one rate in three charts
  EXPECT_EQ(times(html, "<circle class=\"dot bad\""), 3U);
  EXPECT_EQ(times(html, "<circle class=\"dot odd\""), 3U);
  page.search->best.reset();
  EXPECT_TRUE(has(page.html(), "<b>none</b>"));
}

TEST(BenchPage, MarksWhatIsWrong) {
  Page page;
  page.report.figures.violations[static_cast<std::size_t>(Violation::no_server)] = 3;
  page.report.figures.count(Count::dropped) = 5;
  page.report.lost_here = 1;
  page.report.samples[1].timeouts = 3;
  const std::string html = page.html();
  EXPECT_TRUE(has(html, "<p class=\"said bad\">WRONG: 3 answers</p>"));
  EXPECT_TRUE(has(html, "<li class=\"tile bad\"><b>3</b><span>answers were wrong"));
  EXPECT_TRUE(has(html, "<li class=\"tile bad\"><b>5</b><span>dropped"));
  EXPECT_TRUE(has(html, "<p class=\"said bad\">it was a limit itself"));
  EXPECT_TRUE(has(html, "Timeouts and refusals a second"));
}

TEST(BenchPage, IsWholeWithoutAnyAnswer) {
  Page page;
  page.report.figures = {};
  page.report.samples.clear();
  const std::string html = page.html();
  EXPECT_TRUE(html.ends_with("</html>\n"));
  EXPECT_EQ(times(html, "<svg"), 0U);
  EXPECT_EQ(times(html, "<section>"), times(html, "</section>"));
}

TEST(BenchPage, QuotesTheCommandAsAShellDoes) {
  const std::vector<const char*> words = {"eth0", "--html", "a b.html", "", "it's", "$(x)"};
  EXPECT_EQ(command_line_of("lessor bench", words),
            "lessor bench eth0 --html 'a b.html' '' 'it'\\''s' '$(x)'");
}

}  // namespace
}  // namespace lessor::cli
