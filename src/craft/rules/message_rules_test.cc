#include "craft/rules/message_rules.h"

#include "craft/packet/layer_table.h"
#include "wire/v4/option_table.h"

#include <gmock/gmock.h>

#include <set>

namespace lessor::craft {
namespace {

using ::testing::HasSubstr;

TEST(MessageRules, StandInTheOrderOfForms) {
  for (std::size_t i = 0; i < kFormCount; ++i) {
    EXPECT_EQ(static_cast<std::size_t>(message_rules()[i].form), i);
  }
}

TEST(MessageRules, NameEveryTypeThatIanaAssigned) {
  std::set<wire::MessageType> types;
  for (const MessageRules& message : message_rules()) types.insert(message.type);
  EXPECT_EQ(types.size(), 18U);
}

TEST(MessageRules, NameEachFieldAndOptionOnce) {
  for (const MessageRules& message : message_rules()) {
    std::set<std::string_view> fields;
    for (const auto& rules : {message.fields, message.all_fields}) {
      for (const FieldRule& rule : rules) {
        EXPECT_TRUE(fields.insert(rule.field).second) << message.title << " " << rule.field;
        ASSERT_NE(find_field(rule.field), nullptr) << rule.field;
        EXPECT_EQ(find_field(rule.field)->layer, Layer::bootp) << rule.field;
      }
    }
    std::set<int> options;
    for (const auto& rules : {message.options, message.all_options}) {
      for (const OptionRule& rule : rules) {
        EXPECT_TRUE(options.insert(rule.code).second) << message.title << " " << int{rule.code};
        EXPECT_NE(wire::find_option(rule.code), nullptr);
      }
    }
  }
}

TEST(MessageRules, AreThoseOfTable5) {  // R2131-T5-b
  struct Row {
    Form form;
    wire::OptionCode code;
    Duty duty;
  };
  constexpr Row kRows[] = {
      {Form::discover, 50, Duty::may},
      {Form::discover, 54, Duty::must_not},
      {Form::selecting, 50, Duty::must},
      {Form::selecting, 54, Duty::must},
      {Form::init_reboot, 50, Duty::must},
      {Form::init_reboot, 54, Duty::must_not},
      {Form::renewing, 50, Duty::must_not},
      {Form::renewing, 54, Duty::must_not},
      {Form::rebinding, 50, Duty::must_not},
      {Form::rebinding, 54, Duty::must_not},
      {Form::inform, 50, Duty::must_not},
      {Form::inform, 51, Duty::must_not},
      {Form::decline, 50, Duty::must},
      {Form::decline, 54, Duty::must},
      {Form::decline, 55, Duty::must_not},
      {Form::release, 50, Duty::must_not},
      {Form::release, 54, Duty::must},
      {Form::release, 12, Duty::must_not},
      {Form::offer, 51, Duty::must},
      {Form::ack, 51, Duty::must},
      {Form::ack_to_inform, 51, Duty::must_not},
      {Form::nak, 51, Duty::must_not},
      {Form::nak, 3, Duty::must_not},
      {Form::nak, 82, Duty::may},
      {Form::offer, 55, Duty::must_not},
      {Form::offer, 3, Duty::may},
  };
  for (const Row& row : kRows) {
    const MessageRules& message = rules_of(row.form);
    EXPECT_EQ(option_rule(message, row.code).duty, row.duty)
        << message.title << " " << int{row.code};
  }
}

TEST(MessageHelp, TellsWhatTheRfcAsksFor) {
  const auto text = message_help("discover", {});
  ASSERT_TRUE(text);
  EXPECT_THAT(*text, HasSubstr("DHCPDISCOVER"));
  EXPECT_THAT(*text, HasSubstr("MUST NOT"));
  EXPECT_THAT(*text, HasSubstr("dhcp-server-identifier"));
  EXPECT_THAT(*text, HasSubstr("255.255.255.255"));
  EXPECT_THAT(*text, HasSubstr("lessor craft discover"));
}

TEST(MessageHelp, GivesEveryFormOfAType) {
  for (const char* name : {"3", "DHCPREQUEST", "request"}) {
    const auto text = message_help(name, {});
    ASSERT_TRUE(text) << name;
    EXPECT_THAT(*text, HasSubstr("INIT-REBOOT")) << name;
    EXPECT_THAT(*text, HasSubstr("REBINDING")) << name;
  }
  const auto one = message_help("renew", {});
  ASSERT_TRUE(one);
  EXPECT_THAT(*one, HasSubstr("RENEWING"));
  EXPECT_THAT(*one, ::testing::Not(HasSubstr("INIT-REBOOT")));
}

TEST(MessageHelp, FitsTheScreen) {
  for (const MessageRules& message : message_rules()) {
    const auto text = message_help(message.name, {.width = 80});
    ASSERT_TRUE(text) << message.title;
    for (const std::string& l : wrap(*text, 500)) {
      // A command is one word to the eye: it is not broken.
      if (l.find("lessor craft") != std::string::npos) continue;
      EXPECT_LE(display_width(l), 80U) << l;
    }
  }
}

TEST(MessageHelp, KnowsNothingOfOthers) {
  EXPECT_FALSE(message_help("discovery", {}));
  EXPECT_FALSE(message_help("", {}));
  EXPECT_FALSE(message_help("19", {}));
}

}  // namespace
}  // namespace lessor::craft
