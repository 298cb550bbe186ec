#include "cli/workbench/view_words.h"

#include "base/text.h"
#include "cli/workbench/packet_file.h"

#include <CLI/CLI.hpp>

#include <algorithm>
#include <filesystem>

namespace lessor::cli {
namespace {

using Error = std::unexpected<Stop>;

/// The words as CLI11 leaves them, before they are understood.
struct Raw {
  std::vector<std::string> positional;
  std::vector<std::string> where;
  std::string client, size, time, duration, bpf;
  ViewFlags view;
  std::vector<std::string> interfaces;
  std::uint64_t number = 0;
  std::size_t keep = 0;
};

constexpr const char* kFilterHelp =
    "Conditions must all hold: NAME OP VALUE with OP one of = != ~ !~ < <= > >=\n"
    "(~ looks for text in the value), or a NAME alone for \"is there\":\n"
    "  type=offer  mac=c0:01:1b:69:00:00  address=192.0.2.0/24  server=192.0.2.1\n"
    "  xid=0x1aed  giaddr!=0.0.0.0  ip.ttl<64  arp  option.host-name~R1\n"
    "  option.relay-agent-information.circuit-id='eth0'\n";

void add_choice(CLI::App& app, Raw& raw, ViewWords& words) {
  app.add_option("-c,--count", words.count, "stop after so many packets")
      ->type_name("N")
      ->check(why_no_count);
  app.add_flag("--all", words.everything, "every protocol, not DHCP, ARP and ICMP alone");
  app.add_option("--where", raw.where, "conditions, as behind the file; may be repeated")
      ->type_name("CONDITION")
      ->allow_extra_args(false);
  app.add_option("--follow-client", raw.client, "what concerns this client alone")
      ->type_name("MAC");
  app.add_option("-w,--write", words.write,
                 "also write these packets to a pcap file (- is standard output)")
      ->type_name("FILE");
}

std::expected<craft::Filter, Stop> read_filter(std::span<const std::string> words,
                                               std::string_view command) {
  craft::Filter all;
  for (const std::string& word : words) {
    auto filter = craft::Filter::parse(word);
    if (!filter) return Error(usage_of(filter.error(), command));
    all.join(std::move(*filter));
  }
  return all;
}

/// "10M", "500k", "1G", "1000".
std::optional<std::uint64_t> read_size(std::string_view word) {
  std::uint64_t unit = 1;
  constexpr std::pair<char, std::uint64_t> kUnits[] = {
      {'k', 1'000}, {'M', 1'000'000}, {'G', 1'000'000'000}};
  for (const auto& [letter, octets] : kUnits) {
    if (word.ends_with(letter)) unit = octets;
  }
  if (unit > 1) word.remove_suffix(1);
  const auto number = parse_number(word, UINT64_MAX / 1'000'000'000);
  return number && *number > 0 ? std::optional(*number * unit) : std::nullopt;
}

std::optional<Stop> read_rotation(const Raw& raw, ViewWords& words, std::string_view command) {
  if (!raw.size.empty()) {
    const auto size = read_size(raw.size);
    if (!size) {
      return usage_of("--rotate-size takes octets like 500k or 10M, not " + quote_word(raw.size),
                      command);
    }
    words.rotation.size = *size;
  }
  if (!raw.time.empty()) {
    const auto time = parse_duration(raw.time);
    if (!time || *time <= Duration()) {
      return usage_of("--rotate-time takes a time like 1h, not " + quote_word(raw.time), command);
    }
    words.rotation.time = *time;
  }
  words.rotation.keep = raw.keep;
  if (words.write == kStandardOutput && is_terminal()) {
    return usage_of("-w - writes a capture to standard output, which is a terminal", command);
  }
  if (words.write == kStandardOutput && words.rotation.wanted()) {
    return usage_of("rotation needs a file: -w FILE", command);
  }
  if ((words.rotation.wanted() || raw.keep > 0) && words.write.empty()) {
    return usage_of("rotation needs a file: -w FILE", command);
  }
  if (raw.keep > 0 && !words.rotation.wanted()) {
    return usage_of("--keep needs --rotate-size or --rotate-time", command);
  }
  return std::nullopt;
}

/// What both commands have, understood.
std::optional<Stop> understand(const Raw& raw, std::span<const std::string> conditions,
                               ViewWords& words, std::string_view command) {
  const auto view = read_view_flags(raw.view, command);
  if (!view) return view.error();
  static_cast<ViewChoice&>(words) = *view;
  if (words.write == kStandardOutput) words.view = View::none;
  std::vector<std::string> all(conditions.begin(), conditions.end());
  all.insert(all.end(), raw.where.begin(), raw.where.end());
  auto filter = read_filter(all, command);
  if (!filter) return filter.error();
  words.filter = std::move(*filter);
  if (!raw.client.empty()) {
    words.client = net::parse_mac(raw.client);
    if (!words.client) {
      return usage_of(quote_word(raw.client) +
                          " is no MAC address; write it like "
                          "c0:01:1b:69:00:00",
                      command);
    }
  }
  return read_rotation(raw, words, command);
}

}  // namespace

std::expected<ShowWords, Stop> read_show_words(std::span<const char* const> argv) {
  constexpr std::string_view kCommand = " show";
  ShowWords words;
  Raw raw;
  CLI::App app(
      "Shows the packets of a capture file (pcap, pcapng), or of text: a hexadecimal\n"
      "string, a dump of tcpdump, Wireshark or hexdump, our own notation.",
      "show");
  app.footer(kFilterHelp);
  app.add_option("FILE", words.file, "the file, FILE:N for its packet N, - for standard input")
      ->required()
      ->type_name("");
  app.add_option("CONDITION", raw.positional, "which packets")->type_name("");
  add_view_flags(app, raw.view);
  add_story_flags(app, raw.view);
  add_choice(app, raw, words);
  app.add_option("-N,--number", raw.number, "this packet alone")
      ->type_name("N")
      ->check(why_no_count);
  if (auto stop = read_words(app, argv)) return Error(*stop);
  const PacketPlace place = read_place(words.file);
  words.file = place.file;
  words.number = place.number;
  if (raw.number > 0) words.number = raw.number;
  if (auto stop = understand(raw, raw.positional, words, kCommand)) return Error(*stop);
  words.title = std::filesystem::path(words.file).filename().string();
  return words;
}

std::expected<WatchWords, Stop> read_watch_words(std::span<const char* const> argv) {
  constexpr std::string_view kCommand = " watch";
  WatchWords words;
  Raw raw;
  CLI::App app("Shows DHCP as it passes an interface, with the ARP and ICMP of its hosts.",
               "watch");
  app.footer(kFilterHelp);
  app.add_option("IF", raw.positional, "interfaces with commas between, or any; then conditions")
      ->type_name("");
  app.add_option("-i,--interface", raw.interfaces, "the same; may be repeated")
      ->type_name("IF")
      ->allow_extra_args(false);
  add_view_flags(app, raw.view);
  add_story_flags(app, raw.view);
  add_choice(app, raw, words);
  app.add_option("--filter", raw.bpf, "what the kernel hands over, in pcap's language")
      ->type_name("BPF");
  app.add_option("--duration", raw.duration, "stop after this time")->type_name("TIME");
  app.add_option("--rotate-size", raw.size, "a new file of -w when one has this size")
      ->type_name("SIZE");
  app.add_option("--rotate-time", raw.time, "a new file of -w after this time")->type_name("TIME");
  app.add_option("--keep", raw.keep, "of these files, keep the last N")->type_name("N");
  app.add_option("-r,--read", words.read, "read a file instead: lessor show")->type_name("FILE");
  if (auto stop = read_words(app, argv)) return Error(*stop);
  std::vector<std::string> conditions = raw.positional;
  std::vector<std::string> lists = raw.interfaces;
  if (lists.empty() && words.read.empty() && !conditions.empty()) {
    lists.push_back(conditions.front());
    conditions.erase(conditions.begin());
  }
  for (const std::string& list : lists) {
    for (const std::string_view name : split(list, ',')) {
      if (!name.empty() && !std::ranges::count(words.interfaces, name)) {
        words.interfaces.emplace_back(name);
      }
    }
  }
  if (words.interfaces.empty() && words.read.empty()) {
    return Error(usage_of("watch needs an interface: its name, or any", kCommand));
  }
  const bool live = !raw.duration.empty() || app.count("--filter") > 0 || !lists.empty();
  if (!words.read.empty() && live) {
    return Error(
        usage_of("-r reads a file: -i, --filter and --duration are for live capture; say "
                 "conditions instead",
                 kCommand));
  }
  if (!raw.duration.empty()) {
    const auto duration = parse_duration(raw.duration);
    if (!duration) return Error(usage_of("--duration: " + duration.error(), kCommand));
    words.duration = *duration;
  }
  if (app.count("--filter") > 0) words.bpf = raw.bpf;
  if (auto stop = understand(raw, conditions, words, kCommand)) return Error(*stop);
  for (const std::string& name : words.interfaces) {
    words.title += (words.title.empty() ? "" : ", ") + name;
  }
  return words;
}

}  // namespace lessor::cli
