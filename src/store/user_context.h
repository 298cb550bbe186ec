#pragma once
// A lease's extras as JSON, in the shape of Kea's user-context:
//   {"ISC": {"relay-agent-info": {"sub-options": "0x0104...", "remote-id": "...", "relay-id":
//   "..."}}}
// beside what an operator wrote there. Must not know: files, commands.

#include "lease/extras.h"

#include <expected>
#include <string>
#include <string_view>
#include <vector>

namespace lessor::store {

/// The user-context as text on one line; empty when the lease keeps nothing.
[[nodiscard]] std::string user_context_of(const lease::Lease& lease);

/// The extras that a user-context says, of Kea's form or of the older one, in which
/// relay-agent-info is the sub-options' text itself. What the sub-options say counts: ids beside
/// them are passed over, and so is relay agent information that cannot be read, or kept, as Kea's
/// extended-info-checks do it. The error is a sentence: it is no map, or the operator's part is too
/// long.
[[nodiscard]] std::expected<std::vector<std::byte>, std::string> read_user_context(
    std::string_view json);

}  // namespace lessor::store
