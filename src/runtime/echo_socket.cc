#include "runtime/echo_socket.h"

#include "net/icmp.h"

#include <linux/icmp.h>
#include <netinet/in.h>
#include <sys/socket.h>

namespace lessor::runtime {

Result<EchoSocket> EchoSocket::open() {
  FileDescriptor fd(::socket(AF_INET, SOCK_RAW | SOCK_NONBLOCK | SOCK_CLOEXEC, IPPROTO_ICMP));
  if (!fd.is_open()) return std::unexpected(last_error("open a socket for ICMP"));
  icmp_filter filter{};
  filter.data = ~(1U << ICMP_ECHOREPLY | 1U << ICMP_DEST_UNREACH);
  if (::setsockopt(fd.get(), SOL_RAW, ICMP_FILTER, &filter, sizeof filter) != 0) {
    return std::unexpected(last_error("filter ICMP"));
  }
  return EchoSocket(std::move(fd));
}

EchoSocket::EchoSocket(FileDescriptor fd)
    : fd_(std::move(fd)), room_(std::make_unique<std::byte[]>(kRoom)) {}

bool EchoSocket::send(const net::EchoProbe& probe) {
  const auto message = net::write_echo_request(probe);
  sockaddr_in to{};
  to.sin_family = AF_INET;
  store_be32(reinterpret_cast<std::byte*>(&to.sin_addr.s_addr), probe.address.value);
  return ::sendto(fd_.get(), message.data(), message.size(), MSG_DONTWAIT,
                  reinterpret_cast<const sockaddr*>(&to), sizeof to) >= 0;
}

std::optional<Bytes> EchoSocket::next() {
  const ssize_t size = ::recvfrom(fd_.get(), room_.get(), kRoom, MSG_DONTWAIT, nullptr, nullptr);
  if (size < 0) return std::nullopt;
  return Bytes(room_.get(), static_cast<std::size_t>(size));
}

}  // namespace lessor::runtime
