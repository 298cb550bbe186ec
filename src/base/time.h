#pragma once
// Durations, monotonic instants and wall-clock times as values. Nobody below `runtime` reads a
// clock: the runtime (or the simulator) passes a Now to every call.

#include <compare>
#include <cstdint>
#include <expected>
#include <string>
#include <string_view>

namespace lessor {

/// A span of time, nanoseconds inside. Infinity is explicit (RFC 2131 3.3: 0xffffffff seconds).
class Duration {
 public:
  constexpr Duration() = default;
  [[nodiscard]] static constexpr Duration nanoseconds(std::int64_t n) { return Duration(n); }
  [[nodiscard]] static constexpr Duration microseconds(std::int64_t n) {
    return Duration(n * 1'000);
  }
  [[nodiscard]] static constexpr Duration milliseconds(std::int64_t n) {
    return Duration(n * 1'000'000);
  }
  [[nodiscard]] static constexpr Duration seconds(std::int64_t n) {
    return Duration(n * 1'000'000'000);
  }
  [[nodiscard]] static constexpr Duration infinite() { return Duration(INT64_MAX); }
  /// From a 32-bit count of seconds as packets and options carry it: 0xffffffff is infinite().
  [[nodiscard]] static constexpr Duration from_wire(std::uint32_t wire_seconds) {
    return wire_seconds == UINT32_MAX ? infinite() : seconds(wire_seconds);
  }

  [[nodiscard]] constexpr bool is_infinite() const { return ns_ == INT64_MAX; }
  [[nodiscard]] constexpr std::int64_t to_nanoseconds() const { return ns_; }
  [[nodiscard]] constexpr std::int64_t to_milliseconds() const { return ns_ / 1'000'000; }
  [[nodiscard]] constexpr std::int64_t to_seconds() const { return ns_ / 1'000'000'000; }
  /// Whole seconds for a packet, rounded down, 0xffffffff for infinite, clamped to [0, 0xfffffffe]
  /// otherwise.
  [[nodiscard]] constexpr std::uint32_t to_wire() const {
    if (is_infinite()) return UINT32_MAX;
    const std::int64_t s = to_seconds();
    if (s < 0) return 0;
    return s >= INT64_C(0xffffffff) ? UINT32_MAX - 1 : static_cast<std::uint32_t>(s);
  }

  friend constexpr auto operator<=>(Duration, Duration) = default;
  /// Sums saturate at infinity; infinity plus anything stays infinite.
  friend constexpr Duration operator+(Duration a, Duration b) {
    if (a.is_infinite() || b.is_infinite()) return infinite();
    std::int64_t sum = 0;
    return __builtin_add_overflow(a.ns_, b.ns_, &sum) ? infinite() : Duration(sum);
  }
  friend constexpr Duration operator-(Duration a, Duration b) {
    return a.is_infinite() ? a : Duration(a.ns_ - b.ns_);
  }
  /// `d * 7 / 8` is how T2 is written; products saturate.
  friend constexpr Duration operator*(Duration d, std::int64_t factor) {
    if (d.is_infinite()) return d;
    std::int64_t product = 0;
    return __builtin_mul_overflow(d.ns_, factor, &product) ? infinite() : Duration(product);
  }
  friend constexpr Duration operator/(Duration d, std::int64_t divisor) {
    return d.is_infinite() ? d : Duration(d.ns_ / divisor);
  }

 private:
  explicit constexpr Duration(std::int64_t ns) : ns_(ns) {}
  std::int64_t ns_ = 0;
};

/// A point on the machine's monotonic clock that also counts suspend (CLOCK_BOOTTIME).
class Instant {
 public:
  constexpr Instant() = default;
  [[nodiscard]] static constexpr Instant from_nanoseconds(std::int64_t ns) { return Instant(ns); }
  /// Later than every other instant: nothing is due.
  [[nodiscard]] static constexpr Instant never() { return Instant(INT64_MAX); }
  [[nodiscard]] constexpr std::int64_t to_nanoseconds() const { return ns_; }
  [[nodiscard]] constexpr bool is_never() const { return ns_ == INT64_MAX; }

  friend constexpr auto operator<=>(Instant, Instant) = default;
  friend constexpr Instant operator+(Instant t, Duration d) {
    if (t.is_never() || d.is_infinite()) return never();
    std::int64_t sum = 0;
    return __builtin_add_overflow(t.ns_, d.to_nanoseconds(), &sum) ? never() : Instant(sum);
  }
  friend constexpr Instant operator-(Instant t, Duration d) {
    return t + Duration::nanoseconds(-d.to_nanoseconds());
  }
  friend constexpr Duration operator-(Instant a, Instant b) {
    return a.is_never() ? Duration::infinite() : Duration::nanoseconds(a.ns_ - b.ns_);
  }

 private:
  explicit constexpr Instant(std::int64_t ns) : ns_(ns) {}
  std::int64_t ns_ = 0;
};

/// Seconds since 1970-01-01 UTC, 64-bit (2038 and 2106 are ordinary years). For records that
/// outlive the process.
struct WallTime {
  std::int64_t seconds = 0;
  friend constexpr auto operator<=>(WallTime, WallTime) = default;
  friend constexpr WallTime operator+(WallTime t, Duration d) {
    return d.is_infinite() ? WallTime{INT64_MAX} : WallTime{t.seconds + d.to_seconds()};
  }
};

/// What every engine call is told about time: both clocks, read once for the batch.
struct Now {
  Instant mono;
  WallTime wall;
};

/// Prints a duration as people write it: "30s", "10m", "1h30m", "7d", "250ms", "infinite".
[[nodiscard]] std::string to_string(Duration d);
/// Reads "30", "30s", "250ms", "10m", "1h", "7d", "1h30m", "infinite". A bare number is seconds.
/// The error is a sentence for a person.
[[nodiscard]] std::expected<Duration, std::string> parse_duration(std::string_view text);
/// Prints "2026-11-22 16:04:05" in UTC.
[[nodiscard]] std::string to_string(WallTime t);

}  // namespace lessor
