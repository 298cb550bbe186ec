#pragma once
// A received UDP datagram with all that the engines may want to know of how it came. Must not know:
// DHCP, sockets.

#include "net/address.h"

namespace lessor::net {

/// The kernel's index of an interface; 0 is none.
using InterfaceIndex = std::uint32_t;

/// One received datagram. `payload` is borrowed: valid until the receive slot is reused.
struct Datagram {
  Bytes payload;
  Ip4 source;
  Ip4 destination;
  std::uint16_t source_port = 0;
  std::uint16_t destination_port = 0;
  InterfaceIndex interface = 0;
  bool framed = false;  ///< came by a packet socket: the MAC addresses below are known
  Mac source_mac;
  Mac destination_mac;
};

/// An ARP packet's sender, as seen on `interface`: somebody uses `address`. A probe (RFC 5227 1.1)
/// has no sender's address: then somebody is about to use `target`.
struct ArpSighting {
  InterfaceIndex interface = 0;
  Ip4 address;
  Mac mac;
  Ip4 target;
};

}  // namespace lessor::net
