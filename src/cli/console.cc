#include "cli/console.h"

#include <cerrno>
#include <cstdio>
#include <cstring>
#include <fcntl.h>
#include <filesystem>
#include <unistd.h>

namespace lessor::cli {
namespace {

/// The error of the call that just failed.
std::unexpected<std::string> cannot(const std::string& what) {
  return std::unexpected("cannot " + what + ": " + std::strerror(errno));
}

bool write_all(int fd, std::string_view text) {
  while (!text.empty()) {
    const ssize_t written = ::write(fd, text.data(), text.size());
    if (written < 0 && errno == EINTR) continue;
    if (written <= 0) return false;
    text.remove_prefix(static_cast<std::size_t>(written));
  }
  return true;
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

bool print(std::string_view text) { return write_all(STDOUT_FILENO, text); }

ExitCode print_or_fail(std::string_view text) {
  if (print(text)) return ExitCode::done;
  if (errno != EPIPE) complain(cannot("write to standard output").error());
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

}  // namespace lessor::cli
