#pragma once
// One DHCP message on the wire as a small value: what timelines and summaries need, read once and
// independent of the packet's bytes. Must not know: how it is drawn.

#include "base/time.h"
#include "craft/dissect.h"
#include "wire/v4/protocol.h"

namespace lessor::craft {

/// What a DHCPREQUEST is for (RFC 2131 4.3.2).
enum class RequestState : std::uint8_t { selecting, init_reboot, renewing, rebinding };

/// A DHCP message and the addressing that it came with.
struct DhcpEvent {
  Duration since_1970;
  wire::Op op = wire::Op::unknown;
  wire::MessageType type = wire::MessageType::none;
  std::uint32_t xid = 0;
  net::HardwareAddress client;  ///< chaddr
  net::Ip4 ciaddr;
  net::Ip4 yiaddr;
  std::optional<net::Ip4> requested_address;  ///< option 50
  std::optional<net::Ip4> server_identifier;  ///< option 54
  std::optional<Duration> lease_time;         ///< option 51
  std::optional<Duration> renewal_time;       ///< option 58, T1
  std::optional<Duration> rebinding_time;     ///< option 59, T2
  net::Ip4 source;
  net::Ip4 destination;

  [[nodiscard]] bool broadcast() const { return destination == net::kIp4Broadcast; }
  /// Precondition: type is request. By the fields that tell the four apart in RFC 2131 4.3.2.
  [[nodiscard]] RequestState request_state() const;
  /// The server that this message comes from or goes to, as far as it says: option 54, else the
  /// other end's address when it is not a broadcast.
  [[nodiscard]] std::optional<net::Ip4> server() const;
};

/// The DHCP message in a dissected frame; nothing when there is none, or its grammar is broken.
[[nodiscard]] std::optional<DhcpEvent> read_event(const Dissection& frame, Duration since_1970);

}  // namespace lessor::craft
