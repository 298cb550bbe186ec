#pragma once
// The text of a rate that changes over time. Must not know: files, who keeps to it.

#include "load/schedule.h"

#include <expected>
#include <string>
#include <string_view>
#include <vector>

namespace lessor::cli {

/// Reads lines of a time since the beginning ("90", "1.5", "2m": seconds without a unit) and a rate
/// a second; what follows '#' is a comment. The first time is 0, none is before the one above it.
/// The error is a sentence that begins with `file`:LINE.
[[nodiscard]] std::expected<std::vector<load::RatePoint>, std::string> read_profile(
    std::string_view text, const std::string& file);

}  // namespace lessor::cli
