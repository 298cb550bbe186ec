#pragma once
// What a load run measures. Must not know: how it is shown.

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
  lateness,     ///< an exchange's time on the schedule to when it was begun: our own fault
};
inline constexpr std::size_t kSteps = 5;

enum class Count : std::uint8_t {
  begun,            ///< exchanges
  done,             ///< exchanges that ended with an ACK
  dropped,          ///< exchanges that had no answer after all tries
  refused,          ///< exchanges that ended with a NAK
  unfinished,       ///< exchanges that were under way when the run ended
  timeouts,         ///< times that an answer did not come in time
  retransmissions,  ///< messages that were sent again
  sent,             ///< messages, each as often as it was sent
  received,         ///< messages to clients of ours
  further_offers,   ///< OFFERs for who has accepted one already
  late,             ///< answers to what nobody asks any more
  strange,          ///< datagrams that are no answer to any client of ours
  held,             ///< exchanges whose time came while every client was busy
  expired,          ///< clients whose lease ended before it was their turn to renew
};
inline constexpr std::size_t kCounts = 14;

/// What a server must not do.
enum class Violation : std::uint8_t {
  two_holders,     ///< an ACK for an address that another client's lease covers
  other_address,   ///< an ACK for another address than what was offered or held
  server_changed,  ///< an ACK from another server than the one that was asked
  no_address,      ///< an OFFER or ACK without an address
  no_server,       ///< an OFFER or ACK without a server identifier (RFC 2131 table 3)
  no_lease_time,   ///< an ACK without a lease time (RFC 2131 table 3)
  times_disorder,  ///< not T1 <= T2 <= lease time
};
inline constexpr std::size_t kViolations = 7;

/// The first of its kind, to look for in a capture.
struct Evidence {
  Violation what = Violation::two_holders;
  std::uint32_t client = 0;
  net::Ip4 address;
  std::uint32_t other = 0;  ///< two_holders: the other client
  Duration at;              ///< since the run began
};

/// One phase's figures; about 190 KB.
struct Figures {
  std::array<Histogram, kSteps> steps;
  std::array<std::uint64_t, kCounts> counts{};
  std::array<std::uint64_t, kViolations> violations{};
  std::optional<Evidence> evidence;
  Duration elapsed;  ///< from the first exchange's beginning to the last one's end

  [[nodiscard]] Histogram& step(Step s) { return steps[static_cast<std::size_t>(s)]; }
  [[nodiscard]] const Histogram& step(Step s) const { return steps[static_cast<std::size_t>(s)]; }
  [[nodiscard]] std::uint64_t& count(Count c) { return counts[static_cast<std::size_t>(c)]; }
  [[nodiscard]] std::uint64_t count(Count c) const { return counts[static_cast<std::size_t>(c)]; }
  [[nodiscard]] std::uint64_t violated() const {
    std::uint64_t sum = 0;
    for (const std::uint64_t n : violations) sum += n;
    return sum;
  }
  /// Exchanges with an ACK a second.
  [[nodiscard]] double rate() const {
    const auto ns = static_cast<double>(elapsed.to_nanoseconds());
    return ns > 0 ? static_cast<double>(count(Count::done)) * 1e9 / ns : 0;
  }
};

}  // namespace lessor::load
