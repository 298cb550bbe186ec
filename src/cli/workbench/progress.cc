#include "cli/workbench/progress.h"

#include "cli/console.h"

#include <cstdio>
#include <string>
#include <unistd.h>

namespace lessor::cli {
namespace {

constexpr std::size_t kBarWidth = 40;

}  // namespace

Progress::Progress(std::uint64_t size, bool shows_at_end)
    : size_(size),
      shown_(::isatty(STDERR_FILENO) == 1 && (shows_at_end || ::isatty(STDOUT_FILENO) == 0)) {}

Progress::~Progress() {
  if (drawn_) std::fputs("\r\033[K", stderr);
}

void Progress::show(std::uint64_t position, std::uint64_t packets) {
  std::string line = "\r\033[K " + std::to_string(packets) + " packets";
  if (size_ > 0) {
    const std::size_t done = static_cast<std::size_t>(kBarWidth * position / size_);
    const std::size_t full = std::min(done, kBarWidth);
    line += "  [" + std::string(full, '#') + std::string(kBarWidth - full, '.') + "] " +
            std::to_string(100 * position / size_) + "%";
  }
  std::fputs(line.c_str(), stderr);
  drawn_ = true;
}

}  // namespace lessor::cli
