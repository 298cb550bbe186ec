#pragma once
// Numbers that have names: option codes (55), message types (53), the overload (52).

#include "wire/value_codec.h"

namespace lessor::wire::kind {

extern const ValueCodec kOptionCode;   ///< prints "6"; reads "6" and "domain-name-servers"
extern const ValueCodec kMessageType;  ///< "DHCPACK"; reads "ack" and "5"
extern const ValueCodec kOverload;     ///< 1, 2 or 3 (RFC 2132 9.3)

}  // namespace lessor::wire::kind
