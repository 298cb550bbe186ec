#pragma once
// The lease store at work: the packet thread's changes, made durable by the commit thread. Must not
// know: packets.

#include "control/status.h"
#include "lease/change_log.h"
#include "lease/committer.h"
#include "runtime/commit_thread.h"

#include <atomic>
#include <condition_variable>
#include <expected>
#include <functional>
#include <memory>
#include <mutex>
#include <string>

namespace lessor::cli {

/// Opens the log of a lease folder for serving. (A test program passes one that misbehaves.)
using LogFactory = std::function<std::expected<std::unique_ptr<lease::Log>, lease::LogError>(
    const std::string& folder)>;

/// Opened with what was recovered, then started, then finished. The packet thread's, unless said
/// otherwise.
class Storage final : private runtime::CommitWork {
 public:
  /// Opens `folder`. The error is a sentence for a person.
  [[nodiscard]] static std::expected<std::unique_ptr<Storage>, std::string> open(
      const std::string& folder, const LogFactory& open_log);
  /// Hands every lease to `visitor`. The error is a sentence; damage is refused and names
  /// `lessor leases repair`.
  [[nodiscard]] std::expected<lease::RecoveryReport, std::string> recover(
      Now now, lease::LeaseVisitor& visitor);
  /// Where the engine puts its changes; numbered after recover().
  [[nodiscard]] lease::ChangeLog& changes() { return changes_; }
  /// Before start(): makes what was pushed durable. The error is a sentence.
  [[nodiscard]] std::expected<void, std::string> flush_all();
  /// Starts the commit thread.
  [[nodiscard]] runtime::Result<void> start();

  /// Has what was pushed made durable; nothing to do when there is nothing new.
  void submit(Instant now);
  /// When on_time() is due: housekeeping waits until nothing has come for a while.
  [[nodiscard]] Instant next_deadline() const { return tidy_at_; }
  void on_time();

  /// Every change up to this one survives a crash. Any thread.
  [[nodiscard]] lease::Sequence durable() const { return durable_; }
  /// Whether a flush has failed: nothing may be promised any more. Any thread.
  [[nodiscard]] bool failed() const { return failed_; }
  /// Why; empty when nothing failed. Any thread.
  [[nodiscard]] std::string failure() const;
  /// Waits until `sequence` is durable; false when that failed or takes longer than `patience`. Any
  /// thread but the packet thread.
  [[nodiscard]] bool wait_durable(lease::Sequence sequence, Duration patience);
  /// Rings when durable() or failed() has changed.
  [[nodiscard]] const runtime::Wakeup& changed() const { return thread_->changed(); }
  /// Makes everything pushed durable and ends the thread. failed() says whether it did.
  void finish();

  /// Flushes since the start; `newest` and `parked` are left to the caller. Any thread.
  [[nodiscard]] control::FlushStatus status() const;

 private:
  Storage(std::string folder, std::unique_ptr<lease::Log> log);
  [[nodiscard]] std::optional<std::uint64_t> commit() override;
  void note(const std::expected<lease::Sequence, lease::LogError>& result);

  /// After this long without a change the mark is written (a flush of its own).
  static constexpr Duration kQuiet = Duration::milliseconds(200);

  const std::string folder_;
  std::unique_ptr<lease::Log> log_;
  lease::ChangeLog changes_;
  lease::LeaseStore store_;     // the commit thread's while it runs, like
  lease::Committer committer_;  // this one
  std::unique_ptr<runtime::CommitThread> thread_;

  lease::Sequence submitted_ = 0;
  Instant tidy_at_ = Instant::never();
  std::atomic<lease::Sequence> durable_{0};
  std::atomic<bool> failed_{false};
  mutable std::mutex mutex_;  // guards what follows, and changes of the two above
  std::condition_variable progress_;
  lease::CommitStatistics statistics_;
  std::string failure_;
};

}  // namespace lessor::cli
