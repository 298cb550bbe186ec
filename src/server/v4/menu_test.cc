#include "server/v4/menu.h"

#include "server/v4/rules.h"
#include "server/v4/test_kit.h"

#include <gtest/gtest.h>

namespace lessor::server::v4::testing {
namespace {

Octets copy(Bytes bytes) { return {bytes.begin(), bytes.end()}; }

TEST(Menu, TheNarrowestScopeWins) {
  const config::OptionSet narrow({option(6, octets({1, 1, 1, 1}))});
  const config::OptionSet wide({option(6, octets({2, 2, 2, 2})), option(15, text("wide"), true)});
  const Menu menu({&narrow, &wide}, net::parse_prefix4("10.0.0.0/9").value());
  EXPECT_EQ(copy(menu.find(6).value()), octets({1, 1, 1, 1}));
  EXPECT_EQ(copy(menu.find(15).value()), text("wide"));
  EXPECT_EQ(menu.find(3), std::nullopt);
  EXPECT_EQ(copy(menu.find(1).value()), octets({255, 128, 0, 0}));
  ASSERT_EQ(menu.always_sent().size(), 1U);
  EXPECT_EQ(menu.always_sent()[0], 15);
}

TEST(Menu, HoldsEveryOptionThatThereIs) {
  std::vector<config::ConfiguredOption> all;
  for (int code = 0; code < 256; ++code) all.push_back(option(code, octets({code})));
  const config::OptionSet set(std::move(all));
  const Menu menu({&set}, {});
  for (int code = 0; code < 256; ++code) {
    const auto octet = static_cast<wire::OptionCode>(code);
    const auto value = menu.find(octet);
    EXPECT_EQ(value.has_value(), is_configurable(octet)) << code;
    if (value) {
      EXPECT_EQ(copy(*value), octets({code})) << code;
    }
  }
}

}  // namespace
}  // namespace lessor::server::v4::testing
