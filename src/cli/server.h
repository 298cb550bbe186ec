#pragma once
// The running DHCPv4 server: joins engine, packet sockets, lease store, log and control socket.
// This is the packet thread's object; other threads reach it through its mailbox.

#include "cli/bulk_queries.h"
#include "cli/exit_code.h"
#include "cli/followers/lease_followers.h"
#include "cli/http_controls.h"
#include "cli/log_thread.h"
#include "cli/mailbox.h"
#include "cli/rogue_watch.h"
#include "cli/server_lines.h"
#include "cli/storage.h"
#include "cli/worker.h"
#include "config/load.h"
#include "control/lease_row.h"
#include "control/status.h"
#include "control/target.h"
#include "host/errands.h"
#include "net/outbox.h"
#include "runtime/packet_io.h"
#include "runtime/privileges.h"
#include "server/v4/engine.h"
#include "store/kea_files.h"

#include <atomic>
#include <expected>
#include <memory>
#include <mutex>
#include <optional>
#include <string>

namespace lessor::control {
class ControlServer;
}

namespace lessor::cli {

/// What `lessor serve` was told, resolved.
struct ServerSetup {
  config::ServerConfig config;
  std::string config_file;  ///< read again on reload; empty when there is none
  std::string lease_dir;    ///< --lease-dir: wins over the configuration's, in every reload too
  LogFactory open_log;
  bool visible = false;                            ///< answers pass this host's own packet taps
  std::optional<std::string> user = std::nullopt;  ///< --user: whom to become
  std::vector<std::string> files = {};             ///< that the configuration was read from
  std::vector<config::HttpControlSocket> http_sockets = {};
};

class ServerTarget;

/// Opened once, run once.
class Server final : private runtime::PacketHandler {
 public:
  /// Opens sockets, gives up the privileges that are needed no more, opens the store and recovers
  /// the leases. The error is a sentence for a person.
  [[nodiscard]] static std::expected<std::unique_ptr<Server>, std::string> open(ServerSetup setup);
  ~Server();
  Server(const Server&) = delete;
  Server& operator=(const Server&) = delete;

  /// Serves until SIGTERM, SIGINT, `shutdown` or a failure. Everything acknowledged is then on
  /// disk, whatever the result.
  [[nodiscard]] ExitCode run();

 private:
  friend class ServerTarget;
  using Outcome = std::expected<void, std::string>;
  Server(ServerSetup setup, runtime::ServiceAccount account, LogSink sink,
         std::unique_ptr<runtime::EventLoop> loop, runtime::Wakeup bell);

  // Who follows leases (server_followers.cc).
  [[nodiscard]] Outcome start_errands();
  [[nodiscard]] Outcome open_followers();
  [[nodiscard]] std::expected<Followers, std::string> followers_of(
      const config::ServerConfig& config);
  [[nodiscard]] Outcome vet_followers(const config::ServerConfig& config) const;
  [[nodiscard]] LeaseFollowers::Surroundings around_followers();
  [[nodiscard]] std::expected<void, std::string> run_errand(const Errand& errand);
  void on_errand_reports();

  // Starting (server_start.cc), in this order.
  [[nodiscard]] Outcome open_sockets();
  [[nodiscard]] Outcome give_up_privileges();
  [[nodiscard]] Outcome open_store();
  [[nodiscard]] Outcome find_kea_leases();
  [[nodiscard]] Outcome import_kea_leases(Now now);
  [[nodiscard]] Outcome open_control();
  [[nodiscard]] Outcome check_reachable() const;
  [[nodiscard]] Outcome open_controls_as_root();
  [[nodiscard]] Outcome listen(const std::string& path);
  void tell_ping(const config::ServerConfig& config);
  [[nodiscard]] Outcome open_http_controls();
  void tell_bounds(const runtime::Bounds& bounds, const std::string& user);
  [[nodiscard]] Outcome start_threads();
  void say_hello();
  [[nodiscard]] lease::AddressPool::Start pool_start() const;

  // Running (server.cc). What PacketHandler's functions mean is said there.
  void on_datagram(Now now, const net::Datagram& in) override;
  void fetch_ahead(Bytes payload) override;
  [[nodiscard]] bool picks_in_crowd(std::size_t most) override;
  [[nodiscard]] bool admits(Now now, const net::Datagram& in) override;
  void on_arp(Now now, const net::ArpSighting& sighting) override;
  void on_echo(Now now, const net::EchoSighting& sighting) override;
  void on_batch_end(Now now) override;
  void on_interfaces(const net::InterfaceTable& table,
                     std::span<const runtime::ServedInterface> served) override;
  void on_notice(std::string_view text) override;
  void on_signal(int signal);
  void on_durable();
  void turn();
  void run_timers();
  void hand_over(Instant now);
  void stop(ExitCode code);
  void finish();
  void close_http_controls();
  /// Both clocks, the wall clock never behind what the store holds. Packet thread.
  [[nodiscard]] Now now();
  /// The same of clocks that were read already. A clock that was set forward is told to the store.
  [[nodiscard]] Now stored(Now now);
  void note_clock_step(Now now);

  // Reloading and growing, prepared off the packet thread (server_reload.cc).
  /// Worker or control thread: reads, prepares and puts the new configuration on its way. The text
  /// says what was done, or why nothing was.
  [[nodiscard]] std::expected<std::string, std::string> reload();
  [[nodiscard]] std::expected<config::Loaded, std::string> read_again();
  /// Control thread: the same for what `edit` makes of the configuration in force.
  [[nodiscard]] std::expected<std::string, std::string> edit(const control::Target::Edit& edit);
  [[nodiscard]] std::expected<config::Loaded, std::string> vet(config::Loaded loaded);
  [[nodiscard]] std::expected<std::string, std::string> take(
      std::expected<config::Loaded, std::string> loaded);
  [[nodiscard]] config::Environment readable_environment() const;
  void reload_by_signal();
  void begin_swap(server::v4::PreparedPtr prepared, const config::ServerConfig& config);
  void free_retired();
  void follow_swap(Duration stall);
  void grow_if_wanted();
  void tell_rogue(Now now, const server::v4::ServerSighting& seen, RogueWatch::News news);

  // Telling (packet thread).
  /// The bulk queries' thread.
  [[nodiscard]] std::optional<server::v4::BulkNews> answer_bulk(server::v4::BulkSession& session,
                                                                std::size_t budget);
  [[nodiscard]] control::LeaseRow row_of(const lease::Lease& lease);
  [[nodiscard]] control::Status status();

  const ServerSetup setup_;
  const runtime::ServiceAccount account_;
  const std::string lease_folder_;
  const std::vector<runtime::FolderRight> rights_;  // what is kept, and reloads have to do with
  LogThread log_;
  std::optional<host::Errands> errands_;  // where the configuration has programs
  std::unique_ptr<runtime::EventLoop> loop_;
  Mailbox mailbox_;
  net::Outbox outbox_;
  std::unique_ptr<runtime::PacketIo> io_;
  std::unique_ptr<Storage> storage_;
  std::unique_ptr<server::v4::ServerEngine> engine_;
  std::optional<ServerLines> lines_;  // of engine_'s events
  LeaseFollowers followers_;          // of engine_'s lease events
  lease::StoredTime stored_time_;
  lease::RecoveryReport recovered_;
  std::optional<store::KeaImport> import_;  // what Kea left, until it is in the store
  RogueWatch rogues_;
  BulkQueries bulk_queries_;
  std::unique_ptr<ServerTarget> target_;  // outlives the sockets whose end the worker has to do
  Worker worker_;
  std::vector<std::unique_ptr<control::ControlServer>> controls_;
  HttpControls http_controls_;
  std::vector<std::string> control_paths_left_;  // for open_control()

  std::mutex text_mutex_;    // guards config_text_
  std::string config_text_;  // the configuration in force, for config-get
  std::mutex reload_mutex_;  // one reload at a time

  std::vector<runtime::ServedInterface> served_;
  Instant started_at_;
  Instant configured_at_;  // when the configuration in force came
  control::ReloadStatus reloads_;
  Duration swap_stall_;  // the longest wait of packets in the reload under way
  bool swapping_ = false;
  std::atomic<bool> growing_{false};
  std::atomic<bool> reload_waits_{false};  // for the worker, by a signal
  bool stopping_ = false;
  ExitCode exit_code_ = ExitCode::done;
};

/// Which interfaces the configuration asks for, as the packet sockets want it told.
[[nodiscard]] runtime::WantedInterfaces wanted_interfaces(const config::ServerConfig& config);

/// The control sockets' paths: the configured ones, else control.sock in the lease folder, so that
/// `lessor status` works with no configuration. Never empty.
[[nodiscard]] std::vector<std::string> control_paths(const config::ServerConfig& config,
                                                     const std::string& lease_folder);

/// What the host is like now, for "auto" pools. Asks netlink; any thread.
[[nodiscard]] config::Environment read_environment();

}  // namespace lessor::cli
