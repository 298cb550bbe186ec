#pragma once
// What was reset or removed of the statistics, and the answers made of the rest. The counters
// themselves only grow. Must not know: whose they are.

#include "control/status.h"

#include <map>
#include <mutex>
#include <optional>
#include <string>
#include <vector>

namespace lessor::control {

/// Any thread.
class StatisticMarks {
 public:
  /// The values as they are shown: since they were reset, and without those that were removed and
  /// have not changed since.
  [[nodiscard]] std::vector<Statistic> shown(std::vector<Statistic> now) const;
  /// From now on each of `which` counts from 0. Of those that say how things are, not what
  /// happened (addresses in a pool), nothing changes.
  void reset(const std::vector<Statistic>& which);
  /// As reset(); and it is not shown until it changes.
  void remove(const std::vector<Statistic>& which);

 private:
  struct Mark {
    std::uint64_t from = 0;
    bool hidden = false;
  };
  void mark(const std::vector<Statistic>& which, bool hidden);

  mutable std::mutex mutex_;
  std::map<std::string, Mark> marks_;
};

/// Whether a statistic says how things are ("assigned-addresses"), not how often something was.
[[nodiscard]] bool is_level(std::string_view name);

}  // namespace lessor::control
