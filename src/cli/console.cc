#include "cli/console.h"

#include "base/text.h"

#include <algorithm>
#include <cerrno>
#include <cstdio>
#include <cstdlib>
#include <cstring>
#include <fcntl.h>
#include <filesystem>
#include <sys/ioctl.h>
#include <unistd.h>

namespace lessor::cli {
namespace {

/// The error of the call that just failed.
std::unexpected<std::string> cannot(const std::string& what) {
  return std::unexpected("cannot " + what + ": " + std::strerror(errno));
}

constexpr std::size_t kWidthMin = 72;   // narrower, tables wrap their own frames
constexpr std::size_t kWidthMax = 112;  // wider, lines are hard to follow
constexpr std::size_t kWidthOfFiles = 100;

std::string_view environment(const char* name) {
  const char* value = std::getenv(name);
  return value == nullptr ? std::string_view() : std::string_view(value);
}

bool speaks_utf8() {
  for (const char* name : {"LC_ALL", "LC_CTYPE", "LANG"}) {
    const std::string_view locale = environment(name);
    if (locale.empty()) continue;
    return locale.find("UTF-8") != std::string_view::npos ||
           locale.find("utf8") != std::string_view::npos;
  }
  return false;
}

std::size_t terminal_width() {
  winsize size{};
  if (::ioctl(STDOUT_FILENO, TIOCGWINSZ, &size) == 0 && size.ws_col > 0) return size.ws_col;
  const auto columns = parse_number(environment("COLUMNS"), 10'000);
  return columns.value_or(kWidthOfFiles);
}

std::expected<void, std::string> write_into(const std::string& path, int flags,
                                            std::string_view text) {
  const int fd = ::open(path.c_str(), flags | O_CLOEXEC, 0640);
  if (fd < 0) return cannot("open " + path);
  std::expected<void, std::string> done;
  if (!write_all(fd, text)) done = cannot("write " + path);
  if (::close(fd) != 0 && done) done = cannot("write " + path);
  return done;
}

}  // namespace

bool write_all(int fd, std::string_view text) {
  while (!text.empty()) {
    const ssize_t written = ::write(fd, text.data(), text.size());
    if (written < 0 && errno == EINTR) continue;
    if (written <= 0) return false;
    text.remove_prefix(static_cast<std::size_t>(written));
  }
  return true;
}

bool print(std::string_view text) { return write_all(STDOUT_FILENO, text); }

ExitCode print_or_fail(std::string_view text) {
  return print(text) ? ExitCode::done : end_of_output();
}

ExitCode end_of_output() {
  if (errno == EPIPE) return ExitCode::done;
  complain(cannot("write to standard output").error());
  return ExitCode::failed;
}

std::expected<void, std::string> write_file(const std::string& path, std::string_view text) {
  std::error_code failed;
  const auto kind = std::filesystem::status(path, failed).type();
  // A device or a pipe cannot be replaced, only written to.
  const bool replace =
      kind == std::filesystem::file_type::regular || kind == std::filesystem::file_type::not_found;
  if (!replace) return write_into(path, O_WRONLY, text);
  const std::string part = path + ".part";
  auto done = write_into(part, O_WRONLY | O_CREAT | O_TRUNC | O_NOFOLLOW, text);
  if (done && ::rename(part.c_str(), path.c_str()) != 0) done = cannot("replace " + path);
  if (!done) ::unlink(part.c_str());
  return done;
}

void complain(std::string_view text) {
  const std::string line = "lessor: " + std::string(text) + "\n";
  std::fputs(line.c_str(), stderr);
}

bool is_terminal() { return ::isatty(STDOUT_FILENO) == 1 && environment("TERM") != "dumb"; }

craft::Style screen_style(Colour colour) {
  const bool terminal = is_terminal();
  const bool wanted = colour == Colour::always ||
                      (colour == Colour::automatic && terminal && environment("NO_COLOR").empty());
  return {.width = std::clamp(terminal_width(), kWidthMin, kWidthMax),
          .unicode = terminal && speaks_utf8(),
          .colour = wanted};
}

}  // namespace lessor::cli
