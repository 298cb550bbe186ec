#include "cli/workbench/text_file.h"

#include <cerrno>
#include <cstring>
#include <fcntl.h>
#include <unistd.h>

namespace lessor::cli {
namespace {

constexpr std::size_t kMaxSize = 16 * 1'024 * 1'024;

/// The error of the call that just failed.
std::unexpected<std::string> refused(const std::string& path) {
  return std::unexpected("cannot read " + path + ": " + std::strerror(errno));
}

}  // namespace

std::expected<std::string, std::string> read_text_file(const std::string& path) {
  const int fd = path == "-" ? ::dup(STDIN_FILENO) : ::open(path.c_str(), O_RDONLY | O_CLOEXEC);
  if (fd < 0) return refused(path);
  std::string text(kMaxSize + 1, '\0');
  std::size_t size = 0;
  ssize_t got = 1;
  while (size < text.size() && got > 0) {
    got = ::read(fd, text.data() + size, text.size() - size);
    if (got > 0) size += static_cast<std::size_t>(got);
    if (got < 0 && errno == EINTR) got = 1;
  }
  std::expected<std::string, std::string> result;
  if (got < 0) result = refused(path);
  ::close(fd);
  if (!result) return result;
  if (size > kMaxSize) return std::unexpected("cannot read " + path + ": it is beyond 16 MiB");
  text.resize(size);
  return text;
}

}  // namespace lessor::cli
