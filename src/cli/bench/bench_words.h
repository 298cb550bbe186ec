#pragma once
// `lessor bench`'s words as a value. Looks at no interface. Must not know: sockets.

#include "cli/bench/relays.h"
#include "cli/command_line.h"
#include "load/plan.h"

#include <expected>
#include <optional>
#include <string>
#include <vector>

namespace lessor::cli {

struct BenchWords {
  /// Its relays and its interface are still to be found on this host.
  load::Plan plan;
  /// The target is an interface: clients are on its link. Empty: relayed to plan.server.
  std::string interface;
  /// Where the relays are: choose_relays(). None given: the address that the kernel would send
  /// from.
  std::vector<RelaySpan> giaddrs;
  /// Relays send and receive by UDP sockets, even where frames could be had.
  bool udp = false;
  std::optional<std::uint64_t> seed;
  /// Search for the highest rate with at most this share lost, 0 to 1; plan.rate is the first one
  /// that is tried, plan.duration each one's time.
  std::optional<double> max_lost;
  /// A capture whose clients are played, and how much faster they come; empty: none.
  std::string pcap;
  double speed = 1;
  bool json = false;
  std::string html;  ///< where the page goes; empty: none is written
};

/// Reads the words after `bench`.
[[nodiscard]] std::expected<BenchWords, Stop> read_bench_words(std::span<const char* const> argv);

}  // namespace lessor::cli
