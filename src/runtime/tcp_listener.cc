#include "runtime/tcp_listener.h"

#include <arpa/inet.h>
#include <array>
#include <cerrno>
#include <netinet/in.h>
#include <netinet/tcp.h>
#include <optional>
#include <sys/socket.h>

namespace lessor::runtime {
namespace {

constexpr int kBacklog = 64;

/// An address as the kernel takes it.
struct SocketAddress {
  sockaddr_in v4{};
  sockaddr_in6 v6{};
  bool is_v6 = false;

  [[nodiscard]] const sockaddr* data() const {
    return is_v6 ? reinterpret_cast<const sockaddr*>(&v6) : reinterpret_cast<const sockaddr*>(&v4);
  }
  [[nodiscard]] socklen_t size() const { return is_v6 ? sizeof v6 : sizeof v4; }
};

std::optional<SocketAddress> socket_address(const TcpAddress& from) {
  SocketAddress to;
  to.v4.sin_family = AF_INET;
  to.v4.sin_port = htons(from.port);
  if (inet_pton(AF_INET, from.address.c_str(), &to.v4.sin_addr) == 1) return to;
  to.is_v6 = true;
  to.v6.sin6_family = AF_INET6;
  to.v6.sin6_port = htons(from.port);
  if (inet_pton(AF_INET6, from.address.c_str(), &to.v6.sin6_addr) == 1) return to;
  return std::nullopt;
}

/// One number for all addresses that somebody has by himself: of an IPv6 link, or of this host's
/// loopback.
unsigned number_of(const sockaddr_in6& address) {
  if (address.sin6_family != AF_INET6) {
    const unsigned ip4 = ntohl(reinterpret_cast<const sockaddr_in*>(&address)->sin_addr.s_addr);
    return ip4 >> 24U == IN_LOOPBACKNET ? INADDR_LOOPBACK : ip4;
  }
  return address.sin6_addr.s6_addr32[0] ^ address.sin6_addr.s6_addr32[1];
}

std::string text_of(const sockaddr_in6& address) {
  std::array<char, INET6_ADDRSTRLEN> text{};
  const void* octets = &address.sin6_addr;
  if (address.sin6_family != AF_INET6) {
    octets = &reinterpret_cast<const sockaddr_in*>(&address)->sin_addr;
  }
  const char* done = inet_ntop(address.sin6_family, octets, text.data(), text.size());
  return done == nullptr ? std::string() : done;
}

class TcpListener final : public StreamListener {
 public:
  TcpListener(FileDescriptor fd, ChannelMaker make) : fd_(std::move(fd)), make_(std::move(make)) {}

  [[nodiscard]] int fd() const override { return fd_.get(); }

  [[nodiscard]] std::optional<Client> accept() override {
    sockaddr_in6 from{};  // has room for IPv4, too
    socklen_t size = sizeof from;
    FileDescriptor fd(accept4(fd_.get(), reinterpret_cast<sockaddr*>(&from), &size,
                              SOCK_NONBLOCK | SOCK_CLOEXEC));
    if (!fd.is_open()) return std::nullopt;
    const int on = 1;  // an answer goes out when it is there
    (void)setsockopt(fd.get(), IPPROTO_TCP, TCP_NODELAY, &on, sizeof on);
    Client client{.channel = make_(std::move(fd)),
                  .peer = {.uid = number_of(from), .address = text_of(from)}};
    errno = 0;
    if (client.channel == nullptr) return std::nullopt;
    return client;
  }

 private:
  FileDescriptor fd_;
  ChannelMaker make_;
};

std::string attempt(const TcpAddress& address) {
  return "listen on " + address.address + " port " + std::to_string(address.port);
}

std::string hint_for(int number) {
  switch (number) {
    case EADDRINUSE:
      return "another program listens there (`ss -tlnp` as root names it); stop it, or write "
             "another port";
    case EADDRNOTAVAIL:
      return "write an address that this host has";
    case EACCES:
      return "ports below 1024 take CAP_NET_BIND_SERVICE: run as root, or write a higher one";
    default:
      return "";
  }
}

}  // namespace

Result<std::unique_ptr<TcpSockets>> TcpSockets::make(std::size_t each) {
  std::unique_ptr<TcpSockets> sockets(new TcpSockets());
  for (std::size_t i = 0; i < each; ++i) {
    FileDescriptor v4(::socket(AF_INET, SOCK_STREAM | SOCK_NONBLOCK | SOCK_CLOEXEC, 0));
    if (!v4.is_open()) return std::unexpected(last_error("open a TCP socket"));
    sockets->v4_.push_back(std::move(v4));
    FileDescriptor v6(::socket(AF_INET6, SOCK_STREAM | SOCK_NONBLOCK | SOCK_CLOEXEC, 0));
    if (v6.is_open()) sockets->v6_.push_back(std::move(v6));
  }
  return sockets;
}

Result<FileDescriptor> TcpSockets::listen(const TcpAddress& address) {
  const auto at = socket_address(address);
  if (!at) return std::unexpected(refusal(attempt(address), "that is no address"));
  const bool v6 = at->is_v6;
  const std::scoped_lock lock(mutex_);
  std::vector<FileDescriptor>& left = v6 ? v6_ : v4_;
  if (left.empty()) {
    return std::unexpected(
        refusal(attempt(address), "no more sockets may be opened",
                v6 ? "IPv6 is off for this process, or it takes a restart" : "it takes a restart"));
  }
  const int fd = left.back().get();
  const int on = 1;  // connections of the one before us may still be closing
  (void)setsockopt(fd, SOL_SOCKET, SO_REUSEADDR, &on, sizeof on);
  if (v6) (void)setsockopt(fd, IPPROTO_IPV6, IPV6_V6ONLY, &on, sizeof on);
  if (bind(fd, at->data(), at->size()) != 0) {
    const int number = errno;  // and the socket is as it was
    return std::unexpected(error_of(number, attempt(address), hint_for(number)));
  }
  FileDescriptor taken = std::move(left.back());
  left.pop_back();
  if (::listen(fd, kBacklog) == 0) return taken;
  const int number = errno;
  return std::unexpected(error_of(number, attempt(address), hint_for(number)));
}

std::unique_ptr<StreamListener> tcp_listener(FileDescriptor fd, ChannelMaker make) {
  return std::make_unique<TcpListener>(std::move(fd), std::move(make));
}

}  // namespace lessor::runtime
