#include "cli/bench/bench_max_report.h"

#include <gtest/gtest.h>
#include <nlohmann/json.hpp>

namespace lessor::cli {
namespace {

using load::Probe;
using load::Verdict;

Probe tried(double rate, std::uint64_t timeouts = 0) {
  const auto planned = static_cast<std::uint64_t>(rate * 3);
  return {.rate = rate,
          .planned = planned,
          .begun = planned,
          .timeouts = timeouts,
          .reached = rate - 1,
          .cpu_share = 0.25,
          .p50 = Duration::microseconds(150),
          .p99 = Duration::milliseconds(2)};
}

MaxSearch found() {
  return {.max_lost = 0.001,
          .probes = {tried(1'000), tried(2'000, 60), tried(2'000, 120), tried(1'500)},
          .best = 1'500,
          .worst = 2'000,
          .run = {.plan = {.clients = 10'000, .rate = 1'500}, .target = "eth0"}};
}

bool has(const std::string& text, std::string_view part) {
  return text.find(part) != std::string::npos;
}

TEST(BenchMaxReport, AlignsEachRateBelowItsHeads) {
  MaxSearch search = found();
  search.run.plan.duration = Duration::seconds(3);
  const std::string heading = search_heading(search.run, 0.001);
  EXPECT_TRUE(has(heading,
                  "highest rate of new leases with at most 0.1% lost, on the link of eth0: "
                  "10,000 clients, 3.00 s at each rate"))
      << heading;
  const std::string heads = heading.substr(heading.find("\n\n") + 2);
  const std::string line = probe_line(tried(12'345, 370), Verdict::dropped);
  EXPECT_EQ(line, "     12,345     12,344   0.999%   150 us  2.00 ms      0 ns   25%  dropped\n");
  EXPECT_EQ(heads.find("lost") + 4, line.find('%') + 1);
  EXPECT_EQ(heads.find("cpu") + 3, line.rfind('%') + 1);
  EXPECT_TRUE(has(probe_line(tried(1.5), Verdict::passed), " 1.5 "));
}

TEST(BenchMaxReport, AnswersWithTheRateAndTheLastWordOnTheOneAbove) {
  const std::string text = search_answer(found());
  EXPECT_TRUE(has(text, "1,500 exchanges a second\n")) << text;
  EXPECT_TRUE(has(text, "at 2,000 2% were lost\n")) << text;
  EXPECT_FALSE(has(text, "interrupted"));
}

TEST(BenchMaxReport, SaysWhenTheRateDidNotPassAgain) {
  MaxSearch search = found();
  search.probes.push_back(tried(1'500, 2'000));
  search.confirmed = false;
  EXPECT_TRUE(has(search_answer(search), "tried again it did not pass (dropped)"));
  EXPECT_EQ(nlohmann::json::parse(to_json(search))["max"]["confirmed"], false);
  search.probes.back() = tried(1'500);
  search.confirmed = true;
  EXPECT_FALSE(has(search_answer(search), "tried again"));
  search.confirmed.reset();
  EXPECT_TRUE(nlohmann::json::parse(to_json(search))["max"]["confirmed"].is_null());
}

TEST(BenchMaxReport, SaysWhatElseWasTheLimit) {
  struct Row {
    void (*change)(MaxSearch&);
    const char* said;
  };
  const Row rows[] = {
      {[](MaxSearch& s) { s.probes[2].lost_here = 120; }, "generator was the limit"},
      {[](MaxSearch& s) {
         s.probes[2] = tried(2'000), s.probes[2].begun = 9, s.probes[2].held = 1;
       },
       "more --clients"},
      {[](MaxSearch& s) { s.probes[2] = tried(2'000), s.probes[2].refused = 600; },
       "10% were refused"},
      {[](MaxSearch& s) { s.probes[2] = tried(2'000), s.probes[2].waiting = 1'234; },
       "1,234 exchanges still waited"},
      {[](MaxSearch& s) { s.worst.reset(); }, "no higher rate can be asked for"},
      {[](MaxSearch& s) { s.worst.reset(), s.run.interrupted = true; },
       "interrupted: higher rates were not tried"},
      {[](MaxSearch& s) { s.run.interrupted = true; }, "interrupted: rates between"},
      {[](MaxSearch& s) { s.best.reset(); }, "no rate passed\n  at 2,000 2% were lost"},
  };
  for (const Row& row : rows) {
    MaxSearch search = found();
    row.change(search);
    EXPECT_TRUE(has(search_answer(search), row.said)) << search_answer(search);
  }
}

TEST(BenchMaxReport, IsReadByPrograms) {
  MaxSearch search = found();
  const auto json = nlohmann::json::parse(to_json(search));
  EXPECT_EQ(json["max"]["rate"], 1'500);
  EXPECT_EQ(json["max"]["failed-rate"], 2'000);
  ASSERT_EQ(json["max"]["probes"].size(), 4U);
  EXPECT_EQ(json["max"]["probes"][1]["verdict"], "dropped");
  EXPECT_EQ(json["max"]["probes"][3]["verdict"], "passed");
  EXPECT_EQ(json["max"]["probes"][2]["lost-share"], 0.02);
  EXPECT_EQ(json["rate"], 1'500);
  search.best.reset();
  EXPECT_TRUE(nlohmann::json::parse(to_json(search))["max"]["rate"].is_null());
}

}  // namespace
}  // namespace lessor::cli
