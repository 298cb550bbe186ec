#pragma once
// What the relay counts and what it knows of servers and downlinks, for metrics and status pages.

#include "relay/v4/events.h"
#include "relay/v4/settings.h"

#include <array>

namespace lessor::relay::v4 {

inline constexpr std::size_t kMessageTypes = 19;  ///< option 53 up to 18; 0 is BOOTP

/// Since the engine was made.
struct Counters {
  std::array<std::uint64_t, kMessageTypes> requests{};  ///< relayed to servers, by message type
  std::array<std::uint64_t, kMessageTypes> replies{};   ///< relayed to clients, by message type
  std::uint64_t sent_to_servers = 0;                    ///< datagrams: a request goes to several
  std::uint64_t info_added = 0;
  std::uint64_t info_left_out = 0;  ///< R3046-2.1-a: no room for it
  std::uint64_t info_stripped = 0;
  std::uint64_t probes_sent = 0;
  std::uint64_t probes_answered = 0;
  std::uint64_t queries_sent = 0;
  std::uint64_t queries_answered = 0;
  std::array<std::uint64_t, kReasons> dropped{};
};

/// One downlink, in the order of Settings::downlinks.
struct DownlinkStatus {
  std::string_view interface;
  net::InterfaceIndex index = 0;  ///< 0: not there
  bool up = false;                ///< there, up, and with a giaddr
  net::Ip4 giaddr;
  std::uint64_t requests = 0;  ///< relayed
  std::uint64_t replies = 0;   ///< delivered
  std::uint64_t dropped = 0;   ///< requests that came by it and went no further
  std::uint32_t clients = 0;   ///< with a lease; counted only where there is a limit
};

enum class Health : std::uint8_t {
  unknown,  ///< nothing heard yet
  good,
  suspect,  ///< being probed
  down,     ///< out of service: does not answer anybody
};
[[nodiscard]] std::string_view name_of(Health health);

struct ServerStatus {
  Server server;
  Health health = Health::unknown;
  Instant last_answer = Instant::never();  ///< never(): nothing was heard
  std::uint64_t sent = 0;
  std::uint64_t answers = 0;     ///< replies, probes answered too
  std::uint32_t unanswered = 0;  ///< different clients since the last answer (about)
  std::uint32_t times_down = 0;
  net::Mac mac;  ///< that its last answer came from; zero when not known or too old
  net::InterfaceIndex interface = 0;
};

}  // namespace lessor::relay::v4
