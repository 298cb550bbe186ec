#pragma once
// Which VLAN a downlink is, for templates: as it is configured, else as the interface's name says.
// Must not know: the kernel, which has names of its own choice.

#include "relay/v4/settings.h"

namespace lessor::relay::v4 {

/// 0: none.
struct VlanTags {
  std::uint16_t inner = 0;
  std::uint16_t outer = 0;
  friend bool operator==(VlanTags, VlanTags) = default;
};

/// "eth0.100" is VLAN 100, "eth0.100.200" is 200 in 100, "vlan100" and "vlan0100" are 100.
[[nodiscard]] VlanTags tags_of(const Downlink& downlink);

}  // namespace lessor::relay::v4
