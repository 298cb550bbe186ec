#include "cli/bench/profile_text.h"

#include <gtest/gtest.h>

namespace lessor::cli {
namespace {

TEST(Profile, IsReadLineByLine) {
  const auto points = read_profile(
      "# a morning\n"
      "0 100\n"
      "\n"
      "  1.5\t2000.5  # up\n"
      "2m 2000\r\n"
      "2m, 0\n"
      "180 0",
      "morning");
  ASSERT_TRUE(points) << points.error();
  ASSERT_EQ(points->size(), 5U);
  const std::pair<std::int64_t, double> rows[] = {
      {0, 100}, {1'500, 2'000.5}, {120'000, 2'000}, {120'000, 0}, {180'000, 0}};
  for (std::size_t i = 0; i < 5; ++i) {
    EXPECT_EQ((*points)[i].at.to_milliseconds(), rows[i].first) << i;
    EXPECT_EQ((*points)[i].rate, rows[i].second) << i;
  }
}

TEST(Profile, NamesTheLineThatIsWrongAndWhatToDo) {
  const std::pair<const char*, const char*> rows[] = {
      {"", "p:0: it ends where it begins"},
      {"# nothing\n", "p:1: it ends where it begins"},
      {"0 5\n", "p:1: it ends where it begins"},
      {"0 5\n0 6\n", "p:2: it ends where it begins"},
      {"0 5\n\n7\n", "p:3: write a time and a rate"},
      {"0 5 6\n", "p:1: write a time and a rate"},
      {"1 5\n2 5\n", "p:1: the first time must be 0"},
      {"0 5\n9 5\n8 5\n", "p:3: this time is before the one above it"},
      {"0 5\nsoon 5\n", "p:2: 'soon' is no time"},
      {"-1 5\n", "p:1: the time -1 is not between 0 and 30 days"},
      {"0 5\n31d 5\n", "p:2: the time 31d is not between 0 and 30 days"},
      {"0 5\n1e9 5\n", "p:2: the time 1e9 is not between"},
      {"0 -5\n", "p:1: the rate '-5' is no number between 0 and 5000000"},
      {"0 fast\n", "p:1: the rate 'fast' is no number"},
      {"0 nan\n", "p:1: the rate 'nan' is no number"},
      {"0 5000001\n", "p:1: the rate '5000001' is no number"},
  };
  for (const auto& [text, said] : rows) {
    const auto points = read_profile(text, "p");
    ASSERT_FALSE(points) << text;
    EXPECT_EQ(points.error().substr(0, std::string_view(said).size()), said) << text;
  }
  std::string many;
  for (int i = 0; i <= 100'000; ++i) many += "0 1\n";
  EXPECT_NE(read_profile(many, "p").error().find("p:100001: more than 100000"), std::string::npos);
}

}  // namespace
}  // namespace lessor::cli
