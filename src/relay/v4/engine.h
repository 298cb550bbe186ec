#pragma once
// RelayEngine: the DHCPv4 relay agent (RFC 1542 4.1, RFC 3046) as values in, values out. Datagrams
// and time go in; what is relayed goes to an Outbox, what people should know to an EventRing. It
// owns no socket, clock, thread or file. Must not know: sockets, text.

#include "base/hash.h"
#include "base/time.h"
#include "net/datagram.h"
#include "net/interfaces.h"
#include "net/outbox.h"
#include "relay/v4/counters.h"
#include "relay/v4/events.h"
#include "relay/v4/settings.h"

#include <memory>
#include <span>

namespace lessor::relay::v4 {

/// One thread calls everything. An Outbox slot is taken for each server that a request goes to.
class RelayEngine {
 public:
  /// Settings that check_settings() has nothing against. `key` is a secret (strangers choose what
  /// we hash), `seed` makes xids of probes, `exchanges` are remembered at once.
  RelayEngine(Settings settings, HashKey key, std::uint64_t seed,
              std::size_t exchanges = kExchanges);
  ~RelayEngine();
  RelayEngine(const RelayEngine&) = delete;
  RelayEngine& operator=(const RelayEngine&) = delete;

  /// What netlink last said. Copies what it needs; not on the packet path.
  void set_interfaces(Now now, const net::InterfaceTable& interfaces);
  /// By which interface the host's routes reach each server, in the order of servers(); 0: not
  /// known. Answers of a server that is not reached by a downlink are not taken by one: it is a
  /// client's.
  void set_ways(std::span<const net::InterfaceIndex> ways);
  /// Other settings. What is known of servers and clients that stay is kept, so are counters.
  void set_settings(Now now, Settings settings);
  [[nodiscard]] const Settings& settings() const;

  // The packet path: no heap allocation, bounded work.
  /// Takes requests that came by a downlink and replies that were sent to a giaddr of ours, at port
  /// 67 or Settings::source_port; answers to our own DHCPINFORM probes come at port 68 too.
  void on_datagram(Now now, const net::Datagram& in, net::Outbox& out);
  /// Everything due at or before now: probes, queries, verdicts on servers.
  void on_time(Now now, net::Outbox& out);
  /// When on_time() is wanted; Instant::never() when idle.
  [[nodiscard]] Instant next_deadline() const;

  // What the engine knows. Spans are valid until the next call of anything.
  [[nodiscard]] const Counters& counters() const;
  [[nodiscard]] std::span<const DownlinkStatus> downlinks();
  [[nodiscard]] std::span<const ServerStatus> servers();
  [[nodiscard]] EventRing& events();

 private:
  struct Parts;
  std::unique_ptr<Parts> parts_;
};

}  // namespace lessor::relay::v4
