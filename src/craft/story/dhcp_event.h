#pragma once
// One DHCP message on the wire as a small value: what timelines and summaries need, read once and
// independent of the packet's bytes. Must not know: how it is drawn.

#include "base/time.h"
#include "craft/dissect.h"
#include "wire/v4/protocol.h"

namespace lessor::wire {
class MessageView;
}

namespace lessor::craft {

/// What a DHCPREQUEST is for (RFC 2131 4.3.2).
enum class RequestState : std::uint8_t { selecting, init_reboot, renewing, rebinding };

/// A DHCP message and the addressing that it came with.
struct DhcpEvent {
  Duration since_1970;
  wire::Op op = wire::Op::unknown;
  wire::MessageType type = wire::MessageType::none;
  std::uint32_t xid = 0;
  net::HardwareAddress client;  ///< chaddr; without one, the client identifier's first octets
  net::Ip4 ciaddr;
  net::Ip4 yiaddr;
  net::Ip4 giaddr;
  std::optional<net::Ip4> requested_address;  ///< option 50
  std::optional<net::Ip4> server_identifier;  ///< option 54
  std::optional<Duration> lease_time;         ///< option 51
  std::optional<Duration> renewal_time;       ///< option 58, T1
  std::optional<Duration> rebinding_time;     ///< option 59, T2
  net::Ip4 source;
  net::Ip4 destination;
  net::Mac sender{};         ///< of the frame; zero when there is no Ethernet header
  std::size_t number = 0;    ///< of the packet, for whoever numbers packets
  std::uint32_t digest = 0;  ///< of the message and its way: two that differ are two
  bool broken = false;       ///< the options' grammar is broken: what could be read is here

  [[nodiscard]] bool broadcast() const { return destination == net::kIp4Broadcast; }
  /// Precondition: type is request. By the fields that tell the four apart in RFC 2131 4.3.2.
  [[nodiscard]] RequestState request_state() const;
  /// Whether this is the leg between a relay agent and a server, either way.
  [[nodiscard]] bool between_relay_and_server() const {
    return !giaddr.is_zero() && (op != wire::Op::reply || destination == giaddr);
  }
  /// The server that this message comes from or goes to, as far as it says: option 54, else the
  /// other end's address when it is not a broadcast.
  [[nodiscard]] std::optional<net::Ip4> server() const;
};

/// The DHCP message in a dissected frame; nothing when there is none, or its grammar is broken.
[[nodiscard]] std::optional<DhcpEvent> read_event(const Dissection& frame, Duration since_1970);
/// The same of a message that is parsed already.
[[nodiscard]] DhcpEvent event_of(const wire::MessageView& message, const Dissection& frame,
                                 Duration since_1970);
/// The same for a message whose options break off: marked `broken`, with what stands before the
/// break. Nothing when not even the header is whole.
[[nodiscard]] std::optional<DhcpEvent> read_any_event(const Dissection& frame, Duration since_1970);

/// What hosts do beside DHCP to find out whether an address is free (RFC 2131 2.2, RFC 5227).
enum class ProbeKind : std::uint8_t {
  arp_probe,         ///< does anybody use this address?
  arp_announcement,  ///< it is mine
  arp_reply,         ///< it is mine, in answer to somebody
  echo_request,      ///< ICMP, as servers probe
  echo_reply,
};
struct ProbeEvent {
  Duration since_1970;
  ProbeKind kind = ProbeKind::arp_probe;
  net::Mac sender{};
  net::Ip4 from;   ///< the sender's address; zero in a probe
  net::Ip4 about;  ///< the address in question
  std::size_t number = 0;
};
/// The probe in a frame, `bytes` taken apart; nothing for everything else, ordinary ARP requests
/// included.
[[nodiscard]] std::optional<ProbeEvent> read_probe(Bytes bytes, const Dissection& frame,
                                                   Duration since_1970);

}  // namespace lessor::craft
