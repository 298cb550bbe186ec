#pragma once
// The way to the network for a program that plays many hosts at once: in frames on one interface,
// each from its host's own hardware address or from a router's, or in UDP datagrams from addresses
// of this host. Must not know: DHCP, what the hosts do.

#include "net/arp.h"
#include "net/interfaces.h"
#include "net/outbox.h"
#include "runtime/counters.h"
#include "runtime/event_loop.h"
#include "runtime/packet_port.h"
#include "runtime/send_queue.h"
#include "runtime/udp_port.h"

#include <memory>
#include <optional>

namespace lessor::runtime {

/// What a FleetLink tells and asks; called in EventLoop::turn().
class FleetLinkHandler {
 public:
  /// One datagram, to whichever host. `in.payload` is valid during the call; `now` is read once a
  /// batch of kReceiveBatch at most.
  virtual void on_datagram(Now now, const net::Datagram& in) = 0;
  /// The hardware address of the played host that has `address`: ARP is answered for it.
  [[nodiscard]] virtual std::optional<net::Mac> mac_of(Now now, net::Ip4 address) = 0;

 protected:
  ~FleetLinkHandler() = default;
};

/// One thread; `loop`, `outbox` and `handler` outlive it.
class FleetLink {
 public:
  struct Framed {
    std::uint16_t port = 68;  ///< where the hosts listen
    /// Where in each payload the hardware address stands that its frame is sent from.
    std::size_t source_mac_at = 0;
  };
  /// Hosts on the link of `interface`, which becomes promiscuous and needs no address. Errors:
  /// EPERM without CAP_NET_RAW.
  [[nodiscard]] static Result<std::unique_ptr<FleetLink>> open_framed(
      EventLoop& loop, net::Outbox& outbox, FleetLinkHandler& handler,
      const net::Interface& interface, const Framed& options);
  struct Routers {
    std::uint16_t port = 67;  ///< from which they send, and where they listen
    net::Ip4 next_hop;        ///< everything goes to this neighbour on the link
    net::Ip4 asks_from;       ///< an address of this host there, to ask where it is
    /// The routers' addresses are this host's own: frames go from the interface's hardware address,
    /// and a socket keeps the port, so that the kernel refuses nothing that is for them. Else they
    /// are played: each has kRouterMac and its address for a hardware address, ARP is answered for
    /// it, and the interface becomes promiscuous.
    bool own = true;
  };
  static constexpr std::uint16_t kRouterMac = 0x024d;  // locally administered
  [[nodiscard]] static net::Mac router_mac(net::Ip4 address);
  /// Routers on the link of `interface`. Blocks for up to three seconds until the next hop has
  /// said where it is. Errors: EPERM without CAP_NET_RAW, nobody answers; when they are this
  /// host's own, also open_routed()'s.
  [[nodiscard]] static Result<std::unique_ptr<FleetLink>> open_routers(
      EventLoop& loop, net::Outbox& outbox, FleetLinkHandler& handler,
      const net::Interface& interface, const Routers& options);
  /// Hosts behind this host's own addresses, at UDP `port`. Errors: EACCES without
  /// CAP_NET_BIND_SERVICE, EADDRINUSE with the name of who has the port.
  [[nodiscard]] static Result<std::unique_ptr<FleetLink>> open_routed(
      EventLoop& loop, net::Outbox& outbox, FleetLinkHandler& handler,
      const net::InterfaceTable& interfaces, std::uint16_t port);
  ~FleetLink();
  FleetLink(const FleetLink&) = delete;
  FleetLink& operator=(const FleetLink&) = delete;

  /// Whether it sends and receives frames.
  [[nodiscard]] bool is_framed() const { return frames_ != nullptr; }
  /// Sends what the Outbox has ready. While the socket is full the rest stays there.
  void send();
  /// When on_time() is due: a full device is tried again.
  [[nodiscard]] Instant next_deadline() const { return retry_at_; }
  void on_time(Instant now);

  /// Adds what the kernel has dropped lately to receive_lost.
  void count_losses();
  /// sent_framed or sent_udp, send_failed, received_*, receive_lost, and refusals.
  [[nodiscard]] const PacketCounters& counters() const { return counters_; }
  /// Whether the interface has gone.
  [[nodiscard]] bool is_gone() const { return gone_; }

 private:
  FleetLink(EventLoop& loop, net::Outbox& outbox, FleetLinkHandler& handler)
      : loop_(loop), outbox_(outbox), handler_(handler) {}
  [[nodiscard]] Result<void> open_frames(const net::Interface& interface, std::uint16_t port,
                                         bool promiscuous);
  [[nodiscard]] Result<void> start(int fd, IoCount sent);
  void on_ready(std::uint32_t events);
  void receive();
  /// How many came, kReceiveBatch at most.
  [[nodiscard]] std::size_t receive_frames();
  void accept_frame(Now now, const ReceivedFrame& frame);
  void accept_arp(Now now, const ReceivedFrame& frame);
  void answer_arp(Now now, const net::ArpPacket& packet);
  [[nodiscard]] std::size_t receive_datagrams();
  [[nodiscard]] net::UdpEndpoints ends_of(const net::Outbox::Ready& ready) const;
  [[nodiscard]] Outgoing address(const net::Outbox::Ready& ready) const;
  void flush();

  EventLoop& loop_;
  net::Outbox& outbox_;
  FleetLinkHandler& handler_;
  PacketCounters counters_;
  int fd_ = -1;
  net::InterfaceIndex interface_ = 0;
  std::uint16_t port_ = 0;
  std::size_t source_mac_at_ = 0;
  std::optional<Routers> routers_;
  net::Mac router_mac_;  // when they are this host's own
  net::Mac next_hop_mac_;
  std::unique_ptr<PacketPort> frames_;
  std::unique_ptr<UdpPort> udp_;  // beside frames_ it only keeps the port
  std::unique_ptr<SendQueue> queue_;
  Instant retry_at_ = Instant::never();
  bool gone_ = false;
};

}  // namespace lessor::runtime
