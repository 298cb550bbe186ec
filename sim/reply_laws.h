#pragma once
// What must hold of everything that a server sends: it is whole, it echoes what the RFC says is
// echoed, its times make sense, its address may be given, and what it promises is on the disk.
// Must not know: how the engine decides.

#include "config/server_config.h"
#include "net/outbox.h"
#include "sim/disk.h"
#include "sim/promises.h"
#include "sim/stage.h"
#include "wire/v4/message_view.h"

#include <deque>
#include <set>
#include <unordered_map>

namespace lessor::sim {

class ReplyLaws {
 public:
  ReplyLaws(Stage& stage, int server) : stage_(stage), server_(server), promises_(stage, server) {}

  /// A message reached the server.
  void heard(const net::Datagram& datagram);
  /// The configuration is in force from now on; that before may still speak from parked replies.
  void configured(const config::ServerConfig& config);
  /// The server starts again from what is on its disk.
  void restarted(const Disk& disk) { promises_.restarted(disk); }
  /// The server told of an event; before what it says at the same moment.
  void happened(const server::v4::Event& event);
  /// A datagram leaves while the server's wall clock shows `wall`.
  void said(const net::Outbox::Ready& ready, const net::Outbox& outbox, const Disk& disk,
            WallTime wall);

 private:
  /// What of a request must come back.
  struct Request {
    std::uint16_t flags = 0;
    net::Ip4 giaddr;
    net::Ip4 ciaddr;
    std::uint8_t htype = 0;
    std::uint8_t hlen = 0;
    std::string client_id;
    std::string agent_info;
    bool has_agent_info = false;
    std::optional<net::Ip4> server;  ///< option 54
    wire::MessageType type = wire::MessageType::none;
  };
  [[nodiscard]] static std::uint64_t key_of(const wire::HeaderView& message);
  [[nodiscard]] bool is_for_us(const Request& request) const;
  [[nodiscard]] static bool echoes(const wire::MessageView& reply, const Request& request);
  void check_echo(const wire::MessageView& reply);
  void check_times(const wire::MessageView& reply);
  void check_address(const server::v4::Event& event);
  void check_durable(const wire::MessageView& reply, lease::Sequence promised, const Disk& disk,
                     WallTime wall);
  [[nodiscard]] static bool may_have(const config::ServerConfig& config,
                                     const server::v4::Event& event);
  void check_forcerenew(const wire::MessageView& message, const net::Envelope& envelope,
                        const Disk& disk);
  void fail(const wire::MessageView& reply, const std::string& what);

  using Told = std::pair<std::uint32_t, std::string>;  // address, and MAC or option 61

  Stage& stage_;
  int server_;
  Promises promises_;
  wire::ParseScratch scratch_;
  std::unordered_map<std::uint64_t, std::deque<Request>> requests_;  // by key_of; looked up only
  std::deque<std::uint64_t> order_;                                  // of requests_, oldest first
  std::vector<config::ServerConfig> configs_;  // the one in force and that before
  std::set<Told> told_;
};

}  // namespace lessor::sim
