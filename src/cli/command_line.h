#pragma once
// How commands read their words: with CLI11, and the program's own way of saying what is wrong with
// them. Must not know: any command.

#include "cli/exit_code.h"

#include <optional>
#include <span>
#include <string>
#include <string_view>

namespace CLI {  // NOLINT(readability-identifier-naming): CLI11 calls itself so
class App;
class ParseError;
}  // namespace CLI

namespace lessor::cli {

/// The name of an App that holds all commands; other Apps are named after their one command.
inline constexpr const char* kProgram = "lessor";

/// Why nothing is to be run: help was asked for (done, on standard output), or the words make no
/// sense (usage, on standard error).
struct Stop {
  ExitCode code = ExitCode::usage;
  std::string text;
};

/// The words make no sense: "lessor: TEXT".
[[nodiscard]] Stop usage(std::string text);
/// The same, and where to read more: `command` is "", " serve", " leases get".
[[nodiscard]] Stop usage_of(std::string text, std::string_view command);
/// A stranger's word, fit for a terminal, in quotes.
[[nodiscard]] std::string quote_word(std::string_view word);
/// "'lst' is no command of leases; did you mean 'list'?"
[[nodiscard]] std::string unknown_word(std::string_view word, std::string_view what,
                                       std::span<const std::string_view> known);
/// For CLI11's check(): what is wrong with a word that should count something, if anything.
[[nodiscard]] std::string why_no_count(const std::string& word);
/// What to print when CLI11 refused the words of `app`.
[[nodiscard]] Stop explain(const CLI::App& app, const CLI::ParseError& error);

/// Reads `words` into `app`, whose name is its command's. The answer is what to print instead of
/// running it, if anything.
[[nodiscard]] std::optional<Stop> read_words(CLI::App& app, std::span<const char* const> words);
/// Prints `stop` where it belongs and returns its exit code.
[[nodiscard]] ExitCode print_stop(const Stop& stop);

}  // namespace lessor::cli
