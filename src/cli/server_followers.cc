// Server: who follows what happens to leases, and the process that runs programs for them.

#include "cli/host_checks.h"
#include "cli/server.h"
#include "cli/server_bounds.h"
#include "runtime/clock.h"
#include "runtime/own_files.h"

#include <csignal>
#include <sys/epoll.h>

namespace lessor::cli {
namespace {

/// How long a follower waits for the disk before it looks whether that still makes sense.
constexpr Duration kPatience = Duration::seconds(1);

}  // namespace

/// Before sockets are opened and rights given up: the process has none of the one, and all of the
/// other that its user has.
Server::Outcome Server::start_errands() {
  const std::vector<std::string> programs = programs_of(setup_.config);
  if (programs.empty()) return {};
  ::signal(SIGCHLD, SIG_IGN);  // when it has ended the kernel buries it: we may not wait for it
  auto errands = host::Errands::start({.programs = programs, .account = account_.become});
  if (!errands) return std::unexpected(runtime::to_string(errands.error()));
  errands_ = std::move(*errands);
  auto watched =
      loop_->watch(errands_->descriptor(), EPOLLIN, [this](std::uint32_t) { on_errand_reports(); });
  if (!watched) return std::unexpected(runtime::to_string(watched.error()));
  return {};
}

/// As the user whom we become: its files are its own.
Server::Outcome Server::open_followers() {
  std::expected<Followers, std::string> followers;
  const auto open = [&] { followers = followers_of(setup_.config); };
  if (account_.become) {
    const auto acted = runtime::act_as(*account_.become, open);
    if (!acted) return std::unexpected(runtime::to_string(acted.error()));
  } else {
    open();
  }
  if (!followers) return std::unexpected(followers.error());
  followers_.replace(std::move(*followers));
  return {};
}

std::expected<Followers, std::string> Server::followers_of(const config::ServerConfig& config) {
  auto legal_log = LegalLog::open(
      config,
      {.clock = runtime::read_wall_clock,
       .say = [this](Severity severity, std::string line) { log_.say(severity, std::move(line)); },
       .run = [this](const Errand& errand) { return run_errand(errand); }});
  if (!legal_log) return std::unexpected(legal_log.error());
  Followers followers{.legal_log = std::move(*legal_log), .script = nullptr};
  if (config.run_script) followers.script = std::make_unique<Script>(config);
  return followers;
}

/// What was not there at the start cannot be run, nor written, any more.
Server::Outcome Server::vet_followers(const config::ServerConfig& config) const {
  for (const std::string& program : programs_of(config)) {
    if (errands_ && errands_->knows(program)) continue;
    return std::unexpected("the program " + program +
                           " is none that the server was started with: that takes a restart");
  }
  if (!config.legal_log || config.legal_log->kind != config::LegalLog::Kind::file) return {};
  const std::vector<std::string> files{config.legal_log->path + "/" + config.legal_log->base_name};
  if (auto excess = find_excess(rights_, files)) return std::unexpected(std::move(*excess));
  return {};
}

LeaseFollowers::Surroundings Server::around_followers() {
  return {
      .wait_durable =
          [this](lease::Sequence sequence) {
            return sequence <= storage_->durable() || storage_->wait_durable(sequence, kPatience);
          },
      .may_come = [this] { return !storage_->failed(); },
      .say = [this](Severity severity, std::string line) { log_.say(severity, std::move(line)); },
      .run = [this](const Errand& errand) { return run_errand(errand); }};
}

/// The followers' thread.
std::expected<void, std::string> Server::run_errand(const Errand& errand) {
  if (!errands_) return std::unexpected("the server was started without programs");
  std::vector<host::HookVariable> variables;
  for (const auto& [name, value] : errand.variables) variables.push_back({name, value});
  return errands_->give(errand.program, errand.argument, variables);
}

void Server::on_errand_reports() {
  const auto reports = errands_->take_reports();
  if (!reports) {
    loop_->forget(errands_->descriptor());
    return log_.say(Severity::error, runtime::to_string(reports.error()));
  }
  for (const host::ErrandReport& report : *reports) {
    log_.say(report.is_failure ? Severity::warning : Severity::info, report.text);
  }
}

}  // namespace lessor::cli
