#pragma once
// Where a reply goes: RFC 2131 4.1 as a table. Pure. Must not know: leases, sockets.

#include "net/outbox.h"
#include "server/v4/rules.h"
#include "server/v4/server_address.h"

namespace lessor::server::v4 {

/// Addresses a reply. `yiaddr`: the address offered or granted; for a DHCPACK to a DHCPINFORM the
/// client's own. The envelope waits for nothing yet.
///
/// In the order of RFC 2131 4.1, but for DHCPINFORM (4.3.5: to ciaddr): to the relay; a DHCPNAK to
/// everyone; to ciaddr; to everyone when the client asks for it or cannot be reached by hardware
/// address; else to that, without ARP.
[[nodiscard]] net::Envelope address_reply(ReplyKind kind, const wire::Request& request,
                                          const net::Datagram& in, net::Ip4 yiaddr,
                                          const ServerAddress& server);

}  // namespace lessor::server::v4
