#pragma once
// The words of `lessor client` as CLI11 leaves them, and where they are declared. For words*.cc
// only.

#include "cli/client/words.h"

#include <string>
#include <vector>

namespace CLI {
class App;
}

namespace lessor::cli {

struct RawClientWords {
  std::vector<std::string> interfaces;
  bool once = false, test = false, release = false, renew = false, rebind = false, inform = false,
       status = false;
  bool daemon = false, json = false, alongside = false;
  bool release_on_exit = false, keep_address_on_exit = false;
  std::string timeout;

  std::string hostname, fqdn, client_id, vendor_class, requested_address, lease_time, metric, table;
  std::vector<std::string> user_classes, options, refused_servers, protected_prefixes, request;
  std::string max_message_size, preferred_server, offers, collect, probe, defend;
  bool hostname_given = false;
  bool broadcast = false, rapid_commit = false, v6_only = false, anonymous = false;
  bool keep_unconfirmed = false;

  bool no_address = false, no_routes = false, no_default_route = false, no_dns = false,
       no_mtu = false;
  bool set_hostname = false;
  std::string resolver, hook, hook_timeout;
  std::string lease_file, state_dir, run_dir, log, log_level;
};

/// Declares every option; `raw` is borrowed until the words are parsed.
void declare_client_words(CLI::App& app, RawClientWords& raw);

using Understood = std::expected<void, std::string>;
/// What is said and asked for: identity, options, the choice among offers. The error is a sentence
/// that begins with the option's name.
[[nodiscard]] Understood read_client_settings(const RawClientWords& raw, ClientWords& words);
/// What may be done to the host, files and logs.
[[nodiscard]] Understood read_client_host(const RawClientWords& raw, ClientWords& words);

/// A duration of more than nothing.
[[nodiscard]] std::expected<Duration, std::string> read_client_time(const std::string& text,
                                                                    const char* option);

}  // namespace lessor::cli
