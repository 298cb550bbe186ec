// From state to state: RFC 2131 figure 5.

#include "client/v4/engine_parts.h"
#include "client/v4/timing.h"

#include <algorithm>

namespace lessor::client::v4 {

void ClientEngine::Parts::enter(Now now, State next, Reason reason) {
  before = state;
  state = next;
  why = reason;
  since = now.mono;
  wake_at = choose_at = exchange.resend_at = Instant::never();
  Event event{.reason = reason, .before = before};
  if (state == State::requesting) {
    event.address = chosen.address;
    event.server = chosen.server;
  } else if (lease || inform_for) {
    event.address = lease ? lease->address : *inform_for;
  } else if (state == State::init && avoid &&
             (reason == Reason::conflict || reason == Reason::address_taken)) {
    event.address = *avoid;
  } else if (state == State::init && hint) {
    event.address = *hint;  // lost, or refused: it is what the reason is about
  }
  tell(EventKind::entered, event);
}

/// From the start, or from the start again: what is known of a lease decides how.
void ClientEngine::Parts::begin(Now now, Reason reason, Duration delay) {
  defender.end();
  if (inform_for) return begin_init(now, reason, delay);
  if (settings.anonymous && reason != Reason::started) lose_lease(reason);
  if (!lease || now.mono >= lease->expires_at()) {
    if (lease) hint = lease->address;
    if (settings.anonymous) hint.reset();
    drop_lease(Reason::expired);
    lease.reset();
    return begin_init(now, reason, delay);
  }
  enter(now, State::init_reboot, reason);
  wake_at = now.mono + delay;
}

void ClientEngine::Parts::begin_init(Now now, Reason reason, Duration delay) {
  forcerenew.forget();
  enter(now, State::init, reason);
  wake_at = now.mono + delay;
}

/// A new question: its first message leaves at once.
void ClientEngine::Parts::begin_exchange(Now now, State next, Reason reason, net::Outbox& out) {
  const bool same_exchange = next == State::requesting;  // R2131-4.4.1-c: the OFFER's xid and secs
  if (!same_exchange) exchange = {.xid = random.u32(), .began = now.mono, .sent_at = now.mono};
  exchange.tries = 0;
  exchange.sent_at = now.mono;
  if (next == State::selecting) offers.clear();
  enter(now, next, reason);
  send(now, out);
}

/// The time to collect offers is over.
void ClientEngine::Parts::take_offer(Now now, net::Outbox& out) {
  const Offer* best = offers.choose(settings);
  choose_at = Instant::never();
  if (best == nullptr) return;
  chosen = *best;
  tell(EventKind::chosen, {.address = chosen.address, .server = chosen.server});
  // RFC 8925 3.2: a client that asked for the option and finds it in the OFFER goes no further.
  if (settings.v6_only && chosen.v6_only) return begin_v6_only(now, *chosen.v6_only);
  begin_exchange(now, State::requesting, Reason::none, out);
}

/// Nobody answers.
void ClientEngine::Parts::give_up_exchange(Now now) {
  exchange.resend_at = Instant::never();
  if (state == State::bound) return;  // the options stay as they are
  if (state == State::informing) return enter(now, State::stopped, Reason::no_answer);
  if (state == State::rebooting && settings.keep_unconfirmed) {
    // RFC 2131 4.4.2: "the client MAY choose to use the previously allocated network address ...
    // for the remainder of the unexpired lease".
    enter(now, State::checking, Reason::unconfirmed);
    return prober.begin(now.mono, settings.probe, random);
  }
  if (lease) hint = lease->address;
  drop_lease(Reason::no_answer);
  lease.reset();
  begin_init(now, Reason::no_answer, Duration());
}

/// A DHCPACK.
void ClientEngine::Parts::take_lease(Now now, const wire::MessageView& ack,
                                     const ServerMessage& facts, const net::Datagram& in) {
  const LeaseTimes times = lease_times(*facts.lease_time, facts.t1, facts.t2, random);
  // RFC 5227 2.1: a host that wakes, or whose cable is back, checks again what it has.
  const bool keeps_it = configured && state != State::rebooting;
  forcerenew.learn(ack);
  lease = Lease{.address = facts.address,
                .server = facts.server,
                .server_mac = in.framed ? in.source_mac : net::Mac(),
                .requested_at = exchange.sent_at,
                .lease_time = times.lease_time,
                .t1 = times.t1,
                .t2 = times.t2,
                .xid = facts.xid,
                .options = copy_options(ack)};
  if (keeps_it) return begin_bound(now, Reason::granted);
  enter(now, State::checking, Reason::granted);
  prober.begin(now.mono, settings.probe, random);
}

void ClientEngine::Parts::finish_check(Now now, Reason reason) {
  begin_bound(now, why == Reason::unconfirmed ? Reason::unconfirmed : reason);
}

void ClientEngine::Parts::begin_bound(Now now, Reason reason) {
  const bool is_new = !configured;
  const bool was_checked = state == State::checking && settings.probe.count > 0;
  configured = true;
  refused_wait = Duration();
  hint.reset();
  enter(now, State::bound, reason);
  effect(is_new ? EffectKind::configure : EffectKind::refresh, reason, lease->address);
  effect(EffectKind::remember, reason, lease->address);
  if (was_checked) defender.begin(now.mono);
}

void ClientEngine::Parts::begin_v6_only(Now now, Duration wait) {
  lose_lease(Reason::prefers_v6);
  enter(now, State::v6_only, Reason::prefers_v6);
  wake_at = now.mono + std::max(wait, kMinV6OnlyWait);
}

/// R2131-4.4.1-d: the address is somebody else's.
void ClientEngine::Parts::refuse_address(Now now, Reason reason, net::Outbox& out) {
  ++counters.conflicts;
  tell(EventKind::declined, {.reason = reason, .address = lease->address, .server = lease->server});
  send_to_server(now, wire::MessageType::decline, "in use by another host (ARP)", out);
  avoid = lease->address;
  lose_lease(reason);
  begin_init(now, reason, kDeclineWait + draw_up_to(random, kDelaySpread));
}

/// The address leaves the interface, if it was there; the lease may still be remembered.
void ClientEngine::Parts::drop_lease(Reason reason) {
  defender.end();
  if (!configured) return;
  configured = false;
  effect(EffectKind::deconfigure, reason, lease->address);
}

/// And the lease is worth nothing any more.
void ClientEngine::Parts::lose_lease(Reason reason) {
  drop_lease(reason);
  if (!lease) return;
  if (!inform_for) effect(EffectKind::forget, reason, lease->address);
  lease.reset();
}

}  // namespace lessor::client::v4
