#include "cli/followers/rotation.h"

#include <cstdlib>
#include <gtest/gtest.h>
#include <vector>

namespace lessor::cli {
namespace {

using Unit = config::LegalLog::Unit;

config::LegalLog log_of(Unit unit, std::uint32_t count) {
  config::LegalLog log;
  log.base_name = "legal";
  log.unit = unit;
  log.count = count;
  return log;
}
Rotation rotation(Unit unit, std::uint32_t count = 1) { return Rotation(log_of(unit, count)); }

/// Noon of a day where the tests are.
std::time_t noon(int year, int month, int day) {
  std::tm parts{};
  parts.tm_year = year - 1'900;
  parts.tm_mon = month - 1;
  parts.tm_mday = day;
  parts.tm_hour = 12;
  parts.tm_isdst = -1;
  return std::mktime(&parts);
}

TEST(Rotation, NamesAreKeas) {
  const Rotation days = rotation(Unit::day);
  EXPECT_EQ(days.name_of(days.tag_of(noon(2026, 3, 7))), "legal.20260307.txt");
  const Rotation months = rotation(Unit::month);
  EXPECT_EQ(months.tag_of(noon(2026, 11, 26)), "20261126");
  const Rotation seconds = rotation(Unit::second, 10);
  EXPECT_EQ(seconds.name_of(seconds.tag_of(1'774'000'000)), "legal.T00000000001774000000.txt");
}

TEST(Rotation, AFileLastsAsManyUnitsAsConfigured) {
  struct Row {
    Unit unit;
    std::uint32_t count;
    std::time_t last_of;
    std::time_t first_beyond;
  };
  const std::vector<Row> rows = {
      {Unit::day, 1, noon(2026, 1, 31), noon(2026, 2, 1)},
      {Unit::day, 7, noon(2026, 2, 6), noon(2026, 2, 7)},
      {Unit::month, 1, noon(2026, 2, 27), noon(2026, 2, 28)},  // January 31 and a month
      {Unit::month, 2, noon(2026, 3, 30), noon(2026, 3, 31)},
      {Unit::year, 1, noon(2027, 1, 30), noon(2027, 1, 31)},
      {Unit::day, UINT32_MAX, noon(2100, 1, 1), noon(2400, 1, 1)},
  };
  for (const Row& row : rows) {
    const Rotation r = rotation(row.unit, row.count);
    EXPECT_TRUE(r.is_current("20260131", row.last_of)) << row.count;
    EXPECT_FALSE(r.is_current("20260131", row.first_beyond)) << row.count;
  }
  const Rotation seconds = rotation(Unit::second, 10);
  EXPECT_TRUE(seconds.is_current(seconds.tag_of(1'000), 1'009));
  EXPECT_FALSE(seconds.is_current(seconds.tag_of(1'000), 1'010));
}

// Its clock was ahead: what is written now has no place in it.
TEST(Rotation, AFileOfATimeToComeIsNotCurrent) {
  EXPECT_FALSE(rotation(Unit::day, 1).is_current("20260131", noon(2026, 1, 30)));
  EXPECT_FALSE(rotation(Unit::year, 1).is_current("20260131", noon(2026, 1, 30)));
  const Rotation seconds = rotation(Unit::second, 1'000);
  EXPECT_TRUE(seconds.is_current(seconds.tag_of(1'000), 940));  // a clock that was set a little
  EXPECT_FALSE(seconds.is_current(seconds.tag_of(1'000), 939));
}

TEST(Rotation, CountZeroKeepsOneFileForEver) {
  for (const Unit unit : {Unit::second, Unit::day, Unit::month, Unit::year}) {
    const Rotation r = rotation(unit, 0);
    EXPECT_TRUE(r.is_current(r.tag_of(noon(2020, 1, 1)), noon(2090, 1, 1)));
  }
}

TEST(Rotation, FindsTheNewestOfItsOwnFiles) {
  const std::vector<std::string> names = {
      "legal.20260101.txt",  "legal.20260301.txt", "legal.20261301.txt",
      "legal.2026030.txt",   "other.20260401.txt", "legal.20260501.log",
      "legal.20260601x.txt", "legal.txt",          "legal.",
      "legal..txt",          "20260701.txt",       "legal.T00000000000000000001.txt"};
  const std::time_t late = noon(2026, 12, 31);
  EXPECT_EQ(rotation(Unit::day).newest(names, late), "20260301");
  EXPECT_EQ(rotation(Unit::day).newest(names, noon(2026, 3, 1)), "20260301");
  EXPECT_EQ(rotation(Unit::day).newest(names, noon(2026, 2, 28)), "20260101");
  EXPECT_EQ(rotation(Unit::day).newest(names, noon(2025, 12, 31)), std::nullopt);
  EXPECT_EQ(rotation(Unit::second).newest(names, late), "T00000000000000000001");
  EXPECT_EQ(rotation(Unit::day).newest({}, late), std::nullopt);
}

}  // namespace
}  // namespace lessor::cli
