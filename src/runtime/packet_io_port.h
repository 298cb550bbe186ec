#pragma once
// What PacketIo keeps of one interface. For packet_io*.cc only.

#include "runtime/packet_io.h"

namespace lessor::runtime {

struct PacketIo::Port {
  net::InterfaceIndex index = 0;
  std::string name;
  net::Mac mac;
  DestinationSet destinations;
  std::unique_ptr<PacketPort> socket;
  SendQueue queue;
  bool touched = false;  ///< is in PacketIo::touched_
  bool stale = false;    ///< its interface has gone; another may have taken the index
};

}  // namespace lessor::runtime
