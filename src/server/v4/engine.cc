#include "server/v4/engine.h"

#include "server/v4/check_request.h"
#include "server/v4/claims.h"
#include "server/v4/decide.h"
#include "server/v4/destination.h"
#include "server/v4/engine_parts.h"
#include "server/v4/refine.h"
#include "server/v4/reply.h"
#include "wire/v4/bootp_request.h"

namespace lessor::server::v4 {

// ---- the hallway

void ServerEngine::on_datagram(Now now, const net::Datagram& in, net::Outbox& out) {
  ++parts_->herald.counters().received_total;
  parts_->handle(now, in, out);
}

namespace {

/// The relay that a message names; none when it is short. Nobody has looked yet what it is.
net::Ip4 link_of(Bytes payload) {
  if (payload.size() < wire::kOptionsOffset) return {};
  return {load_be32(payload.data() + wire::kGiaddrOffset)};
}

}  // namespace

void ServerEngine::fetch_ahead(Bytes payload) const {
  const Prepared* current = parts_->ledger.current();
  if (current == nullptr || !current->outgrows_caches()) return;
  if (const net::Ip4 link = link_of(payload); !link.is_zero()) current->fetch_ahead(link);
}

void ServerEngine::Parts::turn_to_link(Bytes payload) const {
  if (const net::Ip4 link = link_of(payload); !link.is_zero()) ledger.current()->turn_to(link);
}

/// One packet's walk: parse, read, select, then answer() decides, applies and writes.
void ServerEngine::Parts::handle(Now now, const net::Datagram& in, net::Outbox& out) {
  if (now.mono < paused_until) return refuse_unread(now, in, Reason::paused);
  Message message{in};
  const auto drop = [&](Reason reason, std::uint8_t detail = 0) {
    herald.silence(now, message, {.reason = reason, .detail = detail});
  };
  if (ledger.current() == nullptr) return drop(Reason::not_ready);
  if (ledger.current()->rates() != nullptr && !replays && is_one_too_many(now, in)) return;
  if (ledger.current()->outgrows_caches()) turn_to_link(in.payload);

  const auto view = wire::MessageView::parse(in.payload, scratch);
  if (!view) return drop(Reason::malformed, static_cast<std::uint8_t>(view.error().code));
  if (is_query(*view)) return handle_query(now, *view, in, out);
  const auto request = wire::read_request(*view);
  ++herald.counters().received[index_of(request ? request->type : view->message_type())];
  const Flaw flaw = request ? check_request(*request, in, interfaces) : flaw_of(request.error());
  if (request) message.request = &*request;
  if (flaw.reason == Reason::bootp && ledger.current()->config().answers_bootp) {
    return handle_bootp(now, *view, in, out);
  }
  if (flaw.reason != Reason::none) return drop(flaw.reason, flaw.option);

  const auto phase = phase_of(*request, interfaces.owns(in.destination));
  if (!phase) return drop(Reason::not_for_servers);
  const auto missing = missing_option(*request, *phase);
  if (missing) return drop(Reason::option_missing, *missing);

  const bool stashes = ledger.current()->config().stash_agent_options;
  if (stashes && handle_stashed(now, *request, *phase, in, out)) return;
  handle_request(now, *view, *request, *phase, in, out);
}

/// The end of handle(), for a message that is in order.
void ServerEngine::Parts::handle_request(Now now, const wire::MessageView& view,
                                         const wire::Request& request, Phase phase,
                                         const net::Datagram& in, net::Outbox& out) {
  const config::ServerConfig& config = ledger.current()->config();
  if (config.classes.in_use) {
    return handle_classified(now, classes_of(view, request, in), phase, out);
  }
  const Selection selection =
      select_subnet(request, in, interfaces, config, nullptr, ledger.current()->here());
  if (selection.subnet == nullptr) {
    return herald.silence(now, Message{in, &request}, silent(Reason::no_subnet));
  }
  if (config.limits_group_rates) {
    const Reason over = count_for_subnet(now, *selection.subnet);
    if (over != Reason::none) return herald.silence(now, Message{in, &request}, silent(over));
  }
  answer(now,
         {.in = in,
          .request = request,
          .phase = phase,
          .selection = selection,
          .network = config.network_of(*selection.subnet),
          .client = identify(request, config, *selection.subnet, key),
          .source = phase == Phase::discover ? source_of(request, in, key) : 0,
          .view = &view,
          .flex = &flex_options,
          .renew = can_renew() ? &renew_grant : nullptr},
         out);
}

/// Whether the message came past a relay that its client's lease tells of: then it is answered as
/// if the relay had been there, but for the echo.
bool ServerEngine::Parts::handle_stashed(Now now, const wire::Request& request, Phase phase,
                                         const net::Datagram& in, net::Outbox& out) {
  const auto recalled = stash.recall(request, in, ledger.leases(), now.mono);
  if (!recalled) return false;
  handle_request(now, recalled->view, recalled->request, phase, recalled->datagram, out);
  return true;
}

Classifier::Source ServerEngine::Parts::classes_of(const wire::MessageView& view,
                                                   const wire::Request& request,
                                                   const net::Datagram& in) const {
  const net::Interface* interface = interfaces.find(in.interface);
  return {ledger.current()->config().classes, view, request, in,
          interface == nullptr ? std::string_view() : std::string_view(interface->name)};
}

/// RFC 951 3: ciaddr is the address that the client knows, if it does: its wish.
void ServerEngine::Parts::handle_bootp(Now now, const wire::MessageView& view,
                                       const net::Datagram& in, net::Outbox& out) {
  auto request = wire::read_bootp_request(view);
  const Flaw flaw = request ? check_request(*request, in, interfaces) : flaw_of(request.error());
  if (flaw.reason != Reason::none) {
    return herald.silence(now, Message{in}, {.reason = flaw.reason, .detail = flaw.option});
  }
  request->requested_ip.reset();
  if (!request->ciaddr.is_zero()) request->requested_ip = request->ciaddr;
  handle_classified(now, classes_of(view, *request, in), Phase::discover, out);
}

/// The flex_id hook's expression, over this packet. What is too long for a client identifier is
/// none.
FlexValue ServerEngine::Parts::flex_value(const Classifier::Source& source,
                                          const config::FlexId& flex) {
  const Bytes value = classifier.evaluate(source, flex.expression);
  if (value.empty() || value.size() >= flex_room.size()) return {};
  flex_room[0] = std::byte{0};
  copy_bytes(MutableBytes(flex_room).subspan(1), value);
  const Bytes whole = Bytes(flex_room).first(1 + value.size());
  return {.id = whole.subspan(1), .client_id = flex.replaces_client_id ? whole : Bytes()};
}

/// The end of handle(), where there are client classes.
void ServerEngine::Parts::handle_classified(Now now, const Classifier::Source& source, Phase phase,
                                            net::Outbox& out) {
  const wire::Request& request = source.request;
  const net::Datagram& in = source.datagram;
  const Message message{in, &request};
  const auto drop = [&](Reason reason) { herald.silence(now, message, silent(reason)); };
  const config::ServerConfig& config = ledger.current()->config();
  classifier.begin(source);
  GroupRates* rates = replays ? nullptr : ledger.current()->group_rates();
  if (rates != nullptr) {
    const Reason over = rates->begin(now.mono, classifier.classes().groups());
    if (over != Reason::none) return drop(over);
  }
  FlexValue value;
  if (config.flex_id) value = flex_value(source, *config.flex_id);
  const FlexValue* flex = config.flex_id ? &value : nullptr;
  const config::Reservation* early =
      config.early_global_lookup ? find_global(request, config, flex) : nullptr;
  if (early != nullptr) classifier.know_early(source, *early);
  if (classifier.drops()) return drop(Reason::class_drop);
  const Selection selection = select_subnet(request, in, interfaces, config, &classifier.classes(),
                                            ledger.current()->here());
  if (selection.subnet == nullptr) return drop(Reason::no_subnet);
  if (rates != nullptr) {
    const Reason over = count_for_subnet(now, *selection.subnet);
    if (over != Reason::none) return drop(over);
  }
  const Client client = identify(request, config, *selection.subnet, key, flex);
  classifier.know_host(source, early, client.reservation);
  if (classifier.drops()) return drop(Reason::class_drop);
  answer(now,
         {.in = in,
          .request = request,
          .phase = phase,
          .selection = selection,
          .network = config.network_of(*selection.subnet),
          .client = client,
          .source = phase == Phase::discover ? source_of(request, in, key) : 0,
          .classes = &classifier.classes(),
          .view = &source.message,
          .rejected = classifier.rejects(),
          .flex = &flex_options,
          .renew = can_renew() ? &renew_grant : nullptr},
         out);
}

/// Of the shared network, the subnet and the pool that the address is from.
void ServerEngine::Parts::add_additional_classes(const Packet& packet, const Decision& decision) {
  const Classifier::Source source = classes_of(*packet.view, packet.request, packet.in);
  expression::ClassSet tried;
  if (packet.network != nullptr) {
    classifier.add_listed(source, packet.network->additional_classes, tried);
  }
  classifier.add_listed(source, packet.subnet().additional_classes, tried);
  if (decision.verdict == Verdict::inform_ack) return;
  const config::Pool* pool = packet.subnet().find_pool(decision.address);
  if (pool != nullptr) classifier.add_listed(source, pool->additional_classes, tried);
}

void ServerEngine::Parts::evaluate_flex_options(const Packet& packet) {
  const Classifier::Source source = classes_of(*packet.view, packet.request, packet.in);
  const expression::ClassSet none;
  const expression::ClassSet& classes = packet.classes == nullptr ? none : packet.classes->set();
  flex_options.evaluate(ledger.current()->config().flex_options,
                        {source.message, source.datagram, source.interface, classes});
}

bool ServerEngine::Parts::is_one_too_many(Now now, const net::Datagram& in) {
  const Reason reason = ledger.current()->rates()->take(now.mono, read_sender(in, key));
  if (reason == Reason::none) return false;
  refuse_unread(now, in, reason);
  return true;
}

Reason ServerEngine::Parts::count_for_subnet(Now now, const config::Subnet& subnet) {
  if (replays) return Reason::none;
  const Prepared& current = *ledger.current();
  return current.group_rates()->finish(now.mono, current.position_of(subnet));
}

/// Too many of these: it is read only to say whose it is.
void ServerEngine::Parts::refuse_unread(Now now, const net::Datagram& in, Reason reason) {
  Message message{in};
  const auto view = wire::MessageView::parse(in.payload, scratch);
  const auto request = view ? std::optional(wire::read_request(*view)) : std::nullopt;
  if (request && *request) message.request = &**request;
  herald.silence(now, message, silent(reason));
}

// ---- behind it

namespace {

Message message_of(const Packet& packet) { return {packet.in, &packet.request, &packet.subnet()}; }

std::uint32_t mtu_of(const Packet& packet, const net::InterfaceTable& interfaces) {
  const net::Interface* interface = interfaces.find(packet.in.interface);
  return interface == nullptr ? net::Interface().mtu : interface->mtu;
}

/// Whether it goes to the disk.
bool changes_a_lease(Effect effect) {
  switch (effect) {
    case Effect::lease_offer:
    case Effect::bind:
    case Effect::release:
    case Effect::decline:
      return true;
    case Effect::none:
    case Effect::hold:
    case Effect::probe:
    case Effect::make_room:
    case Effect::reuse:
    case Effect::drop_offer:
      return false;
  }
  return false;
}

/// The same, or its answer waits for what is on its way there.
bool waits_for_disk(const Decision& decision, const World& world) {
  if (decision.effect != Effect::reuse) return changes_a_lease(decision.effect);
  const auto lease = world.leases.find(decision.address);
  return lease && lease->sequence > world.durable;
}

}  // namespace

Admission::Room ServerEngine::Parts::room_for_changes(const net::Outbox& out) const {
  const Admission::Room parking{.used = out.parked(), .free = out.room_to_park()};
  const Admission::Room log{.used = ledger.changes_waiting(), .free = ledger.room_for_changes()};
  return parking.free < log.free ? parking : log;
}

World ServerEngine::Parts::world_of(Now now, const net::Outbox& out) const {
  return {.prepared = *ledger.current(),
          .leases = ledger.leases(),
          .offers = ledger.offers(),
          .interfaces = interfaces,
          .census = ledger.census(),
          .durable = out.durable(),
          .now = now};
}

void ServerEngine::Parts::answer(Now now, const Packet& packet, net::Outbox& out) {
  const World world = world_of(now, out);
  Decision decision = decide(packet, world);
  if (decision.effect == Effect::make_room) {
    if (const auto given_up = make_room(packet, world)) {
      herald.displaced(now, *given_up);
      decision = decide(packet, world);
    }
  }
  if (packet.renew != nullptr) renew_grant = {.is_taken = takes_forcerenew(packet)};
  if (world.prepared.config().refines_leases && !is_asked_for(packet, decision)) {
    decision = refine(packet, world, decision);
  }
  if (packet.renew != nullptr) choose_renew_grant(packet, world, decision);
  if (decision.waiting != Reason::none) {
    ++herald.counters().reservation_conflicts;
    herald.note(now, message_of(packet), EventKind::reservation_waiting, decision.waiting,
                *packet.client.reservation->address);
  }
  if (waits_for_disk(decision, world)) {
    const Admission::Room room = room_for_changes(out);
    if (room.is_short()) return carry_out_in_turn(packet, decision, world, room, out);
  }
  carry_out(packet, decision, world, out);
}

/// In the subnet, or in one of those of its shared network.
std::optional<lease::Offer> ServerEngine::Parts::make_room(const Packet& packet,
                                                           const World& world) {
  std::optional<lease::Offer> given_up;
  for_each_subnet_from(packet.subnet(), packet, world, [&](const config::Subnet& subnet) {
    given_up = ledger.make_room(subnet, packet.source, world.now, packet.classes);
    return !given_up;
  });
  return given_up;
}

/// The client of a shared network belongs to the subnet of its address from here on.
void ServerEngine::Parts::settle(const Packet& packet, const Decision& decision, const World& world,
                                 net::Outbox& out) {
  finish(settle_in_subnet(packet, world, decision.address), decision, world, out);
}

void ServerEngine::Parts::carry_out(const Packet& packet, const Decision& decision,
                                    const World& world, net::Outbox& out) {
  if (packet.network != nullptr) return settle(packet, decision, world, out);
  finish(packet, decision, world, out);
}

void ServerEngine::Parts::finish(const Packet& packet, const Decision& decision, const World& world,
                                 net::Outbox& out) {
  if (decision.verdict == Verdict::silence) return say_nothing(packet, decision, world, out);
  if (const Reason failure = send(packet, decision, world, out); failure != Reason::none) {
    herald.silence(world.now, message_of(packet), silent(failure, decision.address));
  }
}

/// Where the disk is behind, everybody has a share of what can still wait for it.
void ServerEngine::Parts::carry_out_in_turn(const Packet& packet, const Decision& decision,
                                            const World& world, Admission::Room room,
                                            net::Outbox& out) {
  if (room.free > 0 &&
      !admission.may_change(world.now, packet.in, ledger.leases(), room, out.durable())) {
    return herald.silence(world.now, message_of(packet),
                          silent(Reason::share_used_up, decision.address));
  }
  const lease::Sequence before = ledger.last_change();
  const std::size_t parked = out.parked();
  carry_out(packet, decision, world, out);
  if (ledger.last_change() != before || out.parked() > parked) {
    admission.note_change(ledger.last_change());
  }
}

/// Silence may still change something: a lease given back, an offer declined.
void ServerEngine::Parts::say_nothing(const Packet& packet, const Decision& decision,
                                      const World& world, net::Outbox& out) {
  Books all = books();
  const Applied applied = apply(packet, decision, world, all, out);
  const bool is_done = decision.effect != Effect::none && decision.effect != Effect::make_room;
  if (is_done && applied.failure == Reason::none) return;
  Decision why = decision;
  if (applied.failure != Reason::none) why.reason = applied.failure;
  herald.silence(world.now, message_of(packet), why);
}

/// Writes the reply, then changes what it promises, then posts it. Every way to fail comes before
/// the first change. An OFFER or NAK leaves at once; an ACK waits for its lease to be on disk, and
/// so does an OFFER that makes one.
Reason ServerEngine::Parts::send(const Packet& packet, const Decision& decision, const World& world,
                                 net::Outbox& out) {
  const auto server = choose_server_address(packet.request, packet.in, packet.subnet().prefix,
                                            interfaces, world.prepared.config().interfaces);
  if (!server) return Reason::no_server_address;
  const MutableBytes slot = out.payload();
  if (slot.empty()) return Reason::outbox_full;
  const bool waits = decision.verdict == Verdict::ack || decision.effect == Effect::lease_offer;
  if (waits && !out.can_park()) return Reason::parked_full;
  if (world.prepared.config().has_additional_classes && packet.classes != nullptr) {
    add_additional_classes(packet, decision);
  }
  if (!world.prepared.config().flex_options.empty()) evaluate_flex_options(packet);
  const auto written =
      write_reply(packet, decision, world.prepared, *server, mtu_of(packet, interfaces), slot);
  if (!written) return Reason::reply_too_long;

  const bool follows = herald.follows_leases() && decision.verdict == Verdict::ack;
  const bool was_held = follows && was_granted(packet, world, decision);
  Books all = books();
  const Applied applied = apply(packet, decision, world, all, out);
  if (applied.failure != Reason::none) return applied.failure;
  net::Envelope envelope = address_reply(kind_of(decision.verdict), packet.request, packet.in,
                                         decision.address, *server);
  envelope.wait_for = applied.wait_for;
  out.post(envelope, written->size);
  if (follows) account_ack(packet, decision, world, was_held, slot.first(written->size));

  Counters& counters = herald.counters();
  if (written->dropped.any()) counters.options_dropped += written->dropped.count();
  counters.relay_info_dropped += written->relay_info_left_out ? 1 : 0;
  herald.reply(world.now, message_of(packet), decision);
  return Reason::none;
}

void ServerEngine::Parts::account_ack(const Packet& packet, const Decision& decision,
                                      const World& world, bool was_held, Bytes reply) {
  const auto lease = ledger.leases().find(decision.address);
  if (!lease) return;
  herald.account(world.now, *lease,
                 {.kind = EventKind::ack,
                  .reason = decision.reason,
                  .sequence = lease->sequence,
                  .was_held = was_held,
                  .lease_time = decision.lease_time,
                  .query = &packet.in,
                  .classes = packet.classes,
                  .reply = reply});
}

// ---- more than can be answered

void ServerEngine::begin_turn(std::size_t budget) {
  parts_->admission.begin_turn(budget);
  parts_->refused_in_turn = false;
}

/// Whether it waits. What takes something back must not: by the time that it is read its client may
/// have asked anew.
bool ServerEngine::Parts::keeps(Now now, const net::Datagram& in) {
  const auto view = wire::MessageView::parse(in.payload, scratch);
  if (!view) return false;
  using enum wire::MessageType;
  const wire::MessageType type = view->message_type();
  return (type == discover || type == request || type == inform) && backlog.take(now.mono, in);
}

bool ServerEngine::admits(Now now, const net::Datagram& in) {
  Parts& p = *parts_;
  if (p.admission.admits(now, in, p.ledger.leases())) return true;
  if (p.keeps(now, in)) return false;
  Counters& counters = p.herald.counters();
  ++counters.received_total;
  if (p.refused_in_turn) {
    ++counters.silent[static_cast<std::size_t>(Reason::share_used_up)];
  } else {
    p.refused_in_turn = true;
    p.herald.silence(now, Message{in}, silent(Reason::share_used_up));
  }
  return false;
}

}  // namespace lessor::server::v4
