#include "server/v4/lease_time.h"

#include <algorithm>

namespace lessor::server::v4 {
namespace {

/// `permille` thousandths of a duration, to the nearest second (as Kea rounds).
Duration share_of(Duration lease_time, std::uint32_t permille) {
  return Duration::seconds((lease_time.to_seconds() * permille + 500) / 1'000);
}

std::optional<Duration> time_of(std::optional<Duration> fixed, bool calculate,
                                std::uint32_t permille, Duration lease_time) {
  if (fixed) return fixed;
  if (calculate && !lease_time.is_infinite()) return share_of(lease_time, permille);
  return std::nullopt;
}

}  // namespace

Duration grant_time(const config::Lifetimes& lifetimes, std::optional<Duration> asked) {
  if (!asked) return lifetimes.valid;
  return std::clamp(*asked, lifetimes.min_valid, lifetimes.max_valid);
}

RenewalTimes renewal_times(const config::Timers& timers, Duration lease_time) {
  RenewalTimes times;
  if (!timers.renew && !timers.rebind && !timers.calculate_tee_times) return times;
  times.t2 = time_of(timers.rebind, timers.calculate_tee_times, timers.t2_permille, lease_time);
  if (times.t2 && *times.t2 >= lease_time) times.t2.reset();
  times.t1 = time_of(timers.renew, timers.calculate_tee_times, timers.t1_permille, lease_time);
  if (times.t1 && *times.t1 >= times.t2.value_or(lease_time)) times.t1.reset();
  return times;
}

}  // namespace lessor::server::v4
