#pragma once
// What a server's message says that decides something, read and judged once, so that nothing behind
// it meets an option that lies. Must not know: states, timers.

#include "client/v4/events.h"
#include "client/v4/settings.h"
#include "net/datagram.h"
#include "wire/v4/message_view.h"

#include <expected>

namespace lessor::client::v4 {

/// An OFFER, ACK or NAK to us. Borrows the view's bytes.
struct ServerMessage {
  wire::MessageType type = wire::MessageType::none;
  std::uint32_t xid = 0;
  net::Ip4 server;                     ///< option 54
  net::Ip4 address;                    ///< yiaddr; zero in a NAK and in the ACK to a DHCPINFORM
  std::optional<Duration> lease_time;  ///< option 51, kMinLeaseTime at least
  std::optional<Duration> t1;          ///< option 58 as it is
  std::optional<Duration> t2;          ///< option 59 as it is
  std::optional<Duration> v6_only;     ///< option 108 (RFC 8925 3.1)
  bool rapid_commit = false;           ///< option 80 (RFC 4039)
  Bytes said;                          ///< option 56
};

/// Why a message counts for nothing; `detail` as in Event.
struct Refused {
  Reason reason = Reason::malformed;
  std::uint8_t detail = 0;
};

/// Whether a message is a server's and for us: op, chaddr, option 61 (R6842-3-b). Nothing when it
/// is.
[[nodiscard]] std::optional<Refused> check_addressee(const wire::MessageView& message,
                                                     const net::Mac& mac, Bytes client_id);

/// Reads an OFFER, ACK or NAK. `needs_address`: it must name a host's address and a lease time, as
/// all but a NAK and the ACK to a DHCPINFORM do.
[[nodiscard]] std::expected<ServerMessage, Refused> read_server_message(
    const wire::MessageView& message, bool needs_address);

}  // namespace lessor::client::v4
