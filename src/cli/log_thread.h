#pragma once
// The log thread: makes lines of an engine's events and of what other threads say, and writes
// them, so that no other thread ever waits for a log.

#include "cli/log_sink.h"
#include "cli/log_source.h"
#include "net/interfaces.h"
#include "runtime/system_error.h"

#include <atomic>
#include <condition_variable>
#include <deque>
#include <mutex>
#include <semaphore>
#include <thread>

namespace lessor::cli {

/// Before start() and after stop() lines are written at once, by the calling thread.
class LogThread {
 public:
  explicit LogThread(LogSink sink) : sink_(std::move(sink)) {}
  ~LogThread() { stop(); }
  LogThread(const LogThread&) = delete;
  LogThread& operator=(const LogThread&) = delete;

  /// From now on a thread takes events out of `source`, which outlives stop(). Error: the
  /// system allows no more threads.
  [[nodiscard]] runtime::Result<void> start(LogSource& source);
  /// Writes everything that is there, then ends the thread. Safe to call twice.
  void stop();

  /// Says one line, or several at once (each is written as a line). Any thread; never waits for the
  /// output. At most kMaxWaiting lines wait; more are dropped, counted and told.
  void say(Severity severity, std::string line);
  /// Tells the thread that the source has events. Cheap when it knows already.
  void wake();
  /// The names behind the events' interface indices. Any thread.
  void set_interfaces(const net::InterfaceTable& interfaces);
  /// Takes other outputs (after a reload). Any thread.
  void replace(LogSink sink);

  static constexpr std::size_t kMaxWaiting = 1'000;

 private:
  struct Line {
    Severity severity;
    std::string text;
  };
  void run();
  void wait();
  void gather();
  void write(Severity severity, std::string_view text);
  void write_waiting();
  void write_events();
  void tell_losses();
  [[nodiscard]] std::string interface_name(net::InterfaceIndex index);

  LogSink sink_;  // the thread's while it runs
  LogSource* source_ = nullptr;
  std::uint64_t told_lost_ = 0;

  std::mutex mutex_;  // guards what follows
  std::deque<Line> waiting_;
  std::uint64_t lost_lines_ = 0;
  net::InterfaceTable interfaces_;
  std::optional<LogSink> next_sink_;

  std::atomic<bool> woken_{false};
  std::atomic<bool> stopping_{false};
  std::condition_variable stop_wanted_;
  std::counting_semaphore<> bell_{0};
  std::thread thread_;
};

}  // namespace lessor::cli
