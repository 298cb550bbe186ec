#pragma once
// One UDP socket for everything that is not framed: loopback, tunnels, and replies that the kernel
// routes.

#include "net/datagram.h"
#include "net/interfaces.h"
#include "runtime/file_descriptor.h"
#include "runtime/send_queue.h"
#include "runtime/system_error.h"

#include <map>
#include <memory>
#include <span>

namespace lessor::runtime {

/// Bound to 0.0.0.0 and one port. Two servers that hear one interface would steal from each other;
/// one that listens on another interface only (a hypervisor's dnsmasq, say) is no business of ours.
/// So this socket lets others have the port too, and on each interface that is ours a guard, a
/// socket that receives nothing, keeps them out.
class UdpPort {
 public:
  /// `own` are the interfaces to be served now; loopback is always ours. Errors: EADDRINUSE when
  /// somebody has the port on one of them, or will not share it, and names the process; EACCES
  /// without CAP_NET_BIND_SERVICE.
  [[nodiscard]] static Result<std::unique_ptr<UdpPort>> open(
      std::uint16_t port, std::span<const net::Interface> own = {});
  UdpPort(const UdpPort&) = delete;
  UdpPort& operator=(const UdpPort&) = delete;

  [[nodiscard]] int fd() const { return fd_.get(); }
  [[nodiscard]] std::uint16_t port() const { return port_; }
  /// Guards exactly `interfaces` and loopback. The error says what kept a guard from one of them;
  /// it is said once.
  [[nodiscard]] Result<void> guard_only(std::span<const net::InterfaceIndex> interfaces);
  /// Lets the kernel deliver only what comes by `interfaces`.
  [[nodiscard]] Result<void> accept_only(std::span<const net::InterfaceIndex> interfaces);

  /// A received datagram; `cut` when it was longer than a slot.
  struct Received {
    net::Datagram datagram;
    bool cut = false;
  };
  /// The next datagram; false when there is none now. Its payload is valid until the next call.
  /// Call it until it says false, or kReceiveBatch times: then none is left inside.
  [[nodiscard]] bool next(Received& received);

 private:
  struct Batch;
  explicit UdpPort(FileDescriptor fd, std::uint16_t port);
  [[nodiscard]] bool fill();

  FileDescriptor fd_;
  std::uint16_t port_;
  std::map<net::InterfaceIndex, FileDescriptor> guards_;  // closed where there can be none
  struct DeleteBatch {
    void operator()(Batch* batch) const;
  };
  std::unique_ptr<Batch, DeleteBatch> batch_;
};

/// How `payload` is to go through a UdpPort: to `envelope`'s destination from its source (0.0.0.0:
/// the kernel chooses), by `interface` or, when 0, as the kernel routes.
[[nodiscard]] Outgoing outgoing_datagram(const net::Outbox::Ready& ready, net::Ip4 destination,
                                         net::Ip4 source, net::InterfaceIndex interface);

}  // namespace lessor::runtime
