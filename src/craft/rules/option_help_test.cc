#include "craft/rules/option_help.h"

#include "wire/v4/option_table.h"
#include "wire/v4/option_text.h"

#include <gmock/gmock.h>

namespace lessor::craft {
namespace {

using ::testing::HasSubstr;

OptionPath path(std::string_view name) {
  const auto found = find_option_path(name);
  EXPECT_TRUE(found) << name;
  return found.value_or(OptionPath{});
}

TEST(FindOptionPath, TakesNamesAliasesCodesAndPaths) {
  for (const char* name : {"82", "dhcp-agent-options", "relay-agent-information",
                           "Relay_Agent_Information", "option.82", "option-82", "dhcp.option.82"}) {
    EXPECT_EQ(path(name).code, 82) << name;
    EXPECT_EQ(path(name).sub, nullptr) << name;
  }
  for (const char* name : {"82.1", "relay-agent-information.circuit-id", "82.circuit_id"}) {
    ASSERT_NE(path(name).sub, nullptr) << name;
    EXPECT_EQ(path(name).sub->code, 1) << name;
  }
  EXPECT_EQ(path("224").code, 224);
}

TEST(FindOptionPath, NamesTheNearest) {
  const auto error = [](std::string_view name) { return find_option_path(name).error(); };
  EXPECT_EQ(error("host-nam"), "'host-nam' is no option; did you mean 'host-name'?");
  EXPECT_EQ(error("82.circuit"),
            "'circuit' is no sub-option of dhcp-agent-options; did you mean 'circuit-id'?");
  EXPECT_EQ(error("43.foo"),
            "'foo' is no sub-option of vendor-encapsulated-options: its sub-options have numbers "
            "only");
  EXPECT_THAT(error("\x1b[2J"), HasSubstr("\\x1b"));
}

TEST(OptionPage, ExplainsTheRelayAgentsOption) {
  const std::string text = option_page(path("82"), {});
  EXPECT_THAT(text, HasSubstr("option 82  dhcp-agent-options  (RFC 3046)"));
  EXPECT_THAT(text, HasSubstr("circuit-id"));
  EXPECT_THAT(text, HasSubstr("RFC 3527"));
  EXPECT_THAT(text, HasSubstr("01 04 65 74 68 30"));
  EXPECT_THAT(text, HasSubstr(R"("circuit-id='eth0', remote-id=0x0102")"));
  EXPECT_THAT(text, HasSubstr("MAY"));
}

TEST(OptionPage, ExplainsASubOption) {
  const std::string text = option_page(path("82.link-selection"), {});
  EXPECT_THAT(text, HasSubstr("sub-option 5  dhcp-agent-options.link-selection"));
  EXPECT_THAT(text, HasSubstr("dhcp-agent-options.link-selection=192.0.2.1"));
}

TEST(OptionPage, ExplainsEveryOption) {
  for (const wire::OptionRow& row : wire::option_table()) {
    const std::string text = option_page({.code = row.code}, {});
    EXPECT_THAT(text, HasSubstr(std::string(row.name)));
    const auto octets = example_octets({.code = row.code});
    if (octets.size() < 2) continue;  // pad and end
    EXPECT_EQ(wire::validate_option(row.code, Bytes(octets).subspan(2)), std::nullopt) << row.name;
  }
  EXPECT_THAT(option_page({.code = 224}, {}), HasSubstr("option-224"));
}

TEST(OptionPage, TellsWhichMessagesCarryIt) {
  const std::string text = option_page(path("dhcp-server-identifier"), {.width = 200});
  EXPECT_THAT(text, HasSubstr("MUST        DHCPOFFER, DHCPREQUEST in SELECTING, DHCPDECLINE"));
  EXPECT_THAT(text, HasSubstr("MUST NOT    DHCPDISCOVER, DHCPREQUEST in INIT-REBOOT"));
}

TEST(OptionLists, NameEveryOption) {
  const std::string list = options_list({.width = 300});
  const std::string names = option_names_list({.width = 300});
  for (const wire::OptionRow& row : wire::option_table()) {
    EXPECT_THAT(list, HasSubstr(std::string(row.name)));
    EXPECT_THAT(names, HasSubstr(std::string(row.name)));
  }
  EXPECT_THAT(names, HasSubstr("domain_name_server"));
}

}  // namespace
}  // namespace lessor::craft
