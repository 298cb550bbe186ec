// `lessor run`: a packet file on an interface.

#include "base/text.h"
#include "cli/console.h"
#include "cli/workbench/commands.h"
#include "cli/workbench/link_session.h"
#include "cli/workbench/text_file.h"
#include "craft/script/report.h"
#include "runtime/clock.h"

#include <CLI/CLI.hpp>

namespace lessor::cli {
namespace {

constexpr std::string_view kCommand = " run";
constexpr const char* kFooter =
    "A packet file has lines such as\n"
    "  send discover { option.host-name = R1 }\n"
    "  expect offer { option.routers = 192.0.2.1 } as $offer within 2s\n"
    "  send request { xid = $offer.xid ; option.dhcp-requested-address = $offer.yiaddr }\n"
    "  expect ack\n"
    "docs/packet-files.md describes them; examples/packets has some.\n\n"
    "Exit code: 0 every step passed, 1 one did not or an error, 2 the file makes no sense.\n";

struct RunWords {
  std::string file, interface, pcap, mac, colour = "auto";
  std::vector<std::string> set;
  bool check = false, json = false, packets = false;
};

ExitCode fail(std::string_view why) {
  complain(why);
  return ExitCode::failed;
}

/// `--set name=value` by name; the word that makes no sense otherwise.
std::expected<std::map<std::string, std::string>, std::string> read_sets(
    const std::vector<std::string>& words) {
  std::map<std::string, std::string> set;
  for (const std::string& word : words) {
    const std::size_t equals = word.find('=');
    const std::string name = word.substr(0, equals);
    if (equals == std::string::npos || !craft::is_variable_name(name)) return std::unexpected(word);
    set[name] = word.substr(equals + 1);
  }
  return set;
}

/// A packet file at work.
class Run {
 public:
  Run(const RunWords& words, const craft::Script& script, craft::ScriptWorld world,
      LinkSession& link)
      : words_(words),
        link_(link),
        interpreter_(script, std::move(world)),
        report_(screen_style(colour_of(words)), words.packets) {}

  ExitCode play() {
    while (!interpreter_.finished() && !link_.interrupted() && !output_end_) {
      craft::ScriptEvents events;
      interpreter_.on_time(runtime::read_clock().mono, events);
      if (auto taken = take(events); !taken) return fail(taken.error());
      if (interpreter_.finished()) break;
      LinkSession::Done taken;
      const auto waited = link_.wait(interpreter_.next_deadline(), [&](const craft::Frame& frame) {
        craft::ScriptEvents more;
        interpreter_.on_frame(runtime::read_clock().mono, frame, more);
        if (taken) taken = take(more);
      });
      if (!waited) return fail(waited.error());
      if (!taken) return fail(taken.error());
    }
    say(words_.json ? report_.end_json(link_.interrupted()) : report_.end());
    if (output_end_ && *output_end_ != ExitCode::done) return *output_end_;
    if (link_.interrupted()) return fail("interrupted");
    return report_.all_passed() ? ExitCode::done : ExitCode::failed;
  }

 private:
  static Colour colour_of(const RunWords& words) {
    if (words.colour == "always") return Colour::always;
    return words.colour == "never" ? Colour::never : Colour::automatic;
  }

  void say(const std::string& text) {
    if (!output_end_ && !print(text)) output_end_ = end_of_output();
  }

  LinkSession::Done take(const craft::ScriptEvents& events) {
    for (const craft::ScriptEvent& event : events) {
      if (const auto* const title = std::get_if<craft::ScriptTitle>(&event)) {
        if (!words_.json) say(report_.title(title->text));
      } else if (const auto* const frame = std::get_if<craft::ScriptFrame>(&event)) {
        const auto sent = link_.send(frame->bytes);
        if (!sent) return std::unexpected(sent.error());
      } else if (const auto* const result = std::get_if<craft::StepResult>(&event)) {
        say(words_.json ? report_.step_json(*result) : report_.step(*result));
      }
    }
    return {};
  }

  const RunWords& words_;
  LinkSession& link_;
  craft::Interpreter interpreter_;
  craft::ScriptReport report_;
  std::optional<ExitCode> output_end_;  ///< once nothing can be printed any more
};

std::expected<net::Mac, Stop> choose_mac(const std::string& word, const net::Mac& own) {
  if (word.empty()) return own;
  if (const auto mac = word == "random" ? random_mac() : net::parse_mac(word)) return *mac;
  return std::unexpected(
      usage_of("--mac takes a MAC address or random, not " + quote_word(word), kCommand));
}

ExitCode play_file(const RunWords& words, const craft::Script& script,
                   std::map<std::string, std::string> set) {
  if (words.interface.empty()) return print_stop(usage_of("on which interface? -i IF", kCommand));
  if (words.pcap == "-") {
    return print_stop(usage_of("--pcap -: standard output has the report already", kCommand));
  }
  auto link = LinkSession::open({.interface = words.interface, .pcap = words.pcap, .ports = {}});
  if (!link) return fail(link.error());
  const auto mac = choose_mac(words.mac, (*link)->interface().mac);
  if (!mac) return print_stop(mac.error());
  craft::ScriptWorld world{.interface_mac = (*link)->interface().mac,
                           .own_addresses = (*link)->own_addresses(),
                           .mac = *mac,
                           .seed = runtime::random_seed(),
                           .set = std::move(set)};
  return Run(words, script, std::move(world), **link).play();
}

}  // namespace

ExitCode run_file(std::span<const char* const> argv) {
  RunWords words;
  CLI::App app("Runs a packet file: packets to send, and what must come back.", "run");
  app.add_option("FILE", words.file, "the packet file; - is standard input")
      ->required()
      ->type_name("");
  app.add_option("-i,--interface", words.interface, "the interface")->type_name("IF");
  app.add_flag("--check", words.check, "only say whether the file makes sense");
  app.add_option("--set", words.set, "give $NAME this value, whatever the file says")
      ->type_name("NAME=VALUE")
      ->allow_extra_args(false);
  app.add_option("--mac", words.mac, "what $mac is at first; random draws one")->type_name("MAC");
  app.add_option("--pcap", words.pcap, "keep every packet in a capture file")->type_name("FILE");
  app.add_flag("--json", words.json, "a JSON object a step, for programs");
  app.add_flag("--packets", words.packets, "show every packet as text");
  app.add_option("--color", words.colour, "auto, always or never")
      ->type_name("WHEN")
      ->check(CLI::IsMember({"auto", "always", "never"}));
  app.footer(kFooter);
  if (const auto stop = read_words(app, argv)) return print_stop(*stop);
  const auto text = read_text_file(words.file);
  if (!text) return fail(text.error());
  auto set = read_sets(words.set);
  if (!set) {
    return print_stop(usage_of("--set takes NAME=VALUE, not " + quote_word(set.error()), kCommand));
  }
  std::vector<std::string> names;
  for (const auto& [name, value] : *set) names.push_back(name);
  const auto script = craft::read_script(*text, names);
  if (!script) {
    return print_stop({ExitCode::usage, craft::print_problems(words.file, script.error())});
  }
  if (words.check) return ExitCode::done;
  return play_file(words, *script, std::move(*set));
}

}  // namespace lessor::cli
