#pragma once
// One question to the link before a server starts: does anybody answer already? Must not know: what
// the question says.

#include "base/time.h"
#include "net/interfaces.h"
#include "runtime/system_error.h"

#include <cstddef>
#include <vector>

namespace lessor::runtime {

/// A datagram that came back.
struct ProbeReply {
  std::vector<std::byte> payload;
  net::Ip4 source;
  net::Mac source_mac;
};

/// Broadcasts `payload` from 0.0.0.0 port 68 to port 67 by `interface` in a frame of its own (no
/// address is needed) and collects what comes to port 68, broadcast or to the interface's own MAC,
/// for `wait`; at most 16 replies. Blocks so long. Errors as PacketPort::open, and a link that does
/// not take the frame.
[[nodiscard]] Result<std::vector<ProbeReply>> probe_for_servers(const net::Interface& interface,
                                                                Bytes payload, Duration wait);

}  // namespace lessor::runtime
