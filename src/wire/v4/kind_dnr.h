#pragma once
// Encrypted DNS resolvers: option 162 (RFC 9463), with the service parameters of RFC 9460.

#include "wire/value_codec.h"

namespace lessor::wire::kind {

/// "1, dot.example.org, 192.0.2.1 192.0.2.2, alpn=dot port=8530": priority, name, addresses,
/// parameters; the last two may lack together. "|" parts resolvers.
extern const ValueCodec kEncryptedDns;

}  // namespace lessor::wire::kind
