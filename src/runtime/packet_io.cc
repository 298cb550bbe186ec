#include "runtime/packet_io.h"

#include "net/arp.h"
#include "net/icmp.h"
#include "runtime/clock.h"
#include "runtime/packet_io_port.h"
#include "runtime/port_holder.h"
#include "runtime/socket_options.h"
#include "runtime/xdp_receiver.h"

#include <algorithm>
#include <sys/epoll.h>

namespace lessor::runtime {

Result<std::unique_ptr<PacketIo>> PacketIo::open(EventLoop& loop, net::Outbox& outbox,
                                                 PacketHandler& handler, PacketIoOptions options) {
  auto watch = InterfaceWatch::open();
  if (!watch) return std::unexpected(watch.error());
  auto routes = RouteCache::open();
  if (!routes) return std::unexpected(routes.error());
  std::unique_ptr<PacketIo> io(new PacketIo(loop, outbox, handler, std::move(options),
                                            std::move(*watch), std::move(*routes)));
  const auto opened = io->open_udp();
  if (!opened) return std::unexpected(opened.error());
  const auto started = io->start();
  if (!started) return std::unexpected(started.error());
  return io;
}

PacketIo::PacketIo(EventLoop& loop, net::Outbox& outbox, PacketHandler& handler,
                   PacketIoOptions options, InterfaceWatch watch, RouteCache routes)
    : loop_(loop),
      outbox_(outbox),
      handler_(handler),
      options_(std::move(options)),
      watch_(std::move(watch)),
      routes_(std::move(routes)),
      framed_ports_{options_.port} {
  if (options_.second_port != 0) framed_ports_.push_back(options_.second_port);
  framed_ports_.insert(framed_ports_.end(), options_.overheard_ports.begin(),
                       options_.overheard_ports.end());
}

Result<void> PacketIo::open_udp() {
  std::vector<net::Interface> own;
  for (const auto index : open_interfaces(plan())) own.push_back(*watch_.table().find(index));
  const auto neighbour = find_udp_port_holder(options_.port);
  for (const std::uint16_t number : {options_.port, options_.second_port}) {
    if (number == 0) continue;
    auto port = UdpPort::open(number, own);
    if (!port) return std::unexpected(port.error());
    udp_.push_back(std::make_unique<UdpSide>(std::move(*port), outbox_, counters_));
  }
  if (neighbour) {
    handler_.on_notice("UDP port " + std::to_string(options_.port) + " is also held by " +
                       *neighbour + ", elsewhere than on what is served here");
  }
  return {};
}

PacketIo::~PacketIo() {
  std::vector<std::unique_ptr<PacketPort>> closing;
  for (const auto& [index, port] : ports_) {
    loop_.forget(port->socket->fd());
    closing.push_back(std::move(port->socket));
  }
  ports_.clear();
  close_ports(std::move(closing));
  for (const auto& [index, receiver] : receivers_) {
    for (const auto& queue : receiver->queues()) loop_.forget(queue->fd());
  }
  for (const auto& side : udp_) loop_.forget(side->port->fd());
  for (const int fd : {watch_.fd(), routes_.fd()}) loop_.forget(fd);
  if (echo_) loop_.forget(echo_->fd());
  if (worker_) loop_.forget(worker_->done().fd());
  loop_.at_turn_end(nullptr);
}

Result<void> PacketIo::start() {
  now_ = read_clock();
  loop_.at_turn_end([this] { end_batch(); });
  auto watched = loop_.watch(watch_.fd(), EPOLLIN, [this](std::uint32_t) { on_netlink(); });
  if (!watched) return watched;
  watched = loop_.watch(routes_.fd(), EPOLLIN, [this](std::uint32_t) { on_routes(); });
  if (!watched) return watched;
  for (const auto& side : udp_) {
    UdpSide* self = side.get();
    watched = loop_.watch(self->port->fd(), EPOLLIN, [this, self](std::uint32_t events) {
      if ((events & EPOLLOUT) != 0) flush(self->queue, self->port->fd());
      if ((events & (EPOLLIN | EPOLLERR)) != 0) receive_udp(*self->port);
    });
    if (!watched) return watched;
  }
  if (auto opened = open_echo(); !opened) return opened;
  return open_at_start();
}

/// Without the right to a raw socket nobody is asked.
Result<void> PacketIo::open_echo() {
  if (!options_.echo) return {};
  auto socket = EchoSocket::open();
  if (!socket) return {};
  echo_ = std::move(*socket);
  return loop_.watch(echo_->fd(), EPOLLIN, [this](std::uint32_t) { receive_echoes(); });
}

void PacketIo::receive_echoes() {
  for (std::size_t i = 0; i < kReceiveBatch; ++i) {
    const auto packet = echo_->next();
    if (!packet) return;
    const auto sighting = net::read_echo_answer(*packet);
    if (!sighting) continue;
    begin();
    handler_.on_echo(now_, *sighting);
    count_received();
  }
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
  for (const auto& side : udp_) flush(side->queue, side->port->fd());
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

/// A batch, so that every socket has its turn. Where a crowd waits behind it, most is thrown away
/// for little now, by whose it is; the kernel would throw away any, and with them those that are
/// few.
std::size_t PacketIo::receive(const Port& port, FrameSource& source) {
  std::size_t taken = take(port, source, kReceiveBatch);
  if (taken == kReceiveBatch && source.is_crowded() && handler_.picks_in_crowd(kCrowdAnswered)) {
    picking_ = true;
    taken += take(port, source, kCrowd);
    picking_ = false;
  }
  source.release();
  return taken;
}

/// Takes up to `most` frames; how many there were.
std::size_t PacketIo::take(const Port& port, FrameSource& source, std::size_t most) {
  ReceivedFrame frame;
  std::size_t taken = 0;
  std::size_t told = 0;
  for (; taken < most && source.next(frame); ++taken) {
    begin();
    if (frame.losing) counters_.add(IoCount::receive_lost, source.take_losses());
    if (!picking_) tell_ahead(frame.frame, source, taken, told);
    accept_frame(port, frame);
    count_received();
  }
  return taken;
}

/// Of this frame, the `taken`th, and those that follow soon: what was not told in this batch.
/// Payloads, if frames have what those with one usually have before it.
void PacketIo::tell_ahead(Bytes frame, const FrameSource& source, std::size_t taken,
                          std::size_t& told) {
  for (; told <= taken + kToldAhead; ++told) {
    const Bytes coming = told == taken ? frame : source.ahead(told - taken);
    if (coming.empty() && told > taken) break;
    if (coming.size() > net::kFrameHeaders) {
      handler_.fetch_ahead(coming.subspan(net::kFrameHeaders));
    }
  }
}

void PacketIo::deliver(const net::Datagram& datagram) {
  if (picking_ && !handler_.admits(now_, datagram)) return;
  handler_.on_datagram(now_, datagram);
}

void PacketIo::accept_frame(const Port& port, const ReceivedFrame& frame) {
  if (net::ether_type(frame.frame) == net::kEtherTypeArp) return accept_arp(port, frame);
  auto parsed = judge(port, frame);
  if (!parsed) return counters_.add(parsed.error());
  counters_.add(IoCount::received_framed);
  parsed->interface = port.index;
  deliver(*parsed);
}

std::expected<net::Datagram, net::FrameRefusal> PacketIo::judge(const Port& port,
                                                                const ReceivedFrame& frame) const {
  if (frame.other_host || frame.outgoing) return std::unexpected(net::FrameRefusal::other_host);
  if (!frame.whole) return std::unexpected(net::FrameRefusal::cut_short);
  if (frame.in_vlan) return std::unexpected(net::FrameRefusal::vlan_tagged);
  auto parsed = net::parse_frame(frame.frame, frame.checksum, framed_ports_.front());
  for (std::size_t i = 1; i < framed_ports_.size(); ++i) {
    if (parsed || parsed.error() != net::FrameRefusal::other_port) break;
    parsed = net::parse_frame(frame.frame, frame.checksum, framed_ports_[i]);
    // What is overheard may concern us only when it is sent to us.
    if (parsed && !watch_.table().owns(parsed->destination)) {
      return std::unexpected(net::FrameRefusal::not_for_us);
    }
  }
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
  handler_.on_arp(now_, {.interface = port.index,
                         .address = packet->sender_address,
                         .mac = packet->sender_mac,
                         .target = packet->target_address});
}

void PacketIo::receive_udp(UdpPort& port) {
  const bool full = take_udp(port, kReceiveBatch) == kReceiveBatch;
  if (!full || !is_half_full(port.fd()) || !handler_.picks_in_crowd(kCrowdAnswered)) return;
  picking_ = true;
  (void)take_udp(port, kCrowd);
  picking_ = false;
}

std::size_t PacketIo::take_udp(UdpPort& port, std::size_t most) {
  UdpPort::Received received;
  std::size_t taken = 0;
  for (; taken < most && port.next(received); ++taken) {
    begin();
    accept_datagram(received);
    count_received();
  }
  return taken;
}

void PacketIo::accept_datagram(const UdpPort::Received& received) {
  if (received.cut) return counters_.add(net::FrameRefusal::cut_short);
  net::Datagram datagram = received.datagram;
  // What this host sends to itself comes by loopback, but for some addresses the kernel names the
  // interface that holds them. From the wire a source of ours never gets this far.
  if (watch_.table().owns(datagram.source)) datagram.interface = kLoopbackInterface;
  if (!takes_by_udp(datagram)) return counters_.add(net::FrameRefusal::not_served);
  counters_.add(IoCount::received_udp);
  deliver(datagram);
}

/// The socket's filter asks the same, but a datagram may have been queued before it changed.
bool PacketIo::takes_by_udp(const net::Datagram& datagram) const {
  const ServedInterface* served = find_served(served_, datagram.interface);
  if (served == nullptr || !served->is_open()) {
    if (options_.unicast_from_anywhere && watch_.table().owns(datagram.destination)) return true;
    // A relay agent on this host reaches a served interface's address through loopback.
    return datagram.interface == kLoopbackInterface &&
           std::ranges::binary_search(served_addresses_, datagram.destination);
  }
  const net::Interface* interface = watch_.table().find(datagram.interface);
  return interface != nullptr && !wants_port(*interface);
}

}  // namespace lessor::runtime
