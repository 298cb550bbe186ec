#pragma once
// The line above a packet in the views that take several lines for one. Must not know: files.

#include "craft/text_layout.h"
#include "craft/view/shown_packet.h"

namespace lessor::craft {

/// "2  2026-11-25 13:45:35.123456 UTC  DHCPOFFER 192.0.2.1 -> ...": number, time when there is one,
/// summary.
[[nodiscard]] std::string heading_text(const ShownPacket& packet);
/// The same, wrapped to the style's width and ended by '\n'.
[[nodiscard]] std::string heading(const ShownPacket& packet, const Style& style);

/// "2026-11-25 13:45:35.123456 UTC"; empty for no time.
[[nodiscard]] std::string time_text(Duration since_1970);

}  // namespace lessor::craft
