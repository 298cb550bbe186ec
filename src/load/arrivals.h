#pragma once
// When clients begin who come as real ones did. Must not know: clocks, captures.

#include "base/time.h"

#include <cstdint>
#include <vector>

namespace lessor::load {

class Arrivals {
 public:
  /// Nobody comes.
  Arrivals() = default;
  /// As far apart as `times`, in any order, divided by `speed`, which is above zero. When all have
  /// come, they come again, after a pause as long as those between them are in the mean (a second,
  /// where there is but one, or all came at once).
  Arrivals(std::vector<Duration> times, double speed);

  [[nodiscard]] bool is_empty() const { return times_.empty(); }
  /// Of one round.
  [[nodiscard]] std::size_t size() const { return times_.size(); }
  /// When the n-th comes, from 0, which comes at zero. Precondition: not empty.
  [[nodiscard]] Duration at(std::uint64_t n) const;

 private:
  std::vector<Duration> times_;  // the first is zero
  Duration round_;               // how long all of them take, with the pause
};

}  // namespace lessor::load
