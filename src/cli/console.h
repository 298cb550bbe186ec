#pragma once
// Standard output, standard error and files, for text that a person or a program reads.

#include "cli/exit_code.h"
#include "craft/text_layout.h"

#include <expected>
#include <string>
#include <string_view>

namespace lessor::cli {

/// Writes all of `text` to an open file. False when nobody reads any more (a closed pipe) or the
/// disk is full; then errno says which.
[[nodiscard]] bool write_all(int fd, std::string_view text);
/// The same to standard output.
[[nodiscard]] bool print(std::string_view text);
/// print(), and the exit code that tells how it went. A full disk is told on standard error; that a
/// reader went away (`| head`) is no error: it has seen what it wanted.
[[nodiscard]] ExitCode print_or_fail(std::string_view text);
/// After print() failed: how that ends the program. A full disk is told on standard error; that a
/// reader went away is no error.
[[nodiscard]] ExitCode end_of_output();
/// Writes `text` to a file that its owner and group may read: a regular file is replaced whole, or
/// stays as it was. The error is a sentence.
[[nodiscard]] std::expected<void, std::string> write_file(const std::string& path,
                                                          std::string_view text);
/// "lessor: " and the text on standard error, with a newline at its end.
void complain(std::string_view text);

/// Whether standard output is a screen that can be drawn on.
[[nodiscard]] bool is_terminal();
/// When there is colour: `automatic` on a terminal without NO_COLOR.
enum class Colour { automatic, always, never };
/// What standard output can show: the terminal's width, or COLUMNS, or what suits a file.
[[nodiscard]] craft::Style screen_style(Colour colour);

}  // namespace lessor::cli
