#pragma once
// Work that other threads want done on the packet thread: a bounded queue of small tasks, one of
// them between two batches of packets.

#include "base/time.h"
#include "runtime/wakeup.h"

#include <condition_variable>
#include <deque>
#include <functional>
#include <mutex>

namespace lessor::cli {

/// Any thread calls and posts; the packet thread runs.
class Mailbox {
 public:
  using Task = std::move_only_function<void()>;
  static constexpr std::size_t kCapacity = 64;
  /// How long call() waits for its turn. Turns take microseconds; more means trouble.
  static constexpr Duration kPatience = Duration::seconds(5);

  explicit Mailbox(runtime::Wakeup bell) : bell_(std::move(bell)) {}

  /// Has `task` run on the packet thread and waits until it has. False: it was not run and will not
  /// be (the queue is full, the server is stopping or does not get to it).
  [[nodiscard]] bool call(const std::function<void()>& task);
  /// Has `task` run, without waiting. False: the queue is full or closed.
  bool post(Task task);

  /// Packet thread: readable when tasks wait.
  [[nodiscard]] int fd() const { return bell_.fd(); }
  /// Packet thread: runs the oldest task. The bell stays rung while more wait, so that packets come
  /// between two tasks.
  void run_one();
  /// Packet thread: from now on every call and post is refused; waiting calls return false.
  void close();

 private:
  struct Entry {
    std::uint64_t number;
    Task task;
  };
  bool add(Task task, std::uint64_t& number);

  runtime::Wakeup bell_;
  std::mutex mutex_;
  std::condition_variable ran_;
  std::deque<Entry> waiting_;
  std::uint64_t last_number_ = 0;
  std::uint64_t running_ = 0;  // the task in hand; 0 none
  std::uint64_t done_ = 0;     // every task up to this one was run or taken back
  bool closed_ = false;
};

}  // namespace lessor::cli
