#pragma once
// Writes a reply straight into the transmit slot: RFC 2131 table 3, and which options a client gets
// from where. Must not know: leases, destinations.

#include "server/v4/decision.h"
#include "server/v4/server_address.h"
#include "wire/v4/message_writer.h"

namespace lessor::server::v4 {

/// Which reply a verdict asks for. Precondition: not silence.
[[nodiscard]] ReplyKind kind_of(Verdict verdict);

/// Writes the reply that `decision` (not silence) asks for into `slot`. `mtu`: of the interface
/// that it leaves by. Options come from the reservation, else the pool, else the subnet, else the
/// global scope; in the order of option 55, then those that every client gets (subnet mask,
/// routers, name servers, domain name), then those that are always sent.
[[nodiscard]] std::expected<wire::WriteResult, wire::WriteError> write_reply(
    const Packet& packet, const Decision& decision, const Prepared& prepared,
    const ServerAddress& server, std::uint32_t mtu, MutableBytes slot);

}  // namespace lessor::server::v4
