// Server: a new configuration, and more room for leases, made off the packet thread.

#include "cli/host_checks.h"
#include "cli/log_sink.h"
#include "cli/problems.h"
#include "cli/server.h"
#include "cli/server_bounds.h"
#include "runtime/clock.h"
#include "runtime/service_manager.h"

#include <algorithm>
#include <iterator>

namespace lessor::cli {
namespace {

std::string microseconds(Duration d) { return std::to_string(d.to_nanoseconds() / 1'000) + " us"; }

}  // namespace

void Server::reload_by_signal() {
  // One that waits will read what this one asks for.
  if (reload_waits_.exchange(true)) return;
  log_.say(Severity::info, "SIGHUP: reading " + setup_.config.source + " again");
  worker_.give([this] {
    reload_waits_ = false;
    runtime::notify_reloading();
    if (const auto done = reload(); !done) {
      log_.say(Severity::error, "the configuration stays as it was: " + done.error());
    }
    runtime::notify_ready("serving " + setup_.config.source);
  });
}

config::Environment Server::readable_environment() const {
  config::Environment host = read_environment();
  for (const runtime::FolderRight& right : rights_) {
    const bool reads =
        right.use == runtime::FolderUse::read || right.use == runtime::FolderUse::replace;
    if (reads) host.readable.push_back(right.path);
  }
  return host;
}

std::expected<config::Loaded, std::string> Server::read_again() {
  if (setup_.config_file.empty()) {
    return std::unexpected("the server was started without a configuration file");
  }
  auto loaded = config::load_file(setup_.config_file, readable_environment());
  if (!loaded) return std::unexpected(lines(loaded.error()));
  return vet(std::move(*loaded));
}

/// What is open stays open: another store or socket is another start.
std::expected<config::Loaded, std::string> Server::vet(config::Loaded loaded) {
  std::ranges::copy(find_open_passwords(loaded), std::back_inserter(loaded.notes));
  for (const config::Problem& note : loaded.notes) {
    log_.say(Severity::warning, config::to_string(note));
  }
  const config::ServerConfig& config = loaded.config;
  if (setup_.lease_dir.empty() && config.lease_database.folder != lease_folder_) {
    return std::unexpected("lease-database.name has changed from " + lease_folder_ + " to " +
                           config.lease_database.folder + ": that takes a restart");
  }
  if (control_paths(config, lease_folder_) != control_paths(setup_.config, lease_folder_)) {
    return std::unexpected("control-sockets has changed: that takes a restart");
  }
  if (config.interfaces.sockets != setup_.config.interfaces.sockets ||
      config.interfaces.use_routing != setup_.config.interfaces.use_routing) {
    return std::unexpected(
        "dhcp-socket-type or outbound-interface has changed: that takes a restart");
  }
  if (!listen_alike(config.lease_queries, setup_.config.lease_queries)) {
    return std::unexpected(
        "bulk-query-enabled, lease-query-ip or lease-query-tcp-port has changed: that takes a "
        "restart");
  }
  if (auto excess = find_excess(rights_, config.loggers)) {
    return std::unexpected(std::move(*excess));
  }
  if (auto vetted = vet_followers(config); !vetted) return std::unexpected(vetted.error());
  return loaded;
}

std::expected<std::string, std::string> Server::reload() {
  const std::scoped_lock one_at_a_time(reload_mutex_);
  return take(read_again());
}

std::expected<std::string, std::string> Server::edit(const control::Target::Edit& edit) {
  const std::scoped_lock one_at_a_time(reload_mutex_);
  std::string before;
  {
    const std::scoped_lock lock(text_mutex_);
    before = config_text_;
  }
  const auto text = edit(before);
  if (!text) return std::unexpected(text.error());
  auto loaded = config::load_text(*text, "the new configuration", readable_environment());
  if (!loaded) return std::unexpected(lines(loaded.error()));
  loaded->config.source = setup_.config.source;
  return take(vet(std::move(*loaded)));
}

/// Puts a configuration on its way, unless it is none.
std::expected<std::string, std::string> Server::take(
    std::expected<config::Loaded, std::string> loaded) {
  auto sink = loaded ? LogSink::open(loaded->config.loggers)
                     : std::expected<LogSink, std::string>(std::unexpected(loaded.error()));
  auto followers = sink ? followers_of(loaded->config)
                        : std::expected<Followers, std::string>(std::unexpected(sink.error()));
  if (!followers) {
    mailbox_.post([this] { ++reloads_.failed; });
    return std::unexpected(followers.error());
  }
  auto sockets = http_controls_.prepare(loaded->http_sockets);
  if (!sockets) {
    mailbox_.post([this] { ++reloads_.failed; });
    return std::unexpected(runtime::to_string(sockets.error()));
  }
  config::ServerConfig& config = loaded->config;
  auto prepared = server::v4::prepare(config, pool_start());
  if (!mailbox_.call([&] { begin_swap(std::move(prepared), config); })) {
    return std::unexpected("the server is stopping, or too busy to take it");
  }
  log_.replace(std::move(*sink));
  followers_.replace(std::move(*followers));
  // The command that led here may have come by one that is not wanted any more.
  auto changed = http_controls_.commit(std::move(*sockets));
  if (!changed.trouble.empty()) log_.say(Severity::error, std::move(changed.trouble));
  worker_.give([retired = std::move(changed.retired)] {});
  const std::scoped_lock lock(text_mutex_);
  config_text_ = std::move(config.text);
  return "Configuration successful.";
}

/// Packet thread. The old configuration serves on until the engine has noted its leases in the new
/// pools, in slices between packets.
void Server::begin_swap(server::v4::PreparedPtr prepared, const config::ServerConfig& config) {
  const Now before = now();
  engine_->begin_swap(before, std::move(prepared));
  io_->set_wanted(wanted_interfaces(config));
  bulk_queries_.set_policy(config.lease_queries);
  rogues_.set_policy(config.other_servers,
                     config.interfaces.sockets != config::InterfacePolicy::Sockets::udp);
  tell_ping(config);
  if (!swapping_) swap_stall_ = {};
  swapping_ = true;
  free_retired();
  follow_swap(now().mono - before.mono);
}

/// Packet thread: configurations that nobody needs any more are freed on the worker thread.
void Server::free_retired() {
  while (auto retired = engine_->take_retired()) {
    worker_.give([old = std::move(retired)] {});
  }
}

/// Packet thread, after each slice of a reload: `stall` is how long packets waited for it.
void Server::follow_swap(Duration stall) {
  swap_stall_ = std::max(swap_stall_, stall);
  if (engine_->swapping()) return;
  swapping_ = false;
  ++reloads_.count;
  configured_at_ = now().mono;
  reloads_.longest_stall = std::max(reloads_.longest_stall, swap_stall_);
  log_.say(Severity::info, "the new configuration is in force; packets waited " +
                               microseconds(swap_stall_) + " at most");
}

/// The lease table grows long before it is full; memory is made by the worker and taken over here.
void Server::grow_if_wanted() {
  if (growing_) return;
  const lease::GrowthNeed need = engine_->growth_wanted();
  if (need.empty()) return;
  growing_ = true;
  worker_.give([this, need] {
    const auto growth = lease::LeaseTable::make_growth(need);
    if (!mailbox_.call([&] { engine_->adopt(*growth); })) {
      log_.say(Severity::warning, "no room was made for more leases: the server is too busy");
    }
    growing_ = false;
  });
}

}  // namespace lessor::cli
