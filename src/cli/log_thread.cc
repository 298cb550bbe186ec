#include "cli/log_thread.h"

#include "base/text.h"
#include "runtime/clock.h"
#include "runtime/threads.h"

#include <chrono>
#include <utility>

namespace lessor::cli {
namespace {

/// After each round, so that what comes in a load is written by the hundred: a thread that is woken
/// for every few lines costs the packet thread more than the lines do.
constexpr std::chrono::milliseconds kGathering{1};

}  // namespace

runtime::Result<void> LogThread::start(LogSource& source) {
  source_ = &source;
  auto thread = runtime::start_thread("log", [this] { run(); });
  if (!thread) return std::unexpected(thread.error());
  thread_ = std::move(*thread);
  return {};
}

void LogThread::stop() {
  if (!thread_.joinable()) return;
  {
    const std::scoped_lock lock(mutex_);
    stopping_ = true;
  }
  stop_wanted_.notify_one();
  wake();
  thread_.join();
  source_ = nullptr;
}

void LogThread::say(Severity severity, std::string line) {
  if (!thread_.joinable()) {
    write(severity, line);
    sink_.flush();
    return;
  }
  {
    const std::scoped_lock lock(mutex_);
    if (waiting_.size() < kMaxWaiting) {
      waiting_.push_back({severity, std::move(line)});
    } else {
      ++lost_lines_;
    }
  }
  wake();
}

void LogThread::wake() {
  if (!woken_.exchange(true)) bell_.release();
}

void LogThread::set_interfaces(const net::InterfaceTable& interfaces) {
  const std::scoped_lock lock(mutex_);
  interfaces_ = interfaces;
}

void LogThread::replace(LogSink sink) {
  const std::scoped_lock lock(mutex_);
  next_sink_ = std::move(sink);
}

void LogThread::run() {
  bool last_round = false;
  while (!last_round) {
    wait();
    woken_ = false;
    last_round = stopping_;  // after it: whoever stops later rings the bell
    write_waiting();
    write_events();
    tell_losses();
    sink_.flush();
    if (!last_round) gather();
  }
}

/// Events ring the bell; lines that are held back are told when their time has come.
void LogThread::wait() {
  if (source_->holds_back()) {
    (void)bell_.try_acquire_for(std::chrono::seconds(1));
  } else {
    bell_.acquire();
  }
}

void LogThread::gather() {
  std::unique_lock lock(mutex_);
  (void)stop_wanted_.wait_for(lock, kGathering, [this] { return stopping_.load(); });
}

void LogThread::write_waiting() {
  std::deque<Line> lines;
  {
    const std::scoped_lock lock(mutex_);
    lines.swap(waiting_);
    if (next_sink_) sink_ = std::move(*std::exchange(next_sink_, std::nullopt));
  }
  for (const Line& line : lines) write(line.severity, line.text);
}

void LogThread::write(Severity severity, std::string_view text) {
  for (const std::string_view line : split(text, '\n')) sink_.write(severity, line);
}

void LogThread::write_events() {
  source_->write_lines(
      runtime::read_clock().mono,
      [this](net::InterfaceIndex index) { return interface_name(index); },
      [this](Severity severity, const std::string& line) { sink_.write(severity, line); });
}

void LogThread::tell_losses() {
  std::uint64_t lost = source_->dropped();
  {
    const std::scoped_lock lock(mutex_);
    lost += lost_lines_;
  }
  if (lost == told_lost_) return;
  sink_.write(Severity::warning, std::to_string(lost - told_lost_) +
                                     " log lines lost: events came faster than they were written");
  told_lost_ = lost;
}

std::string LogThread::interface_name(net::InterfaceIndex index) {
  const std::scoped_lock lock(mutex_);
  const net::Interface* found = interfaces_.find(index);
  return found == nullptr ? std::string() : found->name;
}

}  // namespace lessor::cli
