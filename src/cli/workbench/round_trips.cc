#include "cli/workbench/round_trips.h"

#include <algorithm>
#include <cstdio>

namespace lessor::cli {
namespace {

std::string milliseconds(Duration time) {
  char text[32];
  const double ms = static_cast<double>(time.to_nanoseconds()) / 1e6;
  (void)std::snprintf(text, sizeof text, "%.2f", ms);
  return text;
}

}  // namespace

std::string RoundTrips::summary() const {
  std::string text =
      std::to_string(sent_) + " sent, " + std::to_string(trips_.size()) + " answered";
  if (sent_ > 0) text += ", " + std::to_string(lost() * 100 / sent_) + "% lost";
  if (trips_.empty()) return text;
  std::vector<Duration> sorted = trips_;
  std::ranges::sort(sorted);
  return text + "; answers after " + milliseconds(sorted.front()) + " to " +
         milliseconds(sorted.back()) + " ms, half of them within " +
         milliseconds(sorted[(sorted.size() - 1) / 2]) + " ms";
}

}  // namespace lessor::cli
