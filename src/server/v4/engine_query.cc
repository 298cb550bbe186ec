// ServerEngine: a DHCPLEASEQUERY's walk, and a bulk leasequery's slices.

#include "server/v4/bulk_session.h"
#include "server/v4/check_request.h"
#include "server/v4/destination.h"
#include "server/v4/engine_parts.h"
#include "server/v4/lease_query.h"
#include "wire/v4/leasequery_request.h"

namespace lessor::server::v4 {

void ServerEngine::Parts::handle_query(Now now, const wire::MessageView& view,
                                       const net::Datagram& in, net::Outbox& out) {
  ++herald.counters().received[index_of(view.message_type())];
  Message message{in};
  const auto request = wire::read_leasequery(view);
  const Flaw flaw = request ? Flaw() : flaw_of(request.error());
  if (request) message.request = &*request;
  if (flaw.reason != Reason::none) {
    return herald.silence(now, message, {.reason = flaw.reason, .detail = flaw.option});
  }
  const Reason refusal = answer_query(now, *request, message, out);
  if (refusal != Reason::none) herald.silence(now, message, silent(refusal, request->ciaddr));
}

/// An answer tells of a lease no earlier than its client may have heard of it.
Reason ServerEngine::Parts::answer_query(Now now, const wire::Request& request,
                                         const Message& message, net::Outbox& out) {
  const Prepared& prepared = *ledger.current();
  const config::ServerConfig& config = prepared.config();
  if (!config.lease_queries->may_ask(request.giaddr)) return Reason::not_a_requester;
  if (names_another(request, interfaces)) return Reason::other_server;
  const auto by = query_by(request);
  if (!by) return Reason::unclear_query;
  const net::Datagram& in = message.in;
  const auto server = choose_server_address(request, in, {}, interfaces, config.interfaces);
  if (!server) return Reason::no_server_address;
  const MutableBytes slot = out.payload();
  if (slot.empty()) return Reason::outbox_full;

  const Ledger& books = ledger;
  const LeaseFinding finding = find_leases(*by, request, config, books.leases(), now.mono);
  const lease::Sequence wait_for = finding.lease ? finding.lease->sequence : 0;
  const bool waits = wait_for > out.durable();
  if (waits && !out.can_park()) return Reason::parked_full;
  const Admission::Room room = room_for_changes(out);
  const bool is_counted = waits && room.is_short();
  if (is_counted && !admission.may_change(now, in, books.leases(), room, out.durable())) {
    return Reason::share_used_up;
  }
  const net::Interface* interface = interfaces.find(in.interface);
  const std::uint32_t mtu = interface == nullptr ? net::Interface().mtu : interface->mtu;
  const auto written = write_lease_answer(request, finding, prepared, now, server->identifier,
                                          wire::max_payload(request.max_message_size, mtu), slot);
  if (!written) return Reason::reply_too_long;
  net::Envelope envelope = address_reply(ReplyKind::ack, request, in, {}, *server);
  envelope.wait_for = wait_for;
  // Whoever made giaddr up is not told: it goes to where the kernel knows giaddr to be.
  envelope.target_mac = net::Mac();
  out.post(envelope, written->size);
  if (is_counted) admission.note_change(ledger.last_change());
  const net::Ip4 address = finding.lease ? finding.lease->address : request.ciaddr;
  herald.lease_told(now, message, finding.type, address);
  return Reason::none;
}

BulkNews ServerEngine::Parts::answer_bulk(Now now, BulkSession& session, std::size_t budget) const {
  if (ledger.current() == nullptr || now.mono < paused_until) {
    return session.refuse({BulkStatus::unspec_fail, "the service is disabled"});
  }
  return session.answer(*ledger.current(), ledger.leases(), now, budget);
}

BulkNews ServerEngine::answer_bulk(Now now, BulkSession& session, std::size_t budget) {
  const BulkNews news = parts_->answer_bulk(now, session, budget);
  Counters& counters = parts_->herald.counters();
  counters.received[index_of(wire::MessageType::bulkleasequery)] += news.asked ? 1 : 0;
  counters.sent[index_of(wire::MessageType::leaseactive)] += news.told.active;
  counters.sent[index_of(wire::MessageType::leaseunassigned)] += news.told.unassigned;
  counters.sent[index_of(wire::MessageType::leasequerydone)] += news.done ? 1 : 0;
  return news;
}

}  // namespace lessor::server::v4
