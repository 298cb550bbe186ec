#pragma once
// Points in time since 1970 as text (RFC 3339), to the nanosecond, in UTC.

#include "base/time.h"

#include <optional>
#include <string>
#include <string_view>

namespace lessor::craft {

/// "2026-11-25T13:45:35.123456789Z": always nine digits behind the point.
[[nodiscard]] std::string print_time(Duration since_1970);
/// Its inverse; fewer digits, or none and no point, are read, too. A number of seconds with an
/// optional fraction, as tshark's frame.time_epoch prints it, is read as well.
[[nodiscard]] std::optional<Duration> parse_time(std::string_view text);

}  // namespace lessor::craft
