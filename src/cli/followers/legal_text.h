#pragma once
// What a legal log says of a lease event, in Kea's words. Must not know: files, time stamps.

#include "server/v4/lease_events.h"

#include <string>
#include <string_view>

namespace lessor::cli {

/// "Address: 192.0.2.7 has been assigned for 1 hrs 0 mins 0 secs to a device with hardware address:
/// hwtype=1 c0:01:1b:69:00:00, client-id: 01:02 connected via relay at address: 192.0.2.254,
/// identified by circuit-id: 68:6f (ho)". One line of printable ASCII; empty where the event is
/// none that Kea's log has (a lease's time is up).
[[nodiscard]] std::string legal_entry(const server::v4::LeaseEvent& event);

/// "7 days 1 hrs 0 mins 0 secs", "infinite duration".
[[nodiscard]] std::string legal_duration(Duration time);

/// A message to syslog by Kea's pattern: %m the entry, %p INFO, %c and %t who and which thread, %n
/// and %%; widths as in "%-5p". Line ends behind it are left out: syslog has its own.
[[nodiscard]] std::string legal_message(std::string_view pattern, std::string_view entry,
                                        std::string_view thread);

}  // namespace lessor::cli
