#pragma once
// The clocks of one simulated machine: they run a little fast or slow, and the wall clock can be
// wrong. Must not know: what the machine does.

#include "base/time.h"

namespace lessor::sim {

/// When this world begins, by everybody's wall clock that is right.
inline constexpr WallTime kWorldBegin{1'790'000'000};

/// Translates between the world's time (which no machine knows) and a machine's own.
class Clock {
 public:
  Clock() = default;
  /// `parts_per_million` fast (or slow, when negative); `boot` is what the monotonic clock shows
  /// when the world begins, in seconds.
  Clock(std::int64_t parts_per_million, std::int64_t boot)
      : drift_(parts_per_million), boot_(Duration::seconds(boot)) {}

  /// Both clocks at `instant` of the world (which begins at 0).
  [[nodiscard]] Now read(Instant instant) const {
    const std::int64_t passed = instant.to_nanoseconds();
    const std::int64_t shown = passed + passed / 1'000'000 * drift_;
    return {Instant::from_nanoseconds(shown + boot_.to_nanoseconds()),
            kWorldBegin + Duration::nanoseconds(shown) + wall_error_};
  }
  /// The first instant of the world at which the monotonic clock shows `mono` or more.
  [[nodiscard]] Instant when(Instant mono) const {
    if (mono.is_never()) return mono;
    const std::int64_t shown = mono.to_nanoseconds() - boot_.to_nanoseconds();
    if (shown <= 0) return Instant();
    std::int64_t instant = shown - shown / (1'000'000 + drift_) * drift_;
    while (read(Instant::from_nanoseconds(instant)).mono < mono) instant += 1'000'000;
    return Instant::from_nanoseconds(instant);
  }
  /// The wall clock is wrong by so much from now on; nothing puts it right.
  void set_wall_error(Duration error) { wall_error_ = error; }

 private:
  std::int64_t drift_ = 0;
  Duration boot_;
  Duration wall_error_;
};

}  // namespace lessor::sim
