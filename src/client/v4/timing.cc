#include "client/v4/timing.h"

#include "client/v4/limits.h"

#include <algorithm>

namespace lessor::client::v4 {

Duration draw_up_to(Random& random, Duration limit) {
  constexpr std::int64_t kSteps = 1 << 20;
  const std::int64_t part = random.below(static_cast<std::uint32_t>(kSteps) + 1);
  return Duration::nanoseconds(limit.to_nanoseconds() / kSteps * part);
}

Duration draw_between(Random& random, Duration from, Duration to) {
  return from + draw_up_to(random, to - from);
}

Duration retransmission_delay(int tries, Random& random) {
  constexpr int kDoublings = 4;  // 4 s, four times doubled, are 64 s
  const Duration base =
      std::min(kFirstDelay * (std::int64_t{1} << std::clamp(tries - 1, 0, kDoublings)), kLastDelay);
  return draw_between(random, base - kDelaySpread, base + kDelaySpread);
}

Duration renewal_delay(Duration remaining) { return std::max(remaining / 2, kMinRenewRetry); }

LeaseTimes lease_times(Duration lease_time, std::optional<Duration> t1, std::optional<Duration> t2,
                       Random& random) {
  if (lease_time.is_infinite()) return {lease_time, Duration::infinite(), Duration::infinite()};
  // Up to 1/64 of the lease early: earlier is always safe.
  const Duration fuzz = draw_up_to(random, lease_time / 64);
  LeaseTimes times{.lease_time = lease_time};
  const bool t2_makes_sense = t2 && *t2 > kMinT1 && *t2 < lease_time;
  // Seven eighths, so that a lease of a century does not overflow on the way.
  times.t2 = t2_makes_sense ? *t2 : lease_time - lease_time / 8 - fuzz;
  const bool t1_makes_sense = t1 && *t1 >= kMinT1 && *t1 < times.t2;
  times.t1 = t1_makes_sense ? *t1 : lease_time / 2 - fuzz;
  // A server's T2 below our T1: the middle is before it.
  if (times.t1 >= times.t2) times.t1 = times.t2 / 2;
  return times;
}

}  // namespace lessor::client::v4
