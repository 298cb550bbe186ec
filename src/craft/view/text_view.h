#pragma once
// The text view: packets in the notation that `craft` reads. Must not know: files, terminals.

#include "craft/text_layout.h"
#include "craft/view/shown_packet.h"

namespace lessor::craft {

/// The packet's block, an empty line behind it. With a layer, its lines alone, without the braces.
[[nodiscard]] std::string text_view(const ShownPacket& packet, const Style& style, OnlyLayer only);

}  // namespace lessor::craft
