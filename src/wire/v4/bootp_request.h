#pragma once
// A BOOTP request (RFC 951) read as a DHCP request is: what is not there is absent. Must not know:
// leases, configuration.

#include "wire/v4/request.h"

namespace lessor::wire {

/// Reads the facts of a message without option 53: `type` is MessageType::none. RFC 1534 2: other
/// options count as they do in DHCP. Pure; never allocates.
[[nodiscard]] std::expected<Request, RequestError> read_bootp_request(const MessageView& message);

}  // namespace lessor::wire
