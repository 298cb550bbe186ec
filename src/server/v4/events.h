#pragma once
// What the engine has to tell people: fixed-size records in a bounded ring from the packet thread
// to a log thread, which makes lines of them. Must not know: text formats, files, threads.

#include "base/short_bytes.h"
#include "base/time.h"
#include "net/datagram.h"
#include "server/v4/limits.h"
#include "server/v4/reason.h"
#include "server/v4/record_ring.h"
#include "wire/v4/protocol.h"

namespace lessor::server::v4 {

/// What happened.
enum class EventKind : std::uint8_t {
  offer,                ///< DHCPOFFER sent
  ack,                  ///< DHCPACK sent (it may still wait for the disk)
  nak,                  ///< DHCPNAK sent
  inform,               ///< DHCPACK to a DHCPINFORM sent
  release,              ///< a client gave its lease back
  decline,              ///< a client says that the address is in use (R2131-4.3.3-a: notify)
  drop,                 ///< a message was not answered
  lease_expired,        ///< a lease's time is up
  decline_over,         ///< an address is back from its probation
  offer_dropped,        ///< a hold ended without a REQUEST: declined, or gave way
  address_in_use,       ///< an ARP probe found an address taken by a stranger
  reservation_waiting,  ///< a reserved address is not to be had yet: another client holds it
  reservation_taken,    ///< a reserved client got its address
  lease_ended,          ///< a lease ended otherwise: its client moved, was refused, or by command
  lease_set,            ///< an operator recorded a lease
  configuration,        ///< a new configuration is in force
  other_server,         ///< another server answers on a link of ours (detail: OtherServers::News)
  lease_told,           ///< a DHCPLEASEQUERY was answered (detail: the answer's MessageType)
  renew_asked,          ///< DHCPFORCERENEW sent; with Reason::no_answer: no more are
};
inline constexpr std::size_t kEventKinds = static_cast<std::size_t>(EventKind::renew_asked) + 1;

/// "offer", "ack" ...: for JSON and grep.
[[nodiscard]] std::string_view name_of(EventKind kind);

/// One thing that happened. Fields that do not apply are zero or empty. Identifiers are a
/// stranger's bytes: whoever prints them sanitises them first.
struct Event {
  EventKind kind = EventKind::drop;
  Reason reason = Reason::none;
  wire::MessageType message = wire::MessageType::none;  ///< the client's message, if one caused it
  std::uint8_t detail = 0;  ///< malformed: the ParseCode; bad_option: the option's code
  WallTime when;
  net::Ip4 address;  ///< the one in question: offered, leased, refused, asked for
  net::Ip4 giaddr;
  net::Ip4 source;  ///< of the datagram
  net::Ip4 server;  ///< option 54 of a message that is another server's, or was meant for one
  net::InterfaceIndex interface = 0;
  std::uint32_t xid = 0;
  std::uint32_t subnet_id = 0;  ///< 0 when no subnet was chosen
  Duration lease_time;          ///< as told to the client
  net::HardwareAddress hardware;
  ShortBytes<kEventTextLimit> client_id;
  ShortBytes<kEventTextLimit> hostname;
  ShortBytes<kEventTextLimit> circuit_id;  ///< R3046-2.2-b: the relay's port, worth a log line
};

/// Events on their way to the log thread.
using EventRing = RecordRing<Event>;

}  // namespace lessor::server::v4
