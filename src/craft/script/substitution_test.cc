#include "craft/script/substitution.h"

#include <gmock/gmock.h>

namespace lessor::craft {
namespace {

using ::testing::HasSubstr;

std::expected<std::string, std::string> shown(std::string_view text) {
  return substitute(text, [](const VariableUse& use) {
    return std::expected<std::string, std::string>("<" + use.name +
                                                   (use.path.empty() ? "" : "|" + use.path) +
                                                   (use.advances ? "|++" : "") + ">");
  });
}

TEST(Substitute, ReplacesEveryUse) {
  const std::pair<std::string_view, std::string_view> rows[] = {
      {"xid = 0x1aed", "xid = 0x1aed"},
      {"xid = $xid", "xid = <xid>"},
      {"yiaddr = $offer.yiaddr", "yiaddr = <offer|yiaddr>"},
      {"$a.option.dhcp-server-identifier", "<a|option.dhcp-server-identifier>"},
      {"chaddr = $mac++", "chaddr = <mac|++>"},
      {"host-${n}x, ${o.yiaddr}", "host-<n>x, <o|yiaddr>"},
      {"a$$b", "a$b"},
      {"$a.", "<a>."},
      {"$a.b.", "<a|b>."},
      {"$a, $b", "<a>, <b>"},
      {"", ""},
  };
  for (const auto& [text, expected] : rows) EXPECT_EQ(shown(text).value(), expected) << text;
}

TEST(Substitute, RefusesALoneDollar) {
  for (const std::string_view text : {"$", "a $ b", "$1", "${a", "${", "$-"}) {
    EXPECT_FALSE(shown(text)) << text;
  }
  EXPECT_THAT(shown("5 $").error(), HasSubstr("write $$ for a dollar"));
}

TEST(Substitute, PassesTheErrorOfAValueOn) {
  const auto done = substitute("$a", [](const VariableUse&) {
    return std::expected<std::string, std::string>(std::unexpected("no a"));
  });
  EXPECT_EQ(done.error(), "no a");
}

TEST(NextValue, CountsAddressesAndNumbers) {
  const std::pair<std::string_view, std::string_view> rows[] = {
      {"02:00:00:00:00:01", "02:00:00:00:00:02"},
      {"02:00:00:00:00:ff", "02:00:00:00:01:00"},
      {"02:00:00:ff:ff:ff", "02:00:00:00:00:00"},
      {"192.0.2.255", "192.0.3.0"},
      {"0x00001aed", "0x00001aee"},
      {"0xff", "0x100"},
      {"9", "10"},
      {"0", "1"},
  };
  for (const auto& [text, expected] : rows) EXPECT_EQ(next_value(text).value(), expected) << text;
  EXPECT_THAT(next_value("R1").error(), HasSubstr("does not count"));
}

}  // namespace
}  // namespace lessor::craft
