#pragma once
// Who else runs DHCP on an interface: two clients on one take its address from each other. Must not
// know: how the host is set up.

#include "net/datagram.h"
#include "runtime/system_error.h"

#include <optional>
#include <string>
#include <vector>

namespace lessor::host {

/// A program that manages the interface, as found.
struct InterfaceOwner {
  std::string name;  ///< "dhclient", "NetworkManager", "systemd-networkd", "lessor client"
  int pid = 0;       ///< 0: not known
  std::string sign;  ///< how it is known: "has a packet socket on it", "is told to by its ..."
};
/// "dhclient (pid 123), which has a packet socket on it".
[[nodiscard]] std::string to_string(const InterfaceOwner& owner);

/// The first that is found, in our own network namespace; nothing when there is none, or when none
/// can be seen (another user's processes without privilege). `root` is "/" but in
/// tests. This process and those that it started are passed over.
[[nodiscard]] std::optional<InterfaceOwner> find_interface_owner(const std::string& interface,
                                                                 net::InterfaceIndex index,
                                                                 const std::string& root = "/");

}  // namespace lessor::host
