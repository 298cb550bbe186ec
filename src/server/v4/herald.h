#pragma once
// Herald: tells people what happened, as events and counts. Every record of the engine is made
// here, from the same facts. Must not know: text, why anything was decided.

#include "server/v4/counters.h"
#include "server/v4/decision.h"
#include "server/v4/lease_events.h"
#include "server/v4/other_servers.h"

namespace lessor::server::v4 {

/// What is known of a message so far: `request` is null when it could not be read, `subnet` when
/// none was chosen.
struct Message {
  const net::Datagram& in;
  const wire::Request* request = nullptr;
  const config::Subnet* subnet = nullptr;
};

/// What there is to say of a lease beside the lease itself.
struct LeaseFacts {
  EventKind kind;
  Reason reason = Reason::none;
  lease::Sequence sequence = 0;
  bool was_held = false;
  Duration lease_time = {};
  const net::Datagram* query = nullptr;  ///< null: no message brought it about
  const Classes* classes = nullptr;      ///< of the query; null: it is in none
  Bytes reply = {};
};

class Herald {
 public:
  Herald(std::size_t event_capacity, std::size_t lease_event_capacity)
      : events_(event_capacity), lease_events_(lease_event_capacity) {}

  [[nodiscard]] EventRing& events() { return events_; }
  /// Filled while somebody follows leases.
  [[nodiscard]] LeaseEventRing& lease_events() { return lease_events_; }
  [[nodiscard]] bool follows_leases() const { return follows_leases_; }
  void follow_leases(bool wanted) { follows_leases_ = wanted; }
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
  /// The same with what was said, for who follows leases; nothing where nobody does. Borrows
  /// nothing.
  void account(Now now, const lease::Lease& lease, const LeaseFacts& facts) {
    if (follows_leases_) keep_account(now, lease, facts);
  }
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
  // Apart from the packet path, which has nothing to do with it where nobody follows leases.
  [[gnu::noinline]] void keep_account(Now now, const lease::Lease& lease, const LeaseFacts& facts);

  EventRing events_;
  LeaseEventRing lease_events_;
  bool follows_leases_ = false;
  Counters counters_;
};

}  // namespace lessor::server::v4
