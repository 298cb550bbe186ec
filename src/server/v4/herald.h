#pragma once
// Herald: tells people what happened, as events and counts. Every record of the engine is made
// here, from the same facts. Must not know: text, why anything was decided.

#include "server/v4/counters.h"
#include "server/v4/decision.h"
#include "server/v4/events.h"
#include "server/v4/other_servers.h"

namespace lessor::server::v4 {

/// What is known of a message so far: `request` is null when it could not be read, `subnet` when
/// none was chosen.
struct Message {
  const net::Datagram& in;
  const wire::Request* request = nullptr;
  const config::Subnet* subnet = nullptr;
};

class Herald {
 public:
  explicit Herald(std::size_t event_capacity) : events_(event_capacity) {}

  [[nodiscard]] EventRing& events() { return events_; }
  [[nodiscard]] const Counters& counters() const { return counters_; }
  [[nodiscard]] Counters& counters() { return counters_; }

  /// A message that is not answered. Counted under its reason.
  void silence(Now now, const Message& message, const Decision& why);
  /// A reply that is on its way.
  void reply(Now now, const Message& message, const Decision& decision);
  /// Anything else that a message brought about.
  void note(Now now, const Message& message, EventKind kind, Reason reason, net::Ip4 address);
  /// The answer to a DHCPLEASEQUERY.
  void lease_told(Now now, const Message& message, wire::MessageType answer, net::Ip4 address);
  /// What came over a lease without a message: its time, an operator.
  void lease(Now now, EventKind kind, Reason reason, const lease::Lease& lease);
  /// The end of a hold that nobody took up.
  void offer(Now now, Reason reason, const lease::Offer& offer);
  /// The end of a hold that gave way to another client's.
  void displaced(Now now, const lease::Offer& offer);
  /// Another server on a link of ours.
  void other_server(Now now, const ServerSighting& seen, OtherServers::News news);
  /// Something without client.
  void plain(Now now, EventKind kind, Reason reason, net::Ip4 address);

 private:
  Event* begin(Now now, EventKind kind, Reason reason, net::Ip4 address);

  EventRing events_;
  Counters counters_;
};

}  // namespace lessor::server::v4
