#pragma once
// What a load run is to do, as a value. Must not know: command lines, sockets.

#include "base/time.h"
#include "load/arrivals.h"
#include "load/option_set.h"
#include "net/address.h"
#include "net/datagram.h"

#include <cstdint>
#include <vector>

namespace lessor::load {

enum class Scenario : std::uint8_t {
  dora,   ///< DISCOVER, OFFER, REQUEST, ACK
  renew,  ///< all clients are bound first; then each REQUESTs what it has
};

/// A run. Exactly one of `window`, `rate` and `arrivals` is set; the others have values that make
/// sense.
struct Plan {
  Scenario scenario = Scenario::dora;
  std::uint32_t clients = 1'000;
  std::uint32_t first = 0;  ///< the number of the first client: its hardware address
  /// Closed loop: so many exchanges are under way at any time.
  std::uint32_t window = 0;
  /// Open loop: so many exchanges begin in a second, whatever becomes of those before.
  double rate = 0;

  /// Open loop, with neither window nor rate: exchanges begin so.
  Arrivals arrivals;
  /// What clients say: client n what set n modulo their number has. None: what an ordinary client
  /// says.
  std::vector<OptionSet> sets;

  /// The run begins no exchange after so many, or this long; both may be unlimited.
  std::uint64_t exchanges = UINT64_MAX;
  Duration duration = Duration::infinite();
  /// So long the end waits for exchanges that are under way.
  Duration patience = Duration::seconds(10);

  /// RFC 2131 4.1's 4 seconds, doubled each time; and how often a message is sent at most.
  Duration first_delay = Duration::seconds(4);
  int tries = 4;

  /// Relayed when there are any: client n is behind relay n modulo their number.
  std::vector<net::Ip4> relays;
  net::Ip4 server;  ///< where relays send to
  /// Direct: the clients' link, and whether they ask for broadcast answers.
  net::InterfaceIndex interface = 0;
  bool broadcast = false;

  [[nodiscard]] bool is_relayed() const { return !relays.empty(); }
};

}  // namespace lessor::load
