#pragma once
// The thread of those who follow what happens to leases: the legal log and the script. No other
// thread ever waits for them, and nothing is told before it is durable. Must not know: packets.

#include "cli/followers/legal_log.h"
#include "cli/followers/script.h"
#include "net/interfaces.h"
#include "runtime/system_error.h"

#include <atomic>
#include <mutex>
#include <semaphore>
#include <thread>

namespace lessor::cli {

/// Who follows leases in a configuration.
struct Followers {
  std::unique_ptr<LegalLog> legal_log;
  std::unique_ptr<Script> script;
};

class LeaseFollowers {
 public:
  struct Surroundings {
    /// Waits until changes up to this one are durable, or for a moment.
    std::function<bool(lease::Sequence)> wait_durable;
    /// Whether that can still come.
    std::function<bool()> may_come;
    LegalLog::Say say;
    Run run;
  };

  explicit LeaseFollowers(Surroundings around) : around_(std::move(around)) {}
  ~LeaseFollowers() { stop(); }
  LeaseFollowers(const LeaseFollowers&) = delete;
  LeaseFollowers& operator=(const LeaseFollowers&) = delete;

  /// From now on a thread takes events out of `ring`, which outlives stop(). Error: the system
  /// allows no more threads.
  [[nodiscard]] runtime::Result<void> start(server::v4::LeaseEventRing& ring);
  /// Tells everything that is there and durable, then ends the thread. Safe to call twice.
  void stop();

  /// Tells the thread that the ring has events. Any thread; cheap when it knows already.
  void wake();
  /// The names behind interface indices. Any thread.
  void set_interfaces(const net::InterfaceTable& interfaces);
  /// Others follow from here on (at the start, after a reload). Any thread.
  void replace(Followers followers);

 private:
  void run();
  void take_news();
  void tell_all();
  [[nodiscard]] bool is_durable(lease::Sequence sequence);
  void tell(const server::v4::LeaseEvent& event);
  void run_script(const server::v4::LeaseEvent& event, const std::string& interface);
  void flush();
  void tell_losses();

  Surroundings around_;
  server::v4::LeaseEventRing* ring_ = nullptr;
  Followers followers_;             // the thread's while it runs, like
  net::InterfaceTable interfaces_;  // this
  std::uint64_t told_lost_events_ = 0;
  std::uint64_t lost_runs_ = 0;
  std::string why_lost_;  // the latest of them
  std::uint64_t told_lost_runs_ = 0;

  std::mutex mutex_;  // guards what follows
  std::optional<Followers> next_followers_;
  std::optional<net::InterfaceTable> next_interfaces_;

  std::atomic<bool> woken_{false};
  std::atomic<bool> stopping_{false};
  std::counting_semaphore<> bell_{0};
  std::thread thread_;
};

}  // namespace lessor::cli
