#include "cli/relay/relay_words.h"

#include "base/text.h"

#include <CLI/CLI.hpp>

#include <algorithm>
#include <array>
#include <filesystem>
#include <functional>
#include <optional>
#include <utility>
#include <vector>

namespace lessor::cli {
namespace {

using relay::v4::AgentTemplate;
using relay::v4::Downlink;
using relay::v4::OwnAddress;
using relay::v4::Settings;

constexpr std::string_view kCommand = " relay";

constexpr const char* kFooter =
    "  lessor relay --downlink eth1 --downlink eth2 --server 192.0.2.1 --circuit-id '{interface}'\n"
    "  lessor relay -c relay.conf\n\n"
    "A TEXT may hold {interface} {mac} {hostname} {vlan} {outer-vlan} {giaddr} {address}\n"
    "{client-mac}; {mac.raw} and the like give octets; 0x01ff is hexadecimal.\n"
    "What is given here holds for every downlink; a file can say it for each (docs/relay.md).\n"
    "Exit code: 0 stopped by a signal, 1 failed, 2 usage, 3 --status: no relay answers.";

std::unexpected<Stop> refuse(std::string why) {
  return std::unexpected(usage_of(std::move(why), kCommand));
}

/// The words as they came, before they mean anything.
struct Raw {
  std::vector<std::string> downlinks;
  std::vector<std::string> servers;
  std::string test;
  std::string circuit_id, remote_id, subscriber_id, relay_id;
  std::string giaddr, link_selection, server_id_override;
  std::string choice, foreign;
  bool trusted = false;
  bool flags = false;
  bool no_probe = false;
  bool status = false;
  bool metrics = false;
  std::uint32_t rate = 0;
  std::uint32_t clients = 0;
  unsigned max_hops = relay::v4::kDefaultHops;

  [[nodiscard]] bool describes() const { return !downlinks.empty() || !servers.empty(); }
};

void add_links(CLI::App& app, Raw& raw, RelayWords& words) {
  constexpr const char* kGroup = "Links and servers";
  const auto add = [&](const char* name, auto& value, const char* what, const char* type) {
    return app.add_option(name, value, what)->type_name(type)->group(kGroup);
  };
  add("-d,--downlink", raw.downlinks,
      "a link with clients (repeat it); with servers of its own after '='", "IF[=SERVER,..]");
  add("-s,--server", raw.servers, "a server of the other links (repeat it)", "ADDR[:PORT]");
  add("-c,--config", words.file,
      std::string("all of it from a file (default: ")
          .append(kDefaultRelayFile)
          .append(", when it is there)")
          .c_str(),
      "FILE");
  add("-t,--test", raw.test, "check this file and stop", "FILE");
  add("--giaddr", raw.giaddr, "giaddr of every link (default: the interface's first address)",
      "ADDR");
  add("--choice", raw.choice, "to which servers: all (default), failover, hash", "WORD");
  add("--source-port", words.settings.source_port, "port towards servers (RFC 8357)", "PORT")
      ->check(CLI::Range(1U, 65'535U));
  app.add_flag("--only-from-servers", words.settings.only_from_servers,
               "take answers from these servers only")
      ->group(kGroup);
  app.add_flag("--no-probe", raw.no_probe, "never ask a silent server whether it lives")
      ->group(kGroup);
  app.add_flag("--leasequery", words.settings.leasequery,
               "ask the servers at the start who has leases (RFC 4388)")
      ->group(kGroup);
}

void add_agent(CLI::App& app, Raw& raw) {
  constexpr const char* kGroup = "Option 82";
  const auto add = [&](const char* name, std::string& value, const char* what, const char* type) {
    app.add_option(name, value, what)->type_name(type)->group(kGroup);
  };
  add("--circuit-id", raw.circuit_id, "sub-option 1: which of our links", "TEXT");
  add("--remote-id", raw.remote_id, "sub-option 2: who is at its end", "TEXT");
  add("--subscriber-id", raw.subscriber_id, "sub-option 6: whose line it is", "TEXT");
  add("--relay-id", raw.relay_id, "sub-option 12: who we are", "TEXT");
  add("--link-selection", raw.link_selection,
      "sub-option 5: an address of the clients' link; 'interface': its own", "ADDR");
  add("--server-id-override", raw.server_id_override,
      "sub-option 11: clients renew through this address; 'interface': the link's own", "ADDR");
  app.add_flag("--flags", raw.flags, "sub-option 10: whether the client's message was unicast")
      ->group(kGroup);
  add("--foreign", raw.foreign,
      "what has option 82 already: forward (default), append, replace, drop", "WORD");
  app.add_flag("--trusted", raw.trusted, "clients' links may add option 82 themselves")
      ->group(kGroup);
}

void add_limits(CLI::App& app, Raw& raw, RelayWords& words) {
  constexpr const char* kGroup = "Limits";
  const auto add = [&](const char* name, auto& value, const char* what) {
    return app.add_option(name, value, what)->type_name("N")->group(kGroup)->capture_default_str();
  };
  add("--max-hops", raw.max_hops, "relays before us, at most")
      ->check(CLI::Range(0U, unsigned{relay::v4::kMaxHops}));
  add("--min-secs", words.settings.min_secs, "leave clients to others for so many seconds");
  add("--max-message-size", words.settings.max_message_size, "octets, with option 82 in it")
      ->check(CLI::Range(relay::v4::kLeastMessageSize, relay::v4::kMostMessageSize));
  add("--rate", raw.rate, "messages a second by one link; 0: any");
  add("--clients", raw.clients, "clients with a lease on one link; 0: any")
      ->check(CLI::Range(0U, relay::v4::kMaxClientsPerPort));
}

void add_running(CLI::App& app, Raw& raw, RelayWords& words) {
  constexpr const char* kGroup = "The running relay";
  auto* status = app.add_flag("--status", raw.status, "what it relays, and how servers fare");
  status->group(kGroup);
  app.add_flag("--json", words.json, "--status as JSON")->needs(status)->group(kGroup);
  app.add_flag("--metrics", raw.metrics, "its counts, for Prometheus")
      ->excludes(status)
      ->group(kGroup);
  app.add_option("--socket", words.socket, "where it answers")
      ->type_name("PATH")
      ->capture_default_str()
      ->group(kGroup);
  app.add_option("--user", words.user,
                 "go on as this user once the sockets are open (default: lessor, when root starts "
                 "it and there is one)")
      ->type_name("NAME")
      ->group(kGroup);
  app.add_flag("--visible", words.visible, "have tcpdump and watch on this host see what is sent");
}

using Outcome = std::expected<void, Stop>;

/// A word out of an enum's names.
template <typename Enum, std::size_t N>
Outcome read_name(const std::string& word, std::string_view what, const std::array<Enum, N>& known,
                  Enum& value) {
  if (word.empty()) return {};
  std::vector<std::string_view> names;
  for (const Enum candidate : known) {
    names.push_back(name_of(candidate));
    if (names.back() != word) continue;
    value = candidate;
    return {};
  }
  return refuse(unknown_word(word, what, names));
}

Outcome read_template(std::string_view option, const std::string& text, AgentTemplate& to) {
  if (text.empty()) return {};
  auto read = AgentTemplate::read(text);
  if (!read) {
    return refuse(std::string(option) + " " + quote_word(text) + ": at octet " +
                  std::to_string(read.error().offset + 1) + ": " + read.error().message);
  }
  to = std::move(*read);
  return {};
}

Outcome read_own_address(std::string_view option, const std::string& word, OwnAddress& to) {
  if (word.empty()) return {};
  if (word == "interface") {
    to.source = OwnAddress::Source::interface;
    return {};
  }
  const auto address = net::parse_ip4(word);
  if (!address) {
    return refuse(std::string(option) + ": " + quote_word(word) +
                  " is neither an IPv4 address nor 'interface'");
  }
  to = {.source = OwnAddress::Source::given, .address = *address};
  return {};
}

Outcome read_servers(std::string_view text, std::vector<relay::v4::Server>& to) {
  for (const std::string_view word : split(text, ',')) {
    const auto server = relay::v4::parse_server(word);
    if (!server) return refuse(server.error());
    to.push_back(*server);
  }
  return {};
}

/// What holds for every downlink.
std::expected<Downlink, Stop> read_common(const Raw& raw) {
  Downlink common;
  common.trusted = raw.trusted;
  common.messages_per_second = raw.rate;
  common.clients = raw.clients;
  common.agent.flags = raw.flags;
  const auto giaddr = net::parse_ip4(raw.giaddr);
  if (!raw.giaddr.empty() && !giaddr) {
    return refuse("--giaddr: " + quote_word(raw.giaddr) + " is no IPv4 address");
  }
  if (giaddr) common.giaddr = *giaddr;
  auto& agent = common.agent;
  const Outcome outcomes[] = {
      read_template("--circuit-id", raw.circuit_id, agent.circuit_id),
      read_template("--remote-id", raw.remote_id, agent.remote_id),
      read_template("--subscriber-id", raw.subscriber_id, agent.subscriber_id),
      read_template("--relay-id", raw.relay_id, agent.relay_id),
      read_own_address("--link-selection", raw.link_selection, agent.link_selection),
      read_own_address("--server-id-override", raw.server_id_override, agent.server_id_override),
  };
  for (const Outcome& outcome : outcomes) {
    if (!outcome) return std::unexpected(outcome.error());
  }
  return common;
}

Outcome read_settings(const Raw& raw, Settings& settings) {
  using relay::v4::ForeignAgentInfo;
  using relay::v4::ServerChoice;
  settings.probe = !raw.no_probe;
  settings.max_hops = static_cast<std::uint8_t>(raw.max_hops);
  Outcome done = read_name(
      raw.choice, "way to choose servers",
      std::array{ServerChoice::all, ServerChoice::failover, ServerChoice::hash}, settings.choice);
  if (!done) return done;
  done = read_name(raw.foreign, "way with other relays' option 82",
                   std::array{ForeignAgentInfo::forward, ForeignAgentInfo::append,
                              ForeignAgentInfo::replace, ForeignAgentInfo::drop},
                   settings.foreign);
  if (!done) return done;
  for (const std::string& word : raw.servers) {
    if (done = read_servers(word, settings.servers); !done) return done;
  }
  const auto common = read_common(raw);
  if (!common) return std::unexpected(common.error());
  for (const std::string& word : raw.downlinks) {
    Downlink& downlink = settings.downlinks.emplace_back(*common);
    const std::size_t equals = word.find('=');
    downlink.interface = word.substr(0, equals);
    if (equals == std::string::npos) continue;
    if (done = read_servers(std::string_view(word).substr(equals + 1), downlink.servers); !done) {
      return done;
    }
  }
  const auto problems = check_settings(settings);
  if (problems.empty()) return {};
  std::string text;
  for (const std::string& problem : problems) text.append(text.empty() ? "" : "\n").append(problem);
  return refuse(text);
}

Outcome understand(const Raw& raw, RelayWords& words) {
  if (raw.status || raw.metrics) {
    words.action = raw.status ? RelayWords::Action::status : RelayWords::Action::metrics;
    return {};
  }
  if (!raw.test.empty()) {
    words.action = RelayWords::Action::check;
    words.file = raw.test;
    return {};
  }
  if (raw.describes() && !words.file.empty()) {
    return refuse("either a file says what to relay, or --downlink and --server do; not both");
  }
  if (raw.describes()) return read_settings(raw, words.settings);
  if (!words.file.empty()) return {};
  std::error_code error;
  if (!std::filesystem::exists(kDefaultRelayFile, error)) {
    return refuse("say what to relay: --downlink eth1 --server 192.0.2.1, or a file with -c; " +
                  (std::string("there is no ") + kDefaultRelayFile));
  }
  words.file = kDefaultRelayFile;
  return {};
}

}  // namespace

std::expected<RelayWords, Stop> read_relay_words(std::span<const char* const> argv) {
  RelayWords words;
  Raw raw;
  CLI::App app("Relays DHCP between links with clients and servers elsewhere.", "relay");
  add_links(app, raw, words);
  add_agent(app, raw);
  add_limits(app, raw, words);
  add_running(app, raw, words);
  app.footer(kFooter);
  if (auto stop = read_words(app, argv)) return std::unexpected(*stop);
  if (auto done = understand(raw, words); !done) return std::unexpected(done.error());
  return words;
}

}  // namespace lessor::cli
