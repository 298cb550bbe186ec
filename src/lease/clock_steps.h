#pragma once
// ClockSteps: by how much the wall clock was set forward between changes, so that times recorded
// before a step can be compared with those after it. In the log a step is a change of no address.
// Must not know: records, clocks.

#include "lease/lease.h"

#include <algorithm>
#include <vector>

namespace lessor::lease {

/// A step as the log has it: it happened after all changes with lower numbers. `wall` is what the
/// clock shows since.
[[nodiscard]] inline Lease change_of_step(WallTime wall, Duration by) {
  return {.started = wall, .lifetime = by};
}
/// Whether a logged change is a step. Nobody leases 0.0.0.0.
[[nodiscard]] inline bool is_step(const Lease& change) { return change.address.is_zero(); }

/// Bounded: of too many the oldest two become one, which makes the leases between them last longer,
/// never shorter.
class ClockSteps {
 public:
  static constexpr std::size_t kMax = 64;

  /// Adds a logged step; one that is known already (folds repeat them) changes nothing: false.
  bool add(const Lease& change) {
    const auto place = std::ranges::lower_bound(all_, change.sequence, {}, &Step::at);
    if (place != all_.end() && place->at == change.sequence) return false;
    all_.insert(place, {change.sequence, change.lifetime});
    if (all_.size() <= kMax) return true;
    all_[1].by = all_[0].by + all_[1].by;
    all_.erase(all_.begin());
    return true;
  }
  /// A time that was recorded with change `sequence`, as the wall clock counts now.
  [[nodiscard]] WallTime moved(WallTime recorded, Sequence sequence) const {
    for (const Step& step : all_) {
      if (sequence < step.at) recorded = recorded + step.by;
    }
    return recorded;
  }
  [[nodiscard]] bool empty() const { return all_.empty(); }

 private:
  struct Step {
    Sequence at = 0;
    Duration by;
  };
  std::vector<Step> all_;  // by `at`
};

}  // namespace lessor::lease
