#pragma once
// What a host is to be set up with for one lease: address, routes, names. A value that the client
// makes and the host obeys. Must not know: DHCP, netlink, files.

#include "base/time.h"
#include "net/address.h"

#include <cstdint>
#include <optional>
#include <string>
#include <vector>

namespace lessor::net {

/// The most that one lease may bring. A server that says more is cut off there, not believed.
inline constexpr std::size_t kMaxHostRoutes = 64;
inline constexpr std::size_t kMaxNameServers = 16;
inline constexpr std::size_t kMaxSearchNames = 32;
inline constexpr std::size_t kMaxHostName = 255;

/// One route by the interface. Gateway 0.0.0.0: the destination is on the link.
struct HostRoute {
  Prefix4 destination;  ///< no host bits
  Ip4 gateway;
  friend bool operator==(const HostRoute&, const HostRoute&) = default;
};

/// Everything a lease asks of the host. What is empty or absent is left as it is. Text is clean:
/// letters, digits, dots, hyphens and underscores only.
struct HostSettings {
  Prefix4 address;                   ///< with the subnet's length
  Ip4 broadcast;                     ///< 0.0.0.0: as the prefix says
  Duration lifetime;                 ///< of the address, from now; may be infinite
  std::optional<std::uint32_t> mtu;  ///< 576 to 65535
  std::vector<HostRoute> routes;     ///< in the order in which they are to be added
  std::uint32_t metric = 0;          ///< of every route
  std::uint32_t table = 0;           ///< of every route; 0: the main table
  std::vector<Ip4> name_servers;     ///< in order of preference
  std::string domain;                ///< "example.org"; may be empty
  std::vector<std::string> search;   ///< may be empty
  std::string hostname;              ///< empty: leave the host's name alone
  friend bool operator==(const HostSettings&, const HostSettings&) = default;
};

}  // namespace lessor::net
