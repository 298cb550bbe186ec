// PacketIo's memory of which interfaces it serves: opens, refreshes and closes their sockets as
// netlink tells.

#include "runtime/clock.h"
#include "runtime/packet_io_port.h"
#include "runtime/xdp_receiver.h"

#include <algorithm>
#include <cerrno>
#include <sys/epoll.h>

namespace lessor::runtime {

void PacketIo::set_wanted(WantedInterfaces wanted) {
  options_.wanted = std::move(wanted);
  reopen_at_ = Instant();  // not here: the caller may be in the midst of a batch from a port
}

void PacketIo::on_netlink() {
  if (read_interfaces()) refollow();
}

/// The way to somewhere may have become another.
void PacketIo::on_routes() {
  routes_.take_events();
  const std::vector<net::InterfaceIndex> before = on_the_way_;
  (void)plan();
  if (on_the_way_ != before) refollow();
}

/// What is to be served now.
std::vector<ServedInterface> PacketIo::plan() {
  on_the_way_.clear();
  for (const net::Ip4 destination : options_.wanted.toward) {
    const net::InterfaceIndex out = routes_.to(destination).interface;
    if (out != 0 && out != kLoopbackInterface) on_the_way_.push_back(out);
  }
  std::ranges::sort(on_the_way_);
  const auto repeated = std::ranges::unique(on_the_way_);
  on_the_way_.erase(repeated.begin(), repeated.end());
  return plan_service(watch_.table(), options_.wanted, on_the_way_);
}

/// Whether the interface table may have changed.
bool PacketIo::read_interfaces() {
  const auto changed = watch_.take_events();
  if (!changed) {
    handler_.on_notice(to_string(changed.error()));
    reopen_at_ = std::min(reopen_at_, read_clock().mono + kReopenInterval);
    return false;
  }
  if (*changed) routes_.flush();
  return *changed;
}

void PacketIo::refollow() {
  follow();
  handler_.on_interfaces(watch_.table(), served_);
}

bool PacketIo::wants_port(const net::Interface& interface) const {
  const ServedInterface* served = find_served(served_, interface.index);
  return options_.sockets != SocketKind::udp && interface.ethernet && served != nullptr &&
         served->is_open();
}

/// Brings the sockets in line with the interface table.
void PacketIo::follow() {
  served_ = plan();
  close_unwanted();
  for (ServedInterface& served : served_) {
    const net::Interface* interface = watch_.table().find(served.index);
    if (interface != nullptr && wants_port(*interface)) ensure_port(served, *interface);
  }
  aim_receivers();
  filter_udp();
}

void PacketIo::close_unwanted() {
  std::vector<net::InterfaceIndex> closing;
  for (const auto& [index, port] : ports_) {
    const net::Interface* interface = watch_.table().find(index);
    if (interface == nullptr || !wants_port(*interface) || port->stale) closing.push_back(index);
  }
  for (const net::InterfaceIndex index : closing) close_port(index);
}

/// Tells the interface's socket what has changed, or has one opened, and says in `served` when
/// there is none yet.
void PacketIo::ensure_port(ServedInterface& served, const net::Interface& interface) {
  if (Port* port = find_port(interface.index)) return refresh_port(*port, interface);
  if (!failures_.contains(interface.index) && !opening_.contains(interface.index)) {
    PacketPort::Options options = options_for(interface);
    if (const auto opener = worker()) {
      opening_.insert(interface.index);
      (*opener)->open(std::move(options));
    } else {
      fail(interface.index, opener.error());
    }
  }
  const auto failure = failures_.find(interface.index);
  const bool failed = failure != failures_.end();
  served.state = failed ? ServeState::failed : ServeState::opening;
  served.reason = failed ? failure->second : "opening";
}

/// At start the sockets are opened here and now: no thread may be started yet.
Result<void> PacketIo::open_at_start() {
  served_ = plan();
  for (const net::Interface& interface : watch_.table().all()) {
    if (!wants_port(interface)) continue;
    auto socket = PacketPort::open(options_for(interface));
    if (socket) {
      adopt(interface, std::move(*socket));
      continue;
    }
    // Time does not heal a lack of privilege; anything else is tried again.
    const int number = socket.error().number;
    if (number == EPERM || number == EACCES) return std::unexpected(socket.error());
    fail(interface.index, socket.error());
  }
  if (options_.sockets == SocketKind::xdp) open_receivers();
  refollow();
  return {};
}

/// The worker, started when it is first needed.
Result<PortWorker*> PacketIo::worker() {
  if (worker_) return worker_.get();
  auto worker = PortWorker::start();
  if (!worker) return std::unexpected(worker.error());
  const auto watched =
      loop_.watch((*worker)->done().fd(), EPOLLIN, [this](std::uint32_t) { on_opened(); });
  if (!watched) return std::unexpected(watched.error());
  worker_ = std::move(*worker);
  return worker_.get();
}

void PacketIo::on_opened() {
  for (PortWorker::Opened& opened : worker_->take_opened()) {
    opening_.erase(opened.interface);
    const net::Interface* interface = watch_.table().find(opened.interface);
    if (!opened.port) {
      fail(opened.interface, opened.port.error());
    } else if (interface == nullptr || !wants_port(*interface)) {
      worker_->close(std::move(*opened.port));
    } else {
      adopt(*interface, std::move(*opened.port));
    }
  }
  refollow();
}

/// An open failed. It is said once a while, and tried again.
void PacketIo::fail(net::InterfaceIndex index, const SystemError& error) {
  failures_[index] = to_string(error);
  reopen_at_ = std::min(reopen_at_, read_clock().mono + kReopenInterval);
  handler_.on_notice(failures_[index]);
}

void PacketIo::adopt(const net::Interface& interface, std::unique_ptr<PacketPort> socket) {
  if (!socket->ring_refusal().empty()) {
    handler_.on_notice("receiving on " + interface.name +
                       " without a ring, which is slower: " + socket->ring_refusal());
  }
  const int fd = socket->fd();
  std::unique_ptr<Port> port(new Port{.index = interface.index,
                                      .socket = std::move(socket),
                                      .queue = {fd, outbox_, counters_, IoCount::sent_framed}});
  refresh_port(*port, interface);
  Port* self = port.get();
  const auto watched = loop_.watch(fd, EPOLLIN, [this, self](std::uint32_t events) {
    if ((events & EPOLLERR) != 0) on_socket_error(*self);
    if ((events & EPOLLOUT) != 0) flush(self->queue, self->socket->fd());
    if ((events & EPOLLIN) != 0) (void)receive(*self, self->socket->source());
  });
  if (!watched) return fail(interface.index, watched.error());
  ports_.emplace(interface.index, std::move(port));
  touched_.reserve(ports_.size());
}

void PacketIo::refresh_port(Port& port, const net::Interface& interface) {
  port.name = interface.name;
  port.mac = interface.mac;
  port.destinations = DestinationSet(watch_.table(), interface);
}

void PacketIo::close_port(net::InterfaceIndex index) {
  const auto found = ports_.find(index);
  std::unique_ptr<PacketPort> socket = std::move(found->second->socket);
  loop_.forget(socket->fd());
  ports_.erase(found);
  if (const auto closer = worker()) (*closer)->close(std::move(socket));
}

void PacketIo::on_socket_error(Port& port) {
  if (port.socket->take_error()) return;
  port.stale = true;
  reopen_at_ = Instant();
}

/// The UDP socket hears loopback, for relay agents on this host, and the served interfaces that
/// have no packet socket.
void PacketIo::filter_udp() {
  std::vector<net::InterfaceIndex> heard{kLoopbackInterface};
  served_addresses_.clear();
  for (const ServedInterface& served : served_) {
    const net::Interface* interface = watch_.table().find(served.index);
    if (interface == nullptr || !served.is_open()) continue;
    if (!wants_port(*interface)) heard.push_back(served.index);
    for (const net::Prefix4& own : interface->addresses) served_addresses_.push_back(own.address);
  }
  std::ranges::sort(served_addresses_);
  if (options_.unicast_from_anywhere) {
    for (const net::Interface& any : watch_.table().all()) {
      if (find_served(served_, any.index) == nullptr) heard.push_back(any.index);
    }
  }
  for (const auto& side : udp_) {
    const auto filtered = side->port->accept_only(heard);
    if (!filtered) handler_.on_notice(to_string(filtered.error()));
    const auto guarded = side->port->guard_only(open_interfaces(served_));
    if (!guarded) handler_.on_notice(to_string(guarded.error()));
  }
}

PacketPort::Options PacketIo::options_for(const net::Interface& interface) const {
  return {.interface = interface.index,
          .name = interface.name,
          .ports = framed_ports_,
          .arp = options_.arp,
          .ring_frames = ring_frames(),
          .visible = options_.visible};
}

/// The size of one more ring; 0 when there are enough.
std::size_t PacketIo::ring_frames() const {
  const auto has_ring = [](const auto& port) { return port.second->socket->has_ring(); };
  const auto rings = static_cast<std::size_t>(std::ranges::count_if(ports_, has_ring));
  if (rings + opening_.size() >= kMaxRings) return 0;
  const auto open =
      static_cast<std::size_t>(std::ranges::count_if(served_, &ServedInterface::is_open));
  const std::size_t sharers = std::clamp<std::size_t>(open, 1, kMaxRings);
  return std::min(kRingBudgetBytes / kReceiveSlot / sharers, kMaxRingFrames);
}

}  // namespace lessor::runtime
