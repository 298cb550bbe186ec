#pragma once
// The hash of RFC 3074, which shares clients out among servers: everybody who balances by it finds
// the same bucket for a client. Must not know: servers.

#include "base/bytes.h"

namespace lessor::relay::v4 {

/// The bucket, 0 to 255, of a client by its identifier (RFC 3074 4 and 6): option 61 if it sent
/// one, else chaddr.
[[nodiscard]] std::uint8_t balance_bucket(Bytes identifier);

}  // namespace lessor::relay::v4
