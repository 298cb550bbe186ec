#pragma once
// One interface's client: joins its engine to its sockets, to the hand that changes the host, and
// to whoever wants to know. Must not know: the process around it.

#include "cli/client/event_output.h"
#include "cli/client/json.h"
#include "cli/client/words.h"
#include "cli/log_thread.h"
#include "host/hand.h"
#include "runtime/client_link.h"

#include <map>
#include <memory>
#include <optional>

namespace lessor::cli {

/// What all sessions of a process share; it outlives them.
struct ClientStage {
  const ClientWords& words;
  runtime::EventLoop& loop;
  host::Hand& hand;
  LogThread& log;
  const net::InterfaceTable& interfaces;  ///< as they are now
  std::optional<EventOutput> events{};    ///< with --json
};

class Session final : private runtime::ClientLinkHandler {
 public:
  Session(ClientStage& stage, const net::Interface& interface, client::v4::Settings settings,
          client::v4::HostRules rules);
  ~Session();
  Session(const Session&) = delete;
  Session& operator=(const Session&) = delete;

  // Before it runs.
  /// Opens the sockets. The error is a sentence.
  [[nodiscard]] std::expected<void, std::string> open();
  /// The lease of an earlier run.
  void remember(const client::v4::Lease& lease);
  [[nodiscard]] bool has_lease() const { return engine_.lease() != nullptr; }

  // While it runs.
  /// Does what the words ask for. The error is a sentence: there is nothing to do it with.
  [[nodiscard]] std::expected<void, std::string> begin(Now now);
  void on_interfaces(Now now, const net::InterfaceTable& table);
  void on_report(const host::Report& report);
  void on_resume(Now now);
  /// The wall clock was set: what is on disk is dated by it.
  void on_clock_step(Now now);
  void on_time(Now now);
  [[nodiscard]] Instant next_deadline() const;
  /// An order of a person, by signal or socket: what was done, or why not.
  [[nodiscard]] std::expected<std::string, std::string> obey(Now now, ClientOrder order);
  /// The end: as the words ask, the lease is given back, the host put back, or both left.
  void end(Now now);

  // What it knows.
  [[nodiscard]] const std::string& name() const { return interface_.name; }
  /// Whether what was asked for is had, and done to the host.
  [[nodiscard]] bool is_settled() const;
  /// The host could not be set up.
  [[nodiscard]] bool has_failed() const { return failed_; }
  [[nodiscard]] std::string status(Now now) const;
  /// A few words for a service manager: "eth0 192.0.2.10 BOUND".
  [[nodiscard]] std::string summary() const;
  /// What the lease in hand is and would do, for people.
  [[nodiscard]] std::string preview(Now now) const;

 private:
  void on_datagram(Now now, const net::Datagram& in) override;
  void on_arp(Now now, const net::ArpSighting& sighting) override;

  [[nodiscard]] std::expected<void, std::string> begin_again(Now now);
  [[nodiscard]] bool was_ours_before() const;
  void reopen(const net::Interface& found);
  void lose_interface(Now now);
  [[nodiscard]] client::v4::Link link_of(const net::Interface& interface) const;

  // Obeying the engine (session_effects.cc).
  void pump(Now now);
  void tell(Now now, const client::v4::Event& event);
  void obey(Now now, const client::v4::Effect& effect);
  void set_up_host(Now now);
  void deconfigure(const client::v4::Effect& effect);
  void inform(Now now, const client::v4::Effect& effect);
  void run_hook(std::string_view event, client::v4::Reason reason);
  void on_hook_end();
  void save(Now now);
  std::optional<host::Ticket> check(const runtime::Result<host::Ticket>& ordered);
  void say(Severity severity, const std::string& text);

  ClientStage& stage_;
  net::Interface interface_;
  client::v4::HostRules rules_;
  client::v4::ClientEngine engine_;
  net::Outbox outbox_;
  std::unique_ptr<runtime::ClientLink> link_;
  std::vector<std::string> refusals_;
  std::map<client::v4::Reason, Instant> told_;  // what was dropped, when it was told
  std::optional<host::Ticket> settling_;        // the order that sets the host up
  std::optional<host::Ticket> hook_;            // the last order to run it, until it is obeyed
  std::optional<client::v4::Reason> owed_;      // a renewal that it has not been told of
  Instant reopen_at_ = Instant::never();
  std::optional<net::Ip4> remembered_;     // of an earlier run's lease
  std::optional<client::v4::Lease> used_;  // what the host was set up with last
  std::optional<net::HostSettings> done_;  // what was asked of the host for it
  bool settled_ = false;
  bool failed_ = false;
  bool leaving_ = false;  // the host is to stay as it is
  bool releasing_ = false;
};

}  // namespace lessor::cli
