#pragma once
// The layers of a packet as tables: every field of a header, every option as it lies on the wire.
// Broken messages are shown as far as they go, with what is wrong. Must not know: files, terminals.

#include "craft/table.h"
#include "craft/view/fault_teller.h"

#include <cstdint>

namespace lessor::craft {

/// Where a table's octets stand in the frame, and what is known to be wrong with them: the faults
/// that it is about stand below its rows, as red lines.
struct InFrame {
  std::size_t offset = 0;  ///< of the layer's header, or of the message
  FaultTeller* faults = nullptr;
  const Dissection* frame = nullptr;
};

/// The fields of one layer's header: field, octets, meaning, value. With a `reference`, an earlier
/// header of the same layer, values that differ from it are marked with a star. `message` is the
/// whole DHCP message when the layer is BOOTP.
[[nodiscard]] std::string field_table(const LayerSpan& span, Bytes header, Bytes message,
                                      const Style& style, Bytes reference = {},
                                      const InFrame& place = {});

/// BOOTP's header of a message that may be too short for one.
[[nodiscard]] std::string header_table(Bytes message, const Style& style, Bytes reference = {},
                                       const InFrame& place = {});

/// The options: code, name, length, description, value; the cookie first, the end last. Values are
/// the options' own text with what a person would look up behind it. `reference` as above.
/// In a packet's own table the description gives way to the RFC.
[[nodiscard]] std::string options_table(Bytes message, const Style& style, Bytes reference = {},
                                        const InFrame& place = {});

/// An option's value for a person: "1 (DHCPDISCOVER)", "3600 (1h)", "3 (routers)". Several lines
/// where a list is easier to read so.
[[nodiscard]] std::string option_value_text(std::uint8_t code, Bytes value);

}  // namespace lessor::craft
