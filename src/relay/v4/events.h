#pragma once
// What the relay has to tell people, and the reasons that it drops messages for: fixed-size
// records in a bounded ring. Must not know: text formats, files.

#include "base/short_bytes.h"
#include "base/time.h"
#include "net/datagram.h"
#include "relay/v4/limits.h"
#include "wire/v4/protocol.h"

#include <string_view>
#include <vector>

namespace lessor::relay::v4 {

/// Why a message went no further. Each is counted.
enum class Reason : std::uint8_t {
  none,
  // Any message.
  too_short,     ///< shorter than the fixed header (RFC 1542 2.1)
  too_long,      ///< more than fits a frame
  bad_op,        ///< neither BOOTREQUEST nor BOOTREPLY
  bad_hardware,  ///< hlen is more than the 16 octets of chaddr
  bad_options,   ///< an option runs past the options field
  outbox_full,   ///< we are behind with sending
  // Requests.
  not_a_downlink,   ///< came by an interface without clients of ours
  no_giaddr,        ///< the downlink has no address (yet), so there is no giaddr
  own_giaddr,       ///< R3046-2.1-c: says that we have relayed it
  bad_giaddr,       ///< giaddr is no host's address
  too_many_hops,    ///< RFC 1542 4.1.1
  too_early,        ///< RFC 1542 4.1.1: secs is under the threshold
  untrusted_info,   ///< R3046-2.1-b: option 82, giaddr 0, and the link is not trusted
  foreign_info,     ///< has option 82 already, and the policy is to drop it
  rate_limit,       ///< more messages a second than the downlink may send
  client_limit,     ///< a new client where the downlink has as many as it may
  not_for_servers,  ///< a message type that only servers send
  // Replies.
  not_our_giaddr,   ///< RFC 1542 4.1.2: giaddr is none of our downlinks'
  stranger,         ///< not from a server of ours
  wrong_port,       ///< to a port that we do not take answers at
  unknown_link,     ///< several downlinks share the giaddr, and nothing says which one it is
  link_down,        ///< the client's link is gone
  not_for_clients,  ///< a message type that only clients send
};
inline constexpr std::size_t kReasons = static_cast<std::size_t>(Reason::not_for_clients) + 1;

/// "too-many-hops": for logs, metrics, JSON and grep.
[[nodiscard]] std::string_view name_of(Reason reason);
/// One clear sentence for a person.
[[nodiscard]] std::string_view to_string(Reason reason);

enum class EventKind : std::uint8_t {
  drop,            ///< a message was dropped; at most one event a reason in kDropEventPause
  info_left_out,   ///< option 82 did not fit; likewise paused
  server_suspect,  ///< many clients had no answer: it is being probed
  server_down,     ///< taken out of service
  server_up,       ///< answers again
  last_server,     ///< does not answer either, but is the last one of a downlink: stays
  downlink_up,     ///< has an interface and a giaddr
  downlink_down,   ///< lost one of them
};
[[nodiscard]] std::string_view name_of(EventKind kind);  ///< "server-down"

/// One thing that happened. Fields that do not apply are zero or empty.
struct Event {
  EventKind kind = EventKind::drop;
  Reason reason = Reason::none;
  wire::MessageType message = wire::MessageType::none;
  WallTime when;
  std::uint64_t count = 0;     ///< drop: how many of this reason since the last event of it
  std::uint16_t downlink = 0;  ///< index into Settings::downlinks; kNoDownlink when none
  std::uint16_t server = 0;    ///< index into RelayEngine::servers(); kNoServer when none
  net::InterfaceIndex interface = 0;
  std::uint32_t xid = 0;
  net::Ip4 source;
  net::Ip4 giaddr;
  net::HardwareAddress client;  ///< a stranger's octets
  std::uint32_t clients = 0;    ///< server_*: different clients without an answer (about)
  Duration silence;             ///< server_*: how long
};
inline constexpr std::uint16_t kNoDownlink = 0xffff;
inline constexpr std::uint16_t kNoServer = 0xffff;

/// Events on their way to whoever prints them. One thread. A full ring drops events, counted.
class EventRing {
 public:
  EventRing() : ring_(kEventCapacity) {}

  void put(const Event& event);
  /// Copies the oldest event out; false when there is none.
  [[nodiscard]] bool take(Event& event);
  [[nodiscard]] std::uint64_t dropped() const { return dropped_; }

 private:
  std::vector<Event> ring_;
  std::size_t head_ = 0;
  std::size_t count_ = 0;
  std::uint64_t dropped_ = 0;
};

}  // namespace lessor::relay::v4
