#include "runtime/packet_io.h"

#include "net/arp.h"
#include "runtime/clock.h"
#include "runtime/packet_io_port.h"
#include "runtime/port_holder.h"

#include <algorithm>
#include <sys/epoll.h>

namespace lessor::runtime {

Result<std::unique_ptr<PacketIo>> PacketIo::open(EventLoop& loop, net::Outbox& outbox,
                                                 PacketHandler& handler, PacketIoOptions options) {
  auto watch = InterfaceWatch::open();
  if (!watch) return std::unexpected(watch.error());
  std::vector<net::Interface> own;
  for (const auto index : open_interfaces(plan_service(watch->table(), options.wanted))) {
    own.push_back(*watch->table().find(index));
  }
  const auto neighbour = find_udp_port_holder(options.port);
  auto udp = UdpPort::open(options.port, own);
  if (!udp) return std::unexpected(udp.error());
  auto routes = RouteCache::open();
  if (!routes) return std::unexpected(routes.error());
  std::unique_ptr<PacketIo> io(new PacketIo(loop, outbox, handler, std::move(options),
                                            std::move(*watch), std::move(*routes),
                                            std::move(*udp)));
  if (neighbour) {
    handler.on_notice("UDP port " + std::to_string(io->options_.port) + " is also held by " +
                      *neighbour + ", elsewhere than on what is served here");
  }
  const auto started = io->start();
  if (!started) return std::unexpected(started.error());
  return io;
}

PacketIo::PacketIo(EventLoop& loop, net::Outbox& outbox, PacketHandler& handler,
                   PacketIoOptions options, InterfaceWatch watch, RouteCache routes,
                   std::unique_ptr<UdpPort> udp)
    : loop_(loop),
      outbox_(outbox),
      handler_(handler),
      options_(std::move(options)),
      watch_(std::move(watch)),
      routes_(std::move(routes)),
      udp_(std::move(udp)),
      udp_queue_(udp_->fd(), outbox, counters_, IoCount::sent_udp) {}

PacketIo::~PacketIo() {
  std::vector<std::unique_ptr<PacketPort>> closing;
  for (const auto& [index, port] : ports_) {
    loop_.forget(port->socket->fd());
    closing.push_back(std::move(port->socket));
  }
  ports_.clear();
  close_ports(std::move(closing));
  for (const int fd : {udp_->fd(), watch_.fd(), routes_.fd()}) loop_.forget(fd);
  if (worker_) loop_.forget(worker_->done().fd());
  loop_.at_turn_end(nullptr);
}

Result<void> PacketIo::start() {
  now_ = read_clock();
  loop_.at_turn_end([this] { end_batch(); });
  auto watched = loop_.watch(watch_.fd(), EPOLLIN, [this](std::uint32_t) { on_netlink(); });
  if (!watched) return watched;
  watched = loop_.watch(routes_.fd(), EPOLLIN, [this](std::uint32_t) { routes_.take_events(); });
  if (!watched) return watched;
  watched = loop_.watch(udp_->fd(), EPOLLIN, [this](std::uint32_t events) {
    if ((events & EPOLLOUT) != 0) flush(udp_queue_, udp_->fd());
    if ((events & (EPOLLIN | EPOLLERR)) != 0) receive_udp();
  });
  if (!watched) return watched;
  return open_at_start();
}

Instant PacketIo::next_deadline() const { return std::min(retry_send_at_, reopen_at_); }

void PacketIo::on_time(Now now) {
  now_ = now;
  if (now.mono >= reopen_at_) {
    reopen_at_ = Instant::never();
    failures_.clear();
    (void)read_interfaces();
    refollow();
  }
  if (now.mono < retry_send_at_) return;
  retry_send_at_ = Instant::never();
  flush(udp_queue_, udp_->fd());
  for (const auto& [index, port] : ports_) flush(port->queue, port->socket->fd());
}

void PacketIo::begin() {
  if (batch_open_) return;
  batch_open_ = true;
  now_ = read_clock();
}

void PacketIo::count_received() {
  if (++batch_size_ == kReceiveBatch) end_batch();
}

void PacketIo::end_batch() {
  if (!batch_open_) return;
  batch_open_ = false;
  batch_size_ = 0;
  handler_.on_batch_end(now_);
  send();
}

void PacketIo::receive(Port& port) {
  FrameSource& source = port.socket->source();
  ReceivedFrame frame;
  for (std::size_t i = 0; i < kReceiveBatch && source.next(frame); ++i) {
    begin();
    if (frame.losing) counters_.add(IoCount::receive_lost, take_losses(port.socket->fd()));
    accept_frame(port, frame);
    count_received();
  }
  source.release();
}

void PacketIo::accept_frame(const Port& port, const ReceivedFrame& frame) {
  if (net::ether_type(frame.frame) == net::kEtherTypeArp) return accept_arp(port, frame);
  const auto parsed = judge(port, frame);
  if (!parsed) return counters_.add(parsed.error());
  counters_.add(IoCount::received_framed);
  handler_.on_datagram(now_, {.payload = parsed->payload,
                              .source = parsed->source,
                              .destination = parsed->destination,
                              .source_port = parsed->source_port,
                              .destination_port = parsed->destination_port,
                              .interface = port.index,
                              .framed = true,
                              .source_mac = parsed->source_mac,
                              .destination_mac = parsed->destination_mac});
}

std::expected<net::ParsedUdp, net::FrameRefusal> PacketIo::judge(const Port& port,
                                                                 const ReceivedFrame& frame) const {
  if (frame.other_host || frame.outgoing) return std::unexpected(net::FrameRefusal::other_host);
  if (!frame.whole) return std::unexpected(net::FrameRefusal::cut_short);
  if (frame.in_vlan) return std::unexpected(net::FrameRefusal::vlan_tagged);
  auto parsed = net::parse_frame(frame.frame, frame.checksum, options_.port);
  if (parsed && !port.destinations.contains(parsed->destination)) {
    return std::unexpected(net::FrameRefusal::not_for_us);
  }
  return parsed;
}

/// What others' ARP says: who sends from an address uses it. A probe names no sender (RFC 5227 1.1)
/// and says only that somebody would like to.
void PacketIo::accept_arp(const Port& port, const ReceivedFrame& frame) {
  if (frame.in_vlan || frame.other_host || frame.outgoing) return;
  const auto packet = net::parse_arp_frame(frame.frame);
  if (!packet) return counters_.add(packet.error());
  if (packet->sender_address.is_zero() || packet->sender_mac == port.mac) return;
  counters_.add(IoCount::received_arp);
  handler_.on_arp(
      now_,
      {.interface = port.index,
       .address = packet->sender_address,
       .mac = packet->sender_mac,
       .target = packet->target_address});
}

void PacketIo::receive_udp() {
  UdpPort::Received received;
  for (std::size_t i = 0; i < kReceiveBatch && udp_->next(received); ++i) {
    begin();
    accept_datagram(received);
    count_received();
  }
}

void PacketIo::accept_datagram(const UdpPort::Received& received) {
  if (received.cut) return counters_.add(net::FrameRefusal::cut_short);
  net::Datagram datagram = received.datagram;
  // What this host sends to itself comes by loopback, but for some addresses the kernel names the
  // interface that holds them. From the wire a source of ours never gets this far.
  if (watch_.table().owns(datagram.source)) datagram.interface = kLoopbackInterface;
  if (!takes_by_udp(datagram)) return counters_.add(net::FrameRefusal::not_served);
  counters_.add(IoCount::received_udp);
  handler_.on_datagram(now_, datagram);
}

/// The socket's filter asks the same, but a datagram may have been queued before it changed.
bool PacketIo::takes_by_udp(const net::Datagram& datagram) const {
  const ServedInterface* served = find_served(served_, datagram.interface);
  if (served == nullptr || !served->is_open()) {
    // A relay agent on this host reaches a served interface's address through loopback.
    return datagram.interface == kLoopbackInterface &&
           std::ranges::binary_search(served_addresses_, datagram.destination);
  }
  const net::Interface* interface = watch_.table().find(datagram.interface);
  return interface != nullptr && !wants_port(*interface);
}

}  // namespace lessor::runtime
