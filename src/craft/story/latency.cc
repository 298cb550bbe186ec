#include "craft/story/latency.h"

#include <algorithm>
#include <bit>
#include <cstdio>

namespace lessor::craft {
namespace {

constexpr std::int64_t kUnit = 100;  // nanoseconds: finer than capture files tell

}  // namespace

/// Below kSteps units a bin a unit, then kSteps bins for each doubling.
std::size_t Latency::bin_of(Duration took) {
  const auto units = static_cast<std::uint64_t>(std::max<std::int64_t>(took.to_nanoseconds(), 0)) /
                     static_cast<std::uint64_t>(kUnit);
  if (units < kSteps) return units;
  const auto power = static_cast<std::size_t>(std::bit_width(units)) - 5;  // 5: of kSteps
  const std::size_t bin = power * kSteps + ((units >> (power - 1)) - kSteps);
  return std::min(bin, kSteps * kPowers - 1);
}

Duration Latency::end_of(std::size_t bin) {
  const std::size_t power = bin / kSteps;
  const std::size_t step = bin % kSteps;
  const std::uint64_t units = power == 0 ? step + 1 : (kSteps + step + 1) << (power - 1);
  return Duration::nanoseconds(static_cast<std::int64_t>(units) * kUnit);
}

void Latency::add(Duration took) {
  took = std::max(took, Duration());
  ++bins_[bin_of(took)];
  ++count_;
  least_ = std::min(least_, took);
  greatest_ = std::max(greatest_, took);
}

Duration Latency::percentile(int percent) const {
  const std::uint64_t wanted =
      std::max<std::uint64_t>(1, (count_ * static_cast<std::uint64_t>(percent) + 99) / 100);
  std::uint64_t seen = 0;
  for (std::size_t bin = 0; bin < bins_.size(); ++bin) {
    seen += bins_[bin];
    if (seen < wanted) continue;
    if (bin + 1 == bins_.size()) break;  // the last bin has no end
    return std::clamp(end_of(bin), least_, greatest_);
  }
  return greatest_;
}

std::vector<Latency::Bar> Latency::bars() const {
  std::vector<Bar> bars;
  if (count_ == 0) return bars;
  std::size_t bin = 0;
  const std::int64_t edges[] = {2, 5, 10};
  std::int64_t decade = 1'000;  // nanoseconds; what is below the first edge joins its bar
  for (std::size_t i = 0; bin <= bin_of(greatest_); ++i) {
    if (i > 0 && i % 3 == 0) decade *= 10;
    Bar bar{.below = Duration::nanoseconds(decade * edges[i % 3])};
    for (; bin <= bin_of(greatest_) && end_of(bin) <= bar.below; ++bin) bar.count += bins_[bin];
    const bool last = decade > INT64_MAX / 1'000;
    if (last) {
      for (; bin <= bin_of(greatest_); ++bin) bar.count += bins_[bin];
    }
    if (bar.count > 0 || !bars.empty()) bars.push_back(bar);
  }
  return bars;
}

std::string latency_text(Duration took) {
  const double ms = static_cast<double>(took.to_nanoseconds()) / 1e6;
  const bool seconds = ms >= 1'000;
  const double value = seconds ? ms / 1'000 : ms;
  const int digits = value < 1 ? 3 : value < 10 ? 2 : value < 100 ? 1 : 0;
  char text[32];
  std::snprintf(text, sizeof text, "%.*f %s", digits, value, seconds ? "s" : "ms");
  return text;
}

}  // namespace lessor::craft
