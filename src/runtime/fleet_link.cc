#include "runtime/fleet_link.h"

#include "runtime/clock.h"
#include "runtime/limits.h"
#include "runtime/neighbour_question.h"
#include "runtime/socket_options.h"

#include <array>
#include <sys/epoll.h>
#include <vector>

namespace lessor::runtime {
namespace {

/// A window of ten thousand answers may come at once.
constexpr int kReceiveBufferBytes = 32 * 1'024 * 1'024;

}  // namespace

net::Mac FleetLink::router_mac(net::Ip4 address) {
  net::Mac mac;
  store_be16(mac.octets.data(), kRouterMac);
  store_be32(&mac.octets[2], address.value);
  return mac;
}

Result<void> FleetLink::open_frames(const net::Interface& interface, std::uint16_t port,
                                    bool promiscuous) {
  auto frames = PacketPort::open({.interface = interface.index,
                                  .name = interface.name,
                                  .ports = {port},
                                  .arp = true,
                                  .ring_frames = kFleetRingFrames,
                                  .promiscuous = promiscuous});
  if (!frames) return std::unexpected(frames.error());
  interface_ = interface.index;
  port_ = port;
  frames_ = std::move(*frames);
  return {};
}

Result<std::unique_ptr<FleetLink>> FleetLink::open_framed(EventLoop& loop, net::Outbox& outbox,
                                                          FleetLinkHandler& handler,
                                                          const net::Interface& interface,
                                                          const Framed& options) {
  std::unique_ptr<FleetLink> link(new FleetLink(loop, outbox, handler));
  link->source_mac_at_ = options.source_mac_at;
  auto opened = link->open_frames(interface, options.port, true);
  if (opened) opened = link->start(link->frames_->fd(), IoCount::sent_framed);
  if (!opened) return std::unexpected(opened.error());
  return link;
}

Result<std::unique_ptr<FleetLink>> FleetLink::open_routers(EventLoop& loop, net::Outbox& outbox,
                                                           FleetLinkHandler& handler,
                                                           const net::Interface& interface,
                                                           const Routers& options) {
  std::unique_ptr<FleetLink> link(new FleetLink(loop, outbox, handler));
  link->routers_ = options;
  link->router_mac_ = interface.mac;
  auto opened = link->open_frames(interface, options.port, !options.own);
  if (!opened) return std::unexpected(opened.error());
  const auto next_hop = ask_for_neighbour(
      *link->frames_,
      {.from_mac = interface.mac, .from = options.asks_from, .neighbour = options.next_hop});
  if (!next_hop) return std::unexpected(next_hop.error());
  link->next_hop_mac_ = *next_hop;
  if (options.own) {
    // What the kernel would deliver to it is dropped: a UdpPort is born closed.
    auto udp = UdpPort::open(options.port);
    if (!udp) return std::unexpected(udp.error());
    link->udp_ = std::move(*udp);
  }
  opened = link->start(link->frames_->fd(), IoCount::sent_framed);
  if (!opened) return std::unexpected(opened.error());
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
  receive();
}

/// What waits is taken before more is asked for, and what it caused is sent a batch at a time.
void FleetLink::receive() {
  for (std::size_t i = 0; i < kFleetReceiveBatches; ++i) {
    const std::size_t taken = frames_ ? receive_frames() : receive_datagrams();
    send();
    if (taken < kReceiveBatch) return;
  }
}

std::size_t FleetLink::receive_frames() {
  const Now now = read_clock();
  FrameSource& source = frames_->source();
  ReceivedFrame frame;
  std::size_t taken = 0;
  for (; taken < kReceiveBatch && source.next(frame); ++taken) {
    if (frame.losing) count_losses();
    accept_frame(now, frame);
  }
  source.release();
  return taken;
}

/// Whose it is, payloads tell: what is sent to a host that is not played is nobody's here.
void FleetLink::accept_frame(Now now, const ReceivedFrame& frame) {
  if (frame.outgoing || frame.in_vlan) return;
  if (net::ether_type(frame.frame) == net::kEtherTypeArp) return accept_arp(now, frame);
  if (!frame.whole) return counters_.add(net::FrameRefusal::cut_short);
  auto parsed = net::parse_frame(frame.frame, frame.checksum, port_);
  if (!parsed) return counters_.add(parsed.error());
  counters_.add(IoCount::received_framed);
  parsed->interface = interface_;
  handler_.on_datagram(now, *parsed);
}

void FleetLink::accept_arp(Now now, const ReceivedFrame& frame) {
  const auto packet = net::parse_arp_frame(frame.frame);
  if (!packet) return counters_.add(packet.error());
  // A next hop may move: to another machine that takes its address over.
  if (routers_ && packet->sender_address == routers_->next_hop) next_hop_mac_ = packet->sender_mac;
  if (packet->operation == net::ArpOperation::request) answer_arp(now, *packet);
}

/// RFC 826: a host tells who asks where its address is.
void FleetLink::answer_arp(Now now, const net::ArpPacket& packet) {
  const auto mac = handler_.mac_of(now, packet.target_address);
  if (!mac || *mac == packet.sender_mac) return;
  std::array<std::byte, net::kArpFrame> room;
  const Bytes answer = net::write_arp_frame(room, packet.sender_mac,
                                            {.operation = net::ArpOperation::reply,
                                             .sender_mac = *mac,
                                             .sender_address = packet.target_address,
                                             .target_mac = packet.sender_mac,
                                             .target_address = packet.sender_address});
  if (!frames_->send_now(answer)) counters_.add(IoCount::send_failed);
}

std::size_t FleetLink::receive_datagrams() {
  const Now now = read_clock();
  UdpPort::Received received;
  std::size_t taken = 0;
  for (; taken < kReceiveBatch && udp_->next(received); ++taken) {
    if (received.cut) {
      counters_.add(net::FrameRefusal::cut_short);
      continue;
    }
    counters_.add(IoCount::received_udp);
    handler_.on_datagram(now, received.datagram);
  }
  return taken;
}

net::UdpEndpoints FleetLink::ends_of(const net::Outbox::Ready& ready) const {
  const net::Envelope& envelope = ready.envelope;
  net::UdpEndpoints ends{.destination_mac = net::kMacBroadcast,
                         .source = envelope.source,
                         .destination = envelope.destination,
                         .source_port = envelope.source_port,
                         .destination_port = envelope.destination_port};
  if (routers_) {
    ends.source_mac = routers_->own ? router_mac_ : router_mac(envelope.source);
    ends.destination_mac = next_hop_mac_;
    return ends;
  }
  if (envelope.target != net::LinkTarget::broadcast) ends.destination_mac = envelope.target_mac;
  copy_bytes(ends.source_mac.octets,
             ready.payload().subspan(source_mac_at_, ends.source_mac.octets.size()));
  return ends;
}

Outgoing FleetLink::address(const net::Outbox::Ready& ready) const {
  if (!frames_) {
    return outgoing_datagram(ready, ready.envelope.destination, ready.envelope.source, 0);
  }
  return {.bytes = net::write_udp_frame(ready.slot, net::kHeadroom, ready.size, ends_of(ready)),
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

void FleetLink::count_losses() {
  if (frames_) counters_.add(IoCount::receive_lost, frames_->source().take_losses());
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
