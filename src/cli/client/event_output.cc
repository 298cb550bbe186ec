#include "cli/client/event_output.h"

#include <cerrno>
#include <fcntl.h>
#include <poll.h>
#include <sys/stat.h>
#include <unistd.h>

namespace lessor::cli {
namespace {

constexpr int kLastPatienceMs = 500;
/// A line that tells of losses is no longer than this.
constexpr std::size_t kLossLine = 64;

bool is_pipe(int fd) {
  struct stat facts{};
  return ::fstat(fd, &facts) == 0 && S_ISFIFO(facts.st_mode);
}

}  // namespace

EventOutput::EventOutput(int fd) : fd_(fd) {
  if (!is_pipe(fd)) return;
  const std::string path = "/proc/self/fd/" + std::to_string(fd);
  own_ = runtime::FileDescriptor(::open(path.c_str(), O_WRONLY | O_NONBLOCK | O_CLOEXEC));
  if (own_.is_open()) fd_ = own_.get();
}

void EventOutput::say(Instant now, std::string_view line, bool noise) {
  write_waiting();
  const bool fits = waiting_.size() + line.size() + kLossLine < kMaxWaiting;
  if (is_too_much(now, noise) || !fits) {
    ++lost_;
    return;
  }
  tell_losses();
  put(line);
}

bool EventOutput::is_too_much(Instant now, bool noise) {
  if (!noise) return false;
  if (now - second_began_ >= Duration::seconds(1)) {
    second_began_ = now;
    noise_ = 0;
  }
  return ++noise_ > kNoisePerSecond;
}

void EventOutput::tell_losses() {
  if (lost_ == 0) return;
  const std::string line = R"({"event":"lost","lines":)" + std::to_string(lost_) + "}";
  lost_ = 0;
  put(line);
}

void EventOutput::put(std::string_view line) {
  waiting_.append(line) += '\n';
  write_waiting();
}

void EventOutput::write_waiting() {
  while (!waiting_.empty()) {
    const ssize_t written = ::write(fd_, waiting_.data(), waiting_.size());
    if (written < 0 && errno == EINTR) continue;
    if (written < 0 && errno == EAGAIN) return;
    if (written <= 0) return waiting_.clear();  // nobody is there any more
    waiting_.erase(0, static_cast<std::size_t>(written));
  }
}

void EventOutput::finish() {
  tell_losses();
  write_waiting();
  pollfd room{.fd = fd_, .events = POLLOUT, .revents = 0};
  while (!waiting_.empty() && ::poll(&room, 1, kLastPatienceMs) > 0) write_waiting();
}

}  // namespace lessor::cli
