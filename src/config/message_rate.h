#pragma once
// Limits as values: how many messages in a time, and how much a client class or a subnet may have.
// Must not know: JSON, who counts.

#include "base/time.h"

#include <cstdint>
#include <optional>

namespace lessor::config {

/// So many messages in any `period`.
struct MessageRate {
  std::uint32_t messages = 0;
  Duration period;
  friend bool operator==(const MessageRate&, const MessageRate&) = default;
};

/// What all clients of a class, or of a subnet, may have together (Kea's limits hook). Absent: no
/// limit; zero lets nobody have any.
struct GroupLimits {
  std::optional<std::uint32_t> leases;  ///< address-limit: leases and offers held at once
  std::optional<MessageRate> rate;      ///< rate-limit
  [[nodiscard]] bool any() const { return leases.has_value() || rate.has_value(); }
};

}  // namespace lessor::config
