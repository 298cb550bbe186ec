#include "load/probe.h"

#include <gtest/gtest.h>

namespace lessor::load {
namespace {

constexpr double kMost = 0.001;

/// A probe of which nothing can be said but good.
Probe good() {
  return {.rate = 5'000, .planned = 10'000, .begun = 10'000, .late = Duration::microseconds(90)};
}

TEST(Probe, PassesWithAtMostItsShareLost) {
  Probe probe = good();
  EXPECT_EQ(judge(probe, kMost), Verdict::passed);
  EXPECT_EQ(judge(probe, 0), Verdict::passed);
  probe.timeouts = 10;
  EXPECT_EQ(judge(probe, kMost), Verdict::passed);
  EXPECT_EQ(probe.lost_share(), 0.001);
  probe.timeouts = 11;
  EXPECT_EQ(judge(probe, kMost), Verdict::dropped);
  EXPECT_EQ(judge(probe, 0.01), Verdict::passed);
}

TEST(Probe, FailsForEachReasonAlone) {
  struct Row {
    void (*change)(Probe&);
    Verdict expected;
  };
  const Row rows[] = {
      {[](Probe& p) { p.unfinished = 11; }, Verdict::dropped},
      {[](Probe& p) { p.refused = 11; }, Verdict::refused},
      {[](Probe& p) { p.begun = 9'989, p.held = 5; }, Verdict::crowded},
      {[](Probe& p) { p.begun = 9'989; }, Verdict::generator},
      {[](Probe& p) { p.late = kLateMax + Duration::nanoseconds(1); }, Verdict::generator},
      {[](Probe& p) { p.timeouts = 20, p.lost_here = 11; }, Verdict::generator},
      {[](Probe& p) { p.timeouts = 20, p.send_failures = 11; }, Verdict::generator},
      // Each alone would pass.
      {[](Probe& p) { p.timeouts = 6, p.begun = 9'995; }, Verdict::dropped},
      {[](Probe& p) { p.timeouts = 6, p.refused = 6; }, Verdict::refused},
      // That all clients were busy shows by itself when they waited for nothing.
      {[](Probe& p) { p.timeouts = 900, p.begun = 2'000, p.held = 5; }, Verdict::dropped},
      // What the generator lost explains not all of it, or did no harm.
      {[](Probe& p) { p.timeouts = 900, p.lost_here = 880; }, Verdict::dropped},
      {[](Probe& p) { p.timeouts = 5, p.lost_here = 900; }, Verdict::passed},
      {[](Probe& p) { p.waiting = 505; }, Verdict::behind},
      {[](Probe& p) { p.waiting = 504; }, Verdict::passed},
      // Late for want of clients, and yet all were begun and answered.
      {[](Probe& p) { p.held = 5'000; }, Verdict::passed},
  };
  for (const Row& row : rows) {
    Probe probe = good();
    row.change(probe);
    EXPECT_EQ(judge(probe, kMost), row.expected) << &row - rows;
  }
}

TEST(Probe, MayHaveAnyOfFewExchangesUnderWay) {
  Probe probe{.planned = 4, .begun = 4, .waiting = 4};
  EXPECT_EQ(judge(probe, 0), Verdict::passed);
}

TEST(Probe, LosesNoMoreThanThereWas) {
  Probe probe = good();
  probe.timeouts = 30'000;  // three a try
  EXPECT_EQ(probe.lost(), 10'000U);
  EXPECT_EQ(probe.lost_share(), 1);
  EXPECT_EQ(Probe().lost_share(), 0);
}

TEST(Probe, IsReadFromARunsFigures) {
  Figures figures;
  figures.count(Count::begun) = 7;
  figures.count(Count::timeouts) = 2;
  figures.count(Count::held) = 1;
  figures.step(Step::bind).add(Duration::nanoseconds(100));
  figures.step(Step::lateness).add(Duration::nanoseconds(50));
  Probe probe = probe_of(figures, 3.5, 8);
  EXPECT_EQ(probe.rate, 3.5);
  EXPECT_EQ(probe.lost(), 3U);
  EXPECT_EQ(probe.p50, Duration::nanoseconds(100));
  EXPECT_EQ(probe.late, Duration::nanoseconds(50));
  for (const Step step : {Step::renew, Step::rebind, Step::reboot}) {
    for (int i = 0; i < 2 + static_cast<int>(step); ++i) {
      figures.step(step).add(Duration::nanoseconds(10 + static_cast<int>(step)));
    }
    const Duration shown = Duration::nanoseconds(10 + static_cast<int>(step));
    EXPECT_EQ(probe_of(figures, 3.5, 8).p99, shown);  // of what there was most
  }
}

}  // namespace
}  // namespace lessor::load
