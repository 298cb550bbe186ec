#pragma once
// The destinations that are ours on one interface. A packet socket also sees what this host merely
// forwards. Must not know: sockets.

#include "net/interfaces.h"

#include <vector>

namespace lessor::runtime {

/// Every address of this host, by whichever interface it stands (the weak host model that the
/// kernel has too), 255.255.255.255, and the directed broadcasts of `interface`'s own prefixes.
class DestinationSet {
 public:
  DestinationSet() = default;
  DestinationSet(const net::InterfaceTable& table, const net::Interface& interface);

  [[nodiscard]] bool contains(net::Ip4 destination) const;

 private:
  std::vector<net::Ip4> sorted_;
};

}  // namespace lessor::runtime
