#pragma once
// Who else runs DHCP on an interface: two clients on one take its address from each other. Must not
// know: how the host is set up.

#include "net/datagram.h"

#include <cstdint>
#include <optional>
#include <set>
#include <string>
#include <string_view>
#include <vector>

namespace lessor::host {

/// A program that manages the interface, as found.
struct InterfaceOwner {
  std::string name;  ///< "dhclient", "NetworkManager", "systemd-networkd", "lessor client"
  int pid = 0;       ///< 0: not known
  std::string sign;  ///< how it is known: "has a packet socket on it"
  friend bool operator==(const InterfaceOwner&, const InterfaceOwner&) = default;
};
/// "dhclient (pid 123), which has a packet socket on it".
[[nodiscard]] std::string to_string(const InterfaceOwner& owner);

/// A process of our network namespace.
struct ProcessFacts {
  int pid = 0;
  std::string name;                ///< as /proc/PID/comm says, 15 characters
  std::vector<std::string> words;  ///< of its command line
  std::set<std::uint64_t> sockets;
};
/// What can be seen of the host, as far as it matters for one interface.
struct OwnerFacts {
  std::vector<ProcessFacts> processes;
  std::set<std::uint64_t> packet_sockets;      ///< bound to the interface
  std::set<std::uint64_t> port_68;             ///< UDP sockets
  std::vector<std::string> interfaces;         ///< the names of all
  std::optional<std::string> network_manager;  ///< its notes on the interface
  std::optional<std::string> networkd;         ///< its notes on the interface
  bool networkd_lease = false;                 ///< it keeps a DHCP lease of it
  std::optional<int> lessor;                   ///< who has the lock
};
/// Pure. Nothing when nobody of these manages the interface.
[[nodiscard]] std::optional<InterfaceOwner> judge_owner(const OwnerFacts& facts,
                                                        const std::string& interface);

/// The inodes of the packet sockets bound to the interface in the text of /proc/net/packet.
[[nodiscard]] std::set<std::uint64_t> packet_sockets_on(std::string_view proc_net_packet,
                                                        net::InterfaceIndex index);

/// The first that is found, in our own network namespace; nothing when there is none, or when none
/// can be seen (another user's processes without privilege). Call it before Hand::start(), whose
/// lock it would find. `root` is "/" but in tests.
[[nodiscard]] std::optional<InterfaceOwner> find_interface_owner(const std::string& interface,
                                                                 net::InterfaceIndex index,
                                                                 const std::string& root = "/");

}  // namespace lessor::host
