#pragma once
// IPv4 addresses and ports as the kernel's structures hold them. Must not know:
// sockets.

#include "base/bytes.h"
#include "net/address.h"

#include <netinet/in.h>

namespace lessor::runtime {

/// Network order in a C structure <-> our types, whatever the machine's order
/// is.
[[nodiscard]] inline net::Ip4 load_ip4(const in_addr& address) {
  return {load_be32(reinterpret_cast<const std::byte*>(&address.s_addr))};
}
[[nodiscard]] inline in_addr store_ip4(net::Ip4 address) {
  in_addr result{};
  store_be32(reinterpret_cast<std::byte*>(&result.s_addr), address.value);
  return result;
}
[[nodiscard]] inline sockaddr_in socket_address(net::Ip4 address, std::uint16_t port) {
  sockaddr_in result{};
  result.sin_family = AF_INET;
  store_be16(reinterpret_cast<std::byte*>(&result.sin_port), port);
  result.sin_addr = store_ip4(address);
  return result;
}

}  // namespace lessor::runtime
