#include "cli/workbench/view_words.h"

#include "base/text.h"

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
  std::string layer, client, colour = "auto", size, time, duration, bpf;
  std::vector<std::string> interfaces;
  std::uint64_t number = 0;
  std::size_t keep = 0;
  bool text = false, table = false, brief = false, hex = false, json = false, timeline = false;
  bool summary = false;
};

constexpr const char* kFilterHelp =
    "Conditions must all hold: NAME OP VALUE with OP one of = != ~ !~ < <= > >=\n"
    "(~ looks for text in the value), or a NAME alone for \"is there\":\n"
    "  type=offer  mac=c0:01:1b:69:00:00  address=192.0.2.0/24  server=192.0.2.1\n"
    "  xid=0x1aed  giaddr!=0.0.0.0  ip.ttl<64  arp  option.host-name~R1\n"
    "  option.relay-agent-information.circuit-id='eth0'\n";

void add_views(CLI::App& app, Raw& raw, ViewWords& words) {
  const auto view = [&](const char* name, bool& flag, const char* what) {
    app.add_flag(name, flag, what)->group("Views");
  };
  view("--brief", raw.brief, "a line a packet");
  view("--table", raw.table, "every layer and field with octets, meaning and value");
  view("--text", raw.text, "the notation that 'lessor craft' reads");
  view("--hex", raw.hex, "every octet, with what it is");
  view("--json", raw.json, "a line a packet, for programs (docs/packet-json.md)");
  view("--timeline", raw.timeline, "RFC 2131's diagram, a column for each host");
  view("--summary", raw.summary, "clients, leases, latency, what is wrong; with --json, too");
  app.add_option("--layer", raw.layer, "this layer alone, in any view")
      ->type_name("LAYER")
      ->group("Views");
  app.add_option("--color", raw.colour, "auto, always or never")->type_name("WHEN")->group("Views");
  app.add_flag("-l,--line-buffered", words.at_once, "write each packet when it is there")
      ->group("Views");
}

void add_choice(CLI::App& app, Raw& raw, ViewWords& words) {
  app.add_option("-c,--count", words.count, "stop after so many packets")->type_name("N");
  app.add_flag("--all", words.everything, "every protocol, not DHCP, ARP and ICMP alone");
  app.add_option("--where", raw.where, "conditions, as behind the file; may be repeated")
      ->type_name("CONDITION");
  app.add_option("--follow-client", raw.client, "what concerns this client alone")
      ->type_name("MAC");
  app.add_option("-w,--write", words.write,
                 "also write these packets to a pcap file (- is standard output)")
      ->type_name("FILE");
}

std::expected<Colour, Stop> read_colour(const std::string& word, std::string_view command) {
  if (word == "auto") return Colour::automatic;
  if (word == "always") return Colour::always;
  if (word == "never") return Colour::never;
  return Error(usage_of("--color takes auto, always or never, not " + quote_word(word), command));
}

std::expected<View, Stop> read_view(const Raw& raw, std::string_view command) {
  struct Choice {
    bool chosen;
    View view;
  };
  const Choice choices[] = {{raw.text, View::text},
                            {raw.table, View::table},
                            {raw.brief, View::brief},
                            {raw.hex, View::hex},
                            {raw.json && !raw.summary, View::json},
                            {raw.timeline, View::timeline},
                            {raw.summary, View::summary}};
  const auto chosen = std::ranges::count_if(choices, &Choice::chosen);
  if (chosen > 1) return Error(usage_of("one view at a time", command));
  const auto* const found = std::ranges::find_if(choices, &Choice::chosen);
  return chosen == 1 ? found->view : View::automatic;
}

std::expected<craft::OnlyLayer, Stop> read_layer(const std::string& word,
                                                 std::string_view command) {
  if (word.empty()) return craft::OnlyLayer();
  if (const craft::LayerRow* row = craft::find_layer(word)) return row->layer;
  std::vector<std::string_view> names;
  for (const craft::LayerRow& row : craft::layer_table()) names.push_back(row.name);
  return Error(usage_of(unknown_word(word, "layer", names), command));
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
  const auto view = read_view(raw, command);
  if (!view) return view.error();
  words.view = *view;
  words.json_summary = raw.summary && raw.json;
  const auto layer = read_layer(raw.layer, command);
  if (!layer) return layer.error();
  words.layer = *layer;
  const auto colour = read_colour(raw.colour, command);
  if (!colour) return colour.error();
  words.colour = *colour;
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

/// "capture.pcap:3" is packet 3 of that file, unless there is a file of that very name.
void split_number(ShowWords& words) {
  const std::size_t colon = words.file.rfind(':');
  std::error_code failed;
  if (colon == std::string::npos || std::filesystem::exists(words.file, failed)) return;
  const auto number = parse_number(std::string_view(words.file).substr(colon + 1));
  if (!number || *number == 0) return;
  words.number = *number;
  words.file.resize(colon);
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
  app.add_option("FILE", raw.positional,
                 "the file, FILE:N for its packet N, - for standard input; "
                 "then conditions")
      ->required()
      ->type_name("")
      ->expected(1, 1'000);
  add_views(app, raw, words);
  add_choice(app, raw, words);
  auto* number = app.add_option("-N,--number", raw.number, "this packet alone")->type_name("N");
  number->check(CLI::PositiveNumber);
  if (auto stop = read_words(app, argv)) return Error(*stop);
  words.file = raw.positional.front();
  split_number(words);
  if (raw.number > 0) words.number = raw.number;
  const auto conditions = std::span(raw.positional).subspan(1);
  if (auto stop = understand(raw, conditions, words, kCommand)) return Error(*stop);
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
      ->type_name("")
      ->expected(0, 1'000);
  app.add_option("-i,--interface", raw.interfaces, "the same; may be repeated")->type_name("IF");
  add_views(app, raw, words);
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
  if (!raw.duration.empty()) {
    const auto duration = parse_duration(raw.duration);
    if (!duration) return Error(usage_of("--duration: " + duration.error(), kCommand));
    words.duration = *duration;
  }
  if (app.count("--filter") > 0) words.bpf = raw.bpf;
  if (auto stop = understand(raw, conditions, words, kCommand)) return Error(*stop);
  return words;
}

}  // namespace lessor::cli
