#pragma once
// What is asked of the kernel for one interface, by rtnetlink: addresses, routes, MTU, hardware
// address. One call, one change. Must not know: why, or what is to be undone.

#include "base/time.h"
#include "net/datagram.h"
#include "runtime/netlink_socket.h"

#include <string>
#include <vector>

namespace lessor::host {

/// An interface as it is now.
struct LinkFacts {
  net::InterfaceIndex index = 0;
  std::uint32_t mtu = 0;
  net::Mac mac;
  bool up = false;  ///< administratively
};

/// An address as it is now.
struct AddressFacts {
  net::Prefix4 prefix;
  net::Ip4 broadcast;  ///< 0.0.0.0: none
  bool no_prefix_route = false;
  bool permanent = false;
  bool ours = false;  ///< put there by this program, in this run or an earlier one (Linux 5.18)
};

/// An address as it is to be.
struct AddressWish {
  net::Prefix4 prefix;
  net::Ip4 broadcast;
  Duration lifetime;             ///< infinite: permanent
  bool no_prefix_route = false;  ///< the route to its subnet is ours to add
  bool ours = true;              ///< leave our mark on it
};

/// A route by an interface, of protocol "dhcp".
struct Route {
  net::Prefix4 destination;
  net::Ip4 gateway;  ///< 0.0.0.0: on the link
  net::Ip4 source;   ///< preferred source address
  std::uint32_t metric = 0;
  std::uint32_t table = 0;  ///< 0: main
  friend bool operator==(const Route&, const Route&) = default;
};
/// "0.0.0.0/0 via 192.0.2.1 metric 100".
[[nodiscard]] std::string to_string(const Route& route);

/// The errors' numbers are the kernel's; their texts say what was attempted on what.
class Kernel {
 public:
  [[nodiscard]] static runtime::Result<Kernel> open();

  /// ENODEV when there is no such interface.
  [[nodiscard]] runtime::Result<LinkFacts> find_link(const std::string& name);
  [[nodiscard]] runtime::Result<std::vector<AddressFacts>> addresses(net::InterfaceIndex index);
  /// The routes of protocol "dhcp" by this interface, of every table.
  [[nodiscard]] runtime::Result<std::vector<Route>> dhcp_routes(net::InterfaceIndex index);

  /// Adds the address, or gives the one that is there a new lifetime.
  [[nodiscard]] runtime::Result<void> put_address(net::InterfaceIndex index,
                                                  const AddressWish& wish);
  [[nodiscard]] runtime::Result<void> remove_address(net::InterfaceIndex index,
                                                     net::Prefix4 prefix);
  /// EEXIST when there is a route to the destination with this metric, whoever made it.
  [[nodiscard]] runtime::Result<void> add_route(net::InterfaceIndex index, const Route& route);
  [[nodiscard]] runtime::Result<void> remove_route(net::InterfaceIndex index, const Route& route);
  [[nodiscard]] runtime::Result<void> set_mtu(net::InterfaceIndex index, std::uint32_t mtu);
  [[nodiscard]] runtime::Result<void> set_mac(net::InterfaceIndex index, const net::Mac& mac);
  [[nodiscard]] runtime::Result<void> set_up(net::InterfaceIndex index, bool up);

 private:
  explicit Kernel(runtime::NetlinkSocket socket) : socket_(std::move(socket)) {}
  [[nodiscard]] runtime::Result<void> order(nlmsghdr& request, const std::string& attempted);
  [[nodiscard]] runtime::Result<void> dump(nlmsghdr& request, const std::string& attempted,
                                           const runtime::NetlinkSocket::OnMessage& take);
  runtime::NetlinkSocket socket_;
};

}  // namespace lessor::host
