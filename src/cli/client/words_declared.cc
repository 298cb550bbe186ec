// The options of `lessor client`, as its help page lists them.

#include "cli/client/raw_words.h"

#include <CLI/CLI.hpp>

namespace lessor::cli {
namespace {

/// One group of the help page.
class Group {
 public:
  Group(CLI::App& app, const char* name) : app_(app), name_(name) {}
  CLI::Option* value(const char* option, std::string& to, const char* what, const char* type) {
    return app_.add_option(option, to, what)->type_name(type)->group(name_);
  }
  CLI::Option* values(const char* option, std::vector<std::string>& to, const char* what,
                      const char* type) {
    return app_.add_option(option, to, what)
        ->type_name(type)
        ->group(name_)
        ->expected(1)
        ->multi_option_policy(CLI::MultiOptionPolicy::TakeAll);
  }
  CLI::Option* flag(const char* option, bool& to, const char* what) {
    return app_.add_flag(option, to, what)->group(name_)->disable_flag_override();
  }

 private:
  CLI::App& app_;
  const char* name_;
};

void declare_orders(CLI::App& app, RawClientWords& raw) {
  Group orders(app, "What to do (else: get an address and keep it)");
  orders.flag("--once", raw.once, "get an address, leave it there, end");
  orders.flag("--test", raw.test, "get an address, print what would be done, give it back");
  orders.flag("--release", raw.release, "give the lease back to its server");
  orders.flag("--renew", raw.renew, "ask the lease's server for more time, now");
  orders.flag("--rebind", raw.rebind, "ask every server for more time, now");
  orders.flag("--inform", raw.inform, "keep the address that is there, ask for all the rest");
  orders.flag("--status", raw.status, "what the running client has and does (no IF: every one)");

  Group running(app, "Running");
  running.flag("--daemon", raw.daemon, "to the background once bound, or after --timeout");
  running.value("--timeout", raw.timeout, "exit with 3 when there is no lease then (default 30s)",
                "TIME");
  running.flag("--release-on-exit", raw.release_on_exit, "give the lease back at the end");
  running.flag("--keep-address-on-exit", raw.keep_address_on_exit,
               "leave the interface as it is at the end");
  running.flag("--alongside", raw.alongside, "even if another DHCP client runs on the interface");
  running.flag("--json", raw.json, "events as JSON, a line each, on standard output");
}

void declare_identity(CLI::App& app, RawClientWords& raw) {
  Group who(app, "Who we are");
  who.value("--hostname", raw.hostname, "option 12 (default: this host's name); none", "NAME")
      ->each([&raw](const std::string&) { raw.hostname_given = true; });
  who.value("--fqdn", raw.fqdn, "option 81: the server is to put this name into the DNS", "NAME");
  who.value("--client-id", raw.client_id,
            "option 61: duid (default, RFC 4361), mac, none, 0x..., or text", "ID");
  who.value("--vendor-class", raw.vendor_class, "option 60", "TEXT");
  who.values("--user-class", raw.user_classes, "option 77 (may be repeated)", "TEXT");
  who.flag("--anonymous", raw.anonymous, "tell nothing that outlives this link (RFC 7844)");
}

void declare_wishes(CLI::App& app, RawClientWords& raw) {
  Group ask(app, "What we ask for");
  ask.value("--request-address", raw.requested_address, "option 50", "ADDRESS");
  ask.value("--lease-time", raw.lease_time, "option 51", "TIME");
  ask.values("--request", raw.request,
             "option 55: these options alone, or +OPT and -OPT over the default", "OPT,..")
      ->delimiter(',');
  ask.values("-o,--option", raw.options, "send this option, too (may be repeated)", "OPT=VALUE");
  ask.value("--max-message-size", raw.max_message_size, "option 57 (default: the link's MTU)",
            "OCTETS");
  ask.flag("--broadcast", raw.broadcast, "have answers broadcast");
  ask.flag("--rapid-commit", raw.rapid_commit, "two messages instead of four (RFC 4039)");
  ask.flag("--ipv6-only", raw.v6_only, "do without IPv4 where the network can (RFC 8925)");

  Group choice(app, "Which answer, and the address");
  choice.value("--offers", raw.offers, "most-wanted (default: most of the options) or first",
               "CHOICE");
  choice.value("--collect", raw.collect, "how long offers are collected (default 500ms)", "TIME");
  choice.value("--prefer-server", raw.preferred_server, "its offer is taken at once", "ADDRESS");
  choice.values("--refuse-server", raw.refused_servers, "never listen to it (may be repeated)",
                "ADDRESS");
  choice.value("--probe", raw.probe,
               "does anybody use the address? quick (default, 1s), full (RFC 5227, 7s), no", "HOW");
  choice.value("--defend", raw.defend, "our address against others: once (default), always, never",
               "HOW");
  choice.flag("--keep-unconfirmed", raw.keep_unconfirmed,
              "use an old lease that no server confirms until it ends");
}

void declare_host(CLI::App& app, RawClientWords& raw) {
  Group host(app, "What is done to this host");
  host.flag("--no-address", raw.no_address, "nothing: only keep the lease and run the hook");
  host.flag("--no-routes", raw.no_routes, "no routes (options 121, 33, 3)");
  host.flag("--no-default-route", raw.no_default_route, "no default route");
  host.flag("--no-dns", raw.no_dns, "no name servers (options 6, 15, 119)");
  host.flag("--no-mtu", raw.no_mtu, "no MTU (option 26)");
  host.flag("--set-hostname", raw.set_hostname, "take the name that the server gives (option 12)");
  host.value("--metric", raw.metric, "of routes (default: 1000 and the interface's index)", "N");
  host.value("--table", raw.table, "of routes (default: main)", "N");
  host.values("--protect", raw.protected_prefixes,
              "take no route into it (CVE-2024-3661; may be repeated)", "PREFIX");
  host.value("--resolver", raw.resolver, "auto (default), file, resolvconf, resolved, none",
             "KIND");
  host.value("--hook", raw.hook, "run this program at every change", "PROGRAM");
  host.value("--hook-timeout", raw.hook_timeout, "and end it after this (default 30s)", "TIME");

  Group files(app, "Files and logs");
  files.value("--lease-file", raw.lease_file, "the lease (default: client-IF.lease in --state-dir)",
              "FILE");
  files.value("--state-dir", raw.state_dir, "leases, the DUID (default /var/lib/lessor-client)",
              "DIR");
  files.value("--run-dir", raw.run_dir, "sockets, pid files (default /run/lessor)", "DIR");
  files.value("--log", raw.log, "stderr (default), stdout, syslog (default of --daemon), a file",
              "WHERE");
  files.value("--log-level", raw.log_level, "debug, info (default), warn, error", "LEVEL");
}

}  // namespace

void declare_client_words(CLI::App& app, RawClientWords& raw) {
  app.add_option("IF", raw.interfaces, "the interfaces")->type_name("");
  declare_orders(app, raw);
  declare_identity(app, raw);
  declare_wishes(app, raw);
  declare_host(app, raw);
  app.footer(
      "Signals: SIGUSR1 renews, SIGUSR2 releases; SIGTERM takes the address off and keeps the "
      "lease\n"
      "for the next start. Exit codes: 0 done, 1 failed, 2 usage, 3 no lease within --timeout.\n");
}

}  // namespace lessor::cli
