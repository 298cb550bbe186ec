#pragma once
// `lessor demo`: the whole life of a lease, played by real programs on test hosts of its own and
// shown as it happens, from the packets on the wire.

#include "base/time.h"
#include "cli/exit_code.h"

#include <expected>
#include <span>
#include <string>

namespace lessor::cli {

/// What was asked for on the command line.
struct DemoOptions {
  Duration lease_time = Duration::seconds(30);
  std::string pcap;  ///< where to keep the capture; empty = nowhere
  bool no_colour = false;
};

/// Reads the words after "demo". The error is what to print: the help page (done) or what is wrong
/// (usage).
struct DemoUsage {
  ExitCode code = ExitCode::usage;
  std::string text;
};
[[nodiscard]] std::expected<DemoOptions, DemoUsage> read_demo_options(
    std::span<const char* const> words);

/// Runs the demo and returns the exit code: done when every step was seen on the wire.
[[nodiscard]] int run_demo(std::span<const char* const> words);

}  // namespace lessor::cli
