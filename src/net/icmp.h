#pragma once
// ICMP echo (RFC 792) as an address is asked for: the request, and what may come back. Must not
// know: who asks, sockets.

#include "base/bytes.h"
#include "net/echo.h"

#include <array>
#include <optional>

namespace lessor::net {

/// A request: the header, and 16 octets of data that begin with the token.
inline constexpr std::size_t kEchoRequest = 8 + 16;

/// Writes the request, checksum and all.
[[nodiscard]] std::array<std::byte, kEchoRequest> write_echo_request(const EchoProbe& probe);

/// Reads an IPv4 packet with ICMP as a raw socket gives it: an echo reply, or a destination that
/// cannot be reached (RFC 792: with at least 8 octets of what was sent) of an echo request. Nothing
/// for all else, for fragments, and for what is cut off. The checksum is checked of replies.
[[nodiscard]] std::optional<EchoSighting> read_echo_answer(Bytes packet);

}  // namespace lessor::net
