#pragma once
// The client identifier: option 61 (RFC 2132 9.14, RFC 4361).

#include "wire/value_codec.h"

namespace lessor::wire::kind {

/// "ethernet c0:01:1b:69:00:00" (type 1), "text cisco-0800..." (type 0), "iaid 0x00000001 duid llt
/// ..." (type 255, RFC 4361), anything else in hexadecimal.
extern const ValueCodec kClientId;

}  // namespace lessor::wire::kind
