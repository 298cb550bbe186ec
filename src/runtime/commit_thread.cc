#include "runtime/commit_thread.h"

#include "runtime/threads.h"

#include <utility>

namespace lessor::runtime {

CommitThread::CommitThread(CommitWork& work, Wakeup changed)
    : work_(work), changed_(std::move(changed)) {}

Result<std::unique_ptr<CommitThread>> CommitThread::start(CommitWork& work) {
  auto changed = Wakeup::open();
  if (!changed) return std::unexpected(changed.error());
  std::unique_ptr<CommitThread> self(new CommitThread(work, std::move(*changed)));
  auto thread = start_thread("commit", [raw = self.get()] { raw->run(); });
  if (!thread) return std::unexpected(thread.error());
  self->thread_ = std::move(*thread);
  return self;
}

void CommitThread::stop() {
  if (!thread_.joinable()) return;
  stopping_.store(true, std::memory_order_release);
  submit();
  thread_.join();
}

void CommitThread::submit() {
  submitted_.fetch_add(1, std::memory_order_release);
  submitted_.notify_one();
}

/// What is submitted while a commit runs is one more commit: under load a group forms by itself.
void CommitThread::run() {
  std::uint32_t seen = 0;
  while (true) {
    submitted_.wait(seen, std::memory_order_acquire);
    seen = submitted_.load(std::memory_order_acquire);
    const bool stopping = stopping_.load(std::memory_order_acquire);
    if (!commit_once() || stopping) return;
  }
}

bool CommitThread::commit_once() {
  const auto durable = work_.commit();
  if (!durable) {
    failed_.store(true, std::memory_order_release);
  } else if (*durable > this->durable()) {
    durable_.store(*durable, std::memory_order_release);
  } else {
    return true;  // nothing new to tell
  }
  changed_.ring();
  return durable.has_value();
}

}  // namespace lessor::runtime
