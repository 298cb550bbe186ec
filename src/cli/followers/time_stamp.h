#pragma once
// Time stamps by strftime, and %Q for microseconds, as Kea has it. Must not know: clocks.

#include "base/time.h"

#include <string>

namespace lessor::cli {

/// `since_1970` where the host is, by `format`; at most 255 octets of text.
[[nodiscard]] std::string time_stamp(const std::string& format, Duration since_1970);

}  // namespace lessor::cli
