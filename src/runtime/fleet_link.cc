#include "runtime/fleet_link.h"

#include "net/arp.h"
#include "runtime/clock.h"
#include "runtime/limits.h"
#include "runtime/socket_options.h"

#include <array>
#include <sys/epoll.h>
#include <vector>

namespace lessor::runtime {
namespace {

/// A window of ten thousand answers may come at once.
constexpr int kReceiveBufferBytes = 32 * 1'024 * 1'024;

}  // namespace

Result<std::unique_ptr<FleetLink>> FleetLink::open_framed(EventLoop& loop, net::Outbox& outbox,
                                                          FleetLinkHandler& handler,
                                                          const net::Interface& interface,
                                                          const Framed& options) {
  auto port = PacketPort::open({.interface = interface.index,
                                .name = interface.name,
                                .ports = {options.port},
                                .arp = true,
                                .ring_frames = kMaxRingFrames,
                                .promiscuous = true});
  if (!port) return std::unexpected(port.error());
  std::unique_ptr<FleetLink> link(new FleetLink(loop, outbox, handler));
  link->interface_ = interface.index;
  link->framed_ = options;
  link->frames_ = std::move(*port);
  const auto started = link->start(link->frames_->fd(), IoCount::sent_framed);
  if (!started) return std::unexpected(started.error());
  return link;
}

Result<std::unique_ptr<FleetLink>> FleetLink::open_routed(EventLoop& loop, net::Outbox& outbox,
                                                          FleetLinkHandler& handler,
                                                          const net::InterfaceTable& interfaces,
                                                          std::uint16_t port) {
  auto udp = UdpPort::open(port);
  if (!udp) return std::unexpected(udp.error());
  std::vector<net::InterfaceIndex> all;
  for (const net::Interface& one : interfaces.all()) all.push_back(one.index);
  const auto accepting = (*udp)->accept_only(all);
  if (!accepting) return std::unexpected(accepting.error());
  enlarge_receive_buffer((*udp)->fd(), kReceiveBufferBytes);
  std::unique_ptr<FleetLink> link(new FleetLink(loop, outbox, handler));
  link->udp_ = std::move(*udp);
  const auto started = link->start(link->udp_->fd(), IoCount::sent_udp);
  if (!started) return std::unexpected(started.error());
  return link;
}

Result<void> FleetLink::start(int fd, IoCount sent) {
  fd_ = fd;
  queue_ = std::make_unique<SendQueue>(fd, outbox_, counters_, sent);
  return loop_.watch(fd, EPOLLIN, [this](std::uint32_t events) { on_ready(events); });
}

FleetLink::~FleetLink() { loop_.forget(fd_); }

void FleetLink::on_ready(std::uint32_t events) {
  if ((events & EPOLLERR) != 0 && frames_ && !frames_->take_error()) {
    gone_ = true;
    loop_.forget(fd_);
    return;
  }
  if ((events & EPOLLOUT) != 0) flush();
  if ((events & (EPOLLIN | EPOLLERR)) == 0) return;
  if (frames_) {
    receive_frames();
  } else {
    receive_datagrams();
  }
}

void FleetLink::receive_frames() {
  const Now now = read_clock();
  FrameSource& source = frames_->source();
  ReceivedFrame frame;
  for (std::size_t i = 0; i < kReceiveBatch && source.next(frame); ++i) {
    if (frame.losing) counters_.add(IoCount::receive_lost, source.take_losses());
    accept_frame(now, frame);
  }
  source.release();
}

/// Whose it is, payloads tell: what is sent to a host that is not played is nobody's here.
void FleetLink::accept_frame(Now now, const ReceivedFrame& frame) {
  if (frame.outgoing || frame.in_vlan) return;
  if (net::ether_type(frame.frame) == net::kEtherTypeArp) return answer_arp(now, frame);
  if (!frame.whole) return counters_.add(net::FrameRefusal::cut_short);
  auto parsed = net::parse_frame(frame.frame, frame.checksum, framed_.port);
  if (!parsed) return counters_.add(parsed.error());
  counters_.add(IoCount::received_framed);
  parsed->interface = interface_;
  handler_.on_datagram(now, *parsed);
}

/// RFC 826: a host tells who asks where its address is.
void FleetLink::answer_arp(Now now, const ReceivedFrame& frame) {
  const auto packet = net::parse_arp_frame(frame.frame);
  if (!packet) return counters_.add(packet.error());
  if (packet->operation != net::ArpOperation::request) return;
  const auto mac = handler_.mac_of(now, packet->target_address);
  if (!mac || *mac == packet->sender_mac) return;
  std::array<std::byte, net::kArpFrame> room;
  const Bytes answer = net::write_arp_frame(room, packet->sender_mac,
                                            {.operation = net::ArpOperation::reply,
                                             .sender_mac = *mac,
                                             .sender_address = packet->target_address,
                                             .target_mac = packet->sender_mac,
                                             .target_address = packet->sender_address});
  if (!frames_->send_now(answer)) counters_.add(IoCount::send_failed);
}

void FleetLink::receive_datagrams() {
  const Now now = read_clock();
  UdpPort::Received received;
  for (std::size_t i = 0; i < kReceiveBatch && udp_->next(received); ++i) {
    if (received.cut) {
      counters_.add(net::FrameRefusal::cut_short);
      continue;
    }
    counters_.add(IoCount::received_udp);
    handler_.on_datagram(now, received.datagram);
  }
}

Outgoing FleetLink::address(const net::Outbox::Ready& ready) const {
  const net::Envelope& envelope = ready.envelope;
  if (udp_) return outgoing_datagram(ready, envelope.destination, envelope.source, 0);
  net::UdpEndpoints ends{.destination_mac = envelope.target == net::LinkTarget::broadcast
                                                ? net::kMacBroadcast
                                                : envelope.target_mac,
                         .source = envelope.source,
                         .destination = envelope.destination,
                         .source_port = envelope.source_port,
                         .destination_port = envelope.destination_port};
  copy_bytes(ends.source_mac.octets,
             ready.payload().subspan(framed_.source_mac_at, ends.source_mac.octets.size()));
  return {.bytes = net::write_udp_frame(ready.slot, net::kHeadroom, ready.size, ends),
          .slot = ready.id};
}

void FleetLink::send() {
  net::Outbox::Ready ready;
  while (queue_->state() == SendQueue::State::empty) {
    std::size_t taken = 0;
    for (; taken < kSendBatch && outbox_.take_ready(ready); ++taken) queue_->push(address(ready));
    if (taken == 0) return;
    flush();
  }
}

void FleetLink::on_time(Instant now) {
  if (now >= retry_at_) flush();
}

void FleetLink::flush() {
  retry_at_ = Instant::never();
  const bool was_waiting = queue_->state() != SendQueue::State::empty;
  switch (queue_->flush()) {
    case SendQueue::State::empty:
      if (was_waiting) loop_.rewatch(fd_, EPOLLIN);
      return;
    case SendQueue::State::wait_writable:
      return loop_.rewatch(fd_, EPOLLIN | EPOLLOUT);
    case SendQueue::State::wait_a_moment:
      loop_.rewatch(fd_, EPOLLIN);
      retry_at_ = read_clock().mono + kSendPause;
  }
}

}  // namespace lessor::runtime
