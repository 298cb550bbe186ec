#pragma once
// What a RelayEngine is made of. For engine*.cc only.

#include "base/random.h"
#include "relay/v4/clients.h"
#include "relay/v4/engine.h"
#include "relay/v4/exchanges.h"
#include "relay/v4/lease_queries.h"
#include "relay/v4/links.h"
#include "relay/v4/message_scan.h"
#include "relay/v4/own_messages.h"
#include "relay/v4/server_pool.h"

namespace lessor::relay::v4 {

/// One message on its way through.
struct Message {
  const net::Datagram& in;
  wire::HeaderView header;
  Scan scan;
  std::uint64_t client = 0;    ///< hash of its hardware address
  std::uint64_t exchange = 0;  ///< and with its xid
};

/// What is done about option 82.
enum class InfoAction : std::uint8_t { leave, add, replace };

struct RelayEngine::Parts {
  Parts(Settings given, HashKey hash_key, std::uint64_t seed, std::size_t exchange_count);
  void prepare();

  // Requests (engine_requests.cc).
  [[nodiscard]] Reason relay_request(Now now, Message& message, Link& link, net::Outbox& out);
  [[nodiscard]] Reason check_header(Now now, const wire::HeaderView& header, const Link& link);
  [[nodiscard]] std::expected<InfoAction, Reason> plan_info(const Message& message,
                                                            const Link& link) const;
  [[nodiscard]] Reason check_clients(Now now, const Message& message, const Link& link);
  Exchange& note_exchange(Now now, const Message& message, const Link& link, InfoAction action);
  [[nodiscard]] Reason send_request(Now now, const Message& message, const Link& link,
                                    InfoAction action, net::Outbox& out);
  [[nodiscard]] std::size_t write_request(Now now, const Message& message, const Link& link,
                                          InfoAction action, MutableBytes slot, std::size_t limit);
  [[nodiscard]] bool write_with_info(const Message& message, const Link& link, InfoAction action,
                                     ByteWriter& writer, std::size_t limit);
  [[nodiscard]] std::size_t size_limit(ServerMask servers);
  [[nodiscard]] net::Envelope to_server(Now now, std::uint16_t server, net::Ip4 source,
                                        std::uint16_t source_port);

  // Replies (engine_replies.cc).
  [[nodiscard]] Reason relay_reply(Now now, Message& message, net::Outbox& out);
  [[nodiscard]] Reason note_server(Now now, const Message& message, Exchange* exchange);
  [[nodiscard]] bool take_own_answer(Now now, const Message& message,
                                     std::optional<std::uint16_t> probed);
  [[nodiscard]] const Link* find_link(const Message& message, const Exchange* exchange) const;
  [[nodiscard]] bool info_names(const Message& message, const Link& link) const;
  [[nodiscard]] Reason deliver(Now now, const Message& message, const Link& link,
                               const Exchange* exchange, net::Outbox& out);
  [[nodiscard]] std::size_t write_reply(const Message& message, const Link& link,
                                        const Exchange* exchange, MutableBytes slot);

  // Our own (engine.cc).
  void send_probe(Now now, const Probe& probe, net::Outbox& out);
  void send_query(Now now, const LeaseQueries::Query& query, net::Outbox& out);
  void send_own(Now now, std::uint16_t server, const Link& link, std::size_t size,
                net::Outbox& out);

  void fill(Message& message) const;
  void drop(Now now, Reason reason, const Message& message, const Link* link);
  void tell(Now now, EventKind kind, Reason reason, const Message& message, const Link* link);
  void tell_link(Now now, const Link& link, bool up);

  Settings settings;
  HashKey key;
  std::size_t exchange_capacity;
  Random random;
  net::Mac probe_mac;  ///< in chaddr of our own messages
  EventRing events;
  Counters counters;
  Links links;
  ServerPool servers;
  Exchanges exchanges;
  LeaseQueries queries;
  net::InterfaceTable interfaces;
  std::vector<Clients> clients;        // by link
  std::vector<Instant> rate;           // by link: when its next message is due at its rate
  std::vector<DownlinkStatus> status;  // by link
  struct Told {
    Instant next;
    std::uint64_t since = 0;
  };
  std::array<Told, kReasons> told{};
  Instant last_call;
};

}  // namespace lessor::relay::v4
