#pragma once
// The host's interfaces as a value: what netlink last said, handed to engines whole. Must not know:
// netlink.

#include "net/datagram.h"

#include <algorithm>
#include <string>
#include <vector>

namespace lessor::net {

/// One interface. `addresses` are its IPv4 addresses with their prefix lengths, primary first.
struct Interface {
  InterfaceIndex index = 0;
  std::string name;
  Mac mac;
  std::uint32_t mtu = 1500;
  bool admin_up = false;      ///< administratively up, carrier or not
  bool up = false;            ///< administratively up and with carrier
  bool ethernet = false;      ///< carries Ethernet frames (ARPHRD_ETHER, not loopback)
  InterfaceIndex master = 0;  ///< the bridge or bond it is a port of; 0 none
  std::vector<Prefix4> addresses;
};

/// All interfaces of the host, by index.
class InterfaceTable {
 public:
  InterfaceTable() = default;
  explicit InterfaceTable(std::vector<Interface> interfaces) : all_(std::move(interfaces)) {
    for (const Interface& i : all_) {
      for (const Prefix4& p : i.addresses) own_.push_back(p.address);
    }
  }

  [[nodiscard]] const std::vector<Interface>& all() const { return all_; }
  /// May be absent (nullptr). Linear: a host has few interfaces.
  [[nodiscard]] const Interface* find(InterfaceIndex index) const {
    for (const Interface& i : all_) {
      if (i.index == index) return &i;
    }
    return nullptr;
  }
  [[nodiscard]] const Interface* find(std::string_view name) const {
    for (const Interface& i : all_) {
      if (i.name == name) return &i;
    }
    return nullptr;
  }
  /// Whether `address` is one of this host's own.
  [[nodiscard]] bool owns(Ip4 address) const {
    return std::find(own_.begin(), own_.end(), address) != own_.end();
  }
  /// All of this host's addresses.
  [[nodiscard]] const std::vector<Ip4>& own_addresses() const { return own_; }

 private:
  std::vector<Interface> all_;
  std::vector<Ip4> own_;
};

}  // namespace lessor::net
