#pragma once
// The relay agent information: option 82 (RFC 3046) and the sub-options that later RFCs added.

#include "wire/v4/sub_options.h"

namespace lessor::wire {

/// IANA's DHCP Relay Agent Sub-Option Codes, and the three that Cisco numbered before there were
/// standard ones.
[[nodiscard]] SubOptionTable relay_sub_options();

namespace kind {
/// "circuit-id='eth0', remote-id=0x0102, link-selection=192.0.2.0".
extern const ValueCodec kRelayInfo;
}  // namespace kind

}  // namespace lessor::wire
