#pragma once
// Listening by TCP. A process that has shut itself out of new TCP sockets (system_call_filter.h)
// takes one of those that it made before. Must not know: what is said.

#include "runtime/stream_server.h"

#include <cstdint>
#include <functional>
#include <mutex>
#include <string>
#include <vector>

namespace lessor::runtime {

/// Where to listen: an IPv4 or IPv6 address as text, and a port.
struct TcpAddress {
  std::string address;
  std::uint16_t port = 0;
  friend bool operator==(const TcpAddress&, const TcpAddress&) = default;
};

/// TCP sockets that are not bound yet. Any thread may take one.
class TcpSockets {
 public:
  /// Makes `each` of IPv4 and, where the host has IPv6, of IPv6.
  [[nodiscard]] static Result<std::unique_ptr<TcpSockets>> make(std::size_t each);
  /// One that listens at `address`, which does not block. Errors: the address is none or none of
  /// this host's, the port is taken, no socket is left.
  [[nodiscard]] Result<FileDescriptor> listen(const TcpAddress& address);

 private:
  TcpSockets() = default;
  std::mutex mutex_;
  std::vector<FileDescriptor> v4_;
  std::vector<FileDescriptor> v6_;
};

/// Makes a connection of an accepted socket; null: it is refused.
using ChannelMaker = std::function<std::unique_ptr<StreamChannel>(FileDescriptor)>;

/// Clients of `fd`, as TcpSockets::listen() made it. `make` is called on the server's thread.
[[nodiscard]] std::unique_ptr<StreamListener> tcp_listener(FileDescriptor fd, ChannelMaker make);

}  // namespace lessor::runtime
