#pragma once
// What an interface's driver says of itself (ethtool's questions). Must not know: DHCP.

#include "runtime/system_error.h"

#include <string>

namespace lessor::runtime {

/// How frames reach the kernel from one interface.
struct DriverFacts {
  std::string driver;              ///< "veth", "virtio_net"; empty when it does not say
  std::size_t receive_queues = 1;  ///< 1 when it does not say
  bool takes_tags_off =
      false;  ///< VLAN tags of received frames stand beside them (rx-vlan-offload)
};

/// Asks the driver of the interface with that name. Errors: no socket can be had.
[[nodiscard]] Result<DriverFacts> ask_driver(const std::string& interface);

}  // namespace lessor::runtime
