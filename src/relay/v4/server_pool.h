#pragma once
// The servers: which of them are in service, which of them a message goes to. A server is judged
// over many clients and by probes of our own, never by one client's silence: it may be silent to
// some by policy. Must not know: messages' octets, sockets.

#include "base/random.h"
#include "net/datagram.h"
#include "relay/v4/counters.h"
#include "relay/v4/exchanges.h"
#include "relay/v4/links.h"

#include <array>
#include <optional>
#include <span>

namespace lessor::relay::v4 {

/// A set of servers by number.
using ServerMask = std::uint32_t;

/// What the choice looks at.
struct Ask {
  wire::MessageType type = wire::MessageType::none;
  std::uint16_t secs = 0;
  std::optional<net::Ip4> server_id;
  std::optional<net::Ip4> requested;
  Bytes identifier;          ///< option 61, else chaddr
  std::uint64_t client = 0;  ///< hash of its hardware address
};

/// Probes, in turn until one kind is answered. None of them leaves anything behind at a server.
enum class ProbeKind : std::uint8_t {
  inform,      ///< DHCPINFORM: "without allocating a new address" (RFC 2131 3.4)
  leasequery,  ///< RFC 4388: of our own address
  discover,    ///< DHCPDISCOVER: an offer that nobody takes
};
inline constexpr std::size_t kProbeKinds = 3;

struct Probe {
  std::uint16_t server = 0;
  ProbeKind kind = ProbeKind::inform;
  std::uint32_t xid = 0;
};

class ServerPool {
 public:
  /// `events` and `links` are borrowed.
  ServerPool(EventRing& events, const Links& links, std::uint64_t seed)
      : events_(events), links_(links), random_(seed) {}

  /// Takes up the servers of other settings; what is known of those that stay is kept.
  void prepare(const Settings& settings);

  /// The servers that a message by `link` goes to. Never none, if the link has any.
  [[nodiscard]] ServerMask choose(Instant now, const Link& link, const Ask& ask,
                                  const Exchange& exchange);
  /// `server` was sent what it should answer.
  void on_asked(Now now, std::uint16_t server, const Ask& ask);
  /// `server` has said something; taken back at once.
  void on_answer(Now now, std::uint16_t server, std::optional<net::Ip4> server_id);
  /// By which interface the host's routes reach each; 0: not known.
  void set_ways(std::span<const net::InterfaceIndex> ways);
  /// That, or where its last answer came by when routes do not tell.
  [[nodiscard]] net::InterfaceIndex way_to(std::uint16_t server) const;
  /// Whether a server's frame may come by this downlink: routes lead there, or it is not known.
  [[nodiscard]] bool may_come_by(std::uint16_t server, net::InterfaceIndex downlink) const;
  /// And this is where its frame came from.
  void learn_path(Instant now, std::uint16_t server, const net::Datagram& in);

  /// Whether `server` goes by this server identifier.
  [[nodiscard]] bool is_named(std::uint16_t server, net::Ip4 server_id) const;
  /// The server that a reply came from: by address and port, by address, by its server identifier
  /// (its address, or what it alone has called itself before).
  [[nodiscard]] std::optional<std::uint16_t> find_source(net::Ip4 source, std::uint16_t port) const;
  [[nodiscard]] std::optional<std::uint16_t> find_id(net::Ip4 server_id) const;
  /// The server whose probe has this xid, if one is out.
  [[nodiscard]] std::optional<std::uint16_t> find_probe(std::uint32_t xid) const;
  /// A probe was answered: this kind it answers.
  void on_probe_answer(Now now, std::uint16_t server);

  /// The next probe that is due; nothing when none is. Judges on the way.
  [[nodiscard]] std::optional<Probe> next_probe(Now now);
  /// The probe could not be sent: it is none that the server has left unanswered.
  void on_probe_unsent(std::uint16_t server) { servers_[server].probe_xid = 0; }
  [[nodiscard]] Instant next_deadline() const;

  /// The address that its frames go to; zero when it is not known, too old, or leads to silence.
  [[nodiscard]] net::Mac mac_of(Instant now, std::uint16_t server) const;
  [[nodiscard]] std::span<const ServerStatus> status(Instant now);
  [[nodiscard]] ServerStatus& at(std::uint16_t server) { return servers_[server].status; }
  /// kMaxServers at most.
  [[nodiscard]] std::uint16_t size() const { return static_cast<std::uint16_t>(servers_.size()); }

 private:
  struct State {
    ServerStatus status;
    std::array<std::uint64_t, 4> asked{};  // by hash: clients that asked since the last answer
    Instant silent_since;                  // the first of them
    bool waits = false;                    // there is such a client
    Instant last_ask;
    Instant mac_at;
    net::InterfaceIndex way = 0;
    Instant next_probe = Instant::never();
    Instant believed_until;       // not suspected before that
    Duration belief;              // after the last false suspicion
    Instant next_told;            // that it is suspected
    std::uint32_t probe_xid = 0;  // 0: none is out
    int probes_unanswered = 0;
    std::uint8_t kind = 0;     // of the next probe
    bool kind_known = false;   // it answers that kind
    bool last_resort = false;  // would be out of service if another were left
    net::Ip4 server_id;        // that it calls itself
  };

  [[nodiscard]] ServerMask by_id(ServerMask among, net::Ip4 server_id) const;
  [[nodiscard]] ServerMask first_choice(const Link& link, const Ask& ask) const;
  [[nodiscard]] ServerMask in_service(const Link& link) const;
  [[nodiscard]] ServerMask with_shadow(const Link& link, std::uint16_t server) const;
  [[nodiscard]] bool is_last_of_a_link(std::uint16_t server) const;
  void suspect(Now now, std::uint16_t server);
  void judge(Now now, std::uint16_t server);
  void forget_silence(State& state);
  void tell(Now now, EventKind kind, std::uint16_t server);

  EventRing& events_;
  const Links& links_;
  Random random_;
  const Settings* settings_ = nullptr;
  std::vector<State> servers_;
  std::vector<ServerStatus> shown_;
};

/// Calls `visit` with the number of every server in the set.
template <typename Visit>
void for_each_server(ServerMask mask, Visit&& visit) {
  for (std::uint16_t i = 0; mask != 0; ++i, mask >>= 1U) {
    if ((mask & 1U) != 0) visit(i);
  }
}

}  // namespace lessor::relay::v4
