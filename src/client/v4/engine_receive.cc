// What the engine hears.

#include "client/v4/engine_parts.h"

#include <algorithm>

namespace lessor::client::v4 {
namespace {

/// Messages to somebody else are the link's daily noise: counted, not told.
bool is_noise(Reason reason) {
  return reason == Reason::other_client || reason == Reason::not_a_reply;
}

std::size_t index_of(wire::MessageType type) {
  const auto number = static_cast<std::size_t>(type);
  return number < Counters{}.received.size() ? number : 0;
}

}  // namespace

void ClientEngine::on_datagram(Now now, const net::Datagram& in, net::Outbox& out) {
  Parts& p = *parts_;
  if (in.interface != p.link.index || in.destination_port != wire::kClientPort) return;
  const auto message = wire::MessageView::parse(in.payload, p.scratch);
  if (!message) {
    const auto detail = static_cast<std::uint8_t>(message.error().code);
    return p.drop({Reason::malformed, detail}, in);
  }
  if (const auto refused = check_addressee(*message, p.link.mac, p.settings.client_id)) {
    return p.drop(*refused, in);
  }
  p.receive(now, in, *message, out);
}

void ClientEngine::Parts::receive(Now now, const net::Datagram& in,
                                  const wire::MessageView& message, net::Outbox& out) {
  const wire::MessageType type = message.message_type();
  if (type == wire::MessageType::forcerenew) return receive_forcerenew(now, in, message, out);
  const bool is_nak = type == wire::MessageType::nak;
  if (!is_nak && type != wire::MessageType::offer && type != wire::MessageType::ack) {
    return drop({Reason::unexpected}, in);
  }
  if (message.xid() != exchange.xid) return drop({Reason::other_xid}, in);
  // R3011-b: a server that does not echo the subnet selection has not heeded it.
  const bool selects = std::ranges::any_of(
      settings.extra, [](const auto& e) { return e.first == wire::kOptionSubnetSelection; });
  if (selects && !is_nak && !message.has(wire::kOptionSubnetSelection)) {
    return drop({Reason::bad_option, wire::kOptionSubnetSelection}, in);
  }
  const bool informs = state == State::informing || state == State::bound;
  const auto facts = read_server_message(message, !is_nak && !informs);
  if (!facts) return drop(facts.error(), in);
  if (const auto reason = judge(*facts)) return drop({*reason}, in);
  receive_answer(now, in, message, *facts, out);
}

/// RFC 2131 figure 5, column by column: what may be heard in which state, and from whom. Nothing
/// when it may.
std::optional<Reason> ClientEngine::Parts::judge(const ServerMessage& facts) const {
  using wire::MessageType;
  if (std::ranges::count(settings.refused_servers, facts.server) > 0) return Reason::refused_server;
  const auto unless = [](bool good, Reason reason) {
    return good ? std::nullopt : std::optional(reason);
  };
  const bool ack = facts.type == MessageType::ack;
  const bool nak = facts.type == MessageType::nak;
  switch (state) {
    case State::selecting:
      // R2131-4.4.1-b: an ACK means nothing here, but for RFC 4039's.
      if (ack) return unless(settings.rapid_commit && facts.rapid_commit, Reason::unexpected);
      return unless(!nak, Reason::unexpected);
    case State::requesting:
      if (!ack && !nak) return Reason::unexpected;
      if (facts.server != chosen.server) return Reason::other_server;
      return unless(nak || facts.address == chosen.address, Reason::other_address);
    case State::renewing:
      // R2131-4.1-i: only its server was asked; a stranger's NAK must not take the address away.
      if (nak) return unless(facts.server == lease->server, Reason::other_server);
      if (!ack) return Reason::unexpected;
      return unless(facts.address == lease->address, Reason::other_address);
    case State::rebooting:
    case State::rebinding:
      if (!ack && !nak) return Reason::unexpected;
      return unless(nak || facts.address == lease->address, Reason::other_address);
    case State::informing:
      return unless(ack, Reason::unexpected);
    case State::bound:
      return unless(ack && exchange.informs, Reason::unexpected);
    case State::stopped:
    case State::no_link:
    case State::init:
    case State::init_reboot:
    case State::checking:
    case State::informed:
    case State::v6_only:
      break;
  }
  return Reason::unexpected;
}

void ClientEngine::Parts::receive_answer(Now now, const net::Datagram& in,
                                         const wire::MessageView& message,
                                         const ServerMessage& facts, net::Outbox& out) {
  count_received(now, facts);
  if (facts.type == wire::MessageType::nak) return receive_nak(now);
  if (state == State::informing) return receive_inform_ack(now, message, facts);
  if (state == State::bound) return receive_options(message);
  if (facts.type == wire::MessageType::offer) {
    receive_offer(now, message, facts);
    if (now.mono >= choose_at) take_offer(now, out);
    return;
  }
  const bool fresh = state == State::selecting || state == State::rebooting;
  if (fresh && settings.v6_only && facts.v6_only) return begin_v6_only(now, *facts.v6_only);
  take_lease(now, message, facts, in);
}

void ClientEngine::Parts::receive_offer(Now now, const wire::MessageView& message,
                                        const ServerMessage& facts) {
  const Offer offer = make_offer(facts, message, settings);
  if (facts.address == avoid && avoid) avoid.reset();  // a server that insists has its reasons
  const std::size_t known = offers.size();
  if (!offers.add(offer)) {
    ++counters.dropped[static_cast<std::size_t>(Reason::too_many_offers)];
    return;
  }
  // A server that repeats itself makes us neither talk nor wait longer.
  const bool is_new = offers.size() > known;
  if (is_new) {
    tell(EventKind::offer,
         {.message = facts.type, .address = facts.address, .server = facts.server});
  }
  if (is_new && known == 0) choose_at = now.mono + settings.collect_for;
  if (offers.is_settled(settings)) choose_at = now.mono;
}

/// R2131-4.4.5-c, 3.2: the address is refused; begin again. A server that refuses what it has just
/// offered is not asked in a tight loop.
void ClientEngine::Parts::receive_nak(Now now) {
  lose_lease(Reason::refused);
  const Duration wait = refused_wait;
  refused_wait = std::clamp(refused_wait * 2, Duration::seconds(1), kMaxRefusedWait);
  begin_init(now, Reason::refused, wait);
}

void ClientEngine::Parts::receive_inform_ack(Now now, const wire::MessageView& message,
                                             const ServerMessage& facts) {
  lease = Lease{.address = *inform_for,
                .server = facts.server,
                .requested_at = now.mono,
                .lease_time = Duration::infinite(),  // RFC 2131 3.4: there is none
                .t1 = Duration::infinite(),
                .t2 = Duration::infinite(),
                .xid = facts.xid,
                .options = copy_options(message)};
  enter(now, State::informed, Reason::granted);
  effect(EffectKind::inform, Reason::granted, lease->address);
}

/// The answer to a DHCPINFORM beside a lease: all but what makes the lease is new. The mask stays
/// when nothing is said of it.
void ClientEngine::Parts::receive_options(const wire::MessageView& message) {
  exchange.informs = false;
  exchange.resend_at = Instant::never();
  const auto makes_lease = [](const auto& option) {
    return option.first == wire::kOptionDhcpLeaseTime ||
           option.first == wire::kOptionDhcpServerIdentifier ||
           option.first == wire::kOptionDhcpRenewalTime ||
           option.first == wire::kOptionDhcpRebindingTime;
  };
  Options fresh = copy_options(message);
  std::erase_if(fresh, makes_lease);
  const bool has_mask = find_option(fresh, wire::kOptionSubnetMask).has_value();
  for (const auto& old : lease->options) {
    const bool kept = !has_mask && old.first == wire::kOptionSubnetMask;
    if (kept || makes_lease(old)) fresh.push_back(old);
  }
  std::ranges::sort(fresh);
  lease->options = std::move(fresh);
  effect(EffectKind::refresh, Reason::ordered, lease->address);
  effect(EffectKind::remember, Reason::ordered, lease->address);
}

/// RFC 3203: renew now, whatever T1 says; RFC 6704: only if it proves to come from our server.
void ClientEngine::Parts::receive_forcerenew(Now now, const net::Datagram& in,
                                             const wire::MessageView& message, net::Outbox& out) {
  if (!holds_address(state)) return drop({Reason::unexpected}, in);
  if (!forcerenew.accepts(message, settings.hmac_md5)) return drop({Reason::not_authentic}, in);
  count_received(
      now, {.type = wire::MessageType::forcerenew, .xid = message.xid(), .server = lease->server});
  begin_exchange(now, State::renewing, Reason::forced, out);
}

void ClientEngine::on_arp(Now now, const net::ArpSighting& sighting, net::Outbox& out) {
  Parts& p = *parts_;
  if (sighting.interface != p.link.index || sighting.mac == p.link.mac || !p.lease) return;
  if (p.state == State::checking) {
    // RFC 5227 2.1.1: who uses it, or probes for it at the same time.
    const bool uses = sighting.address == p.lease->address;
    const bool probes = sighting.address.is_zero() && sighting.target == p.lease->address;
    if (uses || probes) p.refuse_address(now, Reason::address_taken, out);
    return;
  }
  if (!p.configured || sighting.address != p.lease->address) return;
  switch (p.defender.on_conflict(now.mono, p.settings.defence)) {
    case Defender::Verdict::ignore:
      return;
    case Defender::Verdict::announce:
      ++p.counters.conflicts;
      (void)out.probe(
          {.interface = p.link.index, .address = p.lease->address, .sender = p.lease->address});
      return;
    case Defender::Verdict::give_up:
      return p.refuse_address(now, Reason::conflict, out);
  }
}

void ClientEngine::Parts::count_received(Now now, const ServerMessage& facts) {
  ++counters.received[index_of(facts.type)];
  last_received = facts.type;
  last_received_at = now.mono;
  tell(EventKind::received, {.message = facts.type,
                             .xid = facts.xid,
                             .address = facts.address,
                             .server = facts.server,
                             .duration = facts.lease_time.value_or(Duration()),
                             .said = ShortBytes<128>(facts.said)});
}

void ClientEngine::Parts::drop(Refused refused, const net::Datagram& in) {
  ++counters.dropped[static_cast<std::size_t>(refused.reason)];
  if (is_noise(refused.reason)) return;
  tell(EventKind::dropped,
       {.reason = refused.reason, .detail = refused.detail, .server = in.source});
}

}  // namespace lessor::client::v4
