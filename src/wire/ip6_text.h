#pragma once
// IPv6 addresses as text (RFC 4291 2.2, RFC 5952), for the few DHCPv4 options that hold one.

#include "base/bytes.h"

#include <array>
#include <optional>
#include <string>
#include <string_view>

namespace lessor::wire {

using Ip6Octets = std::array<std::byte, 16>;

/// RFC 5952: lower case, no leading zeros, the longest run of zero groups as "::".
[[nodiscard]] std::string print_ip6(const Ip6Octets& address);
/// Any form of RFC 4291 2.2, the one with dotted decimal at its end included.
[[nodiscard]] std::optional<Ip6Octets> parse_ip6(std::string_view text);

}  // namespace lessor::wire
