#include "control/statistic_marks.h"

namespace lessor::control {

bool is_level(std::string_view name) {
  const bool counts = name.find("cumulative-") != std::string_view::npos ||
                      name.find("reclaimed-") != std::string_view::npos;
  return name.ends_with("-addresses") && !counts;
}

std::vector<Statistic> StatisticMarks::shown(std::vector<Statistic> now) const {
  const std::scoped_lock lock(mutex_);
  std::vector<Statistic> all;
  for (Statistic& each : now) {
    const auto found = marks_.find(each.name);
    if (found != marks_.end()) {
      const Mark& mark = found->second;
      if (mark.hidden && each.value == mark.from) continue;
      if (!is_level(each.name)) each.value -= std::min(each.value, mark.from);
    }
    all.push_back(std::move(each));
  }
  return all;
}

void StatisticMarks::reset(const std::vector<Statistic>& which) { mark(which, false); }

void StatisticMarks::remove(const std::vector<Statistic>& which) { mark(which, true); }

void StatisticMarks::mark(const std::vector<Statistic>& which, bool hidden) {
  const std::scoped_lock lock(mutex_);
  for (const Statistic& each : which) marks_[each.name] = {.from = each.value, .hidden = hidden};
}

}  // namespace lessor::control
