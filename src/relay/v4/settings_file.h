#pragma once
// The relay's configuration file: JSON text in, Settings out, or every problem with its place. Must
// not know: packets.

#include "config/problem.h"
#include "relay/v4/settings.h"

#include <expected>
#include <string>
#include <string_view>
#include <vector>

namespace lessor::relay::v4 {

/// Reads `{"Relay": {...}}` (docs/relay.md); `file_name` is for messages. On failure every problem
/// found, in the order of the text. Includes are refused: a text must not make us read files.
[[nodiscard]] std::expected<Settings, std::vector<config::Problem>> read_relay_settings(
    std::string_view text, std::string file_name);

}  // namespace lessor::relay::v4
