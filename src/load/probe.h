#pragma once
// One rate tried in the search for the highest: what came of it, and whether it passed. Must not
// know: how it is shown.

#include "load/figures.h"

#include <string_view>

namespace lessor::load {

enum class Verdict : std::uint8_t {
  passed,
  dropped,    ///< too many exchanges had no answer in time
  refused,    ///< too many were refused
  crowded,    ///< too many were never begun: every client was busy
  behind,     ///< all had their answers in time, but ever later: in the end too many waited
  generator,  ///< this program did not keep its own schedule, or lost answers: nothing is shown
};
/// "passed", "dropped", "refused", "clients busy", "falls behind", "generator".
[[nodiscard]] std::string_view name(Verdict verdict);

struct Probe {
  double rate = 0;               ///< asked for, exchanges a second
  std::uint64_t planned = 0;     ///< exchanges of the schedule
  std::uint64_t begun = 0;       ///< of them
  std::uint64_t timeouts = 0;    ///< times that an answer did not come in time
  std::uint64_t unfinished = 0;  ///< under way when waiting for them ended
  std::uint64_t refused = 0;
  std::uint64_t waiting = 0;        ///< under way when the last one had begun
  std::uint64_t held = 0;           ///< begun late, because every client was busy
  std::uint64_t lost_here = 0;      ///< answers that the kernel dropped because we were slow
  std::uint64_t send_failures = 0;  ///< what the kernel would not send
  double reached = 0;               ///< exchanges done a second, while they were begun
  double cpu_share = 0;             ///< of one processor, that the generator took
  Duration late;                    ///< p99 of how late exchanges were begun, by our own fault
  Duration p50, p99;                ///< of whole exchanges

  /// Exchanges that were to be and had no answer in time, or never began. An exchange with several
  /// timeouts counts as often, so it is bounded by the plan.
  [[nodiscard]] std::uint64_t lost() const;
  /// The same as a share of all, 0 to 1.
  [[nodiscard]] double lost_share() const;
  [[nodiscard]] double refused_share() const;
};

/// A generator that begins more than one exchange in a hundred this late does not offer the rate
/// that it was asked for, but bursts. Pauses of some tens of milliseconds are every program's on a
/// machine where others run, too, and no client gives up for them.
inline constexpr Duration kLateMax = Duration::milliseconds(100);

/// A server that keeps up has answered most when the last is asked: of a queue that grows, the
/// length shows before answers come too late.
inline constexpr double kMostWaiting = 0.05;
/// Of few exchanges, any may be under way.
inline constexpr std::uint64_t kAnyWaiting = 4;

/// Whether at most `most_lost` (0 to 1) of its exchanges were lost or refused, by a generator that
/// did what it was to do.
[[nodiscard]] Verdict judge(const Probe& probe, double most_lost);

/// The run's part of a probe.
[[nodiscard]] Probe probe_of(const Figures& figures, double rate, std::uint64_t planned);

}  // namespace lessor::load
