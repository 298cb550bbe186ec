#pragma once
// The Outbox: what an engine wants sent. A fixed number of slots, allocated once; an engine writes
// a reply straight into a slot, the runtime sends it from there. A reply that promises a lease
// waits in its slot until the change that it promises is durable. Must not know: DHCP, sockets.

#include "net/datagram.h"
#include "net/echo.h"

#include <cstdint>
#include <memory>
#include <vector>

namespace lessor::net {

/// Room before the payload for Ethernet (14), 802.1Q (4), IPv4 (20) and UDP (8) headers, rounded up
/// so that the payload is 16-byte aligned.
inline constexpr std::size_t kHeadroom = 48;
/// The largest payload that a slot holds: an Ethernet MTU of 1500 less IPv4 and UDP headers,
/// rounded up.
inline constexpr std::size_t kMaxPayload = 1'472;

/// How the reply reaches the link (RFC 2131 4.1 as the server's destination table decides it).
enum class LinkTarget : std::uint8_t {
  broadcast,  ///< a frame to ff:ff:ff:ff:ff:ff on `interface`
  mac,        ///< a frame to `target_mac` on `interface`, without ARP
  route,  ///< the destination address decides: when the kernel's route to it leaves by `interface`
          ///< and `target_mac` is set, a frame to `target_mac` (the request's source); else the UDP
          ///< socket
};

/// Where one datagram goes. Addresses and ports in host order.
struct Envelope {
  InterfaceIndex interface = 0;
  LinkTarget target = LinkTarget::route;
  Mac target_mac;
  Ip4 source;
  Ip4 destination;
  std::uint16_t source_port = 0;
  std::uint16_t destination_port = 0;
  std::uint64_t wait_for = 0;  ///< the sequence number that must be durable first; 0 = send now
};

/// An ARP request for `address` to everybody on the link. From 0.0.0.0 it is a probe (RFC 5227
/// 2.1.1): does anybody use the address? From `address` itself it is an announcement (2.3): we do.
/// What the link says comes back to the engine as ArpSighting.
struct ArpProbe {
  InterfaceIndex interface = 0;
  Ip4 address;
  Ip4 sender;
};

/// Fixed slots for datagrams to send, and probes. One thread. Lifecycle of a slot:
/// payload() -> post() -> (ready or parked) -> the runtime's take_ready() -> recycle().
class Outbox {
 public:
  /// `slots` bounds everything not yet sent, parked replies included; `max_parked` of them may
  /// wait.
  explicit Outbox(std::size_t slots = 4'096, std::size_t max_parked = 3'072);

  /// The room to write the next payload into, kMaxPayload octets; empty when every slot is taken.
  /// Calling it twice without post() gives the same room.
  [[nodiscard]] MutableBytes payload();
  /// Posts the first `size` octets of payload(). With wait_for > durable() it is parked; the caller
  /// made sure with can_park() before it changed anything. Parked replies leave in the order in
  /// which they were posted.
  void post(const Envelope& envelope, std::size_t size);
  /// Whether a reply that must wait would find room.
  [[nodiscard]] bool can_park() const { return room_to_park() > 0; }
  /// How many more would.
  [[nodiscard]] std::size_t room_to_park() const;

  /// Says that every change up to `sequence` is durable: what waited for it becomes ready, in
  /// order.
  void release(std::uint64_t sequence);
  [[nodiscard]] std::uint64_t durable() const { return durable_; }
  [[nodiscard]] std::size_t parked() const { return parked_.count; }

  /// Asks for an ARP probe; false when the bounded list is full.
  [[nodiscard]] bool probe(const ArpProbe& probe);
  /// Asks for an ICMP echo request; likewise.
  [[nodiscard]] bool probe(const EchoProbe& probe);

  struct Ready {
    Envelope envelope;
    MutableBytes slot;     ///< the whole slot: kHeadroom octets, then the payload
    std::size_t size = 0;  ///< octets of payload
    std::uint32_t id = 0;  ///< for recycle()
    [[nodiscard]] MutableBytes payload() const { return slot.subspan(kHeadroom, size); }
  };
  /// The next datagram that may leave, oldest first; false when there is none. The slot stays the
  /// runtime's until recycle(id).
  [[nodiscard]] bool take_ready(Ready& ready);
  void recycle(std::uint32_t id);
  [[nodiscard]] bool take_probe(ArpProbe& probe);
  [[nodiscard]] bool take_probe(EchoProbe& probe);

 private:
  struct Queue {  // indices of slots, first in first out
    std::vector<std::uint32_t> ring;
    std::size_t head = 0;
    std::size_t count = 0;
    void push(std::uint32_t id);
    std::uint32_t pop();
  };
  template <typename Probe>
  struct Probes {  // a bounded ring
    std::vector<Probe> ring;
    std::size_t head = 0;
    std::size_t count = 0;
    [[nodiscard]] bool push(const Probe& probe);
    [[nodiscard]] bool pop(Probe& probe);
  };
  [[nodiscard]] MutableBytes bytes_of(std::uint32_t id);

  std::unique_ptr<std::byte[]> storage_;
  std::vector<Envelope> envelopes_;
  std::vector<std::uint16_t> sizes_;
  Queue free_;
  Queue ready_;
  Queue parked_;
  Probes<ArpProbe> arp_probes_;
  Probes<EchoProbe> echo_probes_;
  std::uint64_t durable_ = 0;
  std::size_t max_parked_;
};

}  // namespace lessor::net
