#pragma once
// What the load counts: messages by type, what went out in doubt, answers, waiting times. Must not
// know: clients, sockets.

#include "messages.h"

#include <array>
#include <chrono>
#include <cstdint>
#include <string>
#include <vector>

namespace lessor::soak {

/// Counted since the start; waiting times since they were last asked for.
struct Figures {
  std::array<std::uint64_t, kTypes> sent{};     ///< by type; the server must have had them
  std::array<std::uint64_t, kTypes> unsure{};   ///< by type; it may have had them
  std::array<std::uint64_t, kBroken> broken{};  ///< by kind
  std::array<std::uint64_t, kTypes> seen{};     ///< answers, by type
  /// What had to pass a relay that is not ours, and what came by it.
  std::uint64_t relayed = 0;
  std::uint64_t relayed_unsure = 0;
  std::uint64_t relayed_seen = 0;
  std::uint64_t relayed_broken = 0;  ///< must go no further than to the relay
  std::uint64_t exchanges = 0;       ///< questions that were answered
  std::uint64_t resent = 0;          ///< sent again though nothing was in doubt
  std::uint64_t resent_unsure = 0;
  std::uint64_t stray = 0;    ///< answers to what nobody waits for any more
  std::uint64_t refused = 0;  ///< by our own kernel
  std::uint64_t lost = 0;     ///< answers that our own kernel had no room for
  std::uint64_t faults = 0;   ///< what must not happen
  /// Microseconds from question to answer, of what was asked once: OFFERs and the answers to
  /// INFORM wait for no disk, the others do.
  std::vector<std::uint32_t> quick;
  std::vector<std::uint32_t> durable;

  void waited(std::chrono::nanoseconds time, bool for_disk);
  /// Everything as one line of JSON, and forgets the waiting times.
  [[nodiscard]] std::string take_json(std::size_t leases);
};

}  // namespace lessor::soak
