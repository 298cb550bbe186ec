// PacketIo's sending half: where each reply leaves.

#include "net/arp.h"
#include "runtime/clock.h"
#include "runtime/packet_io_port.h"

#include <algorithm>
#include <array>
#include <sys/epoll.h>

namespace lessor::runtime {

void PacketIo::send() {
  for (net::Outbox::Ready ready; outbox_.take_ready(ready);) send_one(ready);
  for (net::ArpProbe probe; outbox_.take_probe(probe);) send_probe(probe);
  for (net::EchoProbe probe; outbox_.take_probe(probe);) send_probe(probe);
  for (Port* port : touched_) {
    port->touched = false;
    if (port->queue.state() == SendQueue::State::empty) (void)port->queue.flush();
    settle(port->queue, port->socket->fd());
  }
  touched_.clear();
  flush_udp();
}

void PacketIo::flush_udp() {
  for (const auto& side : udp_) {
    if (side->queue.empty()) continue;
    if (side->queue.state() == SendQueue::State::empty) (void)side->queue.flush();
    settle(side->queue, side->port->fd());
  }
}

/// The socket that is bound to `source_port`; the first for a port that none has.
PacketIo::UdpSide& PacketIo::side_of(std::uint16_t source_port) {
  const auto found = std::ranges::find_if(
      udp_, [&](const auto& side) { return side->port->port() == source_port; });
  return found == udp_.end() ? *udp_.front() : **found;
}

PacketIo::Port* PacketIo::find_port(net::InterfaceIndex index) {
  const auto found = ports_.find(index);
  return found == ports_.end() ? nullptr : found->second.get();
}

/// RFC 2131 4.1 as the Envelope says it. Framed where the interface has a packet socket; else UDP,
/// by the interface where the link decides and as the kernel routes where the address does.
void PacketIo::send_one(const net::Outbox::Ready& ready) {
  const net::Envelope& envelope = ready.envelope;
  Port* port = find_port(envelope.interface);
  const bool udp_only = options_.sockets == SocketKind::udp;
  switch (envelope.target) {
    case net::LinkTarget::broadcast:
      if (port != nullptr) return send_framed(*port, ready, net::kMacBroadcast);
      return send_by_udp(ready, envelope.destination, envelope.interface);
    case net::LinkTarget::mac:
      if (port != nullptr) return send_framed(*port, ready, envelope.target_mac);
      // RFC 2131 4.1: "If unicasting is not possible, the message MAY be sent as an IP broadcast":
      // the kernel would ask by ARP for an address that the client does not have yet.
      return send_by_udp(ready, udp_only ? net::kIp4Broadcast : envelope.destination,
                         envelope.interface);
    case net::LinkTarget::route: {
      const bool can_frame = port != nullptr && envelope.target_mac != net::Mac() &&
                             !net::is_group(envelope.target_mac);
      const net::InterfaceIndex out = can_frame ? routes_.to(envelope.destination).interface : 0;
      // Without any route the way back is still known: the request came by it.
      if (can_frame && (out == envelope.interface || out == 0)) {
        return send_framed(*port, ready, envelope.target_mac);
      }
      const bool same_as_inbound = udp_only && !options_.use_routing;
      return send_by_udp(ready, envelope.destination, same_as_inbound ? envelope.interface : 0);
    }
  }
}

/// An engine that does not care leaves the source address to the routes, as the kernel does.
net::Ip4 PacketIo::source_of(const net::Envelope& envelope) {
  const bool by_route = envelope.target == net::LinkTarget::route && envelope.source.is_zero();
  return by_route ? routes_.to(envelope.destination).source : envelope.source;
}

void PacketIo::send_framed(Port& port, const net::Outbox::Ready& ready, const net::Mac& to) {
  const net::Envelope& envelope = ready.envelope;
  const Bytes frame = net::write_udp_frame(ready.slot, net::kHeadroom, ready.size,
                                           {.source_mac = port.mac,
                                            .destination_mac = to,
                                            .source = source_of(envelope),
                                            .destination = envelope.destination,
                                            .source_port = envelope.source_port,
                                            .destination_port = envelope.destination_port});
  port.queue.push({.bytes = frame, .slot = ready.id});
  if (port.touched) return;
  port.touched = true;
  touched_.push_back(&port);
}

void PacketIo::send_by_udp(const net::Outbox::Ready& ready, net::Ip4 destination,
                           net::InterfaceIndex interface) {
  const ServedInterface* served = find_served(served_, interface);
  const bool may_leave =
      interface == 0 || interface == kLoopbackInterface || (served != nullptr && served->is_open());
  if (!may_leave) {
    counters_.add(IoCount::send_no_interface);
    outbox_.recycle(ready.id);
    return;
  }
  // The kernel refuses a source that is not ours (a server identifier that a relay overrode).
  const bool own = watch_.table().owns(ready.envelope.source);
  const net::Ip4 source = own ? ready.envelope.source : net::kIp4Any;
  side_of(ready.envelope.source_port)
      .queue.push(outgoing_datagram(ready, destination, source, interface));
}

void PacketIo::send_probe(const net::ArpProbe& probe) {
  Port* port = find_port(probe.interface);
  if (port == nullptr) return counters_.add(IoCount::send_no_interface);
  std::array<std::byte, net::kArpFrame> room;
  // RFC 5227 2.1.1 and 2.3: probes and announcements are broadcast.
  const Bytes frame = net::write_arp_frame(
      room, net::kMacBroadcast, net::arp_question(port->mac, probe.sender, probe.address));
  counters_.add(port->socket->send_now(frame) ? IoCount::sent_probes : IoCount::send_failed);
}

void PacketIo::send_probe(const net::EchoProbe& probe) {
  const bool sent = echo_ && echo_->send(probe);
  counters_.add(sent ? IoCount::sent_probes : IoCount::send_failed);
}

void PacketIo::flush(SendQueue& queue, int fd) {
  if (queue.state() == SendQueue::State::empty) return;
  if (queue.flush() == SendQueue::State::empty) loop_.rewatch(fd, EPOLLIN);
  settle(queue, fd);
}

/// Arranges for a queue that could not be emptied to be tried again.
void PacketIo::settle(const SendQueue& queue, int fd) {
  switch (queue.state()) {
    case SendQueue::State::empty:
      return;
    case SendQueue::State::wait_writable:
      return loop_.rewatch(fd, EPOLLIN | EPOLLOUT);
    case SendQueue::State::wait_a_moment:
      loop_.rewatch(fd, EPOLLIN);
      retry_send_at_ = std::min(retry_send_at_, read_clock().mono + kSendPause);
  }
}

}  // namespace lessor::runtime
