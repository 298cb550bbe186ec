// What the words of `lessor client` say of this host: what may be done to it, where files are.

#include "base/text.h"
#include "cli/client/raw_words.h"
#include "host/state_files.h"

#include <array>
#include <filesystem>

namespace lessor::cli {
namespace {

namespace fs = std::filesystem;

std::unexpected<std::string> refuse(const char* option, std::string why) {
  return std::unexpected(std::string(option) + ": " + std::move(why));
}

std::expected<std::uint32_t, std::string> read_number(const char* option, const std::string& text) {
  const auto number = parse_number(text, UINT32_MAX);
  if (number) return static_cast<std::uint32_t>(*number);
  return refuse(option, quote_word(text) + " is no number");
}

Understood read_rules(const RawClientWords& raw, ClientWords& words) {
  client::v4::HostRules& rules = words.rules;
  rules.address = !raw.no_address;
  rules.routes = !raw.no_routes && !raw.no_address;
  rules.default_route = !raw.no_default_route;
  rules.dns = !raw.no_dns && !raw.no_address;
  rules.mtu = !raw.no_mtu && !raw.no_address;
  rules.hostname = raw.set_hostname;
  if (!raw.metric.empty()) {
    const auto number = read_number("--metric", raw.metric);
    if (!number) return std::unexpected(number.error());
    words.metric = *number;
  }
  if (!raw.table.empty()) {
    const auto number = read_number("--table", raw.table);
    if (!number) return std::unexpected(number.error());
    rules.table = *number;
  }
  for (const std::string& text : raw.protected_prefixes) {
    const auto prefix = net::parse_prefix4(text);
    if (!prefix) {
      return refuse("--protect", quote_word(text) + " is no prefix; write it like 10.0.0.0/8");
    }
    rules.protected_prefixes.push_back(*prefix);
  }
  return {};
}

Understood read_helpers(const RawClientWords& raw, ClientWords& words) {
  if (!raw.resolver.empty()) {
    const auto mode = host::parse_resolver_mode(raw.resolver);
    if (!mode) {
      return refuse("--resolver", quote_word(raw.resolver) +
                                      " is none of auto, file, resolvconf, resolved, none");
    }
    words.resolver = *mode;
  }
  if (!raw.hook.empty()) words.hook = fs::absolute(raw.hook).lexically_normal();
  if (raw.hook_timeout.empty()) return {};
  const auto time = read_client_time(raw.hook_timeout, "--hook-timeout");
  if (!time) return std::unexpected(time.error());
  if (*time < Duration::seconds(1)) return refuse("--hook-timeout", "at least 1s");
  words.hook_timeout = *time;
  return {};
}

Understood read_files(const RawClientWords& raw, ClientWords& words) {
  words.state_folder = raw.state_dir.empty() ? kClientStateFolder : raw.state_dir;
  words.run_folder = raw.run_dir.empty() ? kClientRunFolder : raw.run_dir;
  if (!raw.lease_file.empty()) {
    const fs::path path = fs::absolute(raw.lease_file).lexically_normal();
    words.lease_file = path.filename();
    if (raw.state_dir.empty()) words.state_folder = path.parent_path();
    const bool elsewhere = !raw.state_dir.empty() && raw.lease_file.find('/') != std::string::npos;
    if (elsewhere) return refuse("--lease-file", "with --state-dir it is a plain name");
    if (!host::is_plain_file_name(words.lease_file)) {  // the hand would write no other
      return refuse("--lease-file", quote_word(raw.lease_file) +
                                        " is no file's name: letters, digits and -_. in it");
    }
  }
  words.state_folder = fs::absolute(words.state_folder).lexically_normal();
  words.run_folder = fs::absolute(words.run_folder).lexically_normal();
  return {};
}

Understood read_log(const RawClientWords& raw, ClientWords& words) {
  words.log = raw.log.empty() ? (raw.daemon ? "syslog" : "stderr") : raw.log;
  if (raw.log_level.empty()) return {};
  constexpr std::array kLevels{std::pair{"debug", "DEBUG"}, std::pair{"info", "INFO"},
                               std::pair{"warn", "WARN"}, std::pair{"error", "ERROR"}};
  for (const auto& [name, level] : kLevels) {
    if (raw.log_level != name) continue;
    words.log_level = level;
    return {};
  }
  return refuse("--log-level", quote_word(raw.log_level) + " is none of debug, info, warn, error");
}

}  // namespace

Understood read_client_host(const RawClientWords& raw, ClientWords& words) {
  if (const auto done = read_rules(raw, words); !done) return done;
  if (const auto done = read_helpers(raw, words); !done) return done;
  if (const auto done = read_files(raw, words); !done) return done;
  return read_log(raw, words);
}

}  // namespace lessor::cli
