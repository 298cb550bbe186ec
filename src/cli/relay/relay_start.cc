// Relay: from settings to the first packet; and the command itself.

#include "cli/console.h"
#include "cli/problems.h"
#include "cli/relay/commands.h"
#include "cli/relay/relay.h"
#include "cli/relay/relay_host.h"
#include "cli/relay/relay_words.h"
#include "cli/running_server.h"
#include "cli/server_bounds.h"
#include "cli/version.h"
#include "relay/v4/settings_file.h"
#include "runtime/clock.h"
#include "runtime/own_files.h"
#include "runtime/service_manager.h"

#include <algorithm>
#include <array>
#include <cerrno>
#include <csignal>
#include <cstring>
#include <filesystem>
#include <fstream>
#include <iterator>
#include <sys/epoll.h>
#include <sys/stat.h>
#include <unistd.h>

namespace lessor::cli {
namespace {

constexpr std::uint16_t kClientPort = 68;

std::unexpected<std::string> failure(const runtime::SystemError& error) {
  return std::unexpected(runtime::to_string(error));
}

ExitCode fail(std::string_view why) {
  complain(why);
  return ExitCode::failed;
}

std::expected<RelaySetup, ExitCode> setup_of(RelayWords words) {
  RelaySetup setup{.settings = std::move(words.settings),
                   .file = words.file,
                   .socket = words.socket,
                   .visible = words.visible,
                   .user = words.user};
  setup.settings.host_name = host_name();
  if (words.file.empty()) return setup;
  auto settings = read_relay_file(words.file);
  if (!settings) {
    return std::unexpected(fail("these settings cannot be relayed by:\n" + settings.error()));
  }
  setup.settings = std::move(*settings);
  return setup;
}

std::string count_of(std::size_t n, const char* what) {
  return std::to_string(n) + " " + what + (n == 1 ? "" : "s");
}

ExitCode check_file(const std::string& file) {
  const auto settings = read_relay_file(file);
  if (!settings) return fail(settings.error());
  return print_or_fail(file + ": " + count_of(settings->downlinks.size(), "downlink") + ", " +
                       count_of(all_servers(*settings).size(), "server") + ", to " +
                       std::string(name_of(settings->choice)) + "\n");
}

/// --status, --metrics.
ExitCode ask_running(const RelayWords& words) {
  const bool metrics = words.action == RelayWords::Action::metrics;
  const auto answer = ask_server(words.socket, metrics ? "relay-metrics" : "relay-status");
  if (!answer && answer.error().not_running) {
    complain("no relay answers at " + words.socket + "; another place is named with --socket");
    return ExitCode::no_answer;
  }
  if (!answer) return complain(answer.error().why), answer.error().code;
  if (answer->result != control::Result::ok) return fail(answer->text);
  if (metrics) return print_or_fail(answer->text);
  if (words.json) return print_or_fail(answer->arguments + "\n");
  const auto report = read_relay_report(answer->arguments);
  return report ? print_or_fail(to_table(*report)) : fail(report.error());
}

}  // namespace

ExitCode run_relay(std::span<const char* const> argv) {
  auto words = read_relay_words(argv);
  if (!words) return print_stop(words.error());
  switch (words->action) {
    case RelayWords::Action::check:
      return check_file(words->file);
    case RelayWords::Action::status:
    case RelayWords::Action::metrics:
      return ask_running(*words);
    case RelayWords::Action::run:
      break;
  }
  auto setup = setup_of(std::move(*words));
  if (!setup) return setup.error();
  ::umask(S_IRWXO | S_IWGRP);
  auto relay = Relay::open(std::move(*setup));
  return relay ? (*relay)->run() : fail(relay.error());
}

std::string host_name() {
  std::array<char, 256> name{};
  return ::gethostname(name.data(), name.size() - 1) == 0 ? name.data() : "";
}

std::expected<relay::v4::Settings, std::string> read_relay_file(const std::string& file) {
  std::ifstream in(file, std::ios::binary);
  if (!in) return std::unexpected("cannot read " + file + ": " + std::strerror(errno));
  std::error_code ignored;
  if (std::filesystem::is_directory(file, ignored)) {
    return std::unexpected("cannot read " + file + ": it is a directory");
  }
  const std::string text{std::istreambuf_iterator<char>(in), {}};
  if (in.bad()) return std::unexpected("cannot read " + file + ": it is no file of text");
  auto settings = relay::v4::read_relay_settings(text, file);
  if (!settings) return std::unexpected(lines(settings.error()));
  settings->host_name = host_name();
  return std::move(*settings);
}

runtime::WantedInterfaces wanted_interfaces(const relay::v4::Settings& settings) {
  runtime::WantedInterfaces wanted;
  for (const relay::v4::Downlink& downlink : settings.downlinks) {
    wanted.named.push_back({.name = downlink.interface, .unnumbered = true});
  }
  for (const relay::v4::Server& server : all_servers(settings)) {
    wanted.toward.push_back(server.address);
  }
  return wanted;
}

Relay::Relay(RelaySetup setup, runtime::ServiceAccount account, LogSink sink,
             std::unique_ptr<runtime::EventLoop> loop, runtime::Wakeup bell)
    : setup_(std::move(setup)),
      account_(std::move(account)),
      log_(std::move(sink)),
      loop_(std::move(loop)),
      mailbox_(std::move(bell)),
      engine_(setup_.settings, runtime::random_hash_key(), runtime::random_seed()),
      started_at_(runtime::read_clock().mono) {
  lines_.set_names(relay_names(engine_.settings(), engine_.servers()));
}

Relay::~Relay() = default;

std::expected<std::unique_ptr<Relay>, std::string> Relay::open(RelaySetup setup) {
  auto account =
      runtime::choose_account(setup.user.empty() ? std::nullopt : std::optional(setup.user));
  if (!account) return failure(account.error());
  auto sink = LogSink::open({});
  if (!sink) return std::unexpected(sink.error());
  auto loop = runtime::EventLoop::open();
  if (!loop) return failure(loop.error());
  auto bell = runtime::Wakeup::open();
  if (!bell) return failure(bell.error());
  std::unique_ptr<Relay> relay(new Relay(std::move(setup), std::move(*account), std::move(*sink),
                                         std::move(*loop), std::move(*bell)));
  for (const auto step : {&Relay::check, &Relay::open_sockets, &Relay::open_control,
                          &Relay::give_up_privileges, &Relay::start_threads}) {
    if (auto done = (*relay.*step)(); !done) return std::unexpected(done.error());
  }
  relay->say_hello();
  return relay;
}

/// What a person at the command line would mend ends it; a file is for the time after the next
/// boot, too, when interfaces and routes come late.
Relay::Outcome Relay::check() {
  const auto watch = runtime::InterfaceWatch::open();
  if (!watch) return failure(watch.error());
  auto routes = runtime::RouteCache::open();
  if (!routes) return failure(routes.error());
  const auto way_to = [&](net::Ip4 destination) {
    const net::Interface* out = watch->table().find(routes->to(destination).interface);
    return out == nullptr ? std::string() : out->name;
  };
  std::string fatal;
  for (const RelayObjection& objection : check_host(setup_.settings, watch->table(), way_to)) {
    if (objection.may_heal && !setup_.file.empty()) {
      log_.say(Severity::warning, objection.text + " (yet)");
    } else {
      fatal.append(fatal.empty() ? "" : "\n").append(objection.text);
    }
  }
  if (!fatal.empty()) return std::unexpected(fatal);
  return {};
}

/// What needs privilege comes first, then giving it up, then what makes threads.
Relay::Outcome Relay::open_sockets() {
  runtime::raise_file_limit();
  auto signals =
      loop_->watch_signals({SIGTERM, SIGINT, SIGHUP}, [this](int signal) { on_signal(signal); });
  if (!signals) return failure(signals.error());
  auto mail = loop_->watch(mailbox_.fd(), EPOLLIN, [this](std::uint32_t) { mailbox_.run_one(); });
  if (!mail) return failure(mail.error());
  const relay::v4::Settings& settings = setup_.settings;
  runtime::PacketIoOptions options{
      .wanted = wanted_interfaces(settings),
      .arp = false,
      .second_port = settings.source_port == 67 ? std::uint16_t{0} : settings.source_port,
      .unicast_from_anywhere = true,
      .visible = setup_.visible};
  // Servers answer our DHCPINFORMs at the client's port, which this host's own client may hold.
  if (settings.probe) options.overheard_ports.push_back(kClientPort);
  auto io = runtime::PacketIo::open(*loop_, outbox_, *this, std::move(options));
  if (!io) return failure(io.error());
  io_ = std::move(*io);
  return {};
}

/// Root makes the socket where only root may, the user whom we become everywhere else: what root
/// does in a folder of somebody's could be turned against it.
Relay::Outcome Relay::open_control() {
  const std::string& path = setup_.socket;
  runtime::Result<std::unique_ptr<RelayControl>> control = std::unexpected(runtime::SystemError());
  const auto listen = [&] { control = RelayControl::listen(path, *this); };
  const auto& user = account_.become;
  if (user) runtime::make_socket_folder(path, *user);
  if (!user || runtime::is_roots_alone(std::filesystem::path(path).parent_path())) {
    listen();
    if (user && control) runtime::give_socket(path, *user);
  } else if (const auto acted = runtime::act_as(*user, listen); !acted) {
    return failure(acted.error());
  }
  if (!control) {
    return std::unexpected(runtime::to_string(control.error()) +
                           "; another place can be named with --socket");
  }
  control_ = std::move(*control);
  return {};
}

Relay::Outcome Relay::give_up_privileges() {
  runtime::connect_service_manager();
  std::vector<std::string> files;
  if (!setup_.file.empty()) files.push_back(setup_.file);
  runtime::PrivilegePlan plan{
      .user = std::nullopt,
      .system_calls = runtime::SystemCalls::relay,
      .folders = rights_for({.files = files, .lease_folder = {}, .sockets = {setup_.socket}})};
  if (account_.become) plan.user = account_.become->name;
  const std::string user = account_.become.value_or(runtime::current_account()).name;
  const auto bounds = runtime::drop_privileges(plan);
  if (!bounds) return failure(bounds.error());
  if (!account_.remark.empty()) log_.say(Severity::info, account_.remark);
  if (!files.empty() && ::access(setup_.file.c_str(), R_OK) != 0) {
    log_.say(Severity::warning,
             "user " + user + " cannot read " + setup_.file + ": it cannot be reloaded");
  }
  return {};
}

Relay::Outcome Relay::start_threads() {
  if (auto started = log_.start(lines_); !started) return failure(started.error());
  if (auto started = worker_.start(); !started) return failure(started.error());
  if (auto started = control_->start(); !started) return failure(started.error());
  return {};
}

void Relay::say_hello() {
  const relay::v4::Settings& settings = setup_.settings;
  std::string text = count_of(settings.downlinks.size(), "downlink") + " to ";
  const auto servers = all_servers(settings);
  text += count_of(servers.size(), "server");
  if (servers.size() > 1) text += " (" + std::string(name_of(settings.choice)) + ")";
  log_.say(Severity::info, std::string("lessor ") + kVersion + " relaying " + text);
  runtime::notify_ready("relaying " + text);
}

}  // namespace lessor::cli
