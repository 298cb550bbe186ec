#include "cli/workbench/send_words.h"

#include "cli/workbench/link_session.h"

#include <CLI/CLI.hpp>

#include <algorithm>

namespace lessor::cli {
namespace {

constexpr std::string_view kCommand = " send";
constexpr int kLeaseTries = 3;  // of handshakes and of what goes on from a lease

constexpr std::string_view kFooter =
    "TYPE is a message (discover, request, release ...), or\n"
    "  dora, handshake  DISCOVER, OFFER, REQUEST, ACK: words are for both of its messages, those "
    "that\n"
    "                   begin with discover. or request. for one; --lease FILE writes what was "
    "got\n"
    "  renew rebind reboot release decline inform  with --lease FILE, go on from that lease\n\n"
    "Exit code: 0 the expected answer came (or none was to come), 1 refused or an error, 2 usage,\n"
    "3 it did not come. Names of fields: 'lessor fields'; of options: 'lessor options'.\n";

std::string footer() {
  std::string names = "Ways to break a packet ('lessor craft --help' explains them):";
  for (const craft::MalformRow& row : craft::malform_table()) names.append(" ").append(row.name);
  std::string text(kFooter);
  for (const std::string& line : craft::wrap(names, 100)) text.append("\n").append(line);
  return text + "\n";
}

/// The words as CLI11 leaves them.
struct Raw {
  CraftWords craft;
  ViewFlags view;
  std::string expect, timeout, interval, server;
  int tries = 0;
};

std::unexpected<Stop> refuse(std::string why) {
  return std::unexpected(usage_of(std::move(why), kCommand));
}

void add_waiting(CLI::App& app, Raw& raw, SendWords& words) {
  const auto one = [&](const char* name, auto& value, const char* what, const char* type) {
    return app.add_option(name, value, what)->type_name(type)->group("Waiting");
  };
  one("--expect", raw.expect, "the answer that counts: a type, or silence", "TYPE");
  one("--timeout", raw.timeout, "how long to wait for it: 4s (default)", "TIME");
  one("--tries", raw.tries, "ask so often, each wait twice the last", "N")
      ->check(CLI::Range(1, 100));
  one("--count", words.count, "send so many, each with a new xid", "N")
      ->check(CLI::Range(1, 1'000'000'000));
  one("--interval", raw.interval, "between two of them: 1s (default)", "TIME");
  app.add_flag("--wait-all", words.wait_all,
               "collect the answers of every server until the timeout: a row a server")
      ->group("Waiting");
}

void add_leases(CLI::App& app, Raw& raw, SendWords& words) {
  app.add_option("--lease", words.lease_file, "the lease, as text")
      ->type_name("FILE")
      ->group("Leases");
  app.add_option("--server", raw.server, "take the offer of this server alone")
      ->type_name("ADDRESS")
      ->group("Leases");
}

std::expected<std::optional<Duration>, Stop> read_time(const std::string& text,
                                                       const char* option) {
  if (text.empty()) return std::optional<Duration>();
  const auto time = parse_duration(text);
  if (!time) return refuse(std::string(option) + ": " + time.error());
  if (time->is_infinite()) return refuse(std::string(option) + ": that never ends");
  return std::optional(*time);
}

bool is_handshake(const Raw& raw) {
  return !raw.craft.words.empty() &&
         (raw.craft.words.front() == "dora" || raw.craft.words.front() == "handshake");
}

/// The words for one message of the handshake: those for both, and those that begin with its name.
CraftWords words_for(const CraftWords& all, const std::string& type, std::string_view other) {
  CraftWords words = all;
  const auto choose = [&](std::vector<std::string>& list) {
    std::erase_if(list, [&](const std::string& word) { return word.starts_with(other); });
    for (std::string& word : list) {
      if (word.starts_with(type + ".")) word.erase(0, type.size() + 1);
    }
  };
  words.words.erase(words.words.begin());
  choose(words.words);
  choose(words.options);
  choose(words.without);
  words.words.insert(words.words.begin(), type);
  return words;
}

std::optional<Stop> read_handshake(const Raw& raw, SendWords& words) {
  const auto discover = read_recipe(words_for(raw.craft, "discover", "request."), kCommand);
  if (!discover) return discover.error();
  const auto request = read_recipe(words_for(raw.craft, "request", "discover."), kCommand);
  if (!request) return request.error();
  words.handshake = true;
  words.recipe = *discover;
  words.request = *request;
  words.tries = raw.tries == 0 ? kLeaseTries : raw.tries;
  return std::nullopt;
}

std::optional<Stop> read_message(const Raw& raw, SendWords& words) {
  const auto recipe = read_recipe(raw.craft, kCommand);
  if (!recipe) return recipe.error();
  words.recipe = *recipe;
  words.tries = std::max(raw.tries, 1);
  if (words.lease_file.empty()) return std::nullopt;
  const std::string type = raw.craft.words.empty() ? "" : raw.craft.words.front();
  words.follow_up = craft::read_follow_up(type);
  if (!words.follow_up) {
    return usage_of(
        "--lease goes with dora, renew, rebind, reboot, release, decline and inform, "
        "not with " +
            quote_word(type),
        kCommand);
  }
  words.tries = raw.tries == 0 ? kLeaseTries : raw.tries;
  return std::nullopt;
}

std::optional<Stop> read_expected(const Raw& raw, SendWords& words) {
  if (words.handshake) {
    if (raw.expect.empty()) return std::nullopt;
    return usage_of("--expect: a handshake expects an ACK", kCommand);
  }
  words.silence = raw.expect == "silence";
  if (!raw.expect.empty() && !words.silence) {
    const auto type = craft::read_message_type(raw.expect);
    if (!type) return usage_of("--expect: " + type.error(), kCommand);
    words.wanted = {*type};
    // A refusal ends the wait, too.
    if (*type == wire::MessageType::ack) words.wanted.push_back(wire::MessageType::nak);
    return std::nullopt;
  }
  // The type of a packet that was built from octets stands in its option 53.
  const auto given = craft::given_option(words.recipe, wire::kOptionDhcpMessageType);
  std::uint8_t type = words.recipe.type;
  if (given && given->size() == 1) type = load_u8(given->data());
  const auto usual =
      craft::usual_answers(type == 0 ? wire::MessageType::none : wire::message_type_of(type));
  words.wanted.assign(usual.begin(), usual.end());
  return std::nullopt;
}

std::optional<Stop> check_combination(const Raw& raw, const SendWords& words) {
  const auto stop = [](const char* why) { return usage_of(why, kCommand); };
  if (words.interface.empty()) return stop("on which interface? -i IF");
  const bool exchange = words.handshake || words.follow_up.has_value();
  if (exchange && words.count > 1) return stop("--count goes with single messages");
  if (exchange && words.wait_all) return stop("--wait-all goes with single messages");
  if (words.pcap == "-") return stop("--pcap -: standard output has the packets as text already");
  if (words.lease_file == "-") return stop("--lease -: it is read and written; name a file");
  if (words.follow_up && words.silence) return stop("--expect silence goes with single messages");
  if (words.wait_all && words.count > 1) return stop("--wait-all and --count: one of them");
  if (!raw.server.empty() && !words.handshake) return stop("--server goes with dora");
  if (words.count > 1 && raw.tries > 1) return stop("--count and --tries: one of them");
  return std::nullopt;
}

std::optional<Stop> understand(Raw& raw, SendWords& words) {
  const auto view = read_view_flags(raw.view, kCommand);
  if (!view) return view.error();
  words.view = *view;
  if (raw.craft.mac == "random") raw.craft.mac = net::to_string(random_mac());
  if (auto stop = is_handshake(raw) ? read_handshake(raw, words) : read_message(raw, words)) {
    return stop;
  }
  const auto maker = read_maker(raw.craft, kCommand);
  if (!maker) return maker.error();
  words.maker = *maker;
  const auto timeout = read_time(raw.timeout, "--timeout");
  if (!timeout) return timeout.error();
  words.timeout = *timeout;
  const auto interval = read_time(raw.interval, "--interval");
  if (!interval) return interval.error();
  if (*interval) words.interval = **interval;
  if (!raw.server.empty()) {
    words.server = net::parse_ip4(raw.server);
    if (!words.server) {
      return usage_of("--server: " + quote_word(raw.server) + " is no IPv4 address", kCommand);
    }
  }
  if (auto stop = read_expected(raw, words)) return stop;
  return check_combination(raw, words);
}

}  // namespace

std::expected<SendWords, Stop> read_send_words(std::span<const char* const> argv) {
  // `--help discover`; with more words than that, help is about the command.
  if (argv.size() == 2) {
    if (const auto page = read_message_help(argv)) return std::unexpected(*page);
  }
  SendWords words;
  Raw raw;
  CLI::App app("Sends crafted packets by an interface as raw frames and shows what comes back.",
               "send");
  app.add_option("-i,--interface", words.interface, "the interface")->type_name("IF");
  add_craft_words(app, raw.craft);
  add_waiting(app, raw, words);
  add_leases(app, raw, words);
  add_view_flags(app, raw.view);
  app.add_option("--pcap", words.pcap, "keep every packet, sent and received, in a capture file")
      ->type_name("FILE")
      ->group("Views");
  app.footer(footer());
  if (auto stop = read_words(app, argv)) return std::unexpected(*stop);
  if (auto stop = understand(raw, words)) return std::unexpected(*stop);
  return words;
}

}  // namespace lessor::cli
