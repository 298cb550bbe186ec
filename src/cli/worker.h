#pragma once
// A thread for work that takes time and must not hold up packets: reading a configuration, making
// room for leases, freeing what is large.

#include "runtime/system_error.h"

#include <condition_variable>
#include <deque>
#include <functional>
#include <mutex>
#include <thread>

namespace lessor::cli {

/// Runs tasks one after another in the order given. Any thread may give.
class Worker {
 public:
  using Task = std::move_only_function<void()>;

  Worker() = default;
  ~Worker() { stop(); }
  Worker(const Worker&) = delete;
  Worker& operator=(const Worker&) = delete;

  /// Error: the system allows no more threads.
  [[nodiscard]] runtime::Result<void> start();
  /// Ends after the task in hand; those that wait are dropped. Safe to call twice.
  void stop();
  /// Bounded by its givers: each has at most one task there.
  void give(Task task);

 private:
  void run();

  std::mutex mutex_;
  std::condition_variable wake_;
  std::deque<Task> tasks_;
  bool stopping_ = false;
  std::thread thread_;
};

}  // namespace lessor::cli
