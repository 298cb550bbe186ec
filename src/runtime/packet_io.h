#pragma once
// Packets in, packets out: one packet socket an Ethernet interface, one UDP socket for the rest,
// and netlink to follow interfaces that come, go and change. Must not know: DHCP, leases.

#include "net/outbox.h"
#include "runtime/counters.h"
#include "runtime/destination_set.h"
#include "runtime/echo_socket.h"
#include "runtime/event_loop.h"
#include "runtime/interface_watch.h"
#include "runtime/packet_port.h"
#include "runtime/port_worker.h"
#include "runtime/route_cache.h"
#include "runtime/service_plan.h"
#include "runtime/udp_port.h"

#include <map>
#include <memory>
#include <optional>
#include <set>
#include <string_view>

namespace lessor::runtime {

class XdpQueue;
class XdpReceiver;

/// What PacketIo tells. Called in EventLoop::turn() (and from open(): on_interfaces, on_notice).
class PacketHandler {
 public:
  /// One datagram; `in.payload` is valid during the call. `now` is read once a batch.
  virtual void on_datagram(Now now, const net::Datagram& in) = 0;
  /// A payload that on_datagram() will perhaps be called with soon, in the order in which it will:
  /// unchecked, and often of something else. For whoever can have the memory begin to send what it
  /// will need.
  virtual void fetch_ahead([[maybe_unused]] Bytes payload) {}
  /// A receive queue is more than half full: more comes than can be answered, and soon the kernel
  /// drops some without looking. Whoever can pick says so; then admits() is asked about thousands
  /// of datagrams, and should want `most` of them.
  [[nodiscard]] virtual bool picks_in_crowd([[maybe_unused]] std::size_t most) { return false; }
  /// Whether on_datagram() is to have this one; else it is dropped. In a crowd only.
  [[nodiscard]] virtual bool admits([[maybe_unused]] Now now,
                                    [[maybe_unused]] const net::Datagram& in) {
    return true;
  }
  /// Somebody on the link uses an address.
  virtual void on_arp(Now now, const net::ArpSighting& sighting) = 0;
  /// What came back of an ICMP echo request, or what somebody made up.
  virtual void on_echo([[maybe_unused]] Now now,
                       [[maybe_unused]] const net::EchoSighting& sighting) {}
  /// After at most kReceiveBatch of the above. What the Outbox then has ready is sent.
  virtual void on_batch_end(Now now) = 0;
  /// The host's interfaces have changed, or how those that were asked for fare.
  virtual void on_interfaces(const net::InterfaceTable& table,
                             std::span<const ServedInterface> served) = 0;
  /// A sentence for the log: a fallback taken, a socket that failed.
  virtual void on_notice(std::string_view text) = 0;

 protected:
  ~PacketHandler() = default;
};

enum class SocketKind : std::uint8_t {
  raw,  ///< packet sockets on Ethernet, the UDP socket for the rest
  xdp,  ///< as raw; received by AF_XDP where a driver has it
  udp,  ///< the UDP socket for all: relayed clients and those that have an address
};

struct PacketIoOptions {
  std::uint16_t port = 67;
  WantedInterfaces wanted;
  SocketKind sockets = SocketKind::raw;
  /// With SocketKind::udp: replies go as the kernel routes, not by the request's interface.
  bool use_routing = false;
  /// Receive ARP, for probes; without it nothing wakes for other hosts' ARP.
  bool arp = true;
  /// Have a socket for ICMP echo; where there may be none, can_echo() says so.
  bool echo = false;
  /// Another UDP port, taken and sent from as `port` is (RFC 8357); 0: none.
  std::uint16_t second_port = 0;
  /// Ports that are taken from packet sockets only: somebody else may have them.
  std::vector<std::uint16_t> overheard_ports;
  /// What is sent to an address of ours is taken by whichever interface it comes: an answer takes
  /// the way that its sender's routes know. Else only from interfaces that were asked for.
  bool unicast_from_anywhere = false;
  /// What is sent by packet sockets passes the host's own taps (tcpdump, watch).
  bool visible = false;
};

/// All packet sockets of one program. Used from the thread that turns `loop`; counters() from any.
/// Takes the loop's at_turn_end(). `loop`, `outbox` and `handler` outlive it.
class PacketIo {
 public:
  /// Opens what can be opened now; interfaces that are not ready are served when they are. Errors
  /// are those that nothing will heal: no privilege, port held by another process. Starts no
  /// thread (privileges may be dropped after it); one starts with the first interface that comes
  /// later.
  [[nodiscard]] static Result<std::unique_ptr<PacketIo>> open(EventLoop& loop, net::Outbox& outbox,
                                                              PacketHandler& handler,
                                                              PacketIoOptions options);
  ~PacketIo();
  PacketIo(const PacketIo&) = delete;
  PacketIo& operator=(const PacketIo&) = delete;

  /// Sends what the Outbox has ready, probes too. Called at every batch's end; the owner calls it
  /// after Outbox::release() and after the engine's on_time().
  void send();

  /// Whether echo requests can be sent at all.
  [[nodiscard]] bool can_echo() const { return echo_.has_value(); }

  /// When on_time() is due: something waits to be tried again.
  [[nodiscard]] Instant next_deadline() const;
  void on_time(Now now);

  /// Another set of interfaces (a reload), taken up at the next on_time(), which is due at once;
  /// those that stay keep their sockets and their packets; those that come are received by packet
  /// sockets.
  void set_wanted(WantedInterfaces wanted);

  [[nodiscard]] const net::InterfaceTable& interfaces() const { return watch_.table(); }
  [[nodiscard]] std::span<const ServedInterface> served() const { return served_; }
  [[nodiscard]] const PacketCounters& counters() const { return counters_; }
  [[nodiscard]] RouteCache& routes() { return routes_; }

 private:
  struct Port;     // one interface's packet socket and what belongs to it
  struct UdpSide;  // a UDP port's socket and what waits to be sent by it
  using UdpSides = std::vector<std::unique_ptr<UdpSide>>;

  PacketIo(EventLoop& loop, net::Outbox& outbox, PacketHandler& handler, PacketIoOptions options,
           InterfaceWatch watch, RouteCache routes);
  [[nodiscard]] Result<void> open_udp();
  [[nodiscard]] Result<void> open_echo();
  [[nodiscard]] Result<void> start();

  // Following interfaces (packet_io_interfaces.cc).
  void on_netlink();
  void on_routes();
  [[nodiscard]] std::vector<ServedInterface> plan();
  [[nodiscard]] bool read_interfaces();
  void refollow();
  void follow();
  void close_unwanted();
  void ensure_port(ServedInterface& served, const net::Interface& interface);
  [[nodiscard]] Result<void> open_at_start();
  [[nodiscard]] Result<PortWorker*> worker();
  void on_opened();
  void adopt(const net::Interface& interface, std::unique_ptr<PacketPort> socket);
  void fail(net::InterfaceIndex index, const SystemError& error);
  void close_port(net::InterfaceIndex index);
  void refresh_port(Port& port, const net::Interface& interface);
  void filter_udp();
  [[nodiscard]] bool wants_port(const net::Interface& interface) const;
  [[nodiscard]] PacketPort::Options options_for(const net::Interface& interface) const;
  [[nodiscard]] std::size_t ring_frames() const;

  // AF_XDP (packet_io_xdp.cc).
  void open_receivers();
  void watch_queue(net::InterfaceIndex index, XdpQueue& queue);
  void receive_by_xdp(net::InterfaceIndex index, XdpQueue& queue);
  void aim_receivers();
  [[nodiscard]] std::vector<net::Ip4> own_addresses(const net::Interface& first) const;

  // Receiving (packet_io.cc).
  std::size_t receive(const Port& port, FrameSource& source);
  void receive_udp(UdpPort& port);
  void receive_echoes();
  [[nodiscard]] std::size_t take(const Port& port, FrameSource& source, std::size_t most);
  [[nodiscard]] std::size_t take_udp(UdpPort& port, std::size_t most);
  void tell_ahead(Bytes frame, const FrameSource& source, std::size_t taken, std::size_t& told);
  void deliver(const net::Datagram& datagram);
  void accept_frame(const Port& port, const ReceivedFrame& frame);
  void accept_arp(const Port& port, const ReceivedFrame& frame);
  void accept_datagram(const UdpPort::Received& received);
  void on_socket_error(Port& port);
  [[nodiscard]] std::expected<net::Datagram, net::FrameRefusal> judge(
      const Port& port, const ReceivedFrame& frame) const;
  [[nodiscard]] bool takes_by_udp(const net::Datagram& datagram) const;
  void begin();
  void count_received();
  void end_batch();

  // Sending (packet_io_send.cc).
  void send_one(const net::Outbox::Ready& ready);
  void send_framed(Port& port, const net::Outbox::Ready& ready, const net::Mac& to);
  void send_by_udp(const net::Outbox::Ready& ready, net::Ip4 destination,
                   net::InterfaceIndex interface);
  void send_probe(const net::ArpProbe& probe);
  void send_probe(const net::EchoProbe& probe);
  void flush(SendQueue& queue, int fd);
  void settle(const SendQueue& queue, int fd);
  void flush_udp();
  [[nodiscard]] Port* find_port(net::InterfaceIndex index);
  [[nodiscard]] net::Ip4 source_of(const net::Envelope& envelope);
  [[nodiscard]] UdpSide& side_of(std::uint16_t source_port);

  EventLoop& loop_;
  net::Outbox& outbox_;
  PacketHandler& handler_;
  PacketIoOptions options_;
  InterfaceWatch watch_;
  RouteCache routes_;
  PacketCounters counters_;
  UdpSides udp_;  // options_.port's first
  std::optional<EchoSocket> echo_;
  std::vector<std::uint16_t> framed_ports_;

  std::map<net::InterfaceIndex, std::unique_ptr<Port>> ports_;
  std::map<net::InterfaceIndex, std::unique_ptr<XdpReceiver>> receivers_;
  std::vector<Port*> touched_;  // those that send() gave something; room for all
  std::unique_ptr<PortWorker> worker_;
  std::set<net::InterfaceIndex> opening_;                // by the worker
  std::map<net::InterfaceIndex, std::string> failures_;  // until they are tried again
  std::vector<ServedInterface> served_;
  std::vector<net::InterfaceIndex> on_the_way_;  // sorted: to options_.wanted.toward
  std::vector<net::Ip4> served_addresses_;       // sorted
  bool picking_ = false;  // a crowd: the handler is asked about each datagram
  bool batch_open_ = false;
  std::size_t batch_size_ = 0;
  Now now_;
  Instant retry_send_at_ = Instant::never();
  Instant reopen_at_ = Instant::never();
};

}  // namespace lessor::runtime
