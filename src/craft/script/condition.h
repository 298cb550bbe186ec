#pragma once
// What a packet file expects of a packet, a line at a time: `yiaddr = 192.0.2.10`,
// `option.routers`, `no option.rapid-commit`, and the display filters' conditions. Must not know:
// variables.

#include "craft/packet/recipe.h"

namespace lessor::craft {

/// How a condition fared with a packet.
struct Judgement {
  bool holds = false;
  std::string name;      ///< "yiaddr"
  std::string expected;  ///< "192.0.2.10"; "present", "absent"
  std::string found;     ///< "192.0.2.11", "absent"
};

/// Judges one condition. The error is a sentence: the condition makes no sense for any packet.
[[nodiscard]] std::expected<Judgement, std::string> judge(std::string_view condition, Bytes frame);

/// The text of a field or option of a frame by its path: "yiaddr", "eth.src",
/// "option.dhcp-server-identifier". The error says that the packet, or any packet, has none such.
[[nodiscard]] std::expected<std::string, std::string> value_of(Bytes frame, std::string_view path);

}  // namespace lessor::craft
