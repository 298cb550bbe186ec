// What the engine says.

#include "client/v4/engine_parts.h"
#include "client/v4/timing.h"
#include "wire/v4/protocol.h"

namespace lessor::client::v4 {

/// RFC 2131 table 4: what a DHCPREQUEST carries, by state; and the other questions.
Outline ClientEngine::Parts::outline() const {
  Outline message{.type = wire::MessageType::request, .xid = exchange.xid, .secs = exchange.secs};
  switch (state) {
    case State::requesting:  // SELECTING: ciaddr zero, 50 MUST, 54 MUST
      message.requested = chosen.address;
      message.server = chosen.server;
      return message;
    case State::rebooting:  // INIT-REBOOT: ciaddr zero, 50 MUST, 54 MUST NOT
      message.requested = lease->address;
      return message;
    case State::renewing:  // ciaddr the address, 50 MUST NOT, 54 MUST NOT
    case State::rebinding:
      message.ciaddr = lease->address;
      return message;
    case State::informing:
      message.type = wire::MessageType::inform;
      message.ciaddr = *inform_for;
      return message;
    case State::bound:
      message.type = wire::MessageType::inform;
      message.ciaddr = lease->address;
      return message;
    case State::stopped:
    case State::no_link:
    case State::init:
    case State::selecting:
    case State::init_reboot:
    case State::checking:
    case State::informed:
    case State::v6_only:
      break;
  }
  message.type = wire::MessageType::discover;
  message.requested = hint ? hint : settings.requested_address;
  if (message.requested == avoid) message.requested.reset();
  return message;
}

/// The question of this state, for the first time or again.
void ClientEngine::Parts::send(Now now, net::Outbox& out) {
  ++exchange.tries;
  const bool renews = state == State::renewing || state == State::rebinding;
  // The end of a lease counts from the DHCPREQUEST that the ACK answers. Where tries may be hours
  // apart, each has an xid of its own, so that it is known which one (RFC 2131 4.1 allows both).
  const bool own_xid = renews || (state == State::selecting && settings.rapid_commit);
  if (own_xid && exchange.tries > 1) exchange.xid = random.u32();
  if (own_xid) exchange.sent_at = now.mono;
  // R2131-4.4.1-c: a DHCPREQUEST that takes an offer has the DHCPDISCOVER's secs.
  if (state != State::requesting) exchange.secs = now.mono - exchange.began;
  if (renews) {
    const Instant end = state == State::renewing ? lease->rebind_at() : lease->expires_at();
    exchange.resend_at = now.mono + renewal_delay(end - now.mono);
  } else {
    exchange.resend_at = now.mono + retransmission_delay(exchange.tries, random);
  }
  transmit(now, outline(), state == State::renewing, out);
}

void ClientEngine::Parts::transmit(Now now, const Outline& message, bool unicast,
                                   net::Outbox& out) {
  const MutableBytes room = out.payload();
  const Sender sender{.mac = link.mac, .mtu = link.mtu};
  const std::size_t size = room.empty() ? 0 : write_client_message(settings, sender, message, room);
  if (size == 0) return;  // messages_fit() was not asked; or nobody sends: then tries go on
  net::Envelope envelope{.interface = link.index,
                         .target = net::LinkTarget::broadcast,
                         .source = message.ciaddr,
                         .destination = net::kIp4Broadcast,
                         .source_port = wire::kClientPort,
                         .destination_port = wire::kServerPort};
  if (unicast) {
    envelope.target = net::LinkTarget::route;
    envelope.destination = lease->server;
    // A release must not wait for ARP: the address is about to go. Its way is the ACK's.
    if (message.type == wire::MessageType::release) envelope.target_mac = lease->server_mac;
  }
  out.post(envelope, size);
  ++counters.sent[static_cast<std::size_t>(message.type)];
  last_sent = message.type;
  last_sent_at = now.mono;
  tell(EventKind::sent, {.message = message.type,
                         .xid = message.xid,
                         .address = message.requested.value_or(message.ciaddr),
                         .server = message.server.value_or(unicast ? lease->server : net::Ip4()),
                         .duration = exchange.resend_at - now.mono});
}

/// R2131-4.4.4-a: DHCPDECLINE is broadcast, DHCPRELEASE unicast; both name the server (R2131-T5-c).
void ClientEngine::Parts::send_to_server(Now now, wire::MessageType type, std::string_view reason,
                                         net::Outbox& out) {
  const bool releases = type == wire::MessageType::release;
  exchange.resend_at = Instant::never();
  exchange.xid = random.u32();
  transmit(now,
           {.type = type,
            .xid = exchange.xid,
            .ciaddr = releases ? lease->address : net::Ip4(),
            .requested = releases ? std::nullopt : std::optional(lease->address),
            .server = lease->server,
            .why = reason},
           releases, out);
}

}  // namespace lessor::client::v4
