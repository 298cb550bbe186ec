#pragma once
// The running relay agent: joins engine, packet sockets, log and control socket. This is the packet
// thread's object; other threads reach it through its mailbox.

#include "cli/exit_code.h"
#include "cli/log_thread.h"
#include "cli/mailbox.h"
#include "cli/relay/relay_control.h"
#include "cli/relay/relay_lines.h"
#include "cli/worker.h"
#include "net/outbox.h"
#include "relay/v4/engine.h"
#include "runtime/packet_io.h"
#include "runtime/privileges.h"

#include <atomic>
#include <expected>
#include <memory>
#include <mutex>
#include <string>
#include <vector>

namespace lessor::cli {

/// What `lessor relay` was told, resolved.
struct RelaySetup {
  relay::v4::Settings settings;
  std::string file;    ///< read again on reload; empty when there is none
  std::string socket;  ///< of the control channel
  bool visible = false;
  std::string user;  ///< --user: whom to become
};

/// Reads a file of settings; {hostname} is this host's. The error is a line a problem.
[[nodiscard]] std::expected<relay::v4::Settings, std::string> read_relay_file(
    const std::string& file);

/// This host's name, for templates.
[[nodiscard]] std::string host_name();

/// Opened once, run once.
class Relay final : private runtime::PacketHandler, private RelayTarget {
 public:
  /// Checks what the host has against it, opens sockets, gives up the privileges that are needed no
  /// more. The error is a sentence for a person, or several, a line each.
  [[nodiscard]] static std::expected<std::unique_ptr<Relay>, std::string> open(RelaySetup setup);
  ~Relay();
  Relay(const Relay&) = delete;
  Relay& operator=(const Relay&) = delete;

  /// Relays until SIGTERM or SIGINT.
  [[nodiscard]] ExitCode run();

 private:
  using Outcome = std::expected<void, std::string>;
  Relay(RelaySetup setup, runtime::ServiceAccount account, LogSink sink,
        std::unique_ptr<runtime::EventLoop> loop, runtime::Wakeup bell);

  // Starting (relay_start.cc), in this order.
  [[nodiscard]] Outcome check();
  [[nodiscard]] Outcome open_sockets();
  [[nodiscard]] Outcome open_control();
  [[nodiscard]] Outcome give_up_privileges();
  [[nodiscard]] Outcome start_threads();
  void say_hello();

  // Running. What PacketHandler's functions mean is said there.
  void on_datagram(Now now, const net::Datagram& in) override;
  void on_arp(Now /*now*/, const net::ArpSighting& /*sighting*/) override {}
  void on_batch_end(Now now) override;
  void on_interfaces(const net::InterfaceTable& table,
                     std::span<const runtime::ServedInterface> served) override;
  void on_notice(std::string_view text) override;
  void on_signal(int signal);
  void tell_events();
  void tell_interface(const runtime::ServedInterface& served);
  void let_go_of_links(const relay::v4::Settings& after);
  void tell_ways();
  [[nodiscard]] bool is_downlink(std::string_view name) const;
  void turn();
  void finish();

  // Other threads.
  [[nodiscard]] std::expected<RelayReport, std::string> report() override;
  [[nodiscard]] std::expected<std::string, std::string> reload() override;
  [[nodiscard]] std::expected<relay::v4::Settings, std::string> read_again();
  /// Packet thread.
  [[nodiscard]] RelayReport make_report();

  const RelaySetup setup_;
  const runtime::ServiceAccount account_;
  RelayLines lines_;
  LogThread log_;
  std::unique_ptr<runtime::EventLoop> loop_;
  Mailbox mailbox_;
  net::Outbox outbox_;
  relay::v4::RelayEngine engine_;
  std::unique_ptr<runtime::PacketIo> io_;
  std::unique_ptr<RelayControl> control_;
  Worker worker_;
  std::mutex reload_mutex_;  // one reload at a time
  std::atomic<bool> reload_waits_{false};
  std::vector<runtime::ServedInterface> served_;
  std::vector<net::InterfaceIndex> ways_;  // to servers, by the routes of `ways_generation_`
  std::uint64_t ways_generation_ = 0;
  Instant started_at_;
  std::uint64_t reloads_ = 0;
  std::uint64_t reloads_refused_ = 0;
  bool stopping_ = false;
};

/// Which interfaces settings ask for, as the packet sockets want it told.
[[nodiscard]] runtime::WantedInterfaces wanted_interfaces(const relay::v4::Settings& settings);

}  // namespace lessor::cli
