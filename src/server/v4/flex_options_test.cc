#include "server/v4/flex_options.h"

#include "base/text.h"
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

/// An option of the offer in hexadecimal. Option 43 is asked for, and has sub-option 2.
std::string held(const std::string& options, int code = 43) {
  const std::string data = R"x("option-def": [
        {"name": "own", "code": 230, "type": "empty", "encapsulate": "own-space"},
        {"name": "url", "code": 5, "space": "own-space", "type": "fqdn"}],
      "option-data": [{"code": 43, "data": "0201aa"}],
      "client-classes": [{"name": "a", "test": "option[12].hex == 'a'"}],
      "hooks-libraries": [{"library": "/usr/lib/kea/hooks/libdhcp_flex_option.so",
                           "parameters": {"options": [)x";
  auto loaded = config::load_text(R"({"Dhcp4": {)" + data + options + R"x(]}}],
      "subnet4": [{"id": 1, "subnet": "192.0.2.0/24",
                   "pools": [{"pool": "192.0.2.10-192.0.2.19"}]}]}})x",
                                  "f", {});
  if (!loaded) return loaded.error()[0].path + ": " + loaded.error()[0].message;
  Site site(std::move(loaded->config));
  const auto offer = site.hear(discover(host(1)).with(12, text("pc")).wanting({43}));
  if (!offer) return "silence";
  const auto value = offer->option(code);
  return value ? to_hex(*value) : "none";
}

TEST(FlexOptions, ChangeSubOptions) {
  EXPECT_EQ(held(""), "0201aa");
  EXPECT_EQ(held(R"x({"code": 43, "sub-options": [{"code": 1, "add": "option[12].hex"}]})x"),
            "010270630201aa");
  EXPECT_EQ(held(R"x({"code": 43, "sub-options": [{"code": 2, "add": "'x'"}]})x"), "0201aa");
  EXPECT_EQ(held(R"x({"code": 43, "sub-options": [{"code": 2, "supersede": "'x'"},
                                                  {"code": 3, "supersede": "'y'"}]})x"),
            "020178030179");
  EXPECT_EQ(held(R"x({"code": 43, "sub-options": [{"code": 2, "remove": "'a' == 'a'"}]})x"),
            "none");
  EXPECT_EQ(held(R"x({"code": 43, "sub-options": [
                       {"code": 2, "remove": "'a' == 'a'", "container-remove": false}]})x"),
            "");
  EXPECT_EQ(held(R"x({"code": 43, "client-class": "a",
                      "sub-options": [{"code": 2, "supersede": "'x'"}]})x"),
            "0201aa")
      << "the class of the container is its sub-options', too";
}

TEST(FlexOptions, AddTheOptionAroundThem) {
  const std::string own = R"x({"name": "own", "sub-options": [
      {"name": "url", "supersede": "concat(option[12].hex, '.example')", "csv-format": true)x";
  EXPECT_EQ(held(own + "}]}", 230),
            "050c"
            "0270630765"
            "78616d706c6500");
  EXPECT_EQ(held(own + R"x(, "container-add": false}]})x", 230), "none");
  const std::string vendor = R"x({"code": 125, "sub-options": [
      {"space": "vendor-9", "code": 1, "add": "'a'"},
      {"space": "vendor-9", "code": 2, "add": "'b'"},
      {"space": "vendor-10", "code": 1, "add": "'c'"}]})x";
  EXPECT_EQ(held(vendor, 125),
            "0000000906"
            "010161020162"
            "0000000a03"
            "010163");
}

TEST(FlexOptions, SayWhatIsWrongInside) {
  const std::string place = "Dhcp4.hooks-libraries[0].parameters.options[0]";
  const auto inside = [](const std::string& container, const std::string& inner) {
    return held("{" + container + R"(, "sub-options": [{)" + inner + "}]}");
  };
  const std::string add = R"x("code": 1, "add": "'a'")x";
  EXPECT_EQ(inside(R"("code": 67)", add),
            place +
                ".sub-options[0]: option 67 does not consist of sub-options; 43, 125 and those "
                "do that an option-def gives a space to encapsulate and the type empty");
  EXPECT_EQ(
      inside(R"("code": 125)", add),
      place + R"(.sub-options[0]: option 125 holds spaces of vendors: "space": "vendor-4491")");
  EXPECT_EQ(inside(R"("code": 43)", add + R"(, "space": "vendor-9")"),
            place + ".sub-options[0]: the space of a vendor stands in option 125 only");
  EXPECT_EQ(inside(R"("code": 43)", add + R"(, "csv-format": true)"),
            place +
                ".sub-options[0].csv-format: nobody says what this option is made of: write an "
                "option-def");
  EXPECT_EQ(inside(R"x("code": 43, "add": "'a'")x", add),
            place + ".add: sub-options stand in place of an action");
  EXPECT_EQ(inside(R"("code": 43)", R"x("code": 1, "sub-options": [])x"),
            place + ".sub-options[0].sub-options: unknown key");
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
  EXPECT_EQ(
      offered(R"x({"code": 121, "add": "'a'", "csv-format": true})x", "x"),
      place +
          ".csv-format: values of this option (routes) are not made of text for every packet; "
          "let the expression make the octets");
  EXPECT_EQ(offered(R"x({"code": 67, "add": "option[12].exists"})x", "x").find(place + ".add: "),
            0U);
  EXPECT_EQ(offered(R"x({"code": 66, "name": "routers", "add": "'a'"})x", "x"),
            place + ".name: the option of this name has code 3");
  EXPECT_EQ(offered(R"x({"code": 67, "ad": "'a'"})x", "x"), place + ".ad: unknown key");
}

}  // namespace
}  // namespace lessor::server::v4::testing
