#pragma once
// One Ethernet interface for a program that may have no address there yet: datagrams to one UDP
// port and all ARP in, whatever address the kernel thinks is ours; frames out, and what the kernel
// must route. Must not know: DHCP, who follows the interface.

#include "net/interfaces.h"
#include "net/outbox.h"
#include "runtime/event_loop.h"
#include "runtime/packet_port.h"

#include <array>
#include <memory>
#include <optional>
#include <string>

namespace lessor::runtime {

/// What a ClientLink hears; called in EventLoop::turn(), with `now` read once a batch.
class ClientLinkHandler {
 public:
  /// One datagram to the port, in a frame to our hardware address or to everybody. `in.payload` is
  /// valid during the call.
  virtual void on_datagram(Now now, const net::Datagram& in) = 0;
  /// Any ARP by another: also a probe, which names no sender (RFC 5227 1.1).
  virtual void on_arp(Now now, const net::ArpSighting& sighting) = 0;

 protected:
  ~ClientLinkHandler() = default;
};

/// What a link has seen and done.
struct ClientLinkCounters {
  std::uint64_t received = 0;  ///< datagrams handed over
  std::uint64_t arp = 0;       ///< ARP packets handed over
  std::uint64_t sent = 0;
  std::uint64_t send_failed = 0;
  std::array<std::uint64_t, net::kFrameRefusalCount> refused{};  ///< by net::FrameRefusal
};

/// The sockets of one interface. One thread; `loop` and `handler` outlive it.
class ClientLink {
 public:
  struct Options {
    std::uint16_t port = 68;
  };
  /// Errors: EPERM without CAP_NET_RAW, ENODEV when the interface has gone.
  [[nodiscard]] static Result<std::unique_ptr<ClientLink>> open(EventLoop& loop,
                                                                const net::Interface& interface,
                                                                ClientLinkHandler& handler,
                                                                const Options& options);
  ~ClientLink();
  ClientLink(const ClientLink&) = delete;
  ClientLink& operator=(const ClientLink&) = delete;

  /// The interface has another hardware address now.
  void set_mac(const net::Mac& mac) { mac_ = mac; }
  /// Sends everything that `outbox` has ready, and its ARP questions: to everybody, to one hardware
  /// address, or (LinkTarget::route without one) through the kernel. What cannot be sent is dropped
  /// and counted: who wants an answer asks again.
  void send(net::Outbox& outbox);
  [[nodiscard]] const ClientLinkCounters& counters() const { return counters_; }
  /// Whether the interface has gone, and the sockets with it.
  [[nodiscard]] bool is_stale() const { return stale_; }
  /// Why nothing can be sent through the kernel, if so: then only frames leave.
  [[nodiscard]] const std::optional<std::string>& no_routing() const { return no_routing_; }

 private:
  ClientLink(EventLoop& loop, const net::Interface& interface, ClientLinkHandler& handler,
             const Options& options, std::unique_ptr<PacketPort> port);
  void on_ready(std::uint32_t events);
  void receive();
  void accept_frame(Now now, const ReceivedFrame& frame);
  void accept_arp(Now now, const ReceivedFrame& frame);
  [[nodiscard]] std::expected<net::Datagram, net::FrameRefusal> judge(
      const ReceivedFrame& frame) const;
  void send_one(const net::Outbox::Ready& ready);
  [[nodiscard]] bool send_routed(const net::Outbox::Ready& ready) const;
  void count_sent(bool sent);

  EventLoop& loop_;
  ClientLinkHandler& handler_;
  net::InterfaceIndex index_;
  net::Mac mac_;
  std::uint16_t port_number_;
  std::unique_ptr<PacketPort> port_;
  FileDescriptor udp_;  // also keeps the kernel from answering "port unreachable"
  std::optional<std::string> no_routing_;
  ClientLinkCounters counters_;
  bool stale_ = false;
};

}  // namespace lessor::runtime
