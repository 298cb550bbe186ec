#pragma once
// What PacketIo keeps of one interface and of one UDP port. For packet_io*.cc only.

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

struct PacketIo::UdpSide {
  UdpSide(std::unique_ptr<UdpPort> opened, net::Outbox& outbox, PacketCounters& counters)
      : port(std::move(opened)), queue(port->fd(), outbox, counters, IoCount::sent_udp) {}
  std::unique_ptr<UdpPort> port;
  SendQueue queue;
};

}  // namespace lessor::runtime
