#pragma once
// A client's messages, laid out as RFC 2131 table 5 has them. Must not know: when they are sent.

#include "client/v4/settings.h"
#include "net/address.h"
#include "wire/v4/protocol.h"

#include <optional>

namespace lessor::client::v4 {

/// What tells one message from another; the rest follows from Settings and the table.
struct Outline {
  wire::MessageType type = wire::MessageType::discover;
  std::uint32_t xid = 0;
  Duration secs;                      ///< since the client began to ask
  net::Ip4 ciaddr;                    ///< only with an address in use
  std::optional<net::Ip4> requested;  ///< option 50
  std::optional<net::Ip4> server;     ///< option 54
  std::string_view why;               ///< option 56, in DECLINE and RELEASE
};

/// The sender as the header tells it.
struct Sender {
  net::Mac mac;
  std::uint32_t mtu = 1'500;
};

/// Writes the message into the front of `slot` (kMaxPayload octets): its size, or 0 when the
/// options of `settings` do not fit.
[[nodiscard]] std::size_t write_client_message(const Settings& settings, const Sender& sender,
                                               const Outline& outline, MutableBytes slot);

/// Whether every message that these settings ask for fits; else no message would ever leave.
[[nodiscard]] bool messages_fit(const Settings& settings);

}  // namespace lessor::client::v4
