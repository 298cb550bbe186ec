#include "config/random_macs.h"

#include "config/describe.h"
#include "config/load.h"

#include <gtest/gtest.h>

namespace lessor::config {
namespace {

std::string site(const std::string& global, const std::string& of_subnet) {
  return R"({"Dhcp4": {"random-macs": )" + global +
         R"(, "subnet4": [{"subnet": "192.0.2.0/24", "random-macs": )" + of_subnet +
         R"(}, {"subnet": "198.51.100.0/24"}]}})";
}

TEST(RandomMacs, AreLikeOthersUnlessItIsSaid) {
  const auto loaded = load_text(R"({"Dhcp4": {"subnet4": [{"subnet": "192.0.2.0/24"}]}})", "x", {});
  ASSERT_TRUE(loaded);
  EXPECT_FALSE(loaded->config.subnets[0].random_macs.limits_leases());
  EXPECT_TRUE(loaded->config.subnets[0].random_macs.longest.is_infinite());
  EXPECT_FALSE(loaded->config.limits_leases);
}

TEST(RandomMacs, AreInheritedKeyByKey) {
  const auto loaded = load_text(
      site(R"({"valid-lifetime": 900, "share": 0.5})", R"({"share": 0.25, "threshold": 0})"), "x",
      {});
  ASSERT_TRUE(loaded) << to_string(loaded.error()[0]);
  const RandomMacs& one = loaded->config.subnets[0].random_macs;
  EXPECT_EQ(one.longest, Duration::seconds(900));
  EXPECT_EQ(one.share_permille, 250U);
  EXPECT_EQ(one.threshold_permille, 0U);
  const RandomMacs& two = loaded->config.subnets[1].random_macs;
  EXPECT_EQ(two.share_permille, 500U);
  EXPECT_EQ(two.threshold_permille, 900U);
  EXPECT_TRUE(loaded->config.limits_leases);
  EXPECT_TRUE(loaded->config.limits_group_leases);
}

TEST(RandomMacs, AreShownByCheck) {
  const auto loaded = load_text(site(R"({"valid-lifetime": 900, "share": 0.5})", "{}"), "x", {});
  ASSERT_TRUE(loaded);
  EXPECT_NE(describe(loaded->config).find("at most 50% of the addresses while 90% are in use"),
            std::string::npos);
}

TEST(RandomMacs, ThatMakeNoSenseSayWhatAndWhere) {
  const struct {
    std::string says;
    std::string error;
  } cases[] = {
      {R"({"share": 1.5})", "Dhcp4.random-macs.share: out of bounds: from 0 to 1"},
      {R"({"valid-lifetime": 0})", "valid-lifetime: 0 is out of bounds: from 1 to 4294967295"},
      {R"({"shares": 0.5})", "unknown key (did you mean 'share'?)"},
  };
  for (const auto& c : cases) {
    const auto loaded = load_text(site(c.says, "{}"), "x", {});
    ASSERT_FALSE(loaded) << c.says;
    EXPECT_NE(to_string(loaded.error()[0]).find(c.error), std::string::npos)
        << to_string(loaded.error()[0]);
  }
  const auto noted = load_text(site(R"({"threshold": 0.5})", "{}"), "x", {});
  ASSERT_TRUE(noted);
  std::string notes;
  for (const Problem& note : noted->notes) notes += to_string(note) + "\n";
  EXPECT_NE(notes.find("without effect: random-macs has no share below 1"), std::string::npos);
}

}  // namespace
}  // namespace lessor::config
