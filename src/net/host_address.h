#pragma once
// Which IPv4 addresses a host may have, for those who are told one by strangers. Must not know:
// whose it is.

#include "net/address.h"

namespace lessor::net {

/// Whether a host may have this address (RFC 1122 3.2.1.3): not of network 0, no loopback, no
/// multicast or above.
[[nodiscard]] constexpr bool is_host_address(Ip4 address) {
  const std::uint32_t first = address.value >> 24;
  return first != 0 && first != 127 && first < 224;
}

}  // namespace lessor::net
