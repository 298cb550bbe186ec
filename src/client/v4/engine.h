#pragma once
// ClientEngine: the DHCPv4 client of one interface as values in, values out (RFC 2131 4.4).
// Datagrams, ARP and time go in; messages go to an Outbox, what must be done to the host comes out
// as effects, what people should know as events. It owns no socket, clock, file or address. Must
// not know: sockets, the host, text.

#include "base/random.h"
#include "client/v4/events.h"
#include "client/v4/lease.h"
#include "client/v4/settings.h"
#include "client/v4/state.h"
#include "net/datagram.h"
#include "net/outbox.h"

#include <array>
#include <memory>
#include <optional>

namespace lessor::client::v4 {

/// The interface as the engine has to know it.
struct Link {
  net::InterfaceIndex index = 0;
  net::Mac mac;
  std::uint32_t mtu = 1500;
  bool up = false;  ///< administratively up, with carrier
  friend bool operator==(const Link&, const Link&) = default;
};

/// What is counted, since the engine was made.
struct Counters {
  std::array<std::uint64_t, 19> sent{};      ///< by message type
  std::array<std::uint64_t, 19> received{};  ///< those that counted, by message type
  std::array<std::uint64_t, kReasons> dropped{};
  std::uint64_t conflicts = 0;
  friend bool operator==(const Counters&, const Counters&) = default;
};

/// For status pages: what is going on now.
struct Situation {
  State state = State::stopped;
  State before = State::stopped;  ///< the one that was left for it
  Reason why = Reason::none;      ///< that it was entered for
  Instant since;                  ///< that it was entered
  std::uint32_t xid = 0;          ///< of the exchange under way, else of the last one
  int tries = 0;                  ///< messages sent in this exchange
  Instant next;                   ///< next_deadline()
  std::size_t offers = 0;         ///< collected so far
  wire::MessageType last_sent = wire::MessageType::none;
  Instant last_sent_at;  ///< never() when nothing was sent
  wire::MessageType last_received = wire::MessageType::none;
  Instant last_received_at;  ///< never() when nothing was received
};

/// One thread calls everything. An Outbox of its own with a few slots is enough: a call posts at
/// most three datagrams. After every call the owner takes all effects, then all events.
class ClientEngine {
 public:
  /// `seed` makes xids and the random parts of delays; no two machines should share it.
  ClientEngine(Settings settings, std::uint64_t seed);
  ~ClientEngine();
  ClientEngine(const ClientEngine&) = delete;
  ClientEngine& operator=(const ClientEngine&) = delete;

  // The interface. Say it before start(), and whenever it changes. Carrier that returns leads to
  // INIT-REBOOT with the lease in hand; another MAC to INIT.
  void set_link(Now now, const Link& link, net::Outbox& out);
  /// The machine has slept, or may have been moved: the lease in hand is asked for again.
  void on_resume(Now now, net::Outbox& out);

  // Orders.
  /// A lease remembered from before, already in terms of this clock; one that has expired is no
  /// help but its address is asked for again. Before start().
  void remember(const Lease& lease);
  /// Begins: INIT-REBOOT with a remembered lease that still runs, else INIT.
  void start(Now now, net::Outbox& out);
  /// Begins by DHCPINFORM for an address that the host has from elsewhere (RFC 2131 4.4.3).
  void start_inform(Now now, net::Ip4 address, net::Outbox& out);
  /// Takes up a remembered lease as BOUND without asking anybody: for one order to a lease whose
  /// client does not run. False when it has expired.
  [[nodiscard]] bool resume_bound(Now now, net::Outbox& out);
  /// Renews (unicast) or rebinds (broadcast) now. False without a lease in use.
  [[nodiscard]] bool renew(Now now, net::Outbox& out);
  [[nodiscard]] bool rebind(Now now, net::Outbox& out);
  /// Asks for the options again by DHCPINFORM and keeps the lease. False unless BOUND.
  [[nodiscard]] bool inform(Now now, net::Outbox& out);
  /// Gives the lease back (DHCPRELEASE to its server) and stops. False without a lease in use:
  /// then it just stops.
  bool release(Now now, net::Outbox& out);
  /// Stops without a word; a lease in use is deconfigured, and may still be remembered.
  void stop(Now now);

  // What comes.
  void on_datagram(Now now, const net::Datagram& in, net::Outbox& out);
  /// Any ARP on the link, probes too: what another does with an address of ours or to be ours.
  void on_arp(Now now, const net::ArpSighting& sighting, net::Outbox& out);
  /// Everything due at or before now.
  void on_time(Now now, net::Outbox& out);
  /// When on_time() is wanted; Instant::never() when nothing is due.
  [[nodiscard]] Instant next_deadline() const;

  // What it makes.
  [[nodiscard]] bool take(Effect& effect);
  [[nodiscard]] bool take(Event& event);
  /// Events lost because nobody took them.
  [[nodiscard]] std::uint64_t lost_events() const;

  // What it knows.
  [[nodiscard]] State state() const;
  [[nodiscard]] Situation situation() const;
  [[nodiscard]] const Counters& counters() const;
  /// The lease in use, being checked, or remembered; nullptr without any.
  [[nodiscard]] const Lease* lease() const;
  [[nodiscard]] const Settings& settings() const;

 private:
  struct Parts;
  std::unique_ptr<Parts> parts_;
};

}  // namespace lessor::client::v4
