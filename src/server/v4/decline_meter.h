#pragma once
// DeclineMeter: how often a client declined addresses lately, so that a broken or hostile one
// cannot put the whole pool on probation (C3-02). Must not know: packets, leases.

#include "base/time.h"
#include "lease/offer_table.h"
#include "server/v4/limits.h"

#include <array>

namespace lessor::server::v4 {

/// A small table of clients, by the hash that ClientKey already is. Two that fall into one slot
/// push each other out, which only makes the limit laxer. No allocation.
class DeclineMeter {
 public:
  /// Counts one DHCPDECLINE; whether it is within the client's limit.
  [[nodiscard]] bool allow(const lease::ClientKey& client, Instant now) {
    Slot& slot = slots_[client.low % kDeclineSlots];
    if (slot.client != client || now >= slot.since + kDeclineWindow) slot = {client, now, 0};
    return ++slot.count <= kDeclinesPerClient;
  }

 private:
  struct Slot {
    lease::ClientKey client;
    Instant since;
    std::uint32_t count = 0;
  };
  std::array<Slot, kDeclineSlots> slots_{};
};

}  // namespace lessor::server::v4
