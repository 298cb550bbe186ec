#pragma once
// One line a lease event, in the shape that people's scripts look for:
// "DHCPACK on 192.0.2.7 to c0:01:1b:69:00:00 (R1) via eth0", then fields. Must not know: threads,
// files.

#include "cli/log_source.h"
#include "server/v4/events.h"

#include <string>

namespace lessor::cli {

/// How much an event matters: what takes an address from somebody's use is a warning; what happens
/// in every healthy network is debug.
[[nodiscard]] Severity severity_of(const server::v4::Event& event);

/// The line, without time and severity. `interface` is the name behind event.interface; empty when
/// it is gone. All that a client chose is sanitised.
[[nodiscard]] std::string format_line(const server::v4::Event& event, std::string_view interface);

}  // namespace lessor::cli
