#pragma once
// The words of `show` and `watch`: which packets, and how they are shown. Must not know: files,
// interfaces, packets.

#include "cli/workbench/view_flags.h"
#include "craft/capture/pcap_writer.h"
#include "craft/filter.h"

#include <expected>
#include <vector>

namespace lessor::cli {

/// As the file of -w: the capture goes to standard output, and nothing is shown.
inline constexpr std::string_view kStandardOutput = "-";

/// What both commands have.
struct ViewWords : ViewChoice {
  craft::Filter filter;              ///< of the words after the file, and --where
  std::optional<net::Mac> client;    ///< --follow-client
  std::uint64_t count = UINT64_MAX;  ///< -c
  bool everything = false;           ///< --all: not DHCP, ARP and ICMP alone
  std::string write;                 ///< -w; empty: nothing is kept
  craft::Rotation rotation;
};

struct ShowWords : ViewWords {
  std::string file;
  std::optional<std::uint64_t> number;  ///< the one packet to show
};
[[nodiscard]] std::expected<ShowWords, Stop> read_show_words(std::span<const char* const> words);

struct WatchWords : ViewWords {
  std::vector<std::string> interfaces;
  std::optional<std::string> bpf;            ///< --filter
  Duration duration = Duration::infinite();  ///< --duration
  std::string read;                          ///< -r: this is `show`
};
[[nodiscard]] std::expected<WatchWords, Stop> read_watch_words(std::span<const char* const> words);

}  // namespace lessor::cli
