#include "runtime/packet_port.h"

#include "runtime/socket_filter.h"
#include "runtime/socket_options.h"

#include <linux/if_ether.h>
#include <linux/if_packet.h>
#include <sys/socket.h>

namespace lessor::runtime {
namespace {

constexpr int kReceiveBufferBytes = 4 * 1'024 * 1'024;  // without a ring
constexpr int kSendBufferBytes = 1'024 * 1'024;
constexpr std::string_view kNeedsRaw = "run as root, or give the program CAP_NET_RAW";

/// A socket that receives nothing yet: no protocol, and a filter that drops all.
Result<FileDescriptor> open_closed(const PacketPort::Options& options) {
  const std::string attempted = "open a packet socket on " + options.name;
  FileDescriptor fd(socket(AF_PACKET, SOCK_RAW | SOCK_NONBLOCK | SOCK_CLOEXEC, 0));
  if (!fd.is_open()) return std::unexpected(last_error(attempted, std::string(kNeedsRaw)));
  const auto closed = attach_filter(fd.get(), drop_all_filter());
  if (!closed) return std::unexpected(closed.error());
  const auto deaf = set_option(fd.get(), SOL_PACKET, PACKET_IGNORE_OUTGOING, 1, attempted);
  if (!deaf) return std::unexpected(deaf.error());
  // Replies are few and small: no queueing discipline has to see them. Where this is refused they
  // take the ordinary way.
  if (!options.visible) {
    (void)set_option(fd.get(), SOL_PACKET, PACKET_QDISC_BYPASS, 1, attempted);
  }
  enlarge_send_buffer(fd.get(), kSendBufferBytes);
  return fd;
}

Result<std::unique_ptr<FrameSource>> open_without_ring(int fd, bool large_buffer) {
  if (large_buffer) enlarge_receive_buffer(fd, kReceiveBufferBytes);
  return open_frame_batches(fd);
}

/// It ends with the socket.
Result<void> listen_to_all(int fd, const PacketPort::Options& options) {
  packet_mreq all{};
  all.mr_ifindex = static_cast<int>(options.interface);
  all.mr_type = PACKET_MR_PROMISC;
  if (setsockopt(fd, SOL_PACKET, PACKET_ADD_MEMBERSHIP, &all, sizeof all) == 0) return {};
  return std::unexpected(last_error("make " + options.name + " promiscuous"));
}

Result<void> bind_to(int fd, const PacketPort::Options& options) {
  sockaddr_ll address{};
  address.sll_family = AF_PACKET;
  store_be16(reinterpret_cast<std::byte*>(&address.sll_protocol), ETH_P_ALL);
  address.sll_ifindex = static_cast<int>(options.interface);
  if (bind(fd, reinterpret_cast<const sockaddr*>(&address), sizeof address) != 0) {
    return std::unexpected(last_error("bind a packet socket to " + options.name));
  }
  if (options.promiscuous) {
    const auto all = listen_to_all(fd, options);
    if (!all) return all;
  }
  return attach_filter(fd, frame_filter(options.ports, options.arp));
}

}  // namespace

PacketPort::PacketPort(const Options& options, FileDescriptor fd,
                       std::unique_ptr<FrameSource> source, bool has_ring, std::string ring_refusal)
    : interface_(options.interface),
      fd_(std::move(fd)),
      source_(std::move(source)),
      has_ring_(has_ring),
      ring_refusal_(std::move(ring_refusal)) {}

Result<std::unique_ptr<PacketPort>> PacketPort::open(const Options& options) {
  auto fd = open_closed(options);
  if (!fd) return std::unexpected(fd.error());
  std::string ring_refusal;
  std::unique_ptr<FrameSource> ring;
  if (options.ring_frames > 0) {
    auto opened = open_frame_ring(fd->get(), options.ring_frames);
    if (opened) {
      ring = std::move(*opened);
    } else {
      ring_refusal = to_string(opened.error());
      fd = open_closed(options);  // a half set up ring cannot be taken back
      if (!fd) return std::unexpected(fd.error());
    }
  }
  const bool has_ring = ring != nullptr;
  Result<std::unique_ptr<FrameSource>> source = std::move(ring);
  if (!has_ring) source = open_without_ring(fd->get(), options.large_buffer);
  if (!source) return std::unexpected(source.error());
  const auto bound = bind_to(fd->get(), options);
  if (!bound) return std::unexpected(bound.error());
  return std::unique_ptr<PacketPort>(new PacketPort(options, std::move(*fd), std::move(*source),
                                                    has_ring, std::move(ring_refusal)));
}

bool PacketPort::take_error() const {
  int error = 0;
  socklen_t size = sizeof error;
  (void)getsockopt(fd_.get(), SOL_SOCKET, SO_ERROR, &error, &size);
  sockaddr_ll bound{};
  size = sizeof bound;
  (void)getsockname(fd_.get(), reinterpret_cast<sockaddr*>(&bound), &size);
  return bound.sll_ifindex == static_cast<int>(interface_);
}

bool PacketPort::send_now(Bytes frame) const {
  return ::send(fd_.get(), frame.data(), frame.size(), MSG_DONTWAIT) ==
         static_cast<ssize_t>(frame.size());
}

}  // namespace lessor::runtime
