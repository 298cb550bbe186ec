#include "craft/table.h"

#include <gtest/gtest.h>

namespace lessor::craft {
namespace {

Table sample() {
  Table table({{.title = "field"},
               {.title = "octets", .right_aligned = true},
               {.title = "meaning", .wraps = true, .takes_rest = true}});
  table.add({{"op"}, {"1"}, {"to a server, or to a client"}});
  table.add({{"xid"}, {"4"}});
  return table;
}

TEST(Table, FillsTheWidthInAscii) {
  EXPECT_EQ(sample().draw({.width = 56}),
            "+-------+--------+-------------------------------------+\n"
            "| field | octets | meaning                             |\n"
            "+-------+--------+-------------------------------------+\n"
            "| op    |      1 | to a server, or to a client         |\n"
            "| xid   |      4 |                                     |\n"
            "+-------+--------+-------------------------------------+\n");
}

TEST(Table, WrapsWhatMayWrapAndIndents) {
  EXPECT_EQ(sample().draw({.width = 40, .unicode = true}, 2),
            "  ┌───────┬────────┬───────────────────┐\n"
            "  │ field │ octets │ meaning           │\n"
            "  ├───────┼────────┼───────────────────┤\n"
            "  │ op    │      1 │ to a server, or   │\n"
            "  │       │        │ to a client       │\n"
            "  │ xid   │      4 │                   │\n"
            "  └───────┴────────┴───────────────────┘\n");
}

TEST(Table, NeverGoesBelowTheNarrowest) {
  Table table({{.title = "a", .wraps = true, .narrowest = 4}});
  table.add({{"0123456789"}});
  EXPECT_EQ(table.draw({.width = 3}),
            "+------+\n"
            "| a    |\n"
            "+------+\n"
            "| 0123 |\n"
            "| 4567 |\n"
            "| 89   |\n"
            "+------+\n");
}

TEST(Table, DrawsABannerAcrossAllColumns) {
  Table table({{.title = "code"}, {.title = "value", .takes_rest = true}});
  table.add_banner("in 'file'");
  table.add({{"66"}, {"boot"}});
  EXPECT_EQ(table.draw({.width = 21}),
            "+------+------------+\n"
            "| code | value      |\n"
            "+------+------------+\n"
            "| in 'file'         |\n"
            "| 66   | boot       |\n"
            "+------+------------+\n");
}

TEST(Table, PaintsTextButNotTheBlanksAroundIt) {
  Table table({{.title = "a"}});
  table.add({{"x", Tone::fresh}});
  const std::string drawn = table.draw({.width = 40, .colour = true});
  EXPECT_NE(drawn.find(" \033[33mx\033[0m "), std::string::npos) << drawn;
}

}  // namespace
}  // namespace lessor::craft
