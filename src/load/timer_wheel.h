#pragma once
// One timer a client, for millions of clients of which most are stopped before they ring: setting
// and stopping cost the same however many there are. Must not know: what the timers are for.

#include "base/huge_pages.h"
#include "base/time.h"

#include <array>
#include <cstdint>
#include <optional>
#include <vector>

namespace lessor::load {

/// A wheel of 16,384 slots of 8 ms: it rings up to 8 ms late and never early. What lies beyond its
/// 131 s rings then.
class TimerWheel {
 public:
  /// A client's share of the wheel.
  struct Link {
    std::uint32_t next = 0;
    std::uint32_t previous = 0;
    std::uint32_t slot = UINT32_MAX;  // UINT32_MAX: not set
  };

  explicit TimerWheel(std::uint32_t clients);

  /// Sets the client's timer, in place of any before.
  void set(std::uint32_t client, Instant at, Instant now);
  void stop(std::uint32_t client);
  /// A client whose time has come; its timer is stopped. Call it until there is none.
  [[nodiscard]] std::optional<std::uint32_t> take_due(Instant now);
  /// When the next one rings; never() when none is set.
  [[nodiscard]] Instant next_deadline() const;

 private:
  static constexpr std::uint32_t kSlots = 16'384;
  static constexpr std::int64_t kTick = 8'000'000;
  static constexpr std::uint32_t kNone = UINT32_MAX;

  /// How many slots from `at_` on the first one is that holds something; kSlots when none does.
  [[nodiscard]] std::uint32_t distance() const;
  void mark(std::uint32_t slot, bool used);

  HugeVector<Link> links_;
  std::vector<std::uint32_t> heads_;
  std::array<std::uint64_t, kSlots / 64> used_{};  // one bit a slot
  std::int64_t at_ = 0;                            // the tick that is taken next
  std::uint32_t count_ = 0;
};

}  // namespace lessor::load
