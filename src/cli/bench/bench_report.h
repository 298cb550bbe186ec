#pragma once
// What a load run has shown, for people and for programs. Must not know: sockets, terminals.

#include "load/figures.h"
#include "load/fleet.h"
#include "load/plan.h"
#include "load/series.h"

#include <string>
#include <vector>

namespace lessor::cli {

/// Everything that is told; about 400 KB.
struct BenchReport {
  load::Plan plan;
  std::string target;
  load::Figures figures;
  load::Figures preparation;
  std::uint32_t holding = 0;        ///< clients with a lease at the end
  Duration cpu;                     ///< this program's processor time while it ran
  Duration wall;                    ///< the time that it ran
  std::uint64_t lost_here = 0;      ///< answers that the kernel dropped because we were slow
  std::uint64_t send_failures = 0;  ///< what the kernel would not send
  double reached = 0;               ///< exchanges done a second, while any were begun
  std::uint32_t waiting = 0;        ///< exchanges under way when the last one had begun
  bool framed = true;               ///< by frames of its own, not by UDP sockets
  bool interrupted = false;
  std::vector<load::Sample> samples{};  ///< over time
};

/// The table of to_text(), for other ways to show it.
struct ReportParts {
  std::string heading;                              ///< what was done, where and how
  std::vector<std::vector<std::string>> counts;     ///< name, figure, remark
  std::vector<std::vector<std::string>> kinds;      ///< of a mix's exchanges, below its heads
  std::vector<std::vector<std::string>> latencies;  ///< below its heads; empty: nothing was timed
  std::string own_limits;                           ///< a sentence a line
  std::string correctness;                          ///< likewise
};
[[nodiscard]] ReportParts parts_of(const BenchReport& report);

/// What was timed, by name; borrows from `report`.
struct TimedStep {
  const char* name;
  load::Step step;
  const load::Histogram* times;
};
[[nodiscard]] std::vector<TimedStep> timed_steps(const BenchReport& report);
/// Whether the generator took so much time, or lost so much, that it was a limit itself.
[[nodiscard]] bool is_limit(const BenchReport& report);

/// The share of one processor that the generator took, 0 to 1 and more.
[[nodiscard]] double cpu_share(const BenchReport& report);

/// "1.23 ms": three digits and a unit.
[[nodiscard]] std::string short_time(Duration time);
/// "12,345".
[[nodiscard]] std::string grouped(std::uint64_t number);

/// "new leases", "renewals".
[[nodiscard]] std::string heading_of(load::Scenario scenario);
/// "behind 3 relays to 192.0.2.1", "on the link of eth0".
[[nodiscard]] std::string place_of(const BenchReport& report);

/// The final table.
[[nodiscard]] std::string to_text(const BenchReport& report);
/// The same and more, times in nanoseconds; ends with a newline.
[[nodiscard]] std::string to_json(const BenchReport& report);
/// One line for a terminal while it runs, without the line's end. `rate`: exchanges a second
/// lately.
[[nodiscard]] std::string progress_line(const load::Fleet& fleet, const load::Plan& plan,
                                        double rate);

}  // namespace lessor::cli
