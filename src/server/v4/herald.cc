#include "server/v4/herald.h"

#include "server/v4/reply.h"

namespace lessor::server::v4 {
namespace {

template <std::size_t Capacity>
void keep(ShortBytes<Capacity>& to, Bytes from) {
  (void)to.assign(from);  // longer ones are cut: enough to know somebody by
}

void fill(Event& event, const Message& message) {
  event.interface = message.in.interface;
  event.source = message.in.source;
  if (message.subnet != nullptr) event.subnet_id = message.subnet->id;
  if (message.request == nullptr) return;
  const wire::Request& request = *message.request;
  event.message = request.type;
  event.giaddr = request.giaddr;
  event.xid = request.xid;
  event.hardware = request.hardware_address;
  keep(event.client_id, request.client_id.value_or(Bytes()));
  keep(event.hostname, request.hostname.value_or(Bytes()));
  keep(event.circuit_id, request.relay.circuit_id.value_or(Bytes()));
}

void fill(Event& event, const lease::Lease& lease) {
  event.subnet_id = lease.subnet_id;
  event.hardware = lease.hardware;
  event.lease_time = lease.lifetime;
  keep(event.client_id, lease.client_id);
  keep(event.hostname, lease.hostname);
}

wire::MessageType type_of(ServerSign sign) {
  switch (sign) {
    case ServerSign::offer:
      return wire::MessageType::offer;
    case ServerSign::ack:
      return wire::MessageType::ack;
    case ServerSign::nak:
      return wire::MessageType::nak;
    case ServerSign::bootp:
      return wire::MessageType::none;
    case ServerSign::chosen:
      return wire::MessageType::request;
  }
  return wire::MessageType::none;
}

EventKind kind_of_reply(ReplyKind kind) {
  switch (kind) {
    case ReplyKind::offer:
      return EventKind::offer;
    case ReplyKind::ack:
      return EventKind::ack;
    case ReplyKind::inform_ack:
      return EventKind::inform;
    case ReplyKind::nak:
      return EventKind::nak;
  }
  return EventKind::drop;
}

}  // namespace

Event* Herald::begin(Now now, EventKind kind, Reason reason, net::Ip4 address) {
  Event* event = events_.next();
  if (event == nullptr) return nullptr;
  event->kind = kind;
  event->reason = reason;
  event->when = now.wall;
  event->address = address;
  return event;
}

void Herald::silence(Now now, const Message& message, const Decision& why) {
  ++counters_.silent[static_cast<std::size_t>(why.reason)];
  Event* event = begin(now, EventKind::drop, why.reason, why.address);
  if (event == nullptr) return;
  fill(*event, message);
  event->detail = why.detail;
  if (why.reason == Reason::other_server && message.request != nullptr) {
    event->server = message.request->server_id.value_or(net::kIp4Any);
  }
  events_.publish();
}

void Herald::reply(Now now, const Message& message, const Decision& decision) {
  const ReplyKind kind = kind_of(decision.verdict);
  const bool is_bootp =
      message.request != nullptr && message.request->type == wire::MessageType::none;
  ++counters_.sent[index_of(is_bootp ? wire::MessageType::none : type_of(kind))];
  if (kind == ReplyKind::nak) ++counters_.refused[static_cast<std::size_t>(decision.reason)];
  Event* event = begin(now, kind_of_reply(kind), decision.reason, decision.address);
  if (event == nullptr) return;
  fill(*event, message);
  event->lease_time = decision.lease_time;
  events_.publish();
}

void Herald::note(Now now, const Message& message, EventKind kind, Reason reason,
                  net::Ip4 address) {
  Event* event = begin(now, kind, reason, address);
  if (event == nullptr) return;
  fill(*event, message);
  events_.publish();
}

void Herald::lease_told(Now now, const Message& message, wire::MessageType answer,
                        net::Ip4 address) {
  ++counters_.sent[index_of(answer)];
  Event* event = begin(now, EventKind::lease_told, Reason::none, address);
  if (event == nullptr) return;
  fill(*event, message);
  event->detail = static_cast<std::uint8_t>(answer);
  events_.publish();
}

void Herald::lease(Now now, EventKind kind, Reason reason, const lease::Lease& lease) {
  Event* event = begin(now, kind, reason, lease.address);
  if (event == nullptr) return;
  fill(*event, lease);
  events_.publish();
}

void Herald::keep_account(Now now, const lease::Lease& lease, const LeaseFacts& facts) {
  LeaseEvent* event = lease_events_.next();
  if (event == nullptr) return;
  event->kind = facts.kind;
  event->reason = facts.reason;
  event->was_held = facts.was_held;
  event->when = now.wall;
  event->lease_time = facts.lease_time;
  event->sequence = facts.sequence;
  event->lease.assign(lease, facts.sequence);
  if (facts.classes != nullptr) event->classes = facts.classes->set();
  event->has_query = facts.query != nullptr && event->query.keep(*facts.query);
  event->reply_size = static_cast<std::uint16_t>(facts.reply.size());
  copy_bytes(event->reply_octets, facts.reply);
  lease_events_.publish();
}

void Herald::offer(Now now, Reason reason, const lease::Offer& offer) {
  Event* event = begin(now, EventKind::offer_dropped, reason, offer.address);
  if (event == nullptr) return;
  event->subnet_id = offer.subnet_id;
  event->hardware = offer.hardware;
  event->xid = offer.xid;
  event->lease_time = offer.lease_time;
  events_.publish();
}

void Herald::displaced(Now now, const lease::Offer& given_up) {
  ++counters_.offers_displaced;
  offer(now, Reason::taken_from_offer, given_up);
}

void Herald::other_server(Now now, const ServerSighting& seen, OtherServers::News news) {
  Event* event = begin(now, EventKind::other_server, Reason::none, seen.address);
  if (event == nullptr) return;
  event->detail = static_cast<std::uint8_t>(news);
  event->message = type_of(seen.sign);
  event->interface = seen.interface;
  event->giaddr = seen.giaddr;
  event->source = seen.source;
  event->server = seen.server;
  if (seen.mac != net::Mac()) {
    event->hardware.size = 6;
    copy_bytes(event->hardware.octets, seen.mac.octets);
  }
  events_.publish();
}

void Herald::plain(Now now, EventKind kind, Reason reason, net::Ip4 address) {
  if (begin(now, kind, reason, address) != nullptr) events_.publish();
}

}  // namespace lessor::server::v4
