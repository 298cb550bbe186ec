#pragma once
// The PCP servers: option 158 (RFC 7291), a list of lists.

#include "wire/value_codec.h"

namespace lessor::wire::kind {

/// One PCP server's addresses: "192.0.2.1 192.0.2.2"; a comma parts the servers.
extern const ValueCodec kPcpServer;

}  // namespace lessor::wire::kind
