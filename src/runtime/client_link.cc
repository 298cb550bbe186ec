#include "runtime/client_link.h"

#include "net/arp.h"
#include "runtime/clock.h"
#include "runtime/limits.h"
#include "runtime/port_holder.h"
#include "runtime/socket_filter.h"
#include "runtime/socket_options.h"
#include "runtime/udp_port.h"

#include <cerrno>
#include <netinet/in.h>
#include <sys/epoll.h>
#include <sys/socket.h>

namespace lessor::runtime {
namespace {

/// A UDP socket on `port` of the interface. What comes in is filtered away: the packet socket has
/// it already.
Result<FileDescriptor> open_udp(const net::Interface& interface, std::uint16_t port) {
  const std::string attempted = "open UDP port " + std::to_string(port) + " on " + interface.name;
  FileDescriptor fd(socket(AF_INET, SOCK_DGRAM | SOCK_NONBLOCK | SOCK_CLOEXEC, 0));
  if (!fd.is_open()) return std::unexpected(last_error(attempted));
  const auto deaf = attach_filter(fd.get(), drop_all_filter());
  if (!deaf) return std::unexpected(deaf.error());
  const auto shared = set_option(fd.get(), SOL_SOCKET, SO_REUSEADDR, 1, attempted);
  if (!shared) return std::unexpected(shared.error());
  if (setsockopt(fd.get(), SOL_SOCKET, SO_BINDTODEVICE, interface.name.c_str(),
                 static_cast<socklen_t>(interface.name.size())) != 0) {
    return std::unexpected(last_error(attempted));
  }
  sockaddr_in address{};
  address.sin_family = AF_INET;
  store_be16(reinterpret_cast<std::byte*>(&address.sin_port), port);
  if (bind(fd.get(), reinterpret_cast<const sockaddr*>(&address), sizeof address) == 0) return fd;
  const int number = errno;
  const auto holder = number == EADDRINUSE ? find_udp_port_holder(port) : std::nullopt;
  return std::unexpected(error_of(number, attempted, holder ? "it is held by " + *holder : ""));
}

/// Where `from` is to stand in the control data of a message.
struct alignas(cmsghdr) SourceRoom {
  std::array<std::byte, CMSG_SPACE(sizeof(in_pktinfo))> bytes{};
};

}  // namespace

Result<std::unique_ptr<ClientLink>> ClientLink::open(EventLoop& loop,
                                                     const net::Interface& interface,
                                                     ClientLinkHandler& handler,
                                                     const Options& options) {
  auto port = PacketPort::open({.interface = interface.index,
                                .name = interface.name,
                                .ports = {options.port},
                                .arp = true,
                                .ring_frames = 0,
                                .visible = true});
  if (!port) return std::unexpected(port.error());
  std::unique_ptr<ClientLink> link(
      new ClientLink(loop, interface, handler, options, std::move(*port)));
  ClientLink* const self = link.get();
  const auto watched = loop.watch(link->port_->fd(), EPOLLIN,
                                  [self](std::uint32_t events) { self->on_ready(events); });
  if (!watched) return std::unexpected(watched.error());
  auto udp = open_udp(interface, options.port);
  if (udp) {
    link->udp_ = std::move(*udp);
  } else {
    link->no_routing_ = to_string(udp.error());
  }
  return link;
}

ClientLink::ClientLink(EventLoop& loop, const net::Interface& interface, ClientLinkHandler& handler,
                       const Options& options, std::unique_ptr<PacketPort> port)
    : loop_(loop),
      handler_(handler),
      index_(interface.index),
      mac_(interface.mac),
      port_number_(options.port),
      port_(std::move(port)) {}

ClientLink::~ClientLink() { loop_.forget(port_->fd()); }

void ClientLink::on_ready(std::uint32_t events) {
  if ((events & EPOLLERR) != 0 && !port_->take_error()) {
    stale_ = true;
    loop_.forget(port_->fd());
    return;
  }
  if ((events & EPOLLIN) != 0) receive();
}

void ClientLink::receive() {
  const Now now = read_clock();
  FrameSource& source = port_->source();
  ReceivedFrame frame;
  for (std::size_t i = 0; i < kReceiveBatch && source.next(frame); ++i) accept_frame(now, frame);
  source.release();
}

void ClientLink::accept_frame(Now now, const ReceivedFrame& frame) {
  if (net::ether_type(frame.frame) == net::kEtherTypeArp) return accept_arp(now, frame);
  auto parsed = judge(frame);
  if (!parsed) {
    ++counters_.refused[static_cast<std::size_t>(parsed.error())];
    return;
  }
  ++counters_.received;
  parsed->interface = index_;
  handler_.on_datagram(now, *parsed);
}

/// RFC 2131 4.1: the client must take unicasts to an address that it does not have yet: the IP
/// destination says nothing.
std::expected<net::Datagram, net::FrameRefusal> ClientLink::judge(
    const ReceivedFrame& frame) const {
  if (frame.other_host || frame.outgoing) return std::unexpected(net::FrameRefusal::other_host);
  if (!frame.whole) return std::unexpected(net::FrameRefusal::cut_short);
  if (frame.in_vlan) return std::unexpected(net::FrameRefusal::vlan_tagged);
  auto parsed = net::parse_frame(frame.frame, frame.checksum, port_number_);
  const bool for_us =
      !parsed || parsed->destination_mac == mac_ || parsed->destination_mac == net::kMacBroadcast;
  if (!for_us) return std::unexpected(net::FrameRefusal::other_host);
  return parsed;
}

void ClientLink::accept_arp(Now now, const ReceivedFrame& frame) {
  if (frame.in_vlan || frame.other_host || frame.outgoing) return;
  const auto packet = net::parse_arp_frame(frame.frame);
  if (!packet) {
    ++counters_.refused[static_cast<std::size_t>(packet.error())];
    return;
  }
  if (packet->sender_mac == mac_) return;  // our own, come back
  ++counters_.arp;
  handler_.on_arp(now, {.interface = index_,
                        .address = packet->sender_address,
                        .mac = packet->sender_mac,
                        .target = packet->target_address});
}

void ClientLink::send(net::Outbox& outbox) {
  for (net::Outbox::Ready ready; outbox.take_ready(ready);) {
    send_one(ready);
    outbox.recycle(ready.id);
  }
  for (net::ArpProbe probe; outbox.take_probe(probe);) {
    std::array<std::byte, net::kArpFrame> room;
    // RFC 5227 2.1.1 and 2.3: probes and announcements are broadcast.
    count_sent(port_->send_now(net::write_arp_frame(
        room, net::kMacBroadcast, net::arp_question(mac_, probe.sender, probe.address))));
  }
}

void ClientLink::send_one(const net::Outbox::Ready& ready) {
  const net::Envelope& envelope = ready.envelope;
  net::Mac to = net::kMacBroadcast;
  switch (envelope.target) {
    case net::LinkTarget::broadcast:
      break;
    case net::LinkTarget::mac:
      to = envelope.target_mac;
      break;
    case net::LinkTarget::route:
      if (envelope.target_mac == net::Mac()) return count_sent(send_routed(ready));
      to = envelope.target_mac;
      break;
  }
  count_sent(
      port_->send_now(net::write_udp_frame(ready.slot, net::kHeadroom, ready.size,
                                           {.source_mac = mac_,
                                            .destination_mac = to,
                                            .source = envelope.source,
                                            .destination = envelope.destination,
                                            .source_port = envelope.source_port,
                                            .destination_port = envelope.destination_port})));
}

bool ClientLink::send_routed(const net::Outbox::Ready& ready) const {
  if (!udp_.is_open()) return false;
  Outgoing out =
      outgoing_datagram(ready, ready.envelope.destination, ready.envelope.source, index_);
  iovec piece{.iov_base = ready.payload().data(), .iov_len = ready.size};
  SourceRoom room;
  msghdr message{};
  message.msg_name = &out.to;
  message.msg_namelen = sizeof out.to;
  message.msg_iov = &piece;
  message.msg_iovlen = 1;
  message.msg_control = room.bytes.data();
  message.msg_controllen = room.bytes.size();
  cmsghdr* const control = CMSG_FIRSTHDR(&message);
  control->cmsg_level = IPPROTO_IP;
  control->cmsg_type = IP_PKTINFO;
  control->cmsg_len = CMSG_LEN(sizeof out.from);
  copy_bytes({reinterpret_cast<std::byte*>(CMSG_DATA(control)), sizeof out.from},
             std::as_bytes(std::span(&out.from, 1)));
  return sendmsg(udp_.get(), &message, MSG_DONTWAIT) == static_cast<ssize_t>(ready.size);
}

void ClientLink::count_sent(bool sent) {
  if (sent) {
    ++counters_.sent;
  } else {
    ++counters_.send_failed;
  }
}

}  // namespace lessor::runtime
