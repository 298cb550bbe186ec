#include "runtime/udp_port.h"

#include "runtime/limits.h"
#include "runtime/port_holder.h"
#include "runtime/service_plan.h"
#include "runtime/socket_address.h"
#include "runtime/socket_filter.h"
#include "runtime/socket_options.h"

#include <algorithm>
#include <array>
#include <cerrno>
#include <set>
#include <sys/socket.h>
#include <sys/uio.h>
#include <vector>

namespace lessor::runtime {
namespace {

constexpr int kBufferBytes = 1'024 * 1'024;

SystemError bind_error(int number, std::uint16_t port) {
  const std::string attempted = "listen on UDP port " + std::to_string(port);
  if (number == EACCES) {
    return error_of(number, attempted, "run as root, or give the program CAP_NET_BIND_SERVICE");
  }
  if (number != EADDRINUSE) return error_of(number, attempted);
  const auto holder = find_udp_port_holder(port);
  if (!holder) {
    return refusal(attempted, "another process holds it", "`ss -ulnp` as root names it");
  }
  return refusal(attempted, "it is held by " + *holder,
                 "stop it, or have it listen on other interfaces only");
}

bool bind_to(const FileDescriptor& fd, net::Ip4 address, std::uint16_t port) {
  const sockaddr_in to = socket_address(address, port);
  return bind(fd.get(), reinterpret_cast<const sockaddr*>(&to), sizeof to) == 0;
}

/// A socket that receives nothing and is bound to one interface; closed when the kernel does not
/// let us bind to interfaces (before Linux 5.7 it takes CAP_NET_RAW).
FileDescriptor open_on(net::InterfaceIndex interface) {
  FileDescriptor fd(socket(AF_INET, SOCK_DGRAM | SOCK_NONBLOCK | SOCK_CLOEXEC, 0));
  const auto index = static_cast<int>(interface);
  const bool bound = fd.is_open() && attach_filter(fd.get(), drop_all_filter()).has_value() &&
                     setsockopt(fd.get(), SOL_SOCKET, SO_BINDTOIFINDEX, &index, sizeof index) == 0;
  return bound ? std::move(fd) : FileDescriptor();
}

/// Whether nobody else is to hear what comes by `interface` for `address`. To be asked before we
/// are in the way ourselves.
Result<void> check_free(std::uint16_t port, net::InterfaceIndex interface, net::Ip4 address) {
  const FileDescriptor probe = open_on(interface);
  // An address that has gone meanwhile is nobody's.
  if (!probe.is_open() || bind_to(probe, address, port) || errno == EADDRNOTAVAIL) return {};
  return std::unexpected(bind_error(errno, port));
}

Result<void> check_free(std::uint16_t port, std::span<const net::Interface> own) {
  auto result = check_free(port, kLoopbackInterface, net::kIp4Broadcast);
  for (const net::Interface& interface : own) {
    if (result) result = check_free(port, interface.index, net::kIp4Broadcast);
    for (const net::Prefix4& prefix : interface.addresses) {
      if (result) result = check_free(port, interface.index, prefix.address);
    }
  }
  return result;
}

/// Keeps others from `port` on `interface`: the kernel refuses them when one of the two sockets in
/// question does not share. (Ours had to be let in first.) It is bound to the broadcast address: on
/// all addresses it would take what is meant for us.
Result<FileDescriptor> make_guard(std::uint16_t port, net::InterfaceIndex interface) {
  FileDescriptor guard = open_on(interface);
  if (!guard.is_open()) return guard;
  const std::string attempted = "guard a UDP port";
  auto shares = set_option(guard.get(), SOL_SOCKET, SO_REUSEADDR, 1, attempted);
  if (!shares) return std::unexpected(shares.error());
  if (!bind_to(guard, net::kIp4Broadcast, port)) return std::unexpected(bind_error(errno, port));
  shares = set_option(guard.get(), SOL_SOCKET, SO_REUSEADDR, 0, attempted);
  if (!shares) return std::unexpected(shares.error());
  return guard;
}

}  // namespace

struct UdpPort::Batch {
  struct Slot {
    std::array<std::byte, kReceiveSlot> payload;
    sockaddr_in from;
    alignas(cmsghdr) std::array<std::byte, CMSG_SPACE(sizeof(in_pktinfo))> control;
    iovec vector;
  };
  std::array<Slot, kReceiveBatch> slots{};
  std::array<mmsghdr, kReceiveBatch> messages{};
  std::size_t at = 0;
  std::size_t filled = 0;
};

void UdpPort::DeleteBatch::operator()(Batch* batch) const { delete batch; }

UdpPort::UdpPort(FileDescriptor fd, std::uint16_t port)
    : fd_(std::move(fd)), port_(port), batch_(new Batch) {
  for (Batch::Slot& slot : batch_->slots) {
    slot.vector = {.iov_base = slot.payload.data(), .iov_len = slot.payload.size()};
  }
}

Result<std::unique_ptr<UdpPort>> UdpPort::open(std::uint16_t port,
                                               std::span<const net::Interface> own) {
  const auto unused = check_free(port, own);
  if (!unused) return std::unexpected(unused.error());
  FileDescriptor fd(socket(AF_INET, SOCK_DGRAM | SOCK_NONBLOCK | SOCK_CLOEXEC, 0));
  if (!fd.is_open()) return std::unexpected(last_error("open a UDP socket"));
  struct Option {
    int level;
    int name;
    int value;
  };
  // The path MTU is left to the kernel: it sets DF, and fragments only on a path that it has
  // learned to be narrower.
  constexpr Option kOptions[] = {{IPPROTO_IP, IP_PKTINFO, 1},
                                 {SOL_SOCKET, SO_BROADCAST, 1},
                                 {IPPROTO_IP, IP_TTL, 64},
                                 {SOL_SOCKET, SO_REUSEADDR, 1}};
  for (const Option& option : kOptions) {
    const auto set =
        set_option(fd.get(), option.level, option.name, option.value, "set up a UDP socket");
    if (!set) return std::unexpected(set.error());
  }
  // Until accept_only(): nothing is to be queued from interfaces that are not ours.
  const auto closed = attach_filter(fd.get(), drop_all_filter());
  if (!closed) return std::unexpected(closed.error());
  enlarge_receive_buffer(fd.get(), kBufferBytes);
  enlarge_send_buffer(fd.get(), kBufferBytes);
  if (!bind_to(fd, net::kIp4Any, port)) return std::unexpected(bind_error(errno, port));
  std::unique_ptr<UdpPort> self(new UdpPort(std::move(fd), port));
  std::vector<net::InterfaceIndex> indices;
  for (const net::Interface& interface : own) indices.push_back(interface.index);
  const auto guarded = self->guard_only(indices);
  if (!guarded) return std::unexpected(guarded.error());
  return self;
}

Result<void> UdpPort::guard_only(std::span<const net::InterfaceIndex> interfaces) {
  std::set<net::InterfaceIndex> ours(interfaces.begin(), interfaces.end());
  ours.insert(kLoopbackInterface);
  std::erase_if(guards_, [&](const auto& guard) { return !ours.contains(guard.first); });
  Result<void> result;
  for (const net::InterfaceIndex interface : ours) {
    if (guards_.contains(interface)) continue;
    auto guard = make_guard(port_, interface);
    if (!guard) result = std::unexpected(guard.error());
    guards_.emplace(interface, guard ? std::move(*guard) : FileDescriptor());
  }
  return result;
}

Result<void> UdpPort::accept_only(std::span<const net::InterfaceIndex> interfaces) {
  return attach_filter(fd_.get(), interface_filter(interfaces));
}

bool UdpPort::fill() {
  Batch& batch = *batch_;
  for (std::size_t i = 0; i < kReceiveBatch; ++i) {
    Batch::Slot& slot = batch.slots[i];
    batch.messages[i].msg_hdr = {.msg_name = &slot.from,
                                 .msg_namelen = sizeof slot.from,
                                 .msg_iov = &slot.vector,
                                 .msg_iovlen = 1,
                                 .msg_control = slot.control.data(),
                                 .msg_controllen = slot.control.size(),
                                 .msg_flags = 0};
  }
  const int count =
      recvmmsg(fd_.get(), batch.messages.data(), kReceiveBatch, MSG_DONTWAIT, nullptr);
  batch.at = 0;
  batch.filled = count > 0 ? static_cast<std::size_t>(count) : 0;
  return batch.filled > 0;
}

bool UdpPort::next(Received& received) {
  Batch& batch = *batch_;
  if (batch.at == batch.filled) {
    // A part of a batch means that the socket was empty: the loop says when it is not.
    const bool was_emptied = batch.filled % kReceiveBatch != 0;
    batch.filled = batch.at = 0;
    if (was_emptied || !fill()) return false;
  }
  const Batch::Slot& slot = batch.slots[batch.at];
  const mmsghdr& message = batch.messages[batch.at++];
  const std::size_t size = std::min<std::size_t>(message.msg_len, slot.payload.size());
  received.cut = (message.msg_hdr.msg_flags & MSG_TRUNC) != 0;
  received.datagram = {
      .payload = Bytes(slot.payload).first(size),
      .source = load_ip4(slot.from.sin_addr),
      .source_port = load_be16(reinterpret_cast<const std::byte*>(&slot.from.sin_port)),
      .destination_port = port_};
  const cmsghdr* header = CMSG_FIRSTHDR(&message.msg_hdr);
  if (header != nullptr && header->cmsg_level == IPPROTO_IP && header->cmsg_type == IP_PKTINFO) {
    const auto& info = *reinterpret_cast<const in_pktinfo*>(CMSG_DATA(header));
    received.datagram.interface = static_cast<net::InterfaceIndex>(info.ipi_ifindex);
    received.datagram.destination = load_ip4(info.ipi_addr);
  }
  return true;
}

Outgoing outgoing_datagram(const net::Outbox::Ready& ready, net::Ip4 destination, net::Ip4 source,
                           net::InterfaceIndex interface) {
  Outgoing outgoing{.bytes = ready.payload(),
                    .slot = ready.id,
                    .addressed = true,
                    .to = socket_address(destination, ready.envelope.destination_port)};
  outgoing.from.ipi_ifindex = static_cast<int>(interface);
  outgoing.from.ipi_spec_dst = store_ip4(source);
  return outgoing;
}

}  // namespace lessor::runtime
