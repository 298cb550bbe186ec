#pragma once
// The host's interfaces as rtnetlink messages tell them, one message at a time. Must not know:
// sockets.

#include "net/interfaces.h"

#include <vector>

struct nlmsghdr;  // NOLINT(readability-identifier-naming): the kernel's name

namespace lessor::runtime {

/// Built from RTM_NEWLINK, DELLINK, NEWADDR and DELADDR messages, whether they are answers or
/// events; others are ignored. Applying a message twice is harmless.
class InterfaceModel {
 public:
  /// Returns whether anything that table() shows may have changed.
  bool apply(const nlmsghdr& message);
  [[nodiscard]] net::InterfaceTable table() const;

 private:
  struct Address {
    net::Prefix4 prefix;
    bool secondary = false;
    friend bool operator==(const Address&, const Address&) = default;
  };
  struct Link {
    net::Interface facts;  // its addresses are kept beside it
    std::vector<Address> addresses;
  };
  bool apply_link(const nlmsghdr& message);
  bool remove_link(const nlmsghdr& message);
  bool apply_address(const nlmsghdr& message, bool added);
  [[nodiscard]] Link* find(net::InterfaceIndex index);

  std::vector<Link> links_;
};

}  // namespace lessor::runtime
