#pragma once
// What a load run has shown, for people and for programs. Must not know: sockets, terminals.

#include "load/figures.h"
#include "load/fleet.h"
#include "load/plan.h"

#include <string>

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
  bool interrupted = false;
};

/// The share of one processor that the generator took, 0 to 1 and more.
[[nodiscard]] double cpu_share(const BenchReport& report);

/// "1.23 ms": three digits and a unit.
[[nodiscard]] std::string short_time(Duration time);
/// "12,345".
[[nodiscard]] std::string grouped(std::uint64_t number);

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
