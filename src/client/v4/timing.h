#pragma once
// When a client sends again, and when a lease is to be renewed: RFC 2131 4.1 and 4.4.5 as
// functions. Must not know: states, messages.

#include "base/random.h"
#include "base/time.h"

#include <optional>

namespace lessor::client::v4 {

/// Uniform in [0, limit].
[[nodiscard]] Duration draw_up_to(Random& random, Duration limit);
/// Uniform in [from, to].
[[nodiscard]] Duration draw_between(Random& random, Duration from, Duration to);

/// R2131-4.1-h: how long to wait after the try'th transmission (from 1): 4, 8, 16, 32, 64, 64 ...
/// seconds, each one second more or less.
[[nodiscard]] Duration retransmission_delay(int tries, Random& random);

/// R2131-4.4.5-a: how long to wait after a renewal was sent, with `remaining` until T2 (or until
/// the lease ends): half of it, a minute at least.
[[nodiscard]] Duration renewal_delay(Duration remaining);

/// A lease's times.
struct LeaseTimes {
  Duration lease_time;
  Duration t1;
  Duration t2;
  friend bool operator==(const LeaseTimes&, const LeaseTimes&) = default;
};
/// R2131-4.4.5-a: 0 < t1 < t2 < lease_time. What the server said is taken when it is so; else 0.5
/// and 0.875 of the lease, with some fuzz so that a site's clients do not move together. Infinite
/// leases have infinite t1 and t2.
[[nodiscard]] LeaseTimes lease_times(Duration lease_time, std::optional<Duration> t1,
                                     std::optional<Duration> t2, Random& random);

}  // namespace lessor::client::v4
