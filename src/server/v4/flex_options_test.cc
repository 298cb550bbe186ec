#include "server/v4/flex_options.h"

#include "config/load.h"
#include "server/v4/loaded_config.h"
#include "server/v4/test_kit.h"

#include <gtest/gtest.h>

namespace lessor::server::v4::testing {
namespace {

std::string with_hook(const std::string& options) {
  return R"({"Dhcp4": {"client-classes": [{"name": "a", "test": "option[12].hex == 'a'"}],
      "option-data": [{"name": "boot-file-name", "data": "plain", "always-send": true},
                      {"name": "routers", "data": "192.0.2.1"}],
      "hooks-libraries": [{"library": "/usr/lib/kea/hooks/libdhcp_flex_option.so",
                           "parameters": {"options": [)" +
         options + R"(]}}],
      "subnet4": [{"id": 1, "subnet": "192.0.2.0/24",
                   "pools": [{"pool": "192.0.2.10-192.0.2.19"}]}]}})";
}

/// An option of the offer as text.
std::string offered(const std::string& options, std::string_view name, int code = 67) {
  auto loaded = config::load_text(with_hook(options), "f", {});
  if (!loaded) return loaded.error()[0].path + ": " + loaded.error()[0].message;
  Site site(std::move(loaded->config));
  std::optional<Octets> value;
  for (int again = 0; again < 2; ++again) {  // nothing is remembered wrongly
    const auto offer = site.hear(discover(host(1)).with(12, text(name)));
    if (!offer) return "silence";
    value = offer->option(code);
  }
  return value ? std::string(as_text(*value)) : "none";
}

TEST(FlexOptions, DoAsKeasHookDoes) {
  EXPECT_EQ(offered(R"x({"code": 67, "supersede": "concat(option[12].hex, '.efi')"})x", "pc"),
            "pc.efi");
  EXPECT_EQ(offered(R"x({"name": "boot-file-name", "supersede": "''"})x", "pc"), "plain");
  EXPECT_EQ(offered(R"x({"code": 67, "add": "'x'"})x", "pc"), "plain");
  EXPECT_EQ(offered(R"x({"code": 66, "add": "option[12].hex"})x", "pc", 66), "pc");
  EXPECT_EQ(offered(R"x({"code": 67, "remove": "option[12].hex == 'pc'"})x", "pc"), "none");
  EXPECT_EQ(offered(R"x({"code": 67, "remove": "option[12].hex == 'pc'"})x", "x"), "plain");
  EXPECT_EQ(offered(R"x({"code": 3, "remove": "'a' == 'a'"})x", "x", 3), "none");
  EXPECT_EQ(offered(R"x({"code": 67, "supersede": "'u'", "client-class": "a"})x", "a"), "u");
  EXPECT_EQ(offered(R"x({"code": 67, "supersede": "'u'", "client-class": "a"})x", "b"), "plain");
  EXPECT_EQ(offered(R"x({"code": 67, "supersede": "'u'", "csv-format": true})x", "b"), "u");
  EXPECT_EQ(offered(R"x({"code": 66, "add": "concat(option[12].hex, '1')"
  },
                       {"code": 67, "supersede": "concat(option[12].hex, '2')"})x",
                    "p", 66),
            "p1");
}

TEST(FlexOptions, HoldInEachSubnetOfASharedNetwork) {
  Site site(load(R"x("hooks-libraries": [{"library": "/usr/lib/kea/hooks/libdhcp_flex_option.so",
        "parameters": {"options": [{"code": 67, "supersede": "concat(option[12].hex, '.efi')"}]}}],
      "shared-networks": [{"name": "floor", "subnet4": [
        {"id": 1, "subnet": "192.0.2.0/24", "pools": [{"pool": "192.0.2.10-192.0.2.10"}]},
        {"id": 2, "subnet": "198.51.100.0/24", "pools": [{"pool": "198.51.100.10-198.51.100.10"}]}
      ]}])x"));
  for (const std::uint32_t n : {1U, 2U}) {
    const auto offer = site.hear(discover(host(n)).with(12, text("pc")));
    ASSERT_TRUE(offer) << n;
    EXPECT_EQ(offer->yiaddr(), n == 1 ? "192.0.2.10" : "198.51.100.10");
    EXPECT_EQ(offer->option(67), text("pc.efi")) << n;
  }
}

TEST(FlexOptions, SayWhatIsWrong) {
  const std::string place = "Dhcp4.hooks-libraries[0].parameters.options[0]";
  EXPECT_EQ(offered(R"x({"code": 67})x", "x"),
            place + ": one of add, supersede and remove is needed");
  EXPECT_EQ(offered(R"x({"code": 67, "add": "'a'", "remove": "'a' == 'a'"})x", "x"),
            place + ": one of add, supersede and remove is needed");
  EXPECT_EQ(offered(R"x({"add": "'a'"})x", "x"),
            place + R"(: an option needs a name or a code: "name": "boot-file-name")");
  EXPECT_EQ(offered(R"x({"code": 53, "add": "'a'"})x", "x"),
            place +
                ": dhcp-message-type (53) is the server's own: the server sets it in every "
                "message");
  EXPECT_EQ(offered(R"x({"code": 3, "add": "'a'", "csv-format": true})x", "x"),
            place +
                ".csv-format: not implemented yet: text that would be taken apart for every "
                "packet; let the expression make the octets");
  EXPECT_EQ(offered(R"x({"code": 67, "add": "option[12].exists"})x", "x").find(place + ".add: "),
            0U);
  EXPECT_EQ(offered(R"x({"code": 67, "sub-options": []})x", "x"),
            place + ".sub-options: not implemented yet: sub-options by expression");
  EXPECT_EQ(offered(R"x({"code": 67, "ad": "'a'"})x", "x"), place + ".ad: unknown key");
}

}  // namespace
}  // namespace lessor::server::v4::testing
