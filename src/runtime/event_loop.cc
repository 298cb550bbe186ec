#include "runtime/event_loop.h"

#include "base/check.h"

#include <algorithm>
#include <array>
#include <cerrno>
#include <csignal>
#include <sys/epoll.h>
#include <sys/signalfd.h>
#include <sys/timerfd.h>
#include <utility>

namespace lessor::runtime {
namespace {

constexpr int kEventsPerTurn = 64;

timespec to_timespec(std::int64_t nanoseconds) {
  return {.tv_sec = nanoseconds / 1'000'000'000, .tv_nsec = nanoseconds % 1'000'000'000};
}

}  // namespace

Result<std::unique_ptr<EventLoop>> EventLoop::open() {
  FileDescriptor epoll(epoll_create1(EPOLL_CLOEXEC));
  if (!epoll.is_open()) return std::unexpected(last_error("open an epoll instance"));
  FileDescriptor timer(timerfd_create(CLOCK_BOOTTIME, TFD_NONBLOCK | TFD_CLOEXEC));
  if (!timer.is_open()) return std::unexpected(last_error("open a timer"));
  const int timer_fd = timer.get();
  std::unique_ptr<EventLoop> loop(new EventLoop(std::move(epoll), std::move(timer)));
  EventLoop* self = loop.get();
  const auto watched = loop->watch(timer_fd, EPOLLIN, [self](std::uint32_t) {
    std::uint64_t expirations = 0;
    (void)!::read(self->timer_.get(), &expirations, sizeof expirations);
    self->armed_ = Instant::never();
  });
  if (!watched) return std::unexpected(watched.error());
  return loop;
}

EventLoop::EventLoop(FileDescriptor epoll, FileDescriptor timer)
    : epoll_(std::move(epoll)), timer_(std::move(timer)) {}

Result<void> EventLoop::watch(int fd, std::uint32_t events, Handler handler) {
  CHECK(!sources_.contains(fd));
  auto source = std::make_unique<Source>(Source{.fd = fd, .handler = std::move(handler)});
  epoll_event event{.events = events, .data = {.ptr = source.get()}};
  if (epoll_ctl(epoll_.get(), EPOLL_CTL_ADD, fd, &event) != 0) {
    return std::unexpected(last_error("watch a file descriptor"));
  }
  sources_.emplace(fd, std::move(source));
  return {};
}

void EventLoop::rewatch(int fd, std::uint32_t events) {
  const auto found = sources_.find(fd);
  CHECK(found != sources_.end());
  epoll_event event{.events = events, .data = {.ptr = found->second.get()}};
  CHECK(epoll_ctl(epoll_.get(), EPOLL_CTL_MOD, fd, &event) == 0);
}

void EventLoop::forget(int fd) {
  const auto found = sources_.find(fd);
  if (found == sources_.end()) return;
  (void)epoll_ctl(epoll_.get(), EPOLL_CTL_DEL, fd, nullptr);
  found->second->forgotten = true;
  forgotten_.push_back(std::move(found->second));
  sources_.erase(found);
}

Result<void> EventLoop::watch_signals(std::initializer_list<int> signals,
                                      std::function<void(int)> handler) {
  CHECK(!signals_.is_open());
  sigset_t set;
  sigemptyset(&set);
  for (const int signal : signals) sigaddset(&set, signal);
  const int blocked = pthread_sigmask(SIG_BLOCK, &set, nullptr);
  if (blocked != 0) return std::unexpected(error_of(blocked, "block signals"));
  signals_ = FileDescriptor(signalfd(-1, &set, SFD_NONBLOCK | SFD_CLOEXEC));
  if (!signals_.is_open()) return std::unexpected(last_error("open a signalfd"));
  return watch(signals_.get(), EPOLLIN,
               [this, handler = std::move(handler)](std::uint32_t) { read_signals(handler); });
}

void EventLoop::read_signals(const std::function<void(int)>& handler) const {
  signalfd_siginfo info{};
  while (::read(signals_.get(), &info, sizeof info) == sizeof info) {
    handler(static_cast<int>(info.ssi_signo));
  }
}

/// The timer is set only when it would ring too late: a deadline that moved away costs one early
/// wake-up later instead of a system call now.
void EventLoop::arm(Instant deadline) {
  if (deadline >= armed_) return;
  armed_ = deadline;
  // Zero would disarm it: an instant in the past rings at once.
  const std::int64_t at = std::max<std::int64_t>(deadline.to_nanoseconds(), 1);
  const itimerspec setting{.it_interval = {}, .it_value = to_timespec(at)};
  CHECK(timerfd_settime(timer_.get(), TFD_TIMER_ABSTIME, &setting, nullptr) == 0);
}

void EventLoop::turn(Instant deadline) {
  arm(deadline);
  std::array<epoll_event, kEventsPerTurn> events;
  int count = -1;
  do {
    count = epoll_wait(epoll_.get(), events.data(), kEventsPerTurn, -1);
  } while (count < 0 && errno == EINTR);
  CHECK(count >= 0);  // every other error is a misuse of epoll
  for (int i = 0; i < count; ++i) {
    const Source& source =
        *static_cast<const Source*>(events[static_cast<std::size_t>(i)].data.ptr);
    if (!source.forgotten) source.handler(events[static_cast<std::size_t>(i)].events);
  }
  if (turn_end_) turn_end_();
  forgotten_.clear();
  ++turns_;
}

}  // namespace lessor::runtime
