#pragma once
// The thread that waits for the disk so that the packet thread never does. It knows only a number:
// up to which sequence all is durable.

#include "runtime/system_error.h"
#include "runtime/wakeup.h"

#include <atomic>
#include <cstdint>
#include <memory>
#include <optional>
#include <thread>

namespace lessor::runtime {

/// What the thread does; called on that thread only, never after a failure.
class CommitWork {
 public:
  /// Makes durable everything handed over so far and returns the sequence number up to which all is
  /// durable. Blocks for the disk. Nothing when that failed: then no promise can be made any more.
  [[nodiscard]] virtual std::optional<std::uint64_t> commit() = 0;

 protected:
  ~CommitWork() = default;
};

/// Runs CommitWork::commit() whenever there is work. How changes reach the work (a ring with one
/// writer and one reader) is the owner's business.
class CommitThread {
 public:
  /// Starts the thread; `work` outlives it. All signals are blocked in it.
  [[nodiscard]] static Result<std::unique_ptr<CommitThread>> start(CommitWork& work);
  ~CommitThread() { stop(); }
  CommitThread(const CommitThread&) = delete;
  CommitThread& operator=(const CommitThread&) = delete;

  /// Finishes what was submitted, then ends the thread. The work may go on submitting itself until
  /// this returns. Again: without effect.
  void stop();

  /// Says that there is something to commit. Never blocks; a system call only when the thread
  /// sleeps. What was written before is visible to the next commit().
  void submit();

  /// All changes up to this are durable. From any thread.
  [[nodiscard]] std::uint64_t durable() const { return durable_.load(std::memory_order_acquire); }
  /// Whether a commit has failed: stop answering, say so, exit non-zero. Never taken back.
  [[nodiscard]] bool failed() const { return failed_.load(std::memory_order_acquire); }
  /// Rings when durable() or failed() changed; for the packet thread's loop.
  [[nodiscard]] const Wakeup& changed() const { return changed_; }

 private:
  CommitThread(CommitWork& work, Wakeup changed);
  void run();
  [[nodiscard]] bool commit_once();

  CommitWork& work_;
  Wakeup changed_;
  std::atomic<std::uint64_t> durable_{0};
  std::atomic<bool> failed_{false};
  std::atomic<std::uint32_t> submitted_{0};  // the thread sleeps on it
  std::atomic<bool> stopping_{false};
  std::thread thread_;
};

}  // namespace lessor::runtime
