// PacketIo's AF_XDP receivers: beside the packet socket of an interface, which sends, and takes
// what they leave.

#include "runtime/packet_io_port.h"
#include "runtime/xdp_receiver.h"

#include <sys/epoll.h>

namespace lessor::runtime {

/// At start only: the rights that it takes are given up after it. Interfaces that are not ready get
/// theirs too; one that is refused has its packet socket.
void PacketIo::open_receivers() {
  for (const ServedInterface& served : served_) {
    const net::Interface* interface = watch_.table().find(served.index);
    if (interface == nullptr || !interface->ethernet) continue;
    auto receiver = XdpReceiver::open({.interface = interface->index,
                                       .name = interface->name,
                                       .ports = framed_ports_,
                                       .frames = kMaxRingFrames});
    if (!receiver) {
      handler_.on_notice("receiving by packet socket: " + to_string(receiver.error()));
      continue;
    }
    for (const auto& queue : (*receiver)->queues()) watch_queue(interface->index, *queue);
    receivers_.emplace(interface->index, std::move(*receiver));
  }
}

void PacketIo::watch_queue(net::InterfaceIndex index, XdpQueue& queue) {
  const auto watched =
      loop_.watch(queue.fd(), EPOLLIN, [this, index, &queue](std::uint32_t events) {
        if ((events & EPOLLERR) != 0) return loop_.forget(queue.fd());  // its interface has gone
        receive_by_xdp(index, queue);
      });
  if (!watched) handler_.on_notice(to_string(watched.error()));
}

void PacketIo::receive_by_xdp(net::InterfaceIndex index, XdpQueue& queue) {
  if (Port* port = find_port(index)) {
    counters_.add(IoCount::received_xdp, receive(*port, queue));
    return;
  }
  // What came before its interface was closed.
  ReceivedFrame frame;
  for (std::size_t i = 0; i < kReceiveBatch && queue.next(frame); ++i) continue;
  queue.release();
}

/// Brings the receivers in line with the sockets and addresses that there are.
void PacketIo::aim_receivers() {
  for (auto at = receivers_.begin(); at != receivers_.end();) {
    const net::Interface* interface = watch_.table().find(at->first);
    if (interface == nullptr) {
      for (const auto& queue : at->second->queues()) loop_.forget(queue->fd());
      at = receivers_.erase(at);
      continue;
    }
    if (find_port(at->first) == nullptr) {
      at->second->take_nothing();
    } else {
      at->second->take_for(interface->mac, own_addresses(*interface));
    }
    ++at;
  }
  for (ServedInterface& served : served_) served.by_xdp = receivers_.contains(served.index);
}

/// All of this host's, those of `first` at the front.
std::vector<net::Ip4> PacketIo::own_addresses(const net::Interface& first) const {
  std::vector<net::Ip4> addresses;
  for (const net::Prefix4& own : first.addresses) addresses.push_back(own.address);
  for (const net::Interface& any : watch_.table().all()) {
    if (any.index == first.index) continue;
    for (const net::Prefix4& own : any.addresses) addresses.push_back(own.address);
  }
  return addresses;
}

}  // namespace lessor::runtime
