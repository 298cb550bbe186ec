#include "cli/serve.h"

#include "cli/console.h"
#include "cli/host_checks.h"
#include "cli/other_servers.h"
#include "cli/problems.h"
#include "cli/server.h"
#include "config/describe.h"
#include "config/interface_config.h"

#include <algorithm>
#include <expected>
#include <filesystem>
#include <iterator>
#include <optional>
#include <sys/stat.h>

namespace lessor::cli {
namespace {

/// Only the default file may be absent without being named; then say what else can be done.
bool explain_missing_default(const ServeArguments& a) {
  if (a.config_given || std::filesystem::exists(a.config)) return false;
  complain("there is no configuration file " + a.config +
           "; write one, name another with -c FILE, or serve one interface without a file: "
           "lessor serve --interface eth0");
  return true;
}

std::optional<std::string> if_given(const std::string& word) {
  return word.empty() ? std::nullopt : std::optional(word);
}

config::InterfaceWords words_of(const ServeArguments& a) {
  return {.interface = a.interface,
          .pool = if_given(a.pool),
          .exclude = a.exclude,
          .router = if_given(a.router),
          .dns = if_given(a.dns),
          .domain = if_given(a.domain),
          .lease_time = if_given(a.lease_time)};
}

std::expected<config::Loaded, ExitCode> read_file(const std::string& file) {
  auto loaded = config::load_file(file, read_environment());
  if (!loaded) {
    complain("this configuration cannot be served:\n" + lines(loaded.error()));
    return std::unexpected(ExitCode::failed);
  }
  std::ranges::copy(find_open_passwords(*loaded), std::back_inserter(loaded->notes));
  if (!loaded->notes.empty()) complain("worth knowing:\n" + lines(loaded->notes));
  return std::move(*loaded);
}

std::expected<config::Loaded, ExitCode> from_interface(const ServeArguments& a) {
  const auto wishes = config::read_interface_words(words_of(a));
  if (!wishes) return complain(lines(wishes.error())), std::unexpected(ExitCode::usage);
  const config::Environment host = read_environment();
  auto config = config::make_interface_config(*wishes, host);
  if (!config) return complain(lines(config.error())), std::unexpected(ExitCode::failed);
  if (a.alongside) return config::Loaded{.config = std::move(*config)};
  const auto other = find_other_server(*host.interfaces.find(a.interface));
  if (!other) return complain(other.error()), std::unexpected(ExitCode::failed);
  if (*other) {
    complain("another DHCP server answers on " + a.interface + ": " + **other +
             "; two servers that do not know of each other hand out addresses twice. Stop it, or "
             "serve all the same with --alongside");
    return std::unexpected(ExitCode::failed);
  }
  return config::Loaded{.config = std::move(*config)};
}

}  // namespace

ExitCode run_check(const std::string& file) {
  const auto loaded = read_file(file);
  if (!loaded) return loaded.error();
  if (const auto unfit = find_unfit_program(loaded->config)) {
    complain("it could not be served here: " + *unfit);
  }
  return print_or_fail(config::describe(loaded->config, loaded->http_sockets));
}

ExitCode run_serve(const ServeArguments& a, const LogFactory& open_log) {
  if (!a.test.empty()) return run_check(a.test);
  const bool by_file = a.interface.empty();
  if (by_file && explain_missing_default(a)) return ExitCode::failed;
  auto loaded = by_file ? read_file(a.config) : from_interface(a);
  if (!loaded) return loaded.error();
  config::ServerConfig& config = loaded->config;
  if (!a.lease_dir.empty()) config.lease_database.folder = a.lease_dir;
  if (!by_file) (void)print(config::describe(config));
  ::umask(S_IRWXO | S_IWGRP);  // who is where on a network is nobody else's business
  auto server = Server::open({.config = std::move(config),
                              .config_file = by_file ? a.config : std::string(),
                              .lease_dir = a.lease_dir,
                              .open_log = open_log,
                              .visible = a.visible,
                              .user = if_given(a.user),
                              .files = std::move(loaded->files),
                              .http_sockets = std::move(loaded->http_sockets)});
  if (!server) {
    complain(server.error());
    return ExitCode::failed;
  }
  return (*server)->run();
}

}  // namespace lessor::cli
