#pragma once
// The names that tshark has for options, as its users type them. Must not know: which options there
// are.

#include <string_view>

namespace lessor::craft {

/// `name`, and `option.NAME` where it is tshark's `dhcp.option.NAME` (or, before version 3,
/// `bootp.option.NAME`).
[[nodiscard]] constexpr std::string_view without_tool_prefix(std::string_view name) {
  for (const std::string_view tool : {"dhcp.", "bootp."}) {
    if (name.starts_with(tool) && name.substr(tool.size()).starts_with("option.")) {
      return name.substr(tool.size());
    }
  }
  return name;
}

}  // namespace lessor::craft
