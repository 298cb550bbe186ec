#include "cli/arguments.h"

#include "base/text.h"
#include "cli/command_line.h"

#include <CLI/CLI.hpp>

#include <algorithm>
#include <array>
#include <iterator>
#include <optional>
#include <utility>

namespace lessor::cli {
namespace {

/// Every subcommand, in the order of the help page.
struct Entry {
  enum class State : std::uint8_t {
    here,       ///< read below
    own_words,  ///< here; reads its words itself
    planned,
  };
  std::string_view name;
  const char* what;
  State state = State::here;
};
constexpr auto kOwn = Entry::State::own_words;
constexpr auto kPlanned = Entry::State::planned;
constexpr std::array kEntries = {
    Entry{"serve", "run the server: with a config file, or with nothing but --interface eth0"},
    Entry{"check", "validate a config; print what it means, or every error"},
    Entry{"leases", "list, find, export and release leases"},
    Entry{"status", "what the running server serves, counts and writes"},
    Entry{"client", "get, keep and release an address", kOwn},
    Entry{"demo", "a server and a real client in network namespaces: the life of a lease, shown",
          kOwn},
    Entry{"version", "print the version"},
    Entry{"relay", "relay between client links and servers, with option 82", kOwn},
    Entry{"craft", "build any DHCP packet from words", kOwn},
    Entry{"send", "send crafted packets and show the answers", kOwn},
    Entry{"run", "run a file of packets and what is expected of the answers", kOwn},
    Entry{"watch", "sniff live: field and option tables, timelines", kOwn},
    Entry{"show", "read a capture file: field and option tables, timelines", kOwn},
    Entry{"options", "the option table; all about one option", kOwn},
    Entry{"fields", "the fields of each layer: octets, meaning, default", kOwn},
    Entry{"completion", "completion for bash, zsh or fish", kOwn},
    Entry{"bench", "load a server with clients that behave like clients", kOwn},
    Entry{"explain", "why did, or would, this client get this answer, or none", kPlanned},
    Entry{"replay", "send recorded traffic through a config, or two", kPlanned},
    Entry{"import", "turn dhcpd.conf, dnsmasq.conf and their lease files into ours", kPlanned},
};

constexpr std::array<std::string_view, 7> kLeasesCommands = {
    "list", "get", "export", "release", "renew", "clear-declined", "repair"};

/// The command of that name, if it reads its words itself.
const Entry* find_own_words(std::string_view name) {
  const auto* const found = std::ranges::find(kEntries, name, &Entry::name);
  return found != kEntries.end() && found->state == kOwn ? found : nullptr;
}

std::string list_leases_commands() {
  std::string text;
  for (const std::string_view name : kLeasesCommands) {
    text.append(text.empty() ? "" : ", ").append(name);
  }
  return text;
}

/// What is wrong with the word after "leases".
std::optional<Stop> check_leases_command(std::span<const std::string> words) {
  const bool named = words.size() > 1 && !words[1].starts_with('-');
  const bool help = words.size() > 1 && (words[1] == "-h" || words[1] == "--help");
  if (help || (named && std::ranges::count(kLeasesCommands, words[1]) > 0)) return std::nullopt;
  if (!named) return usage_of("leases needs a command: " + list_leases_commands(), " leases");
  std::string text = unknown_word(words[1], "command of leases", kLeasesCommands);
  if (!text.ends_with('?')) text += ": they are " + list_leases_commands();
  return usage_of(std::move(text), " leases");
}

/// What is wrong with the first words, before any option is looked at.
std::optional<Stop> check_command(std::span<const std::string> words) {
  const auto found = std::ranges::find(kEntries, words[0], &Entry::name);
  if (found == kEntries.end()) {
    std::vector<std::string_view> names = {"help", "--help", "--version"};
    std::ranges::transform(kEntries, std::back_inserter(names), &Entry::name);
    return usage_of(unknown_word(words[0], "command", names), "");
  }
  if (found->state == kPlanned)
    return usage("'" + words[0] + "' is planned and not in this version");
  return words[0] == "leases" ? check_leases_command(words) : std::nullopt;
}

std::string help_page() {
  std::string text =
      "lessor: the whole of DHCP in one program\n\nUsage: lessor COMMAND [OPTIONS]\n\nCommands:\n";
  bool planned = false;
  for (const Entry& entry : kEntries) {
    if (entry.state == kPlanned && !planned) text += "\nPlanned, not in this version:\n";
    planned = entry.state == kPlanned;
    text.append("  ").append(entry.name).append(std::string(12 - entry.name.size(), ' '));
    text.append(entry.what) += "\n";
  }
  return text +
         "\n'lessor COMMAND --help' tells its options.\n"
         "Exit codes: 0 done, 1 failed, 2 usage, 3 no answer came.\n";
}

void add_serve(CLI::App& app, Arguments& to) {
  ServeArguments& a = to.serve;
  CLI::App* serve = app.add_subcommand("serve", kEntries[0].what);
  serve->footer(
      "Without a file, the subnet is that of the interface's own address and the pool is\n"
      "the rest of it. Options have no default: no router or DNS is sent unless given.");
  auto* config = serve->add_option("-c,--config", a.config, "configuration file");
  config->capture_default_str()->type_name("FILE");
  config->each([&a](const std::string&) { a.config_given = true; });
  auto* test = serve->add_option("-t,--test", a.test, "check this file, print what it means, stop");
  test->type_name("FILE")->excludes(config);
  auto* interface =
      serve->add_option("-i,--interface", a.interface, "serve this interface's subnet");
  interface->type_name("IF")->excludes(config)->excludes(test);
  const auto extra = [&](const char* name, auto& value, const char* what, const char* type) {
    return serve->add_option(name, value, what)->type_name(type)->needs(interface);
  };
  extra("--pool", a.pool, "lease these addresses", "A-B");
  extra("--exclude", a.exclude, "never lease these (may be repeated)", "A[-B]")->delimiter(',');
  extra("--router", a.router, "option 3: default gateway", "R");
  extra("--dns", a.dns, "option 6: DNS servers", "D,..");
  extra("--domain", a.domain, "option 15: domain name", "N");
  extra("--lease-time", a.lease_time, "how long leases last (default 1h)", "TIME");
  serve->add_flag("--alongside", a.alongside, "serve even if another server answers")
      ->needs(interface);
  serve->add_flag("--visible", a.visible, "have tcpdump and watch on this host see answers");
  serve
      ->add_option("--lease-dir", a.lease_dir,
                   "folder of the lease store (default: as configured, else /var/lib/lessor)")
      ->type_name("DIR");
  serve
      ->add_option("--user", a.user,
                   "go on as this user once the sockets are open (default: lessor, when root "
                   "starts it and there is one)")
      ->type_name("NAME");
  serve->callback([&to] { to.command = Command::serve; });
}

void add_check(CLI::App& app, Arguments& to) {
  CLI::App* check = app.add_subcommand("check", kEntries[1].what);
  check->add_option("FILE", to.check_file, "configuration file")
      ->default_val(kDefaultConfig)
      ->type_name("");
  check->callback([&to] { to.command = Command::check; });
}

/// Which server: options that every command to a running server has.
void add_where(CLI::App& app, AskArguments& ask) {
  app.add_option("-c,--config", ask.config,
                 std::string("the server's configuration file (default ") + kDefaultConfig +
                     ", when it is there)")
      ->type_name("FILE");
  app.add_option("--lease-dir", ask.lease_dir,
                 "the server's lease folder (default: as configured, else /var/lib/lessor)")
      ->type_name("DIR");
  app.add_option("--socket", ask.socket,
                 "the server's control socket (default: as configured, else in the lease folder)")
      ->type_name("PATH");
}

void add_format(CLI::App& app, AskArguments& ask, bool csv) {
  auto* json = app.add_flag_callback("--json", [&ask] { ask.format = Format::json; }, "print JSON");
  json->disable_flag_override();
  if (!csv) return;
  app.add_flag_callback(
         "--csv", [&ask] { ask.format = Format::csv; }, "print CSV with Kea's lease4 columns")
      ->disable_flag_override()
      ->excludes(json);
}

void add_leases(CLI::App& app, Arguments& to) {
  CLI::App* leases = app.add_subcommand("leases", kEntries[2].what);
  leases->require_subcommand(1);
  const auto add = [&](const char* name, const char* what, Command command) {
    CLI::App* sub = leases->add_subcommand(name, what);
    add_where(*sub, to.ask);
    sub->callback([&to, command] { to.command = command; });
    return sub;
  };
  add_format(*add("list", "all leases", Command::leases_list), to.ask, true);
  CLI::App* get = add("get", "the lease of one address", Command::leases_get);
  add_format(*get, to.ask, true);
  get->add_option("ADDR", to.ask.address, "IPv4 address")->required()->type_name("");
  CLI::App* out =
      add("export", "all leases as CSV with Kea's lease4 columns", Command::leases_export);
  out->add_option("FILE", to.ask.file, "where to (default: standard output)")->type_name("");
  CLI::App* release = add("release", "end the lease of one address", Command::leases_release);
  release->add_option("ADDR", to.ask.address, "IPv4 address")->required()->type_name("");
  CLI::App* renew = add("renew", "ask clients to renew now (FORCERENEW)", Command::leases_renew);
  renew->add_option("ADDR", to.ask.address, "IPv4 address (default: all)")->type_name("");
  CLI::App* clear = add("clear-declined", "end the probation of declined addresses",
                        Command::leases_clear_declined);
  clear->add_option("ADDR", to.ask.address, "IPv4 address (default: all)")->type_name("");
  add("repair", "salvage a damaged lease store (the server must not run)", Command::leases_repair);
}

void add_rest(CLI::App& app, Arguments& to) {
  CLI::App* status = app.add_subcommand("status", kEntries[3].what);
  add_where(*status, to.ask);
  add_format(*status, to.ask, false);
  status->callback([&to] { to.command = Command::status; });
  app.add_subcommand("version", kEntries[6].what)->callback([&to] {
    to.command = Command::version;
  });
}

std::expected<Arguments, Stop> read_options(std::vector<std::string> words) {
  Arguments arguments;
  CLI::App app(kProgram, kProgram);
  app.require_subcommand(1);
  add_serve(app, arguments);
  add_check(app, arguments);
  add_leases(app, arguments);
  add_rest(app, arguments);
  try {
    std::ranges::reverse(words);  // CLI11 takes a vector from its back
    app.parse(std::move(words));
  } catch (const CLI::ParseError& e) {
    return std::unexpected(explain(app, e));
  }
  return arguments;
}

/// "help serve" is "serve --help", and so is "leases help get" for "leases get --help".
void turn_help_around(std::vector<std::string>& words) {
  const std::size_t at = words.front() == "help" ? 0 : 1;
  if (at >= words.size() || words[at] != "help") return;
  if (at == 1 && words.front() != "leases") return;
  words.erase(words.begin() + static_cast<std::ptrdiff_t>(at));
  words.emplace_back("--help");
}

}  // namespace

std::vector<std::string_view> command_names() {
  std::vector<std::string_view> names;
  for (const Entry& entry : kEntries) {
    if (entry.state != kPlanned) names.push_back(entry.name);
  }
  return names;
}

std::span<const std::string_view> leases_command_names() { return kLeasesCommands; }

std::expected<Arguments, Stop> read_arguments(std::span<const char* const> words) {
  if (words.empty()) return std::unexpected(Stop{ExitCode::usage, help_page()});
  std::vector<std::string> texts(words.begin(), words.end());
  const std::string& first = texts.front();
  if (first == "--version") return Arguments{.command = Command::version};
  if (const Entry* entry = find_own_words(first)) {
    return Arguments{
        .command = Command::by_name, .name = entry->name, .rest = {words.begin() + 1, words.end()}};
  }
  const bool help = first == "help" || first == "--help" || first == "-h";
  if (help && texts.size() == 1) return std::unexpected(Stop{ExitCode::done, help_page()});
  turn_help_around(texts);
  if (const Entry* entry = find_own_words(texts.front())) {
    return Arguments{.command = Command::by_name, .name = entry->name, .rest = {"--help"}};
  }
  if (const auto stop = check_command(texts)) return std::unexpected(*stop);
  return read_options(std::move(texts));
}

}  // namespace lessor::cli
