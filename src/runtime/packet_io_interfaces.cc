// PacketIo's memory of which interfaces it serves: opens, refreshes and closes their sockets as
// netlink tells.

#include "runtime/clock.h"
#include "runtime/packet_io_port.h"

#include <algorithm>
#include <cerrno>
#include <sys/epoll.h>

namespace lessor::runtime {
namespace {

bool is_lack_of_privilege(const SystemError& error) {
  return error.number == EPERM || error.number == EACCES;
}

}  // namespace

void PacketIo::set_wanted(WantedInterfaces wanted) {
  options_.wanted = std::move(wanted);
  reopen_at_ = Instant();  // not here: the caller may be in the midst of a batch from a port
}

void PacketIo::on_netlink() {
  now_ = read_clock();
  const auto changed = watch_.take_events();
  if (!changed) return handler_.on_notice(to_string(changed.error()));
  if (!*changed) return;
  routes_.flush();
  const auto followed = follow();
  if (!followed) handler_.on_notice(to_string(followed.error()));
}

bool PacketIo::wants_port(const net::Interface& interface) const {
  const ServedInterface* served = find_served(served_, interface.index);
  return options_.sockets == SocketKind::raw && interface.ethernet && served != nullptr &&
         served->is_open();
}

/// Brings the sockets in line with the interface table. An interface whose socket fails is left
/// `failed` and tried again; only a lack of privilege is an error, as time does not heal it.
Result<void> PacketIo::follow() {
  const std::vector<ServedInterface> before = std::exchange(served_, {});
  served_ = plan_service(watch_.table(), options_.wanted);
  std::vector<net::InterfaceIndex> closing;
  for (const auto& [index, port] : ports_) {
    const net::Interface* interface = watch_.table().find(index);
    if (interface == nullptr || !wants_port(*interface) || port->stale) closing.push_back(index);
  }
  for (const net::InterfaceIndex index : closing) close_port(index);

  Result<void> result;
  for (ServedInterface& served : served_) {
    const net::Interface* interface = watch_.table().find(served.index);
    if (interface == nullptr || !wants_port(*interface)) continue;
    const auto opened = open_port(*interface);
    if (opened) continue;
    served.state = ServeState::failed;
    served.reason = to_string(opened.error());
    reopen_at_ = now_.mono + kReopenInterval;
    if (std::ranges::find(before, served) == before.end()) handler_.on_notice(served.reason);
    if (is_lack_of_privilege(opened.error())) result = opened;
  }
  const auto filtered = filter_udp();
  if (!filtered && result) result = filtered;
  handler_.on_interfaces(watch_.table(), served_);
  return result;
}

/// Opens the interface's packet socket, or tells the one it has what has changed.
Result<void> PacketIo::open_port(const net::Interface& interface) {
  if (Port* open = find_port(interface.index)) {
    refresh_port(*open, interface);
    return {};
  }
  auto socket = PacketPort::open({.interface = interface.index,
                                  .name = interface.name,
                                  .port = options_.port,
                                  .arp = options_.arp,
                                  .ring_frames = ring_frames()});
  if (!socket) return std::unexpected(socket.error());
  if (!(*socket)->ring_refusal().empty()) {
    handler_.on_notice("receiving on " + interface.name +
                       " without a ring, which is slower: " + (*socket)->ring_refusal());
  }
  const int fd = (*socket)->fd();
  std::unique_ptr<Port> port(new Port{.index = interface.index,
                                      .socket = std::move(*socket),
                                      .queue = {fd, outbox_, counters_, IoCount::sent_framed}});
  refresh_port(*port, interface);
  Port* self = port.get();
  const auto watched = loop_.watch(fd, EPOLLIN, [this, self](std::uint32_t events) {
    if ((events & EPOLLERR) != 0) on_socket_error(*self);
    if ((events & EPOLLOUT) != 0) flush(self->queue, self->socket->fd());
    if ((events & EPOLLIN) != 0) receive(*self);
  });
  if (!watched) return watched;
  ports_.emplace(interface.index, std::move(port));
  touched_.reserve(ports_.size());
  return {};
}

void PacketIo::refresh_port(Port& port, const net::Interface& interface) {
  port.name = interface.name;
  port.mac = interface.mac;
  port.destinations = DestinationSet(watch_.table(), interface);
}

void PacketIo::close_port(net::InterfaceIndex index) {
  const auto found = ports_.find(index);
  loop_.forget(found->second->socket->fd());
  ports_.erase(found);
}

void PacketIo::on_socket_error(Port& port) {
  if (port.socket->take_error()) return;
  port.stale = true;
  reopen_at_ = Instant();
}

/// The UDP socket hears loopback, for relay agents on this host, and the served interfaces that
/// have no packet socket.
Result<void> PacketIo::filter_udp() {
  std::vector<net::InterfaceIndex> heard{kLoopbackInterface};
  served_addresses_.clear();
  for (const ServedInterface& served : served_) {
    const net::Interface* interface = watch_.table().find(served.index);
    if (interface == nullptr || !served.is_open()) continue;
    if (!wants_port(*interface)) heard.push_back(served.index);
    for (const net::Prefix4& own : interface->addresses) served_addresses_.push_back(own.address);
  }
  std::ranges::sort(served_addresses_);
  return udp_->accept_only(heard);
}

std::size_t PacketIo::ring_frames() const {
  const auto open = std::ranges::count_if(served_, &ServedInterface::is_open);
  const auto rings = static_cast<std::size_t>(std::max<std::ptrdiff_t>(open, 1));
  return std::clamp(kRingBudgetBytes / kReceiveSlot / rings, kMinRingFrames, kMaxRingFrames);
}

}  // namespace lessor::runtime
