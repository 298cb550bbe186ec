// Server: from a configuration to the first packet.

#include "cli/hmac.h"
#include "cli/server.h"
#include "cli/server_bounds.h"
#include "cli/server_target.h"
#include "cli/version.h"
#include "control/control_server.h"
#include "runtime/clock.h"
#include "runtime/own_files.h"
#include "runtime/service_manager.h"
#include "store/folder_owner.h"

#include <algorithm>
#include <cerrno>
#include <csignal>
#include <fcntl.h>
#include <filesystem>
#include <malloc.h>
#include <span>
#include <sys/epoll.h>
#include <unistd.h>

namespace lessor::cli {
namespace {

using config::InterfacePolicy;

std::unexpected<std::string> failure(const runtime::SystemError& error) {
  return std::unexpected(runtime::to_string(error));
}

/// Where a boot proxy is asked again; 0 where there is none.
std::uint16_t boot_server_port(const config::ServerConfig& config) {
  const bool is_proxy = std::ranges::any_of(config.subnets, [](const config::Subnet& subnet) {
    return subnet.boot_profile && subnet.boot_profile->proxy;
  });
  return is_proxy ? config::kBootServerPort : std::uint16_t{0};
}

runtime::SocketKind socket_kind(InterfacePolicy::Sockets sockets) {
  switch (sockets) {
    case InterfacePolicy::Sockets::raw:
      return runtime::SocketKind::raw;
    case InterfacePolicy::Sockets::xdp:
      return runtime::SocketKind::xdp;
    case InterfacePolicy::Sockets::udp:
      return runtime::SocketKind::udp;
  }
  return {};
}

std::string folder_of(const ServerSetup& setup) {
  return setup.lease_dir.empty() ? setup.config.lease_database.folder : setup.lease_dir;
}

/// What control sockets are opened with, at the start and with every reload.
std::vector<std::string> files_of_controls(const ServerSetup& setup) {
  std::vector<std::string> files;
  for (const config::HttpControlSocket& socket : setup.http_sockets) {
    std::ranges::copy(control::files_of(socket), std::back_inserter(files));
  }
  return files;
}

/// Who owns the server's files.
runtime::Account owner_of(const runtime::ServiceAccount& account) {
  return account.become.value_or(runtime::current_account());
}

/// Root follows no path into a folder of the user's: there the user opens its logs itself.
std::expected<LogSink, std::string> open_logs(const config::ServerConfig& config,
                                              const runtime::ServiceAccount& account) {
  if (!account.become) return LogSink::open(config.loggers);
  for (const std::string& file : log_files(config.loggers)) {
    runtime::prepare_log_file(file, *account.become);
  }
  std::expected<LogSink, std::string> sink = std::unexpected(std::string());
  const auto acted =
      runtime::act_as(*account.become, [&] { sink = LogSink::open(config.loggers); });
  if (!acted) return failure(acted.error());
  return sink;
}

/// Where the legal log's files are; empty where there are none.
std::string legal_folder(const config::ServerConfig& config) {
  const bool has_files = config.legal_log && config.legal_log->kind == config::LegalLog::Kind::file;
  return has_files ? config.legal_log->path : std::string();
}

/// Everything the engine needs that nobody outside may guess.
server::v4::Settings settings() {
  return {.key = runtime::random_hash_key(),
          .seed = runtime::random_seed(),
          .hmac_md5 = find_hmac_md5()};
}

}  // namespace

runtime::WantedInterfaces wanted_interfaces(const config::ServerConfig& config) {
  runtime::WantedInterfaces wanted;
  wanted.every = config.interfaces.mode == InterfacePolicy::Mode::all;
  for (const InterfacePolicy::Listed& listed : config.interfaces.listed) {
    wanted.named.push_back({listed.name, listed.address});
  }
  if (config.interfaces.mode != InterfacePolicy::Mode::by_subnet) return wanted;
  for (const config::Subnet& subnet : config.subnets) {
    wanted.holding_address_in.push_back(subnet.prefix);
    if (!subnet.interface.empty()) wanted.named.push_back({subnet.interface, {}});
  }
  return wanted;
}

std::vector<std::string> control_paths(const config::ServerConfig& config,
                                       const std::string& lease_folder) {
  std::vector<std::string> paths;
  for (const config::ControlSocket& socket : config.control_sockets) paths.push_back(socket.path);
  if (paths.empty()) paths.push_back(lease_folder + "/control.sock");
  return paths;
}

config::Environment read_environment() {
  config::Environment host;
  const auto watch = runtime::InterfaceWatch::open();
  auto routes = runtime::RouteCache::open();
  if (!watch || !routes) return host;  // "auto" then leaves out what the file itself says
  host.interfaces = watch->table();
  for (const net::Interface& i : host.interfaces.all()) {
    const auto gateway = routes->default_gateway(i.index);
    if (gateway && *gateway) host.gateways.push_back(**gateway);
  }
  return host;
}

Server::Server(ServerSetup setup, runtime::ServiceAccount account, LogSink sink,
               std::unique_ptr<runtime::EventLoop> loop, runtime::Wakeup bell)
    : setup_(std::move(setup)),
      account_(std::move(account)),
      lease_folder_(folder_of(setup_)),
      rights_(rights_for({.files = setup_.files,
                          .secrets = files_of_controls(setup_),
                          .lease_folder = lease_folder_,
                          .sockets = control_paths(setup_.config, lease_folder_),
                          .loggers = setup_.config.loggers,
                          .legal_folder = legal_folder(setup_.config),
                          .replaces_files = owner_of(account_).uid != 0})),
      log_(std::move(sink)),
      loop_(std::move(loop)),
      mailbox_(std::move(bell)),
      followers_(around_followers()),
      stored_time_({}, runtime::read_clock().mono),
      rogues_([this](Now at, const auto& seen, auto news) { tell_rogue(at, seen, news); },
              [this](std::string text) { log_.say(Severity::warning, std::move(text)); }),
      bulk_queries_([this](server::v4::BulkSession& session,
                           std::size_t budget) { return answer_bulk(session, budget); },
                    [this](std::string text) { log_.say(Severity::info, std::move(text)); }),
      config_text_(setup_.config.text),
      started_at_(runtime::read_clock().mono),
      configured_at_(started_at_) {}

/// Before what they read goes: the engine's events.
Server::~Server() {
  followers_.stop();
  log_.stop();
}

std::expected<std::unique_ptr<Server>, std::string> Server::open(ServerSetup setup) {
  auto account = runtime::choose_account(setup.user);
  if (!account) return failure(account.error());
  auto sink = open_logs(setup.config, *account);
  if (!sink) return std::unexpected(sink.error());
  auto loop = runtime::EventLoop::open();
  if (!loop) return failure(loop.error());
  auto bell = runtime::Wakeup::open();
  if (!bell) return failure(bell.error());
  std::unique_ptr<Server> server(new Server(std::move(setup), std::move(*account), std::move(*sink),
                                            std::move(*loop), std::move(*bell)));
  for (const auto step : {&Server::start_errands, &Server::open_sockets, &Server::open_followers,
                          &Server::give_up_privileges, &Server::open_store, &Server::open_control,
                          &Server::start_threads}) {
    if (auto done = (*server.*step)(); !done) return std::unexpected(done.error());
  }
  server->say_hello();
  return server;
}

/// What needs privilege comes first, then giving it up, then what makes threads.
Server::Outcome Server::open_sockets() {
  runtime::raise_file_limit();
  auto signals =
      loop_->watch_signals({SIGTERM, SIGINT, SIGHUP}, [this](int signal) { on_signal(signal); });
  if (!signals) return failure(signals.error());
  auto mail = loop_->watch(mailbox_.fd(), EPOLLIN, [this](std::uint32_t) { mailbox_.run_one(); });
  if (!mail) return failure(mail.error());
  const config::InterfacePolicy& policy = setup_.config.interfaces;
  auto io = runtime::PacketIo::open(*loop_, outbox_, *this,
                                    {.wanted = wanted_interfaces(setup_.config),
                                     .sockets = socket_kind(policy.sockets),
                                     .use_routing = policy.use_routing,
                                     .echo = true,
                                     .second_port = boot_server_port(setup_.config),
                                     .visible = setup_.visible});
  if (!io) return failure(io.error());
  io_ = std::move(*io);
  if (auto listening = bulk_queries_.listen(setup_.config.lease_queries); !listening) {
    return failure(listening.error());
  }
  const auto closed = std::ranges::find_if(served_, [](const auto& s) { return !s.is_open(); });
  if (policy.require_all && closed != served_.end()) {
    return std::unexpected("cannot serve " + closed->name + ": " + closed->reason +
                           "; service-sockets-require-all demands every interface");
  }
  return {};
}

/// The store's folder is its user's before that user is all that we are.
Server::Outcome Server::give_up_privileges() {
  runtime::connect_service_manager();
  const runtime::Account owner = owner_of(account_);
  store::FolderOwner store_owner{.uid = owner.uid, .gid = owner.gid, .name = owner.name};
  // Who served it before root does.
  const auto service = runtime::find_account(runtime::kServiceUser);
  if (service) store_owner.from.push_back(service->uid);
  const auto prepared = store::prepare_lease_folder(lease_folder_, store_owner);
  if (!prepared) return std::unexpected(prepared.error().message);
  if (auto reachable = check_reachable(); !reachable) return reachable;
  if (auto found = find_kea_leases(); !found) return found;
  if (auto opened = open_controls_as_root(); !opened) return opened;
  if (auto opened = open_http_controls(); !opened) return opened;
  runtime::PrivilegePlan plan{.user = std::nullopt, .folders = rights_};
  if (http_controls_.any()) plan.tcp = runtime::TcpUse::listen;
  if (account_.become) plan.user = account_.become->name;
  const auto bounds = runtime::drop_privileges(plan);
  if (!bounds) return failure(bounds.error());
  for (const std::string& remark : *prepared) log_.say(Severity::info, remark);
  tell_bounds(*bounds, owner.name);
  return {};
}

/// A folder of the user's is of no use to it below one that it may not pass.
Server::Outcome Server::check_reachable() const {
  if (!account_.become) return {};
  bool reachable = true;
  const auto acted = runtime::act_as(*account_.become, [&] {
    reachable = ::faccessat(AT_FDCWD, lease_folder_.c_str(), X_OK, AT_EACCESS) == 0 ||
                errno != EACCES;  // opening the store says what else is wrong
  });
  if (!acted) return failure(acted.error());
  if (reachable) return {};
  return std::unexpected("user " + account_.become->name + " cannot get at the lease folder " +
                         lease_folder_ +
                         ": a folder above is closed to it; open that one (chmod o+x), name "
                         "another for leases, or stay root with --user root");
}

/// What somebody should know who reads the log for it.
void Server::tell_bounds(const runtime::Bounds& bounds, const std::string& user) {
  if (!account_.remark.empty()) log_.say(Severity::info, account_.remark);
  if (bounds.landlock == 0 && bounds.system_calls) {
    log_.say(Severity::info, "this kernel has no Landlock: folders are closed by their modes only");
  }
  for (const std::string& file : log_files(setup_.config.loggers)) {
    const std::string wide = runtime::find_wide_mode(file);
    if (!wide.empty()) log_.say(Severity::warning, wide + "; it says who is where: chmod 0640");
  }
  const std::string& file = setup_.config_file;
  if (!file.empty() && ::access(file.c_str(), R_OK) != 0) {
    log_.say(Severity::warning, "user " + user + " cannot read " + file +
                                    ": it cannot be reloaded (chgrp and chmod g+r it)");
  }
  for (const config::HttpControlSocket& socket : setup_.http_sockets) {
    for (const std::string& secret : control::files_of(socket)) {
      if (::access(secret.c_str(), R_OK) == 0) continue;
      log_.say(Severity::warning, "user " + user + " cannot read " + secret +
                                      ": reloads will be refused (chgrp and chmod g+r it)");
    }
  }
}

Server::Outcome Server::open_store() {
  auto storage = Storage::open(lease_folder_, setup_.open_log);
  if (!storage) return std::unexpected(storage.error());
  storage_ = std::move(*storage);
  engine_ = std::make_unique<server::v4::ServerEngine>(settings(), storage_->changes());

  struct Loader final : lease::LeaseVisitor {
    explicit Loader(server::v4::ServerEngine& to) : engine(to) {}
    void expect(std::size_t leases) override { engine.expect(leases); }
    void visit(const lease::Lease& lease) override { engine.load(lease); }
    void visit_some(std::span<const lease::Lease> leases) override { engine.load(leases); }
    server::v4::ServerEngine& engine;
  } loader(*engine_);
  const Now now = runtime::read_clock();
  auto report = storage_->recover(now, loader);
  if (!report) return std::unexpected(report.error());
  recovered_ = *report;
  stored_time_ = lease::StoredTime(report->newest, now.mono);
  if (auto imported = import_kea_leases(now); !imported) return imported;
  outbox_.release(storage_->durable());
  if (report->doubt) engine_->distrust_unrecorded(report->doubtful_until);
  engine_->begin_swap(this->now(), server::v4::prepare(setup_.config, pool_start()));
  engine_->set_interfaces(this->now(), io_->interfaces());
  ::malloc_trim(0);  // what only the recovery needed
  return {};
}

/// While records are known to be lost, what no record names may be somebody's.
lease::AddressPool::Start Server::pool_start() const {
  using Start = lease::AddressPool::Start;
  const bool doubt = recovered_.doubt && runtime::read_clock().mono < recovered_.doubtful_until;
  return doubt ? Start::doubtful : Start::never_used;
}

Server::Outcome Server::listen(const std::string& path) {
  auto control = control::ControlServer::listen(path, *target_);
  if (!control) return failure(control.error());
  controls_.push_back(std::move(*control));
  return {};
}

/// Where the user whom we become could make no socket, nor remove an old one of another user, and
/// nobody could put something in its place. In the lease folder, whose lock comes first, we can.
Server::Outcome Server::open_controls_as_root() {
  target_ = std::make_unique<ServerTarget>(*this);
  for (const std::string& path : control_paths(setup_.config, lease_folder_)) {
    runtime::make_socket_folder(path, owner_of(account_));
    const std::string folder = std::filesystem::path(path).parent_path();
    if (::geteuid() != 0 || folder == lease_folder_ || !runtime::is_roots_alone(folder)) {
      control_paths_left_.push_back(path);
      continue;
    }
    if (auto listening = listen(path); !listening) return listening;
    if (account_.become) runtime::give_socket(path, *account_.become);
  }
  return {};
}

/// Ports and keys may be root's to use; new TCP sockets are nobody's later.
Server::Outcome Server::open_http_controls() {
  auto opened = http_controls_.open(setup_.http_sockets, *target_, [this](std::string text) {
    log_.say(Severity::warning, std::move(text));
  });
  if (!opened) return failure(opened.error());
  return {};
}

Server::Outcome Server::open_control() {
  for (const std::string& path : control_paths_left_) {
    if (auto listening = listen(path); !listening) return listening;
  }
  return {};
}

Server::Outcome Server::start_threads() {
  if (auto started = storage_->start(); !started) return failure(started.error());
  auto durable =
      loop_->watch(storage_->changed().fd(), EPOLLIN, [this](std::uint32_t) { on_durable(); });
  if (!durable) return failure(durable.error());
  lines_.emplace(engine_->events(), [this](Instant at, const server::v4::Event& event) {
    rogues_.on_event(at, event);
  });
  if (auto started = log_.start(*lines_); !started) return failure(started.error());
  if (auto started = followers_.start(engine_->lease_events()); !started) {
    return failure(started.error());
  }
  rogues_.set_policy(setup_.config.other_servers,
                     setup_.config.interfaces.sockets != InterfacePolicy::Sockets::udp);
  rogues_.start();
  if (auto started = worker_.start(); !started) return failure(started.error());
  if (auto started = bulk_queries_.start(); !started) return failure(started.error());
  for (const auto& control : controls_) {
    if (auto started = control->start(); !started) return failure(started.error());
  }
  if (auto started = http_controls_.start(); !started) return failure(started.error());
  return {};
}

/// Who expects that addresses are asked for should know that they are not.
void Server::tell_ping(const config::ServerConfig& config) {
  const bool pings = std::ranges::any_of(
      config.subnets, [](const config::Subnet& subnet) { return subnet.ping_check.has_value(); });
  if (!pings || io_->can_echo()) return;
  log_.say(Severity::warning,
           "ping check: no right to send ICMP (CAP_NET_RAW): behind relays addresses are offered "
           "without being asked for");
}

void Server::say_hello() {
  std::string leases = std::to_string(recovered_.leases) + " leases in " + lease_folder_;
  if (recovered_.torn_tail) leases += "; what a crash left unacknowledged was dropped";
  log_.say(Severity::info,
           std::string("lessor ") + kVersion + " serving " + setup_.config.source + ": " + leases);
  if (recovered_.doubt) {
    log_.say(Severity::warning,
             "the lease store was repaired with losses: addresses in doubt are kept out of use");
  }
  tell_ping(setup_.config);
  runtime::notify_ready("serving " + setup_.config.source);
}

}  // namespace lessor::cli
