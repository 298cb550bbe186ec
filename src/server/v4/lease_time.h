#pragma once
// How long a lease is granted, and when its client renews and rebinds. Pure.

#include "config/server_config.h"

#include <optional>

namespace lessor::server::v4 {

/// R2131-4.3.1-c: what the client asks for (51), within the configured bounds; the default when it
/// asks for nothing. A client that has a lease and asks for no time gets the default, too, not what
/// is left of the lease: renewing clients do not send option 51, and would never be extended.
[[nodiscard]] Duration grant_time(const config::Lifetimes& lifetimes,
                                  std::optional<Duration> asked);

/// T1 and T2 (58, 59). Nothing: not sent, the client takes RFC 2131's defaults.
struct RenewalTimes {
  std::optional<Duration> t1;
  std::optional<Duration> t2;
};

/// A fixed time wins over a percentage. T2 is sent only below the lease time, T1 only below T2
/// (R2131-4.4.5-a: "T1 MUST be earlier than T2, which, in turn, MUST be earlier than the time at
/// which the client's lease will expire").
[[nodiscard]] RenewalTimes renewal_times(const config::Timers& timers, Duration lease_time);

}  // namespace lessor::server::v4
