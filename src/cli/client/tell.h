#pragma once
// What a client's engine says, as log lines for people and as JSON for programs. Must not know:
// where either goes.

#include "cli/log_source.h"
#include "client/v4/events.h"
#include "client/v4/lease.h"

#include <optional>
#include <string>
#include <string_view>

namespace lessor::cli {

/// A line of the log.
struct ToldLine {
  Severity severity = Severity::info;
  std::string text;
};

/// One transition, message or refusal; `lease` is the engine's, nullptr without any. Everything
/// that came from the network is cleaned.
[[nodiscard]] ToldLine tell_event(const client::v4::Event& event, std::string_view interface,
                                  const client::v4::Lease* lease);
/// "192.0.2.10/24 from 192.0.2.1 for 1h, renewing in 30m".
[[nodiscard]] std::string tell_lease(const client::v4::Lease& lease, Instant now);
/// The event as one line of JSON, without a newline: `at` is since 1970-01-01 UTC. A lease comes
/// with the event that took it up.
[[nodiscard]] std::string event_json(const client::v4::Event& event, std::string_view interface,
                                     const client::v4::Lease* lease, Duration at);

/// A duration for people: whole seconds once there are any.
[[nodiscard]] std::string whole_seconds(Duration time);

}  // namespace lessor::cli
