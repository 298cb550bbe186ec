// Starting the client: what is checked, opened and given up before the first packet is read.

#include "base/text.h"
#include "cli/client/client.h"
#include "cli/client/control.h"
#include "cli/client/lease_record.h"
#include "cli/console.h"
#include "cli/workbench/link_session.h"
#include "client/v4/messages.h"
#include "host/duid.h"
#include "host/interface_owner.h"
#include "host/state_files.h"
#include "runtime/child_process.h"
#include "runtime/clock.h"
#include "runtime/link_admin.h"
#include "runtime/privileges.h"
#include "runtime/service_manager.h"

#include <csignal>
#include <fcntl.h>
#include <filesystem>
#include <sys/epoll.h>
#include <sys/stat.h>
#include <unistd.h>

namespace lessor::cli {
namespace {

/// A virtual interface that was just brought up has its carrier at once, a real one in seconds;
/// nothing is lost by going on without.
constexpr Duration kCarrierPatience = Duration::seconds(1);
constexpr Duration kHandPatience = Duration::seconds(5);

/// A log thread without a ring: everything is said.
class NoEvents final : public LogSource {
 public:
  void write_lines(Instant, const NameOf&, const Write&) override {}
  [[nodiscard]] bool holds_back() const override { return false; }
  [[nodiscard]] std::uint64_t dropped() const override { return 0; }
};
NoEvents no_events;

std::string not_there(const net::InterfaceTable& table, const std::string& name) {
  std::vector<std::string_view> names;
  std::string all;
  for (const net::Interface& one : table.all()) {
    names.push_back(one.name);
    all.append(all.empty() ? "" : ", ").append(one.name);
  }
  const auto near = nearest(name, names);
  return "there is no interface " + quote_word(name) +
         (near ? "; did you mean " + std::string(*near) + "?" : "; there are " + all);
}

/// Why there can be no DHCP client on the interface.
std::optional<std::string> unfit(const net::InterfaceTable& table, const net::Interface& one) {
  if (!one.ethernet) return one.name + " does not carry Ethernet frames";
  if (one.master == 0) return std::nullopt;
  const net::Interface* const master = table.find(one.master);
  const std::string name = master == nullptr ? "another interface" : master->name;
  return one.name + " is a port of " + name + ": the address belongs there; lessor client " + name;
}

std::expected<LogSink, std::string> open_sink(const ClientWords& words) {
  config::Logger logger;
  logger.outputs = {words.log};
  logger.severity = words.log_level;
  return LogSink::open({logger});
}

}  // namespace

Client::Client(const ClientWords& words, OnStarted on_started, LogSink sink,
               std::unique_ptr<runtime::EventLoop> loop, runtime::Wakeup bell,
               runtime::InterfaceWatch watch, runtime::ClockWatch clock)
    : words_(words),
      on_started_(std::move(on_started)),
      log_(std::move(sink)),
      loop_(std::move(loop)),
      mailbox_(std::move(bell)),
      watch_(std::move(watch)),
      clock_(std::move(clock)) {}

Client::~Client() = default;

std::expected<std::unique_ptr<Client>, std::string> Client::open(const ClientWords& words,
                                                                 OnStarted on_started) {
  auto sink = open_sink(words);
  if (!sink) return std::unexpected(sink.error());
  auto loop = runtime::EventLoop::open();
  if (!loop) return std::unexpected(to_string(loop.error()));
  auto bell = runtime::Wakeup::open();
  if (!bell) return std::unexpected(to_string(bell.error()));
  auto watch = runtime::InterfaceWatch::open();
  if (!watch) return std::unexpected(to_string(watch.error()));
  auto clock = runtime::ClockWatch::open();
  if (!clock) return std::unexpected(to_string(clock.error()));
  std::unique_ptr<Client> client(new Client(words, std::move(on_started), std::move(*sink),
                                            std::move(*loop), std::move(*bell), std::move(*watch),
                                            std::move(*clock)));
  for (const auto step : {&Client::check_interfaces, &Client::start_hand, &Client::hide_addresses,
                          &Client::make_sessions, &Client::open_controls, &Client::watch_all,
                          &Client::start_threads}) {
    const Outcome done = (client.get()->*step)();
    if (!done) return std::unexpected(done.error());
  }
  return client;
}

Client::Outcome Client::check_interfaces() {
  for (const std::string& name : words_.interfaces) {
    const net::Interface* const found = watch_.table().find(name);
    if (found == nullptr) return std::unexpected(not_there(watch_.table(), name));
    if (const auto why = unfit(watch_.table(), *found)) return std::unexpected(*why);
    if (!words_.alongside) {
      const auto owner = host::find_interface_owner(name, found->index);
      if (owner) {
        return std::unexpected(name + " has a DHCP client already: " + to_string(*owner) +
                               "; two take the address from each other. Stop it, or insist with "
                               "--alongside");
      }
    }
    if (found->admin_up) continue;
    if (words_.order == ClientOrder::test) {
      return std::unexpected(name + " is down, and a test touches nothing: ip link set " + name +
                             " up");
    }
    const auto up = runtime::bring_up(name);
    if (!up) return std::unexpected(to_string(up.error()));
    log_.say(Severity::info, name + ": brought up");
  }
  return await_up();
}

Client::Outcome Client::await_up() {
  const Instant end = runtime::read_clock().mono + kCarrierPatience;
  while (true) {
    const auto taken = watch_.take_events();
    if (!taken) return std::unexpected(to_string(taken.error()));
    const bool all = std::ranges::all_of(words_.interfaces, [this](const std::string& name) {
      const net::Interface* const found = watch_.table().find(name);
      return found != nullptr && found->up;
    });
    const Duration left = end - runtime::read_clock().mono;
    if (all || left <= Duration()) return {};
    (void)runtime::wait_readable(watch_.fd(), left);
  }
}

Client::Outcome Client::start_hand() {
  std::vector<std::string> files;
  for (const std::string& name : words_.interfaces) {
    if (words_.order == ClientOrder::run) files.push_back(socket_path(words_, name));
    if (words_.daemon) files.push_back(pid_path(words_, name));
  }
  auto hand = host::Hand::start(
      {.interfaces = words_.interfaces,
       .state_folder = words_.state_folder,
       .resolver = words_.rules.dns ? words_.resolver : host::ResolverMode::none,
       .hook = words_.hook,
       .hook_timeout = words_.hook_timeout,
       .may_set_hostname = words_.rules.hostname,
       .test = words_.order == ClientOrder::test,
       .on_death = leaves_host(words_) ? host::Farewell::leave : host::Farewell::put_back,
       .lock_folder = words_.run_folder,
       .files_of_run = std::move(files)});
  if (!hand) {
    const bool root = ::geteuid() == 0;
    return std::unexpected(to_string(hand.error()) + (root ? "" : "; run as root"));
  }
  hand_ = std::move(*hand);
  return {};
}

/// R7844-a: a hardware address of the moment, "where the interface allows".
Client::Outcome Client::hide_addresses() {
  if (!words_.anonymous) return {};
  for (const std::string& name : words_.interfaces) {
    const auto ordered = hand_->set_mac(name, random_mac());
    if (!ordered) return std::unexpected(to_string(ordered.error()));
    std::optional<host::Report> last;
    while (!last && runtime::wait_readable(hand_->descriptor(), kHandPatience)) {
      const auto reports = hand_->take_reports();
      if (!reports) return std::unexpected(to_string(reports.error()));
      for (const host::Report& report : *reports) {
        const bool ends =
            report.kind == host::ReportKind::done || report.kind == host::ReportKind::failed;
        if (ends && report.ticket == *ordered) last = report;
      }
    }
    if (!last || last->kind == host::ReportKind::failed) {
      log_.say(Severity::warning,
               name + ": keeps its own hardware address: " + (last ? last->text : "no answer"));
    }
  }
  return await_up();
}

MachineIdentity Client::identify() {
  MachineIdentity machine;
  std::array<char, 256> hostname{};
  if (gethostname(hostname.data(), hostname.size() - 1) == 0) {
    machine.hostname = name_to_tell(hostname.data());
  }
  const bool wants_duid = words_.client_id == ClientIdKind::duid;
  const net::Interface* const first = watch_.table().find(words_.interfaces.front());
  if (!wants_duid || first == nullptr) return machine;
  const bool keep = words_.order != ClientOrder::test;
  auto duid = host::load_duid(words_.state_folder, first->mac, runtime::read_clock().wall, keep);
  if (duid) {
    machine.duid = std::move(*duid);
  } else {
    log_.say(Severity::warning,
             to_string(duid.error()) + "; the hardware address is the client identifier instead");
  }
  return machine;
}

/// The lease of an earlier run. A file that makes no sense is kept aside and said.
void Client::recall(Session& session) {
  if (words_.anonymous || words_.order == ClientOrder::inform) return;
  const std::string name = lease_file_name(words_, session.name());
  const std::string path = words_.state_folder + "/" + name;
  const auto text = host::read_state_file(words_.state_folder, name, host::kMaxLeaseFile);
  if (!text) return log_.say(Severity::warning, to_string(text.error()));
  if (!*text) return;
  const auto record = craft::read_lease(**text);
  const Clocks clocks{.mono = runtime::read_clock().mono, .wall = runtime::read_wall_clock()};
  const auto lease = record ? lease_of(*record, clocks) : std::unexpected(record.error());
  if (!lease) {
    std::error_code error;
    if (words_.order != ClientOrder::test) {
      std::filesystem::rename(path, path + ".broken", error);
    }
    return log_.say(Severity::warning, path + ": " + lease.error() +
                                           "; begins without it, the file is kept as " + path +
                                           ".broken");
  }
  if (record->state != craft::ClientLease::State::active) return;
  session.remember(*lease);
}

Client::Outcome Client::make_sessions() {
  stage_ = std::make_unique<ClientStage>(ClientStage{
      .words = words_, .loop = *loop_, .hand = *hand_, .log = log_, .interfaces = watch_.table()});
  if (words_.json) stage_->events.emplace(STDOUT_FILENO);
  const MachineIdentity machine = identify();
  for (const std::string& name : words_.interfaces) {
    const net::Interface* const found = watch_.table().find(name);
    if (found == nullptr) return std::unexpected(not_there(watch_.table(), name));
    client::v4::Settings settings = settings_for(words_, *found, machine);
    if (!client::v4::messages_fit(settings)) {
      return std::unexpected(
          "what is to be sent does not fit into one message: fewer or shorter -o options, classes "
          "and names are needed");
    }
    auto session =
        std::make_unique<Session>(*stage_, *found, std::move(settings), rules_for(words_, *found));
    const auto opened = session->open();
    if (!opened) return opened;
    recall(*session);
    sessions_.push_back(std::move(session));
  }
  return {};
}

Client::Outcome Client::open_controls() {
  if (words_.order != ClientOrder::run) return {};
  for (const std::string& name : words_.interfaces) {
    auto control = ClientControl::listen(
        socket_path(words_, name), [this, name](ClientOrder order) { return ask(name, order); });
    if (!control) return std::unexpected(to_string(control.error()));
    controls_.push_back(std::move(*control));
  }
  return write_pid_files();
}

Client::Outcome Client::write_pid_files() const {
  if (!words_.daemon) return {};
  for (const std::string& name : words_.interfaces) {
    const auto written = write_file(pid_path(words_, name), std::to_string(::getpid()) + "\n");
    if (!written) return written;
  }
  return {};
}

Client::Outcome Client::watch_all() {
  const auto watch = [this](int fd, void (Client::*handler)()) {
    return loop_->watch(fd, EPOLLIN, [this, handler](std::uint32_t) { (this->*handler)(); });
  };
  runtime::Result<void> watched = watch(watch_.fd(), &Client::on_netlink);
  if (watched) watched = watch(clock_.fd(), &Client::on_clock);
  if (watched) watched = watch(hand_->descriptor(), &Client::on_hand);
  if (watched) {
    watched = loop_->watch(mailbox_.fd(), EPOLLIN, [this](std::uint32_t) { mailbox_.run_one(); });
  }
  if (watched) {
    watched = loop_->watch_signals({SIGTERM, SIGINT, SIGHUP, SIGUSR1, SIGUSR2},
                                   [this](int signal) { on_signal(signal); });
  }
  if (!watched) return std::unexpected(to_string(watched.error()));
  return {};
}

/// Root without capabilities could still open root's files, and services like D-Bus or docker's do
/// for root what it asks: so we become somebody else, too. A container may have nobody else.
runtime::Result<void> Client::give_up_privileges() {
  runtime::connect_service_manager();
  runtime::PrivilegePlan plan{.user = runtime::unprivileged_user(),
                              .filter_system_calls = true,
                              .system_calls = runtime::SystemCalls::network_client,
                              .folders = std::vector<runtime::FolderRight>{}};
  auto dropped = runtime::drop_privileges(plan);
  if (!dropped && plan.user) {
    log_.say(Severity::debug,
             to_string(dropped.error()) + "; stays root, without its capabilities");
    plan.user.reset();
    dropped = runtime::drop_privileges(plan);
  }
  if (!dropped) return std::unexpected(dropped.error());
  return {};
}

/// From here on nothing is written but by the hand, and no thread has more than this one.
Client::Outcome Client::start_threads() {
  const auto dropped = give_up_privileges();
  if (!dropped) return std::unexpected(to_string(dropped.error()));
  auto started = log_.start(no_events);
  for (const auto& control : controls_) {
    if (started) started = control->start();
  }
  if (!started) return std::unexpected(to_string(started.error()));
  return {};
}

}  // namespace lessor::cli
