#pragma once
// What a load run measures. Must not know: how it is shown.

#include "load/exchange.h"
#include "load/histogram.h"
#include "net/address.h"

#include <array>
#include <cstdint>
#include <optional>

namespace lessor::load {

/// What is timed.
enum class Step : std::uint8_t {
  offer,        ///< an exchange's beginning to its OFFER
  acknowledge,  ///< a REQUEST in SELECTING to its ACK
  bind,         ///< an exchange's beginning to the ACK
  renew,        ///< the same of a renewal
  rebind,       ///< of a REQUEST as at T2
  reboot,       ///< of a REQUEST in INIT-REBOOT
  lateness,     ///< an exchange's time on the schedule to when it was begun: our own fault
};
inline constexpr std::size_t kSteps = 7;

/// What times the whole of an exchange that an ACK ends.
[[nodiscard]] constexpr Step whole_of(Exchange exchange) {
  switch (exchange) {
    case Exchange::renew:
      return Step::renew;
    case Exchange::rebind:
      return Step::rebind;
    case Exchange::reboot:
      return Step::reboot;
    case Exchange::dora:
    case Exchange::release:
    case Exchange::decline:
      return Step::bind;
  }
  return Step::bind;
}

/// What is counted; the first ones for each kind of exchange, too.
enum class Count : std::uint8_t {
  begun,       ///< exchanges
  done,        ///< exchanges that ended with an ACK, or whose message has no answer and was sent
  dropped,     ///< exchanges that had no answer after all tries
  refused,     ///< exchanges that ended with a NAK
  unfinished,  ///< exchanges that were under way when the run ended
  timeouts,    ///< times that an answer did not come in time
  retransmissions,  ///< messages that were sent again
  sent,             ///< messages, each as often as it was sent
  received,         ///< messages to clients of ours
  further_offers,   ///< OFFERs for who has accepted one already
  late,             ///< answers to what nobody asks any more
  strange,          ///< datagrams that are no answer to any client of ours
  held,             ///< exchanges whose time came while every client was busy
  expired,          ///< clients whose lease ended before it was their turn to renew
  restarts,         ///< avalanche: times that a client was refused, or got no ACK, and began again
};
inline constexpr std::size_t kCounts = 15;
/// From `begun` to `retransmissions`.
inline constexpr std::size_t kCountsOfExchange = 7;

/// Avalanche: until so many percent of the clients are bound.
inline constexpr std::array<std::uint32_t, 4> kMilestones = {50, 90, 99, 100};

/// What a server must not do.
enum class Violation : std::uint8_t {
  two_holders,     ///< an ACK for an address that another client's lease covers
  other_address,   ///< an ACK for another address than what was offered or held
  server_changed,  ///< an ACK from another server than the one that was asked
  no_address,      ///< an OFFER or ACK without an address
  no_server,       ///< an OFFER or ACK without a server identifier (RFC 2131 table 3)
  no_lease_time,   ///< an ACK without a lease time (RFC 2131 table 3)
  times_disorder,  ///< not T1 <= T2 <= lease time
  relay_info,      ///< option 82 in an answer is not what the relay sent (RFC 3046 2.2)
  /// An ACK's other options differ from those of its OFFER (RFC 2131 3.1), or of the ACK before.
  options_changed,
};
inline constexpr std::size_t kViolations = 9;

/// The first of its kind, to look for in a capture.
struct Evidence {
  Violation what = Violation::two_holders;
  std::uint32_t client = 0;
  net::Ip4 address;
  std::uint32_t other = 0;  ///< two_holders: the other client
  Duration at;              ///< since the run began
};

/// One phase's figures; about 260 KB.
struct Figures {
  std::array<Histogram, kSteps> steps;
  std::array<std::uint64_t, kCounts> counts{};
  std::array<std::array<std::uint64_t, kCountsOfExchange>, kExchanges> exchanges{};
  std::array<std::uint64_t, kViolations> violations{};
  std::optional<Evidence> evidence;
  Duration elapsed;  ///< from the first exchange's beginning to the last one's end
  /// In the order of kMilestones: since the run began.
  std::array<std::optional<Duration>, kMilestones.size()> milestones;

  [[nodiscard]] Histogram& step(Step s) { return steps[static_cast<std::size_t>(s)]; }
  [[nodiscard]] const Histogram& step(Step s) const { return steps[static_cast<std::size_t>(s)]; }
  [[nodiscard]] std::uint64_t& count(Count c) { return counts[static_cast<std::size_t>(c)]; }
  [[nodiscard]] std::uint64_t count(Count c) const { return counts[static_cast<std::size_t>(c)]; }
  /// One of the first kCountsOfExchange, of one kind of exchange.
  [[nodiscard]] std::uint64_t count(Count c, Exchange kind) const {
    return exchanges[static_cast<std::size_t>(kind)][static_cast<std::size_t>(c)];
  }
  /// Counts it for its kind, and for all.
  void add(Count c, Exchange kind) {
    ++count(c);
    ++exchanges[static_cast<std::size_t>(kind)][static_cast<std::size_t>(c)];
  }
  [[nodiscard]] std::uint64_t violated() const {
    std::uint64_t sum = 0;
    for (const std::uint64_t n : violations) sum += n;
    return sum;
  }
  /// Exchanges done a second.
  [[nodiscard]] double rate() const {
    const auto ns = static_cast<double>(elapsed.to_nanoseconds());
    return ns > 0 ? static_cast<double>(count(Count::done)) * 1e9 / ns : 0;
  }
};

}  // namespace lessor::load
