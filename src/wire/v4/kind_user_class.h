#pragma once
// The user class: option 77 (RFC 3004), as the RFC has it and as most clients send it.

#include "wire/value_codec.h"

namespace lessor::wire::kind {

/// A list of counted classes, "'blue', 'red'"; the many clients that send bare text without counts
/// show as "plain iPXE".
extern const ValueCodec kUserClass;

}  // namespace lessor::wire::kind
