#pragma once
// What a client engine makes besides datagrams: effects, which its owner must obey, and events,
// which tell people what happened. Fixed-size records. Must not know: text, the host.

#include "base/short_bytes.h"
#include "base/time.h"
#include "client/v4/state.h"
#include "net/address.h"
#include "wire/v4/protocol.h"

namespace lessor::client::v4 {

/// Why something happened, or was not done. One word for logs, JSON and status.
enum class Reason : std::uint8_t {
  none,
  // Why a state was entered.
  started,
  link_lost,
  link_back,
  resumed,      ///< from the machine's sleep: the network may be another
  granted,      ///< a DHCPACK
  confirmed,    ///< nobody else uses the address
  refused,      ///< a DHCPNAK
  no_answer,    ///< retransmitted in vain
  unconfirmed,  ///< no server answered; the old lease is used on (RFC 2131 4.4.2)
  t1_reached,
  t2_reached,
  expired,
  address_taken,    ///< somebody on the link uses the address
  conflict,         ///< somebody began to use the address while we did
  prefers_v6,       ///< the network runs without IPv4 (RFC 8925)
  ordered,          ///< by whoever runs us: renew, rebind, release, stop
  forced,           ///< by a DHCPFORCERENEW that proved itself (RFC 6704)
  address_changed,  ///< the interface has another hardware address now
  // Why a message was dropped. Each is counted.
  malformed,    ///< no DHCPv4 message (wire::ParseCode in `detail`)
  not_a_reply,  ///< op is not BOOTREPLY, or it is BOOTP
  other_xid,
  other_client,     ///< chaddr, or option 61, is not ours (R6842-3-b)
  unexpected,       ///< a message type that means nothing in this state (R2131-4.4.1-b)
  other_server,     ///< not the server that was asked
  refused_server,   ///< one of those that we were told to ignore
  bad_server_id,    ///< option 54 is missing or no host's address
  bad_address,      ///< yiaddr is no host's address
  other_address,    ///< yiaddr is not the one that we asked for
  bad_option,       ///< an option that decides something is malformed (code in `detail`)
  no_lease_time,    ///< option 51 is missing or under five seconds
  too_many_offers,  ///< more than anybody needs to choose from
  not_authentic,    ///< a FORCERENEW without a valid nonce or with an old replay counter
};
inline constexpr std::size_t kReasons = static_cast<std::size_t>(Reason::not_authentic) + 1;

/// "link-lost": for logs, JSON and grep.
[[nodiscard]] std::string_view name_of(Reason reason);

/// What the owner must do, in the order taken. The engine's lease() tells of what.
enum class EffectKind : std::uint8_t {
  configure,    ///< put lease() on the interface: the address is new there
  refresh,      ///< the address stays, its lifetime and perhaps its options are new
  deconfigure,  ///< R2131-4.4.5-b: take `address` off the interface at once
  remember,     ///< keep lease() for the next start
  forget,       ///< the remembered lease is worth nothing any more
  inform,       ///< lease() holds what a DHCPINFORM brought; its address is the asker's own
};
struct Effect {
  EffectKind kind = EffectKind::configure;
  Reason reason = Reason::none;
  net::Ip4 address;
};

/// One thing that happened.
enum class EventKind : std::uint8_t {
  entered,   ///< a state
  sent,      ///< a message
  received,  ///< a message that counts
  dropped,   ///< a message that does not, and why
  offer,     ///< an offer joined the choice
  chosen,    ///< an offer was chosen
  declined,  ///< the address was refused by us
};
[[nodiscard]] std::string_view name_of(EventKind kind);

struct Event {
  EventKind kind = EventKind::entered;
  Reason reason = Reason::none;
  State state = State::stopped;   ///< after it
  State before = State::stopped;  ///< entered: the one that was left
  wire::MessageType message = wire::MessageType::none;
  std::uint8_t detail = 0;
  std::uint32_t xid = 0;
  net::Ip4 address;      ///< offered, leased, asked for
  net::Ip4 server;       ///< option 54, else the source address
  Duration duration;     ///< received: the lease time; sent: until the next try
  ShortBytes<128> said;  ///< option 56 (a server's words), raw
};

}  // namespace lessor::client::v4
