#pragma once
// The JSON view: a line a packet, for programs; docs/packet-json.md describes it. Must not know:
// files.

#include "craft/text_layout.h"
#include "craft/view/shown_packet.h"

namespace lessor::craft {

/// The packet as one JSON object on one line, ended by '\n'. The style does not matter.
[[nodiscard]] std::string json_view(const ShownPacket& packet, const Style& style, OnlyLayer only);

}  // namespace lessor::craft
