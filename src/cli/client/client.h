#pragma once
// The process of `lessor client`: the sessions of its interfaces, the hand, signals, the sockets
// that people ask through. Must not know: what engines decide.

#include "cli/client/identity.h"
#include "cli/client/session.h"
#include "cli/mailbox.h"
#include "runtime/clock_watch.h"
#include "runtime/interface_watch.h"
#include "runtime/unix_server.h"

#include <functional>
#include <memory>
#include <vector>

namespace lessor::cli {

class ClientControl;

/// Opened once, run once.
class Client final {
 public:
  /// Told once, when the start is over: with done when every interface is set up, with no_answer
  /// when that took too long.
  using OnStarted = std::function<void(ExitCode code)>;

  /// Opens everything, starts the hand, gives up privileges. The error is a sentence.
  [[nodiscard]] static std::expected<std::unique_ptr<Client>, std::string> open(
      const ClientWords& words, OnStarted on_started);
  ~Client();
  Client(const Client&) = delete;
  Client& operator=(const Client&) = delete;

  /// Runs until a signal, or until the order is done.
  [[nodiscard]] ExitCode run();

  /// For the control sockets, on their threads: has `order` obeyed by the session of `interface`,
  /// or asks its status (as JSON). The error is a sentence.
  [[nodiscard]] std::expected<std::string, std::string> ask(const std::string& interface,
                                                            ClientOrder order);

 private:
  using Outcome = std::expected<void, std::string>;
  Client(const ClientWords& words, OnStarted on_started, LogSink sink,
         std::unique_ptr<runtime::EventLoop> loop, runtime::Wakeup bell,
         runtime::InterfaceWatch watch, runtime::ClockWatch clock);

  // Starting (client_start.cc), in this order.
  [[nodiscard]] Outcome check_interfaces();
  [[nodiscard]] Outcome await_up();
  [[nodiscard]] Outcome start_hand();
  [[nodiscard]] Outcome hide_addresses();
  [[nodiscard]] Outcome make_sessions();
  [[nodiscard]] MachineIdentity identify();
  void recall(Session& session);
  [[nodiscard]] Outcome open_controls();
  [[nodiscard]] Outcome write_pid_files() const;
  [[nodiscard]] Outcome watch_all();
  [[nodiscard]] runtime::Result<void> give_up_privileges();
  [[nodiscard]] Outcome start_threads();

  // Running (client.cc).
  [[nodiscard]] Outcome begin();
  void turn();
  void on_netlink();
  void on_clock();
  void on_hand();
  void on_signal(int signal);
  void check_started(Instant now);
  void started(ExitCode code);
  void stop(ExitCode code);
  void finish();
  [[nodiscard]] std::string summary() const;

  const ClientWords& words_;
  OnStarted on_started_;
  LogThread log_;
  std::unique_ptr<runtime::EventLoop> loop_;
  Mailbox mailbox_;
  runtime::InterfaceWatch watch_;
  runtime::ClockWatch clock_;
  std::optional<host::Hand> hand_;
  std::unique_ptr<ClientStage> stage_;
  std::vector<std::unique_ptr<Session>> sessions_;
  std::vector<std::unique_ptr<ClientControl>> controls_;
  Instant start_ends_at_ = Instant::never();
  std::string told_status_;
  bool is_started_ = false;
  bool stopping_ = false;
  ExitCode exit_code_ = ExitCode::done;
};

}  // namespace lessor::cli
