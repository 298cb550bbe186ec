#pragma once
// The table view: every layer and every field with octets, meaning and value, the options with
// code, name, length, value and RFC; what is wrong below what it is about. Must not know: files,
// terminals.

#include "craft/table.h"
#include "craft/view/shown_packet.h"

namespace lessor::craft {

/// A heading and a table for each layer; an empty line at the end.
[[nodiscard]] std::string packet_table(const ShownPacket& packet, const Style& style,
                                       OnlyLayer only);

}  // namespace lessor::craft
