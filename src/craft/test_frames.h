#pragma once
// Frames for the tests of this folder: DHCP messages from words, in Ethernet, IPv4 and UDP.

#include "net/frame.h"
#include "wire/v4/message_writer.h"

#include <string_view>
#include <vector>

namespace lessor::craft::testing {

/// A frame around `payload`; to everybody unless `who` says otherwise.
inline std::vector<std::byte> udp_frame(net::UdpEndpoints who, Bytes payload) {
  if (who.destination_mac == net::Mac{}) who.destination_mac = net::kMacBroadcast;
  std::vector<std::byte> slot(net::kFrameHeaders + payload.size());
  copy_bytes(MutableBytes(slot).subspan(net::kFrameHeaders), payload);
  net::write_udp_frame(slot, net::kFrameHeaders, payload.size(), who);
  return slot;
}

}  // namespace lessor::craft::testing
