#pragma once
// What a load run is to do, as a value. Must not know: command lines, sockets.

#include "base/time.h"
#include "load/arrivals.h"
#include "load/exchange.h"
#include "load/mix.h"
#include "load/option_set.h"
#include "load/schedule.h"
#include "net/address.h"
#include "net/datagram.h"

#include <cstdint>
#include <vector>

namespace lessor::load {

enum class Scenario : std::uint8_t {
  dora,       ///< DISCOVER, OFFER, REQUEST, ACK
  renew,      ///< all clients are bound first; then each REQUESTs what it has: so do the next two
  rebind,     ///< REQUEST as at T2
  reboot,     ///< REQUEST in INIT-REBOOT
  release,    ///< all are bound first; then each gives back what it has, once
  decline,    ///< all are bound first; then each says that its address is in use, once
  mix,        ///< several kinds of exchanges in proportion, once those who need a lease have one
  avalanche,  ///< all begin at once, and none gives up before it is bound
};

/// The exchange that clients of a scenario make; dora of a mix.
[[nodiscard]] constexpr Exchange exchange_of(Scenario scenario) {
  switch (scenario) {
    case Scenario::dora:
    case Scenario::mix:
    case Scenario::avalanche:
      return Exchange::dora;
    case Scenario::renew:
      return Exchange::renew;
    case Scenario::rebind:
      return Exchange::rebind;
    case Scenario::reboot:
      return Exchange::reboot;
    case Scenario::release:
      return Exchange::release;
    case Scenario::decline:
      return Exchange::decline;
  }
  return Exchange::dora;
}
/// Whether clients are bound before the run begins, which is told apart.
[[nodiscard]] constexpr bool binds_first(Scenario scenario) {
  return scenario == Scenario::mix || exchange_of(scenario) != Exchange::dora;
}

/// A run. Exactly one of `window`, `rate`, `profile` and `arrivals` is set, none in an avalanche;
/// the others have values that make sense.
struct Plan {
  Scenario scenario = Scenario::dora;
  std::uint32_t clients = 1'000;
  std::uint32_t first = 0;  ///< the number of the first client: its hardware address
  /// Closed loop: so many exchanges are under way at any time.
  std::uint32_t window = 0;
  /// Open loop: so many exchanges begin in a second, whatever becomes of those before.
  double rate = 0;
  /// The same with a rate that changes; the run ends with the last point.
  std::vector<RatePoint> profile;
  /// Of a mix.
  Mix mix{};
  /// Avalanche: all begin evenly within this.
  Duration within;

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

  /// RFC 2131 4.1's 4 seconds, doubled each time; and how often a message is sent at most. In an
  /// avalanche a DISCOVER is sent until it is answered, and who gets no ACK begins again.
  Duration first_delay = Duration::seconds(4);
  int tries = 4;

  /// Relayed when there are any: client n is behind relay n modulo their number.
  std::vector<net::Ip4> relays;
  net::Ip4 server;  ///< where relays send to
  /// Direct: the clients' link, and whether they ask for broadcast answers.
  net::InterfaceIndex interface = 0;
  bool broadcast = false;

  [[nodiscard]] bool is_mix() const { return scenario == Scenario::mix; }
  [[nodiscard]] bool is_avalanche() const { return scenario == Scenario::avalanche; }
  [[nodiscard]] bool is_relayed() const { return !relays.empty(); }
};

}  // namespace lessor::load
