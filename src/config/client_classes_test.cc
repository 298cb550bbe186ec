#include "config/load.h"

#include <gtest/gtest.h>

namespace lessor::config {
namespace {

struct Row {
  const char* what;
  const char* name;
  const char* test;  // as it stands in the file; an error is at its '!'
  const char* place;
};

constexpr std::string_view kJsonHead =
    R"({"Dhcp4": {"client-classes": [{"name": "a",

"test": )";
constexpr std::string_view kYamlHead = "Dhcp4:\n  client-classes:\n  - test: ";

TEST(ClientClasses, ErrorsPointAtTheCharacterInEveryKindOfText) {
  const Row rows[] = {
      {"JSON", "a.json", R"("'a' == !")", "3:17"},
      {"escapes", "a.json", R"("'\\\u00e4\u20ac\ud83d\ude00' == !")", "3:42"},
      {"the end of the text", "a.json", R"("'a' == ")", "3:17"},
      {"YAML without quotes", "a.yaml", "option[1].hex == !", "3:28"},
      {"in single quotes", "a.yaml", "'''a'' == !'", "3:21"},
      {"in double quotes", "a.yaml", R"("'\u00e4' == !")", "3:24"},
      {"over lines: the start", "a.yaml", "'option[1].hex\n        == !'", "3:11"},
      {"a block: the start", "a.yaml", "|\n        'a' == !", "3:11"},
      {"escapes of YAML: the start", "a.yaml", R"("'\x41' == !")", "3:11"},
  };
  for (const Row& row : rows) {
    const bool is_json = std::string_view(row.name).ends_with(".json");
    std::string text(is_json ? kJsonHead : kYamlHead);
    text += row.test;
    text += is_json ? "}]}}" : "\n    name: a\n";
    const auto loaded = load_text(text, row.name, {});
    ASSERT_FALSE(loaded.has_value()) << row.what;
    const std::string told = to_string(loaded.error()[0]);
    EXPECT_TRUE(told.starts_with(std::string(row.name) + ":" + row.place + ": "))
        << row.what << ": " << told;
    EXPECT_EQ(loaded.error().size(), 1U) << row.what;
  }
}

std::expected<Loaded, std::vector<Problem>> with_boot(const std::string& boot) {
  return load_text(R"({"Dhcp4": {"client-classes": [{"name": "a", "test": "option[60].exists",
      "boot": )" + boot +
                       R"(, "valid-lifetime": 600}], "subnet4": [{"subnet": "192.0.2.0/24",
      "option-data": [{"name": "routers", "data": "192.0.2.1"}]}]}})",
                   "a.json", {});
}

TEST(ClientClasses, HaveABootProfileOfTheirOwn) {
  const auto loaded = with_boot(R"({"ipxe": "menu.ipxe"})");
  ASSERT_TRUE(loaded) << to_string(loaded.error()[0]);
  for (const Problem& note : loaded->notes) ADD_FAILURE() << to_string(note);
  const ClientClass& made = loaded->config.classes.classes[0];
  ASSERT_TRUE(made.boot_profile);
  EXPECT_EQ(made.boot_profile->file(BootKind::ipxe), "menu.ipxe");
  EXPECT_TRUE(made.gives_anything());
}

TEST(ClientClasses, MayNotSayInABootProfileWhatMakesNoSense) {
  const struct {
    const char* boot;
    const char* error;
  } rows[] = {{R"({"http": "x64.efi"})", "clients that boot by HTTP need a URL"},
              {R"({"proxy": false, "bios": "x"})", "is a subnet's to say"},
              {R"({"bois": "x"})", "bios"},
              {R"({"bios": 1})", "text"}};
  for (const auto& row : rows) {
    const auto loaded = with_boot(row.boot);
    ASSERT_FALSE(loaded) << row.boot;
    EXPECT_EQ(loaded.error().size(), 1U) << row.boot;
    EXPECT_NE(to_string(loaded.error()[0]).find(row.error), std::string::npos)
        << to_string(loaded.error()[0]);
  }
}

}  // namespace
}  // namespace lessor::config
