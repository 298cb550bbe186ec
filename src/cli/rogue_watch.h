#pragma once
// Other servers on the links that are served: hears them (runtime), judges them
// (server/v4/other_servers.h), and has each told. Also hears what clients say of them.

#include "control/status.h"
#include "runtime/packet_io.h"
#include "runtime/reply_listener.h"
#include "server/v4/events.h"
#include "server/v4/other_servers.h"

#include <functional>
#include <memory>
#include <mutex>
#include <string>

namespace lessor::cli {

/// Any thread calls anything but start() and stop().
class RogueWatch final : private runtime::ReplyListenerHandler {
 public:
  using News = server::v4::OtherServers::News;
  /// A server that deserves an event. Called on any thread, with no lock held.
  using Tell = std::function<void(Now, const server::v4::ServerSighting&, News)>;
  /// A sentence for the log.
  using Complain = std::function<void(std::string)>;

  RogueWatch(Tell tell, Complain complain)
      : tell_(std::move(tell)), complain_(std::move(complain)) {}
  ~RogueWatch() { stop(); }
  RogueWatch(const RogueWatch&) = delete;
  RogueWatch& operator=(const RogueWatch&) = delete;

  /// Begins to listen, where the policy wants it. A host that does not let us is told of, and what
  /// clients say is still heard.
  void start();
  void stop();

  /// The configuration in force. Without framed sockets (`listens` false) only clients are heard.
  void set_policy(const config::OtherServerPolicy& policy, bool listens);
  void set_interfaces(const net::InterfaceTable& table,
                      std::span<const runtime::ServedInterface> served);
  /// An event of the engine's: a REQUEST that another server is chosen in.
  void on_event(Instant now, const server::v4::Event& event);

  /// Those that were seen, and the counts beside.
  void report(Instant now, const net::InterfaceTable& table, control::Status& status);
  /// The counts, for statistic-get-all.
  [[nodiscard]] std::vector<control::Statistic> statistics();

 private:
  void on_reply(Now now, const net::Datagram& in) override;
  void on_deaf(const runtime::ListenedLink& link, const runtime::SystemError& why) override;
  void note(Now now, const server::v4::ServerSighting& sighting);
  void follow();

  Tell tell_;
  Complain complain_;
  std::mutex mutex_;  // guards what follows
  server::v4::OtherServers servers_;
  std::vector<runtime::ListenedLink> links_;  // Ethernet, and served
  bool detects_ = true;
  bool listens_ = true;
  std::unique_ptr<runtime::ReplyListener> listener_;
};

}  // namespace lessor::cli
