#pragma once
// Vendor-identifying options: 124 (class) and 125 (information), by enterprise number (RFC 3925).

#include "wire/value_codec.h"

namespace lessor::wire::kind {

/// One enterprise's class of option 124: "4491 'docsis3.0'".
extern const ValueCodec kEnterpriseClass;
/// Option 125: every sub-option with its enterprise: "4491.1=0x02, 4491.2=192.0.2.1"; a number
/// alone is an enterprise without data.
extern const ValueCodec kEnterpriseOptions;

}  // namespace lessor::wire::kind
