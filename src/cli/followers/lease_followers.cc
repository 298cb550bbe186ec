#include "cli/followers/lease_followers.h"

#include "runtime/threads.h"

#include <utility>

namespace lessor::cli {

using server::v4::LeaseEvent;

runtime::Result<void> LeaseFollowers::start(server::v4::LeaseEventRing& ring) {
  ring_ = &ring;
  auto thread = runtime::start_thread("follow", [this] { run(); });
  if (!thread) return std::unexpected(thread.error());
  thread_ = std::move(*thread);
  return {};
}

void LeaseFollowers::stop() {
  if (!thread_.joinable()) return;
  stopping_ = true;
  wake();
  thread_.join();
  ring_ = nullptr;
  followers_ = {};  // a legal log says at its end what it could not write
}

void LeaseFollowers::wake() {
  if (!woken_.exchange(true)) bell_.release();
}

void LeaseFollowers::set_interfaces(const net::InterfaceTable& interfaces) {
  const std::scoped_lock lock(mutex_);
  next_interfaces_ = interfaces;
}

void LeaseFollowers::replace(Followers followers) {
  {
    const std::scoped_lock lock(mutex_);
    next_followers_ = std::move(followers);
  }
  wake();
}

void LeaseFollowers::run() {
  bool last_round = false;
  while (!last_round) {
    bell_.acquire();
    last_round = stopping_;
    woken_ = false;
    take_news();
    tell_all();
    flush();
    tell_losses();
  }
}

/// Who followed before ends outside of the lock: it may have something to write.
void LeaseFollowers::take_news() {
  std::optional<Followers> before;
  const std::scoped_lock lock(mutex_);
  if (next_followers_) {
    before = std::exchange(followers_, std::move(*next_followers_));
    next_followers_.reset();
  }
  if (next_interfaces_) interfaces_ = std::move(*std::exchange(next_interfaces_, std::nullopt));
}

void LeaseFollowers::tell_all() {
  while (const LeaseEvent* event = ring_->oldest()) {
    if (!is_durable(event->sequence)) return;
    tell(*event);
    ring_->drop();
  }
}

/// What was gathered does not wait with it. False: it will never be.
bool LeaseFollowers::is_durable(lease::Sequence sequence) {
  if (around_.wait_durable(sequence)) return true;
  flush();
  while (!around_.wait_durable(sequence)) {
    if (!around_.may_come()) return false;
  }
  return true;
}

void LeaseFollowers::tell(const LeaseEvent& event) {
  std::string interface;
  if (event.has_query) {
    const net::Interface* found = interfaces_.find(event.query.datagram().interface);
    if (found != nullptr) interface = found->name;
  }
  if (followers_.legal_log) followers_.legal_log->add(event, interface);
  if (followers_.script) run_script(event, interface);
}

void LeaseFollowers::run_script(const LeaseEvent& event, const std::string& interface) {
  for (const Errand& errand : followers_.script->errands_of(event, interface)) {
    const auto taken = around_.run(errand);
    if (taken) continue;
    ++lost_runs_;
    why_lost_ = taken.error();
  }
}

void LeaseFollowers::flush() {
  if (followers_.legal_log) followers_.legal_log->flush();
}

void LeaseFollowers::tell_losses() {
  const std::uint64_t lost = ring_->dropped();
  if (lost != told_lost_events_) {
    around_.say(Severity::error, std::to_string(lost - std::exchange(told_lost_events_, lost)) +
                                     " lease events are in no legal log and ran no script: they "
                                     "came faster than they were told");
  }
  if (lost_runs_ != told_lost_runs_) {
    around_.say(Severity::warning,
                "the script was not run " +
                    std::to_string(lost_runs_ - std::exchange(told_lost_runs_, lost_runs_)) +
                    " times: " + why_lost_);
  }
}

}  // namespace lessor::cli
