#include "cli/arguments.h"

#include "base/text.h"

#include <CLI/CLI.hpp>

#include <algorithm>
#include <array>
#include <optional>

namespace lessor::cli {
namespace {

/// Every subcommand, in the order of the help page.
struct Entry {
  std::string_view name;
  const char* what;
  bool planned = false;
};
constexpr std::array kEntries = {
    Entry{"serve", "run the server: with a config file, or with nothing but --interface eth0"},
    Entry{"check", "validate a config; print what it means, or every error"},
    Entry{"leases", "list, find, export and release leases"},
    Entry{"status", "what the running server serves, counts and writes"},
    Entry{"demo", "a server and a real client in network namespaces: the life of a lease, shown"},
    Entry{"version", "print the version"},
    Entry{"client", "get, keep and release an address", true},
    Entry{"relay", "relay between client links and servers, with option 82", true},
    Entry{"craft", "build any DHCP packet from words", true},
    Entry{"send", "send crafted packets and show the answer", true},
    Entry{"watch", "sniff live: field and option tables, timelines", true},
    Entry{"show", "read a capture file: field and option tables, timelines", true},
    Entry{"bench", "load a server with clients that behave like clients", true},
    Entry{"explain", "why did, or would, this client get this answer, or none", true},
    Entry{"replay", "send recorded traffic through a config, or two", true},
    Entry{"import", "turn dhcpd.conf, dnsmasq.conf and their lease files into ours", true},
};

constexpr std::array<std::string_view, 6> kLeasesCommands = {
    "list", "get", "export", "release", "clear-declined", "repair"};

Stop usage(std::string text) { return {ExitCode::usage, "lessor: " + std::move(text) + "\n"}; }

/// "'lst' is no command of leases; did you mean 'list'?"
Stop unknown_word(std::string_view word, std::string_view what,
                  std::span<const std::string_view> known, std::string_view help) {
  std::string text = "'" + sanitise(as_bytes(word), 64) + "' is no " + std::string(what);
  if (const auto near = nearest(word, known)) text.append("; did you mean '").append(*near) += "'?";
  return usage(text.append("\nTry '").append(help) += "'.");
}

/// What is wrong with the first words, before any option is looked at.
std::optional<Stop> check_command(std::span<const std::string> words) {
  const auto found = std::ranges::find(kEntries, words[0], &Entry::name);
  if (found == kEntries.end()) {
    std::array<std::string_view, kEntries.size()> names;
    std::ranges::transform(kEntries, names.begin(), &Entry::name);
    return unknown_word(words[0], "command", names, "lessor help");
  }
  if (found->planned) return usage("'" + words[0] + "' is planned and not in this version");
  if (words[0] != "leases" || words.size() == 1 || words[1].starts_with('-')) return std::nullopt;
  if (std::ranges::count(kLeasesCommands, words[1]) > 0) return std::nullopt;
  return unknown_word(words[1], "command of leases", kLeasesCommands, "lessor leases --help");
}

std::string help_page() {
  std::string text =
      "lessor: the whole of DHCP in one program\n\nUsage: lessor COMMAND [OPTIONS]\n\nCommands:\n";
  bool planned = false;
  for (const Entry& entry : kEntries) {
    if (entry.planned && !planned) text += "\nPlanned, not in this version:\n";
    planned = entry.planned;
    text.append("  ").append(entry.name).append(std::string(9 - entry.name.size(), ' '));
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
  serve->add_option("--lease-dir", a.lease_dir, "folder of the lease store")->type_name("DIR");
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
  app.add_option("-c,--config", ask.config, "the server's configuration file")->type_name("FILE");
  app.add_option("--lease-dir", ask.lease_dir, "the server's lease folder")->type_name("DIR");
  app.add_option("--socket", ask.socket, "the server's control socket")->type_name("PATH");
}

void add_format(CLI::App& app, AskArguments& ask, bool csv) {
  auto* json = app.add_flag_callback("--json", [&ask] { ask.format = Format::json; }, "print JSON");
  if (!csv) return;
  app.add_flag_callback(
         "--csv", [&ask] { ask.format = Format::csv; }, "print CSV with Kea's lease4 columns")
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
  app.add_subcommand("version", kEntries[5].what)->callback([&to] {
    to.command = Command::version;
  });
}

std::expected<Arguments, Stop> read_options(std::vector<std::string> words) {
  Arguments arguments;
  CLI::App app("lessor", "lessor");
  app.require_subcommand(1);
  add_serve(app, arguments);
  add_check(app, arguments);
  add_leases(app, arguments);
  add_rest(app, arguments);
  try {
    std::ranges::reverse(words);  // CLI11 takes a vector from its back
    app.parse(std::move(words));
  } catch (const CLI::ParseError& e) {
    std::ostringstream out;
    std::ostringstream err;
    if (app.exit(e, out, err) == 0) return std::unexpected(Stop{ExitCode::done, out.str()});
    return std::unexpected(usage(std::string(trim(err.str()))));
  }
  return arguments;
}

}  // namespace

std::expected<Arguments, Stop> read_arguments(std::span<const char* const> words) {
  if (words.empty()) return std::unexpected(Stop{ExitCode::usage, help_page()});
  std::vector<std::string> texts(words.begin(), words.end());
  const std::string& first = texts.front();
  if (first == "--version") return Arguments{.command = Command::version};
  if (first == "demo") {
    return Arguments{.command = Command::demo, .rest = {words.begin() + 1, words.end()}};
  }
  const bool help = first == "help" || first == "--help" || first == "-h";
  if (help && texts.size() == 1) return std::unexpected(Stop{ExitCode::done, help_page()});
  if (first == "help") {  // "help serve" is "serve --help"
    texts.erase(texts.begin());
    texts.emplace_back("--help");
  }
  if (const auto stop = check_command(texts)) return std::unexpected(*stop);
  return read_options(std::move(texts));
}

}  // namespace lessor::cli
