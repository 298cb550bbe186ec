#pragma once
// A DHCPLEASEQUERY (RFC 4388) read as a client's request is, though it need not name a client. Must
// not know: leases, who may ask.

#include "wire/v4/request.h"

namespace lessor::wire {

/// Reads the facts of a message of whatever type; no identity is no error (RFC 4388 6.2: a query by
/// address has none). Pure; never allocates.
[[nodiscard]] std::expected<Request, RequestError> read_leasequery(const MessageView& message);

/// Whether a query can be meant to ask by it: a hardware address of zeros, or of no octets, is
/// nobody's, whatever htype and hlen say.
[[nodiscard]] bool names_somebody(const net::HardwareAddress& hardware);

}  // namespace lessor::wire
