#pragma once
// How a load run went over time: a bounded list of samples, each of a stretch of time, in the
// beginning short, longer as the run lasts. Must not know: clocks, how it is shown.

#include "load/figures.h"

#include <optional>
#include <vector>

namespace lessor::load {

/// One stretch: what was added in it.
struct Sample {
  Duration at;    ///< its end, from the beginning of the first one
  Duration span;  ///< how long it was
  std::uint64_t begun = 0;
  std::uint64_t done = 0;
  std::uint64_t refused = 0;
  std::uint64_t timeouts = 0;
  std::uint32_t outstanding = 0;  ///< at its end
  Duration p50, p99;              ///< of the exchanges done in it; of joined ones the longer

  /// `count` of it a second.
  [[nodiscard]] double rate(std::uint64_t count) const {
    const auto ns = static_cast<double>(span.to_nanoseconds());
    return ns > 0 ? static_cast<double>(count) * 1e9 / ns : 0;
  }
};

/// More are not told apart on any screen. When there are so many, each two are joined.
inline constexpr std::size_t kMaxSamples = 600;
inline constexpr Duration kFirstSpan = Duration::milliseconds(100);

class Series {
 public:
  /// A run's figures begin at zero, now. The time between two runs is in no sample.
  void begin_run(Instant now);
  /// When take() is due.
  [[nodiscard]] Instant next_deadline() const { return due_; }
  /// Adds what the run's `figures` have more than at the last call; also early, at the run's end.
  void take(Instant now, const Figures& figures, std::uint32_t outstanding);
  [[nodiscard]] const std::vector<Sample>& samples() const { return samples_; }

 private:
  void join_pairs();

  std::vector<Sample> samples_;
  std::optional<Instant> first_;
  Instant last_;
  bool fresh_ = true;  // nothing of this run has been taken
  Instant due_ = Instant::never();
  Duration span_ = kFirstSpan;
  std::array<std::uint64_t, kCounts> counted_{};
  Histogram timed_;
};

}  // namespace lessor::load
