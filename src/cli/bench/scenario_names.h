#pragma once
// What scenarios are called, for words and reports. Must not know: what they do.

#include "load/plan.h"

#include <array>
#include <string_view>

namespace lessor::cli {

/// In the order of load::Scenario.
inline constexpr std::array<std::string_view, 8> kScenarioNames = {
    "dora", "renew", "rebind", "reboot", "release", "decline", "mix", "avalanche"};

/// In the order of load::Exchange.
inline constexpr std::array<std::string_view, load::kExchanges> kExchangeNames = {
    "dora", "renew", "rebind", "reboot", "release", "decline"};

[[nodiscard]] constexpr std::string_view name_of(load::Scenario scenario) {
  return kScenarioNames[static_cast<std::size_t>(scenario)];
}

}  // namespace lessor::cli
