#pragma once
// One thread's loop: file descriptors, signals and one deadline (epoll, signalfd, timerfd). Idle it
// sleeps in the kernel. Must not know: what the descriptors carry.

#include "base/time.h"
#include "runtime/file_descriptor.h"
#include "runtime/system_error.h"

#include <cstdint>
#include <functional>
#include <initializer_list>
#include <map>
#include <memory>
#include <vector>

namespace lessor::runtime {

/// Not thread-safe: everything happens on the thread that calls turn(); others ring a Wakeup that
/// the loop watches. Handlers may watch and forget any descriptor, their own too.
class EventLoop {
 public:
  using Handler = std::function<void(std::uint32_t events)>;

  [[nodiscard]] static Result<std::unique_ptr<EventLoop>> open();
  EventLoop(const EventLoop&) = delete;
  EventLoop& operator=(const EventLoop&) = delete;

  /// Calls `handler` when `fd` has one of `events` (EPOLLIN, EPOLLOUT; level-triggered). The
  /// descriptor stays the caller's, who calls forget() before closing it.
  [[nodiscard]] Result<void> watch(int fd, std::uint32_t events, Handler handler);
  /// Changes what is waited for on a watched descriptor.
  void rewatch(int fd, std::uint32_t events);
  /// Its handler is not called any more, even if an event of this turn was already there.
  void forget(int fd);

  /// Blocks `signals` in this thread, and in those it starts later, and hands them to `handler` in
  /// turn(). Call it before any thread is started, once.
  [[nodiscard]] Result<void> watch_signals(std::initializer_list<int> signals,
                                           std::function<void(int)> handler);
  /// Called once a turn, after its handlers: where a batch ends.
  void at_turn_end(std::function<void()> handler) { turn_end_ = std::move(handler); }

  /// Sleeps until a descriptor or signal is ready, or the clock (CLOCK_BOOTTIME) reaches
  /// `deadline`, then calls the handlers. It may also return early with nothing done.
  void turn(Instant deadline);
  /// How often turn() has returned: an idle loop's count stands still.
  [[nodiscard]] std::uint64_t turns() const { return turns_; }

 private:
  struct Source {
    int fd = -1;
    Handler handler;
    bool forgotten = false;
  };
  EventLoop(FileDescriptor epoll, FileDescriptor timer);
  void arm(Instant deadline);
  void read_signals(const std::function<void(int)>& handler) const;

  FileDescriptor epoll_;
  FileDescriptor timer_;
  FileDescriptor signals_;
  Instant armed_ = Instant::never();
  std::map<int, std::unique_ptr<Source>> sources_;
  std::vector<std::unique_ptr<Source>> forgotten_;  // freed at the turn's end
  std::function<void()> turn_end_;
  std::uint64_t turns_ = 0;
};

}  // namespace lessor::runtime
