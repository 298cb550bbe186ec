#include "cli/storage.h"

#include "runtime/clock.h"

#include <chrono>

namespace lessor::cli {
namespace {

std::string refusal_of(const std::string& folder, const lease::RecoveryError& error) {
  using Kind = lease::RecoveryError::Kind;
  std::string text = "the lease store in " + folder + ": " + error.message;
  switch (error.kind) {
    case Kind::unreadable:
      return error.message;
    case Kind::damaged:
      return text + "\nNothing was changed. 'lessor leases repair --lease-dir " + folder +
             "' salvages what it can and keeps every doubtful address out of use for the longest "
             "lease time.";
    case Kind::too_new:
      return text + "; use the version that wrote it, or a newer one";
  }
  return text;
}

}  // namespace

Storage::Storage(std::string folder, std::unique_ptr<lease::Log> log)
    : folder_(std::move(folder)),
      log_(std::move(log)),
      store_(*log_),
      committer_(changes_, store_) {}

std::expected<std::unique_ptr<Storage>, std::string> Storage::open(const std::string& folder,
                                                                   const LogFactory& open_log) {
  auto log = open_log(folder);
  if (!log) return std::unexpected(refusal_of(folder, lease::unreadable(log.error())));
  return std::unique_ptr<Storage>(new Storage(folder, std::move(*log)));
}

std::expected<lease::RecoveryReport, std::string> Storage::recover(Now now,
                                                                   lease::LeaseVisitor& visitor) {
  const auto report = store_.recover(now, visitor);
  if (!report) return std::unexpected(refusal_of(folder_, report.error()));
  changes_.continue_after(report->last_sequence);
  durable_ = submitted_ = report->last_sequence;
  return *report;
}

std::expected<void, std::string> Storage::flush_all() {
  while (committer_.has_changes()) {
    const auto durable = committer_.commit();
    if (!durable)
      return std::unexpected("the lease store in " + folder_ + ": " + durable.error().message);
    durable_ = submitted_ = *durable;
  }
  return {};
}

runtime::Result<void> Storage::start() {
  auto thread = runtime::CommitThread::start(*this);
  if (!thread) return std::unexpected(thread.error());
  thread_ = std::move(*thread);
  return {};
}

void Storage::submit(Instant now) {
  if (changes_.last() == submitted_) return;
  submitted_ = changes_.last();
  tidy_at_ = now + kQuiet;
  thread_->submit();
}

void Storage::on_time() {
  tidy_at_ = Instant::never();
  thread_->submit();
}

/// Commit thread. One batch a call, so that its replies leave before the next batch is flushed;
/// with no batch there, one step of housekeeping. More work submits itself.
std::optional<std::uint64_t> Storage::commit() {
  if (!committer_.has_changes()) {
    const auto more = committer_.tidy();
    if (!more) note(std::unexpected(more.error()));
    if (more && *more) thread_->submit();
    return failed_ ? std::nullopt : std::optional(durable_.load());
  }
  const Instant before = runtime::read_clock().mono;
  const auto result = committer_.commit();
  committer_.note_flush(runtime::read_clock().mono - before);
  note(result);
  if (!result) return std::nullopt;
  if (committer_.has_changes()) thread_->submit();
  return *result;
}

void Storage::note(const std::expected<lease::Sequence, lease::LogError>& result) {
  const std::scoped_lock lock(mutex_);
  statistics_ = committer_.statistics();
  if (result) {
    durable_ = *result;
  } else {
    failure_ = result.error().message;
    failed_ = true;
  }
  progress_.notify_all();
}

bool Storage::wait_durable(lease::Sequence sequence, Duration patience) {
  std::unique_lock lock(mutex_);
  (void)progress_.wait_for(lock, std::chrono::nanoseconds(patience.to_nanoseconds()),
                           [&] { return durable_ >= sequence || failed_; });
  return durable_ >= sequence;
}

std::string Storage::failure() const {
  const std::scoped_lock lock(mutex_);
  return failure_;
}

void Storage::finish() {
  thread_->stop();  // and only then away: its last commit() may still submit itself
  thread_.reset();
  if (!failed_) note(committer_.finish());
}

control::FlushStatus Storage::status() const {
  const std::scoped_lock lock(mutex_);
  return {.count = statistics_.flushes,
          .last = statistics_.last_flush,
          .longest = statistics_.longest_flush,
          .last_batch = statistics_.last_batch,
          .durable = durable_};
}

}  // namespace lessor::cli
