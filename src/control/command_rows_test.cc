// Every command is held by a case: what it answers, what is so afterwards, and that wrong arguments
// are refused. Every command that Kea has and we have not is refused with the table's reason.

#include "control/command_case.h"

#include "config/json_reader.h"
#include "control/kea_commands.h"

#include <gmock/gmock.h>

#include "base/text.h"

namespace lessor::control {
namespace {

using ::testing::EndsWith;
using ::testing::HasSubstr;
using ::testing::Not;

CommandCases all_cases() {
  CommandCases all;
  for (CommandCases (*cases)() :
       {server_command_cases, lease_command_cases, config_command_cases}) {
    for (CommandCase& each : cases()) all.push_back(std::move(each));
  }
  return all;
}

void play(MemoryTarget& server, const Step& step) {
  SCOPED_TRACE(step.command + " " + step.arguments);
  const std::string before = server.config_json();
  const Answer answer = execute(server, write_request(step.command, step.arguments), Access::write);
  EXPECT_EQ(answer.result, step.result) << answer.text;
  EXPECT_THAT(answer.text, HasSubstr(step.text));
  if (step.what.starts_with("! ")) {
    EXPECT_THAT(answer.arguments, Not(HasSubstr(step.what.substr(2))));
  } else {
    EXPECT_THAT(answer.arguments, HasSubstr(step.what));
  }
  EXPECT_THAT(server.done, EndsWith(step.done));
  EXPECT_FALSE(step.result == Result::error && answer.text.empty());
  EXPECT_TRUE(step.result == Result::ok || server.config_json() == before);
}

bool has_step(const CommandCase& each, Result result) {
  return std::ranges::any_of(each.steps, [&](const Step& step) {
    return step.command == each.command && step.result == result;
  });
}

TEST(CommandRows, EachDoesWhatItSays) {
  for (const CommandCase& each : all_cases()) {
    SCOPED_TRACE(each.command);
    MemoryTarget server;
    for (const Step& step : each.steps) play(server, step);
    EXPECT_TRUE(has_step(each, Result::ok)) << "it is never taken";
    EXPECT_NE(has_step(each, Result::error), each.takes_nothing) << "what would be wrong?";
  }
}

TEST(CommandRows, EveryCommandHasACase) {
  const CommandCases cases = all_cases();
  for (const Command& command : commands()) {
    EXPECT_EQ(std::ranges::count(cases, command.name, &CommandCase::command), 1)
        << command.name << " is held by no case: write one beside the others of its kind";
  }
  EXPECT_EQ(cases.size(), commands().size());
}

// What takes no arguments answers the same whatever comes with it, as Kea does.
TEST(CommandRows, WhatTakesNoArgumentsPassesOverThem) {
  for (const CommandCase& each : all_cases()) {
    if (!each.takes_nothing) continue;
    MemoryTarget server;
    const Answer with =
        execute(server, write_request(each.command, R"({"nonsense": 1})"), Access::write);
    EXPECT_EQ(with.result, Result::ok) << each.command;
  }
}

/// The names in test/vectors/kea/commands.txt, "WHERE: NAME NAME" a line.
std::vector<std::string> kea_commands() {
  std::vector<std::string> names;
  const std::string text = config::read_disk_file("test/vectors/kea/commands.txt").value_or("");
  for (const std::string_view line : split(text, '\n')) {
    if (line.starts_with('#') || line.find(": ") == std::string_view::npos) continue;
    for (const std::string_view name : split(line.substr(line.find(": ") + 2), ' ')) {
      names.emplace_back(name);
    }
  }
  return names;
}

TEST(CommandRows, WhatKeaHasAndWeHaveNotIsRefusedWithItsReason) {
  MemoryTarget server;
  const std::string before = server.config_json();
  std::map<std::string_view, int> rows;
  for (const std::string& name : kea_commands()) {
    if (std::ranges::find(commands(), name, &Command::name) != commands().end()) continue;
    const LackingCommands* lacking = find_lacking(name);
    ASSERT_NE(lacking, nullptr) << name;
    ++rows[lacking->prefix];
    for (const char* arguments : {"", R"({"subnet-id": 1})"}) {
      const Answer answer = execute(server, write_request(name, arguments), Access::write);
      EXPECT_EQ(answer.result, Result::unsupported) << name;
      EXPECT_THAT(answer.text, HasSubstr("'" + name + "' command not supported. " +
                                         std::string(config::to_string(lacking->state)) + ": " +
                                         std::string(lacking->note) + "."));
      EXPECT_EQ(answer.arguments, "") << name;
    }
  }
  for (const LackingCommands& row : lacking_commands()) {
    EXPECT_TRUE(rows.contains(row.prefix)) << row.prefix << " is of no command of Kea's";
  }
  EXPECT_EQ(server.config_json() + server.done, before);
}

}  // namespace
}  // namespace lessor::control
