#include "cli/command_line.h"

#include "base/text.h"
#include "cli/console.h"

#include <CLI/CLI.hpp>

#include <algorithm>
#include <cstdio>
#include <utility>

namespace lessor::cli {

Stop usage(std::string text) { return {ExitCode::usage, "lessor: " + std::move(text) + "\n"}; }

Stop usage_of(std::string text, std::string_view command) {
  return usage(text.append("\nTry 'lessor").append(command) += " --help'.");
}

std::string quote_word(std::string_view word) { return "'" + sanitise(as_bytes(word), 64) + "'"; }

std::string why_no_count(const std::string& word) {
  const auto number = parse_number(word);
  return number && *number > 0 ? "" : quote_word(word) + " is no number from 1";
}

std::string unknown_word(std::string_view word, std::string_view what,
                         std::span<const std::string_view> known) {
  std::string text = quote_word(word) + " is no " + std::string(what);
  if (const auto near = nearest(word, known)) text.append("; did you mean '").append(*near) += "'?";
  return text;
}

namespace {

/// The command that was recognised last, and its words: " leases get".
std::pair<const CLI::App*, std::string> find_command(const CLI::App& app) {
  const CLI::App* command = &app;
  std::string words = app.get_name() == kProgram ? "" : " " + app.get_name();
  while (!command->get_subcommands().empty()) {
    command = command->get_subcommands().front();
    words += " " + command->get_name();
  }
  return {command, words};
}

/// A word that nothing takes: a misspelt option more likely than one word too many.
std::string explain_extra(std::span<const std::string> extra, const CLI::App& command,
                          std::string_view name) {
  const std::string what(trim(name));
  const auto option = std::ranges::find_if(extra, [](const auto& w) { return w.starts_with('-'); });
  if (option == extra.end()) return quote_word(extra.front()) + " is one word too many for " + what;
  std::vector<std::string> known;
  for (const CLI::Option* one : command.get_options()) {
    for (const std::string& word : one->get_lnames()) known.push_back("--" + word);
  }
  const std::string word = option->substr(0, option->find('='));
  return unknown_word(word, "option of " + what,
                      std::vector<std::string_view>(known.begin(), known.end()));
}

}  // namespace

Stop explain(const CLI::App& app, const CLI::ParseError& error) {
  const auto [command, name] = find_command(app);
  if (error.get_exit_code() == 0) {
    // An App of one command does not know the program's name.
    return {ExitCode::done, command->help(app.get_name() == kProgram ? "" : kProgram)};
  }
  const std::vector<std::string> extra = app.remaining(true);
  const bool is_extra = error.get_exit_code() == static_cast<int>(CLI::ExitCodes::ExtrasError);
  if (is_extra && !extra.empty()) {
    return usage_of(explain_extra(extra, *command, name), name);
  }
  return usage_of(sanitise(as_bytes(error.what()), 200), name);
}

std::optional<Stop> read_words(CLI::App& app, std::span<const char* const> words) {
  std::vector<std::string> reversed(words.rbegin(), words.rend());  // CLI11 takes them so
  try {
    app.parse(std::move(reversed));
  } catch (const CLI::ParseError& e) {
    return explain(app, e);
  }
  return std::nullopt;
}

ExitCode print_stop(const Stop& stop) {
  if (stop.code == ExitCode::done) return print_or_fail(stop.text);
  std::fputs(stop.text.c_str(), stderr);
  return stop.code;
}

}  // namespace lessor::cli
