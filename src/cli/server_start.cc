// Server: from a configuration to the first packet.

#include "cli/server.h"
#include "cli/server_target.h"
#include "cli/version.h"
#include "control/control_server.h"
#include "runtime/clock.h"
#include "runtime/privileges.h"
#include "runtime/service_manager.h"

#include <algorithm>
#include <csignal>
#include <sys/epoll.h>

namespace lessor::cli {
namespace {

using config::InterfacePolicy;

std::unexpected<std::string> failure(const runtime::SystemError& error) {
  return std::unexpected(runtime::to_string(error));
}

std::string folder_of(const ServerSetup& setup) {
  return setup.lease_dir.empty() ? setup.config.lease_database.folder : setup.lease_dir;
}

/// Everything the engine needs that nobody outside may guess.
server::v4::Settings settings() {
  return {.key = runtime::random_hash_key(), .seed = runtime::random_seed()};
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

Server::Server(ServerSetup setup, LogSink sink, std::unique_ptr<runtime::EventLoop> loop,
               runtime::Wakeup bell)
    : setup_(std::move(setup)),
      lease_folder_(folder_of(setup_)),
      log_(std::move(sink)),
      loop_(std::move(loop)),
      mailbox_(std::move(bell)),
      stored_time_({}, runtime::read_clock().mono),
      rogues_([this](Now at, const auto& seen, auto news) { tell_rogue(at, seen, news); },
              [this](std::string text) { log_.say(Severity::warning, std::move(text)); }),
      config_text_(setup_.config.text),
      started_at_(runtime::read_clock().mono),
      configured_at_(started_at_) {}

Server::~Server() { log_.stop(); }  // which reads the engine's events

std::expected<std::unique_ptr<Server>, std::string> Server::open(ServerSetup setup) {
  auto sink = LogSink::open(setup.config.loggers);
  if (!sink) return std::unexpected(sink.error());
  auto loop = runtime::EventLoop::open();
  if (!loop) return failure(loop.error());
  auto bell = runtime::Wakeup::open();
  if (!bell) return failure(bell.error());
  std::unique_ptr<Server> server(
      new Server(std::move(setup), std::move(*sink), std::move(*loop), std::move(*bell)));
  for (const auto step : {&Server::open_sockets, &Server::open_store, &Server::open_control,
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
  auto io = runtime::PacketIo::open(
      *loop_, outbox_, *this,
      {.wanted = wanted_interfaces(setup_.config),
       .sockets = policy.use_udp_sockets ? runtime::SocketKind::udp : runtime::SocketKind::raw,
       .use_routing = policy.use_routing,
       .visible = setup_.visible});
  if (!io) return failure(io.error());
  io_ = std::move(*io);
  const auto closed = std::ranges::find_if(served_, [](const auto& s) { return !s.is_open(); });
  if (policy.require_all && closed != served_.end()) {
    return std::unexpected("cannot serve " + closed->name + ": " + closed->reason +
                           "; service-sockets-require-all demands every interface");
  }
  if (auto dropped = runtime::drop_privileges({}); !dropped) return failure(dropped.error());
  return {};
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
    server::v4::ServerEngine& engine;
  } loader(*engine_);
  const Now now = runtime::read_clock();
  auto report = storage_->recover(now, loader);
  if (!report) return std::unexpected(report.error());
  recovered_ = *report;
  stored_time_ = lease::StoredTime(report->newest, now.mono);
  outbox_.release(report->last_sequence);
  if (report->doubt) engine_->distrust_unrecorded(report->doubtful_until);
  engine_->begin_swap(this->now(), server::v4::prepare(setup_.config, pool_start()));
  engine_->set_interfaces(this->now(), io_->interfaces());
  return {};
}

/// While records are known to be lost, what no record names may be somebody's.
lease::AddressPool::Start Server::pool_start() const {
  using Start = lease::AddressPool::Start;
  const bool doubt = recovered_.doubt && runtime::read_clock().mono < recovered_.doubtful_until;
  return doubt ? Start::doubtful : Start::never_used;
}

Server::Outcome Server::open_control() {
  target_ = std::make_unique<ServerTarget>(*this);
  for (const std::string& path : control_paths(setup_.config, lease_folder_)) {
    auto control = control::ControlServer::listen(path, *target_);
    if (!control) return failure(control.error());
    controls_.push_back(std::move(*control));
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
  rogues_.set_policy(setup_.config.other_servers, !setup_.config.interfaces.use_udp_sockets);
  rogues_.start();
  if (auto started = worker_.start(); !started) return failure(started.error());
  for (const auto& control : controls_) {
    if (auto started = control->start(); !started) return failure(started.error());
  }
  return {};
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
  runtime::notify_ready("serving " + setup_.config.source);
}

}  // namespace lessor::cli
