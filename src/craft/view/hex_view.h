#pragma once
// The hexadecimal view: every octet of the frame, in order, with what it is. Must not know: files,
// terminals.

#include "craft/text_layout.h"
#include "craft/view/shown_packet.h"

namespace lessor::craft {

/// A heading, then a line for each field and option (longer ones take several): offset, octets,
/// what they are; faults below what they are about. An empty line at the end.
[[nodiscard]] std::string hex_view(const ShownPacket& packet, const Style& style, OnlyLayer only);

}  // namespace lessor::craft
