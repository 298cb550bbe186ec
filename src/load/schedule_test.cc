#include "load/schedule.h"

#include <gtest/gtest.h>

namespace lessor::load {
namespace {

struct Row {
  std::uint64_t n;
  std::int64_t ms;  // -1: never
};

void expect(const Schedule& schedule, std::initializer_list<Row> rows) {
  for (const Row& row : rows) {
    const Duration at = schedule.at(row.n);
    if (row.ms < 0) {
      EXPECT_TRUE(at.is_infinite()) << row.n;
    } else {
      EXPECT_NEAR(static_cast<double>(at.to_nanoseconds()), static_cast<double>(row.ms) * 1e6, 10)
          << row.n;
    }
  }
}

RatePoint point(std::int64_t seconds, double rate) { return {Duration::seconds(seconds), rate}; }

TEST(Schedule, KeepsARateForEver) {
  const Schedule schedule = Schedule::constant(2'000);
  expect(schedule, {{0, 0}, {1'000, 500}, {2'000, 1'000}, {7'200'000'000, 3'600'000'000}});
  EXPECT_TRUE(schedule.end().is_infinite());
}

TEST(Schedule, SpreadsSoManyOverATimeOrBeginsAllAtOnce) {
  expect(Schedule::within(Duration::seconds(2), 100),
         {{0, 0}, {50, 1'000}, {99, 1'980}, {100, -1}});
  expect(Schedule::within(Duration(), 100'000), {{0, 0}, {99'999, 0}, {100'000, -1}});
}

TEST(Schedule, GoesInStraightLinesFromPointToPoint) {
  // Up to 100 a second in 2 s (100 exchanges), 1 s of it (100), down to nothing in 4 s (200).
  const Schedule schedule =
      Schedule::following({point(0, 0), point(2, 100), point(3, 100), point(7, 0)});
  expect(schedule, {{0, 0}, {25, 1'000}, {100, 2'000}, {150, 2'500}, {350, 5'000}, {400, -1}});
  EXPECT_EQ(schedule.end(), Duration::seconds(7));
}

TEST(Schedule, TakesTwoPointsAtOneTimeForAStep) {
  const Schedule schedule =
      Schedule::following({point(0, 10), point(2, 10), point(2, 100), point(3, 100)});
  expect(schedule, {{19, 1'900}, {20, 2'000}, {70, 2'500}, {119, 2'990}, {120, -1}});
}

TEST(Schedule, WaitsWhereTheRateIsZero) {
  const Schedule schedule =
      Schedule::following({point(0, 0), point(5, 0), point(5, 10), point(6, 10), point(6, 0),
                           point(9, 0), point(9, 10), point(10, 10)});
  expect(schedule, {{0, 5'000}, {9, 5'900}, {10, 9'000}, {19, 9'900}, {20, -1}});
}

TEST(Schedule, NeverGoesBack) {
  const Schedule schedule = Schedule::following(
      {point(0, 3), point(1, 977), point(4, 0.5), point(4, 12'345), point(5, 1)});
  Duration last;
  std::uint64_t n = 0;
  for (; !schedule.at(n).is_infinite(); ++n) {
    ASSERT_GE(schedule.at(n), last);
    last = schedule.at(n);
  }
  EXPECT_EQ(n, 490U + 1'467U + 6'173U);
  EXPECT_LE(last, schedule.end());
}

TEST(Schedule, OfNothingIsOver) {
  expect(Schedule::following({point(0, 0), point(10, 0)}), {{0, -1}});
  expect(Schedule::following({}), {{0, -1}});
}

}  // namespace
}  // namespace lessor::load
