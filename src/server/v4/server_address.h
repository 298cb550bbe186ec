#pragma once
// From which address the server speaks, and which identifiers it answers to. Pure.

#include "config/server_config.h"
#include "net/datagram.h"
#include "net/interfaces.h"
#include "wire/v4/request.h"

#include <optional>

namespace lessor::server::v4 {

/// Under which names a reply goes out.
struct ServerAddress {
  net::Ip4 source;      ///< the IP source: always one of our own
  net::Ip4 identifier;  ///< option 54: the same, unless the relay overrides it (R5107-a)
};

/// Chooses both (R2131-4.1-b: "the server MUST choose an address reachable by the client"): the
/// address that the request was sent to, if it is ours; else the one that its option 54 names, if
/// that is ours (two interfaces on one link offer under two names, and hear each REQUEST twice);
/// else the receiving interface's address in the selected subnet (the one that interfaces-config
/// names first); else its first. Nothing when the interface has none.
[[nodiscard]] std::optional<ServerAddress> choose_server_address(
    const wire::Request& request, const net::Datagram& in, const net::Prefix4& subnet,
    const net::InterfaceTable& interfaces, const config::InterfacePolicy& policy);

/// Whether the request's option 54 means this server: any of our addresses (R2131-4.1-b: "MUST
/// accept any of its network addresses"), or what the relay told the client to say (R5107-a).
/// False when it has none.
[[nodiscard]] bool names_us(const wire::Request& request, const net::InterfaceTable& interfaces);

/// Whether it is what the relay told the client to say: then it means any server behind that relay.
[[nodiscard]] bool names_by_relay(const wire::Request& request);

/// Whether option 54 is there and means another server.
[[nodiscard]] bool names_another(const wire::Request& request,
                                 const net::InterfaceTable& interfaces);

}  // namespace lessor::server::v4
