#pragma once
// Before a server without a configuration file answers its first client: is another one there?

#include "net/interfaces.h"

#include <expected>
#include <optional>
#include <string>

namespace lessor::cli {

/// Broadcasts one DHCPDISCOVER and waits a second or two for an OFFER. Names the server that made
/// one ("192.0.2.1 (52:54:00:12:34:56)"); nothing when none did. The error is a sentence.
[[nodiscard]] std::expected<std::optional<std::string>, std::string> find_other_server(
    const net::Interface& interface);

/// Whether `reply` is an OFFER to the DISCOVER with `xid`; who sent it, by option 54 when there is
/// one, else nothing to go by but the packet's source.
[[nodiscard]] std::optional<net::Ip4> read_offer(Bytes reply, std::uint32_t xid);

}  // namespace lessor::cli
