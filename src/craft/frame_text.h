#pragma once
// One captured frame as text for people: the addressing of each layer, then, when it is DHCP, the
// header and the options as tables. What `lessor demo` prints, and later `watch` and `show`.

#include "craft/dissect.h"
#include "craft/message_tables.h"

namespace lessor::craft {

/// Ethernet, IPv4 and UDP in a table: layer, from, to, and what else they say.
[[nodiscard]] std::string addressing_table(const Dissection& frame, const Style& style);

/// The addressing table and, for DHCP, header and options tables; for other frames the summary.
/// `reference` is the payload of an earlier message to compare with, or empty.
[[nodiscard]] std::string frame_text(const Dissection& frame, const Style& style,
                                     Bytes reference = {});

}  // namespace lessor::craft
