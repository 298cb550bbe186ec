#include "runtime/clock_watch.h"

#include <ctime>
#include <sys/timerfd.h>

namespace lessor::runtime {
namespace {

Duration read(clockid_t clock) {
  timespec time{};
  (void)clock_gettime(clock, &time);
  return Duration::seconds(time.tv_sec) + Duration::nanoseconds(time.tv_nsec);
}
Duration wall_ahead() { return read(CLOCK_REALTIME) - read(CLOCK_BOOTTIME); }
Duration total_sleep() { return read(CLOCK_BOOTTIME) - read(CLOCK_MONOTONIC); }

/// Far enough: the timer is there to be cancelled, not to ring.
constexpr time_t kFarAway = INT32_MAX;

}  // namespace

Result<ClockWatch> ClockWatch::open() {
  FileDescriptor timer(timerfd_create(CLOCK_REALTIME, TFD_NONBLOCK | TFD_CLOEXEC));
  if (!timer.is_open()) return std::unexpected(last_error("open a timer"));
  return ClockWatch(std::move(timer));
}

ClockWatch::ClockWatch(FileDescriptor timer)
    : timer_(std::move(timer)), wall_ahead_(wall_ahead()), total_sleep_(total_sleep()) {
  arm();
}

/// timerfd_create(2): a timer set so is cancelled whenever the clock is set, a wake-up from suspend
/// included, and then readable with ECANCELED.
void ClockWatch::arm() {
  const itimerspec setting{.it_interval = {}, .it_value = {.tv_sec = kFarAway, .tv_nsec = 0}};
  (void)timerfd_settime(timer_.get(), TFD_TIMER_ABSTIME | TFD_TIMER_CANCEL_ON_SET, &setting,
                        nullptr);
}

ClockWatch::Change ClockWatch::take() {
  std::uint64_t expirations = 0;
  (void)!::read(timer_.get(), &expirations, sizeof expirations);
  arm();  // before the clocks are read: a step between shows next time
  const Duration ahead = wall_ahead();
  const Duration sleep = total_sleep();
  const Change change{.stepped = ahead - wall_ahead_, .slept = sleep - total_sleep_};
  wall_ahead_ = ahead;
  total_sleep_ = sleep;
  return change;
}

}  // namespace lessor::runtime
