#include "cli/mailbox.h"

#include <algorithm>
#include <chrono>

namespace lessor::cli {

bool Mailbox::add(Task task, std::uint64_t& number) {
  if (closed_ || waiting_.size() >= kCapacity) return false;
  number = ++last_number_;
  waiting_.push_back({number, std::move(task)});
  bell_.ring();
  return true;
}

bool Mailbox::post(Task task) {
  const std::scoped_lock lock(mutex_);
  std::uint64_t number = 0;
  return add(std::move(task), number);
}

bool Mailbox::call(const std::function<void()>& task) {
  std::unique_lock lock(mutex_);
  std::uint64_t number = 0;
  if (!add([&task] { task(); }, number)) return false;
  const auto patience = std::chrono::nanoseconds(kPatience.to_nanoseconds());
  const auto was_run = [&] { return done_ >= number || closed_; };
  (void)ran_.wait_for(lock, patience, was_run);
  // The task borrows the caller's variables: while it runs the caller stays.
  ran_.wait(lock, [&] { return running_ != number; });
  if (done_ >= number) return true;
  std::erase_if(waiting_, [&](const Entry& entry) { return entry.number == number; });
  return false;
}

void Mailbox::run_one() {
  std::unique_lock lock(mutex_);
  bell_.drain();
  if (waiting_.empty()) return;
  Entry entry = std::move(waiting_.front());
  waiting_.pop_front();
  if (!waiting_.empty()) bell_.ring();
  running_ = entry.number;
  lock.unlock();
  entry.task();
  lock.lock();
  running_ = 0;
  done_ = entry.number;
  ran_.notify_all();
}

void Mailbox::close() {
  const std::scoped_lock lock(mutex_);
  closed_ = true;
  waiting_.clear();
  ran_.notify_all();
}

}  // namespace lessor::cli
