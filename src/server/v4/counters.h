#pragma once
// What the engine counts: messages by type, silences by reason, and a few things beside. Plain
// numbers: the packet thread writes them and answers questions about them. Must not know: JSON.

#include "server/v4/reason.h"
#include "wire/v4/protocol.h"

#include <array>
#include <cstdint>
#include <string_view>

namespace lessor::server::v4 {

/// Every type of message 0-18 (0 is BOOTP) and, last, those that nobody knows.
inline constexpr std::size_t kMessageTypes = 20;

/// Where a type is counted.
[[nodiscard]] constexpr std::size_t index_of(wire::MessageType type) {
  return type == wire::MessageType::unknown ? kMessageTypes - 1 : static_cast<std::size_t>(type);
}

struct Counters {
  std::uint64_t received_total = 0;                     ///< datagrams
  std::array<std::uint64_t, kMessageTypes> received{};  ///< by index_of(type), once parsed
  std::array<std::uint64_t, kMessageTypes> sent{};      ///< by index_of(type)
  std::array<std::uint64_t, kReasons> silent{};         ///< not answered, by Reason
  std::array<std::uint64_t, kReasons> refused{};        ///< DHCPNAKs, by Reason
  std::uint64_t options_dropped = 0;                    ///< options wanted that did not fit a reply
  std::uint64_t relay_info_dropped = 0;  ///< R3046-2.2-a: replies that had no room for option 82
  std::uint64_t declined_addresses = 0;  ///< put on probation
  std::uint64_t leases_expired = 0;
  std::uint64_t declines_over = 0;          ///< addresses back from probation
  std::uint64_t offers_displaced = 0;       ///< holds that gave way
  std::uint64_t reservation_conflicts = 0;  ///< a reserved address was not to be had
  std::uint64_t lease_reuses = 0;           ///< renewals that left the lease as it was
  std::uint64_t probes_sent = 0;
};

/// One statistic under the name that Kea's users know ("pkt4-received").
struct Statistic {
  std::string_view name;
  std::uint64_t value = 0;
};
inline constexpr std::size_t kStatistics = 37;

/// The counters under Kea's names, for statistic-get-all. Each silence is in exactly one of Kea's
/// drop statistics.
[[nodiscard]] std::array<Statistic, kStatistics> statistics(const Counters& counters);

}  // namespace lessor::server::v4
