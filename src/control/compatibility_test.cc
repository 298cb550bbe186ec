// docs/kea-compatibility.md: what its tables say of Kea's keys, commands, expressions, classes and
// hooks is printed from the tables that the program itself goes by. LESSOR_UPDATE_VECTORS=1
// rewrites the document.

#include <gtest/gtest.h>

#include "base/text.h"
#include "config/hooks.h"
#include "config/json_reader.h"
#include "config/load.h"
#include "config/schema.h"
#include "control/commands.h"
#include "control/kea_commands.h"
#include "expression/parser.h"

#include <algorithm>
#include <array>
#include <cstdlib>
#include <fstream>
#include <map>
#include <set>

namespace lessor::control {
namespace {

using config::Key;
using config::Scope;
using config::State;

const std::string kFacts = "test/vectors/kea/";

std::string read(const std::string& path) { return config::read_disk_file(path).value_or(""); }

/// The lines of a file of facts that are not comments.
std::vector<std::string> lines_of(const std::string& path) {
  const std::string text = read(path);
  std::vector<std::string> lines;
  for (const std::string_view line : split(text, '\n')) {
    if (!line.empty() && !line.starts_with('#')) lines.emplace_back(line);
  }
  return lines;
}

/// "A | B | C" -> its cells. A cell may hold a bar that no blank follows.
std::vector<std::string> cells_of(std::string line) {
  std::vector<std::string> cells;
  line += ' ';
  for (;;) {
    const std::size_t bar = line.find(" | ");
    std::string cell = line.substr(0, bar);
    while (cell.ends_with(' ')) cell.pop_back();
    cells.push_back(std::move(cell));
    if (bar == std::string::npos) return cells;
    line.erase(0, bar + 3);
  }
}

/// "WHERE: NAME NAME" lines as pairs, in the order of the file.
std::vector<std::pair<std::string, std::string>> names_in(const std::string& path) {
  std::vector<std::pair<std::string, std::string>> names;
  for (const std::string& line : lines_of(path)) {
    const std::size_t colon = line.find(": ");
    for (const std::string_view name : split(std::string_view(line).substr(colon + 2), ' ')) {
      names.emplace_back(line.substr(0, colon), name);
    }
  }
  return names;
}

/// A row of a table of Markdown: '|' inside of a cell would end it.
std::string row(std::initializer_list<std::string_view> cells) {
  std::string text = "|";
  for (const std::string_view cell : cells) {
    text += ' ';
    for (const char c : cell) text += c == '|' ? std::string("\\|") : std::string(1, c);
    text += " |";
  }
  return text + "\n";
}

std::string heading(std::initializer_list<std::string_view> names) {
  std::string text = row(names) + "|";
  for (std::size_t i = 0; i < names.size(); ++i) text += "---|";
  return text + "\n";
}

std::string code(std::string_view text) { return "`" + std::string(text) + "`"; }

// ---- keys

/// Kea's keys: each name with the maps that it stands in, as test/vectors/config/kea_keys.txt says.
std::map<std::string, std::set<std::string>> kea_keys() {
  std::map<std::string, std::set<std::string>> keys;
  for (const auto& [scope, name] : names_in("test/vectors/config/kea_keys.txt")) {
    keys[name].insert(scope);
  }
  return keys;
}

std::string scopes_of(const Key& key, const std::set<std::string>& kea) {
  std::string text;
  for (int i = 0; i < config::kScopeCount; ++i) {
    const auto scope = static_cast<Scope>(i);
    const std::string name(to_string(scope));
    if (key.scopes.has(scope) && kea.contains(name)) text += (text.empty() ? "" : ", ") + name;
  }
  return text;
}

/// What can be written at all: whatever stands in a map that is refused is, too.
config::Scopes accepted_scopes() {
  config::Scopes accepted = Scope::file;
  for (std::uint32_t before = 0; before != accepted.bits;) {
    before = accepted.bits;
    for (const Key& key : config::schema()) {
      const bool taken = key.state == State::implemented || key.state == State::no_effect;
      if (taken && (key.scopes & accepted).bits != 0) accepted = accepted | key.content;
    }
  }
  return accepted;
}

std::string print_keys() {
  const config::Scopes accepted = accepted_scopes();
  std::string text = heading({"key", "stands in", "state", "what it does, or why it does not"});
  const auto kea = kea_keys();
  for (const Key& key : config::schema()) {
    const auto known = kea.find(std::string(key.name));
    if (known == kea.end()) continue;
    const std::string scopes = scopes_of(key, known->second);
    const State state = (key.scopes & accepted).bits != 0 ? key.state : State::not_yet;
    if (!scopes.empty()) text += row({code(key.name), scopes, to_string(state), key.note});
  }
  return text;
}

// ---- commands

std::string print_command(const std::string& where, const std::string& name) {
  const auto all = commands();
  const auto ours = std::ranges::find(all, name, &Command::name);
  if (ours != all.end()) return row({code(name), where, "implemented", ours->summary});
  const LackingCommands* lacking = find_lacking(name);
  EXPECT_NE(lacking, nullptr) << name << " is neither there nor among those that are not";
  if (lacking == nullptr) return {};
  return row({code(name), where, to_string(lacking->state), lacking->note});
}

std::string print_commands() {
  std::string text = heading({"command", "in Kea", "state", "what it does, or why it does not"});
  for (const auto& [where, name] : names_in(kFacts + "commands.txt")) {
    text += print_command(where, name);
  }
  return text;
}

std::string print_own_commands() {
  std::set<std::string> kea;
  for (const auto& [where, name] : names_in(kFacts + "commands.txt")) kea.insert(name);
  std::string text = heading({"command", "what it does"});
  for (const Command& command : commands()) {
    if (!kea.contains(std::string(command.name)))
      text += row({code(command.name), command.summary});
  }
  return text;
}

// ---- expressions and classes

std::string print_expressions() {
  std::string text = heading({"expression", "an example", "state", "why not"});
  for (const std::string& line : lines_of(kFacts + "expressions.txt")) {
    const auto cells = cells_of(line);
    if (cells.size() < 3) {
      ADD_FAILURE() << line;
      continue;
    }
    const auto type =
        cells[1] == "condition" ? expression::Type::condition : expression::Type::text;
    const bool works = expression::parse(cells[2], type).has_value();
    const std::string why = cells.size() > 3 ? cells[3] : "";
    EXPECT_EQ(works, why.empty()) << line;
    text += row({code(cells[0]), code(cells[2]), works ? "implemented" : "refused", why});
  }
  return text;
}

bool loads(const std::string& classes) {
  const std::string text = R"({"Dhcp4": {"client-classes": [)" + classes + "]}}";
  return config::load_text(text, "x", {}).has_value();
}

std::string print_classes() {
  std::string text = heading({"class", "state", "who is in it"});
  for (const std::string& line : lines_of(kFacts + "classes.txt")) {
    const auto cells = cells_of(line);
    if (cells.size() != 4) {
      ADD_FAILURE() << line;
      continue;
    }
    const bool taken = cells[2] == "implemented" || cells[2] == "accepted without effect";
    EXPECT_EQ(loads(cells[1]), taken) << line;
    text += row({code(cells[0]), cells[2], cells[3]});
  }
  return text;
}

std::string print_hooks() {
  std::string text = heading({"library", "state", "what stands in for it, or what is missing"});
  for (const config::Hook& hook : config::hooks()) {
    text +=
        row({code("libdhcp_" + std::string(hook.name) + ".so"), to_string(hook.state), hook.note});
  }
  return text;
}

std::string print_all() {
  return "## Keys\n\n" + print_keys() + "\n## Commands\n\n" + print_commands() +
         "\nBeside them there are commands of our own:\n\n" + print_own_commands() +
         "\n## Expressions\n\n" + print_expressions() + "\n## Built-in classes\n\n" +
         print_classes() + "\n## Hook libraries\n\n" + print_hooks();
}

TEST(KeaCompatibility, IsWhatTheDocumentSays) {
  const std::string path = "docs/kea-compatibility.md";
  const std::string document = read(path);
  const std::size_t at = document.find("## Keys\n");
  ASSERT_NE(at, std::string::npos);
  const std::string before = document.substr(0, at);
  const std::string printed = print_all();
  if (std::getenv("LESSOR_UPDATE_VECTORS") != nullptr) {
    std::ofstream(path, std::ios::binary) << before << printed;
  }
  EXPECT_TRUE(read(path) == before + printed)
      << "rewrite it: LESSOR_UPDATE_VECTORS=1 build-asan/src/control/control_test";
}

TEST(KeaCompatibility, HasEveryKeyWhereKeaHasIt) {
  std::set<std::pair<std::string, std::string>> printed;
  for (const Key& key : config::schema()) {
    for (int i = 0; i < config::kScopeCount; ++i) {
      const auto scope = static_cast<Scope>(i);
      if (key.scopes.has(scope)) printed.emplace(key.name, to_string(scope));
    }
  }
  for (const auto& [name, scopes] : kea_keys()) {
    for (const std::string& scope : scopes) {
      EXPECT_TRUE(printed.contains({name, scope})) << scope << " " << name;
    }
  }
}

// The files of facts are whole: so many commands has Kea 3.3.
TEST(KeaCompatibility, KnowsEveryCommandOfKeas) {
  std::set<std::string> names;
  for (const auto& [where, name] : names_in(kFacts + "commands.txt")) {
    EXPECT_TRUE(names.insert(name).second) << name << " stands twice";
  }
  EXPECT_EQ(names.size(), 219U);
}

TEST(FindLacking, TakesTheLongestPrefix) {
  EXPECT_EQ(find_lacking("lease6-add")->prefix, "lease6-");
  EXPECT_EQ(find_lacking("statistic-sample-age-set")->prefix, "statistic-sample-");
  EXPECT_EQ(find_lacking("no-such-command"), nullptr);
  for (const LackingCommands& row : lacking_commands()) {
    EXPECT_NE(row.state, State::implemented) << row.prefix;
    EXPECT_FALSE(row.note.empty()) << row.prefix;
  }
}

}  // namespace
}  // namespace lessor::control
