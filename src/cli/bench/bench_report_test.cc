#include "cli/bench/bench_report.h"

#include <gtest/gtest.h>
#include <nlohmann/json.hpp>

namespace lessor::cli {
namespace {

using load::Count;
using load::Step;
using load::Violation;

Duration us(std::int64_t n) { return Duration::microseconds(n); }

struct LoadRun {
  load::Plan plan{.clients = 2'000, .window = 64, .exchanges = 2'000};
  load::Figures figures;
  load::Figures preparation;

  LoadRun() {
    figures.elapsed = Duration::milliseconds(500);
    figures.count(Count::done) = 2'000;
    for (int i = 0; i < 2'000; ++i) figures.step(Step::bind).add(us(1'000 + i));
  }
  [[nodiscard]] BenchReport report() const {
    return {.plan = plan,
            .target = "eth0",
            .figures = figures,
            .preparation = preparation,
            .holding = 2'000,
            .cpu = Duration::milliseconds(250),
            .wall = Duration::milliseconds(500)};
  }
};

bool has(const std::string& text, std::string_view part) {
  return text.find(part) != std::string::npos;
}

TEST(BenchReport, WritesTimesWithThreeDigits) {
  const std::pair<std::int64_t, const char*> rows[] = {{0, "0 ns"},
                                                       {999, "999 ns"},
                                                       {1'000, "1.00 us"},
                                                       {12'345, "12.3 us"},
                                                       {999'400, "999 us"},
                                                       {999'600, "1.00 ms"},
                                                       {9'996'000, "10.0 ms"},
                                                       {123'456'789, "123 ms"},
                                                       {1'500'000'000, "1.50 s"},
                                                       {75'000'000'000, "75.0 s"}};
  for (const auto& [ns, text] : rows) EXPECT_EQ(short_time(Duration::nanoseconds(ns)), text);
}

TEST(BenchReport, GroupsThousands) {
  EXPECT_EQ(grouped(0), "0");
  EXPECT_EQ(grouped(999), "999");
  EXPECT_EQ(grouped(1'000), "1,000");
  EXPECT_EQ(grouped(12'345'678), "12,345,678");
}

TEST(BenchReport, TellsRateTimesAndOwnShare) {
  const LoadRun run;
  const std::string text = to_text(run.report());
  EXPECT_TRUE(has(text, "new leases, on the link of eth0: 2,000 clients, 64 exchanges at a time"));
  EXPECT_TRUE(has(text, "a second    4,000\n")) << text;
  EXPECT_TRUE(has(text, "whole exchange  2.0")) << text;
  EXPECT_TRUE(has(text, "took 50% of one processor")) << text;
  EXPECT_TRUE(has(text, "correct: nothing was wrong with 2,000 leases")) << text;
  EXPECT_FALSE(has(text, "limit itself")) << text;
  EXPECT_FALSE(has(text, "WRONG")) << text;
}

TEST(BenchReport, SaysWhenTheGeneratorWasTheLimit) {
  const LoadRun run;
  BenchReport busy = run.report();
  busy.cpu = Duration::milliseconds(480);
  EXPECT_TRUE(has(to_text(busy), "limit itself"));
  BenchReport losing = run.report();
  losing.lost_here = 1;
  EXPECT_TRUE(has(to_text(losing), "limit itself"));
  EXPECT_TRUE(has(to_text(losing), "lost 1 answer "));
}

TEST(BenchReport, TellsEachViolationAndTheFirstOnesPlace) {
  LoadRun run;
  run.figures.violations[static_cast<std::size_t>(Violation::two_holders)] = 3;
  run.figures.violations[static_cast<std::size_t>(Violation::times_disorder)] = 1;
  run.figures.evidence = load::Evidence{.what = Violation::two_holders,
                                        .client = 258,
                                        .address = {0x0a000007},
                                        .other = 1,
                                        .at = Duration::milliseconds(20)};
  const std::string text = to_text(run.report());
  EXPECT_TRUE(has(text, "WRONG: 4 answers")) << text;
  EXPECT_TRUE(has(text, "3 times an address that another client's lease covers")) << text;
  EXPECT_TRUE(has(text, "1 times T1, T2 and the lease time out of order")) << text;
  EXPECT_TRUE(has(text, "10.0.0.7 to 02:4c:00:00:01:02, which 02:4c:00:00:00:01 holds")) << text;
  EXPECT_FALSE(has(text, "correct:")) << text;
}

TEST(BenchReport, PraisesNothingWhenThereWasNoLease) {
  LoadRun run;
  run.figures.count(Count::done) = 0;
  const std::string text = to_text(run.report());
  EXPECT_TRUE(has(text, "no lease was granted")) << text;
  EXPECT_FALSE(has(text, "correct")) << text;
}

TEST(BenchReport, TellsWhoseClientsWerePlayed) {
  LoadRun run;
  run.plan.window = 0;
  run.plan.sets.resize(3);
  run.plan.arrivals = load::Arrivals({us(0), us(5'000), us(20'000)}, 2);
  const std::string text = to_text(run.report());
  EXPECT_TRUE(has(text, "2,000 clients, as 3 captured clients came, in 10.0 ms\n")) << text;
  EXPECT_TRUE(has(text, "option sets  3  ")) << text;
  const auto json = nlohmann::json::parse(to_json(run.report()));
  EXPECT_EQ(json["option-sets"], 3);
  EXPECT_FALSE(json.contains("window"));
  EXPECT_FALSE(json.contains("rate"));
}

TEST(BenchReport, TellsWhenAnAvalanchesClientsWereBound) {
  LoadRun run;
  run.plan = {.scenario = load::Scenario::avalanche, .clients = 2'000};
  run.figures.count(Count::sent) = 4'321;
  run.figures.count(Count::restarts) = 7;
  run.figures.milestones = {Duration::milliseconds(100), Duration::milliseconds(250),
                            Duration::seconds(3), std::nullopt};
  const std::string text = to_text(run.report());
  EXPECT_TRUE(has(text, "an avalanche, on the link of eth0: 2,000 clients, all at once")) << text;
  EXPECT_TRUE(has(text, "50% bound after   100 ms")) << text;
  EXPECT_TRUE(has(text, "100% bound after  never")) << text;
  EXPECT_TRUE(has(text, "messages sent     4,321")) << text;
  EXPECT_TRUE(has(text, "begun again       7 ")) << text;
  const auto json = nlohmann::json::parse(to_json(run.report()));
  EXPECT_EQ(json["scenario"], "avalanche");
  EXPECT_EQ(json["run"]["bound-within"]["90%"], 250'000'000);
  EXPECT_TRUE(json["run"]["bound-within"]["100%"].is_null());
  EXPECT_FALSE(json.contains("window"));
  run.plan.within = Duration::seconds(2);
  EXPECT_TRUE(has(to_text(run.report()), "2,000 clients, all within 2.00 s"));
}

TEST(BenchReport, CallsWhatHasNoAnswerSentAndNoLease) {
  LoadRun run;
  run.plan = {.scenario = load::Scenario::release, .clients = 2'000, .rate = 500};
  run.figures = {};
  run.preparation.count(Count::done) = 1'999;
  for (int i = 0; i < 1'999; ++i) run.figures.add(Count::done, load::Exchange::release);
  const std::string text = to_text(run.report());
  EXPECT_TRUE(has(text, "releases, on the link of eth0: 2,000 clients, 500 exchanges")) << text;
  EXPECT_TRUE(has(text, "sent          1,999  there is no answer")) << text;
  EXPECT_TRUE(has(text, "nothing was wrong with 1,999 leases")) << text;
}

TEST(BenchReport, IsReadByPrograms) {
  LoadRun run;
  run.plan.scenario = load::Scenario::renew;
  run.preparation.count(Count::done) = 2'000;
  run.figures.count(Count::further_offers) = 5;
  const auto json = nlohmann::json::parse(to_json(run.report()));
  EXPECT_EQ(json["scenario"], "renew");
  EXPECT_EQ(json["run"]["counts"]["done"], 2'000);
  EXPECT_EQ(json["run"]["counts"]["further-offers"], 5);
  EXPECT_EQ(json["run"]["latency-ns"]["bind"]["count"], 2'000);
  EXPECT_EQ(json["run"]["exchanges-per-second"], 4'000.0);
  EXPECT_EQ(json["preparation"]["counts"]["done"], 2'000);
  EXPECT_EQ(json["generator"]["cpu-share"], 0.5);
  EXPECT_EQ(json["run"]["violations"]["two-holders"], 0);
  EXPECT_FALSE(json["run"].contains("first-violation"));
}

}  // namespace
}  // namespace lessor::cli
