#pragma once
// What libpcap calls the kinds of frames that we can take apart. Must not know: files.

#include "craft/dissect.h"

#include <optional>

namespace lessor::craft {

/// The kind of a DLT_ number of libpcap; nothing when it is none of ours.
[[nodiscard]] std::optional<LinkType> link_type_of(int dlt);
/// The DLT_ number of a kind.
[[nodiscard]] int dlt_of(LinkType link);
/// "Ethernet", "Linux cooked v1": libpcap's words for any DLT_ number, and the number.
[[nodiscard]] std::string describe_dlt(int dlt);

}  // namespace lessor::craft
