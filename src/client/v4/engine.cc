#include "client/v4/engine.h"

#include "client/v4/engine_parts.h"
#include "client/v4/timing.h"

#include <algorithm>
#include <utility>

namespace lessor::client::v4 {

ClientEngine::ClientEngine(Settings settings, std::uint64_t seed)
    : parts_(std::make_unique<Parts>(std::move(settings), seed)) {}
ClientEngine::~ClientEngine() = default;

// --- The interface -------------------------------------------------------------------------------

void ClientEngine::set_link(Now now, const Link& link, net::Outbox& /*out*/) {
  Parts& p = *parts_;
  const Link before = std::exchange(p.link, link);
  if (p.state == State::stopped) return;
  if (before.mac != link.mac && before.mac != net::Mac()) {
    // Servers and neighbours know the lease's holder by another address.
    p.lose_lease(Reason::address_changed);
    if (link.up) return p.begin(now, Reason::address_changed, Duration());
  }
  if (!link.up && p.state != State::no_link) return p.enter(now, State::no_link, Reason::link_lost);
  if (link.up && p.state == State::no_link) p.begin(now, Reason::link_back, Duration());
}

void ClientEngine::on_resume(Now now, net::Outbox& /*out*/) {
  Parts& p = *parts_;
  if (p.state == State::stopped || p.state == State::no_link) return;
  p.begin(now, Reason::resumed, Duration());
}

// --- Orders --------------------------------------------------------------------------------------

void ClientEngine::remember(const Lease& lease) {
  parts_->forget_inform();
  parts_->lease = lease;
}

void ClientEngine::start(Now now, net::Outbox& /*out*/) {
  Parts& p = *parts_;
  p.forget_inform();
  if (!p.link.up) return p.enter(now, State::no_link, Reason::started);
  p.begin(now, Reason::started, draw_up_to(p.random, p.settings.max_start_delay));
}

void ClientEngine::start_inform(Now now, net::Ip4 address, net::Outbox& /*out*/) {
  Parts& p = *parts_;
  p.inform_for = address;
  if (!p.link.up) return p.enter(now, State::no_link, Reason::started);
  p.begin(now, Reason::started, Duration());
}

bool ClientEngine::resume_bound(Now now, net::Outbox& /*out*/) {
  Parts& p = *parts_;
  p.forget_inform();
  if (!p.lease || now.mono >= p.lease->expires_at()) return false;
  p.configured = true;
  p.enter(now, State::bound, Reason::started);
  return true;
}

bool ClientEngine::renew(Now now, net::Outbox& out) {
  if (!holds_address(parts_->state)) return false;
  parts_->begin_exchange(now, State::renewing, Reason::ordered, out);
  return true;
}

bool ClientEngine::rebind(Now now, net::Outbox& out) {
  if (!holds_address(parts_->state)) return false;
  parts_->begin_exchange(now, State::rebinding, Reason::ordered, out);
  return true;
}

bool ClientEngine::inform(Now now, net::Outbox& out) {
  Parts& p = *parts_;
  if (p.state != State::bound) return false;
  p.exchange = {.xid = p.random.u32(), .began = now.mono, .informs = true};
  p.send(now, out);
  return true;
}

bool ClientEngine::release(Now now, net::Outbox& out) {
  Parts& p = *parts_;
  const bool held = p.lease && (p.configured || p.state == State::checking) && !p.inform_for;
  if (held) {
    p.send_to_server(now, wire::MessageType::release, "released by its user", out);
    p.lose_lease(Reason::ordered);
  }
  p.enter(now, State::stopped, Reason::ordered);
  return held;
}

void ClientEngine::stop(Now now) {
  parts_->drop_lease(Reason::ordered);
  parts_->enter(now, State::stopped, Reason::ordered);
}

// --- Time ----------------------------------------------------------------------------------------

void ClientEngine::on_time(Now now, net::Outbox& out) {
  // What is due may make more due at once: INIT that has waited, T2 that passed with T1.
  constexpr int kSteps = 8;
  for (int i = 0; i < kSteps && parts_->due() <= now.mono; ++i) parts_->step(now, out);
}

void ClientEngine::Parts::step(Now now, net::Outbox& out) {
  // R2131-4.4.5-b: "the client MUST immediately stop any other network processing".
  if (may_lapse() && lease && now.mono >= lease->expires_at()) {
    hint = lease->address;
    lose_lease(Reason::expired);
    if (state == State::no_link) return;
    return begin_init(now, Reason::expired, Duration());
  }
  if (defender.take_due(now.mono)) {
    (void)out.probe({.interface = link.index, .address = lease->address, .sender = lease->address});
    return;
  }
  switch (state) {
    case State::stopped:
    case State::no_link:
    case State::informed:
      return;
    case State::init:
      return begin_exchange(now, inform_for ? State::informing : State::selecting, why, out);
    case State::v6_only:
      return begin_init(now, Reason::prefers_v6, Duration());
    case State::init_reboot:
      return begin_exchange(now, State::rebooting, why, out);
    case State::selecting:
      if (now.mono >= choose_at) return take_offer(now, out);
      return send(now, out);
    case State::requesting:
    case State::rebooting:
    case State::informing:
      return step_exchange(now, out);
    case State::checking:
      return step_check(now, out);
    case State::bound:
      if (now.mono < lease->renew_at()) return step_exchange(now, out);
      return begin_exchange(now, State::renewing, Reason::t1_reached, out);
    case State::renewing:
      if (now.mono < lease->rebind_at()) return send(now, out);
      return begin_exchange(now, State::rebinding, Reason::t2_reached, out);
    case State::rebinding:
      return send(now, out);
  }
}

/// Again, or never again.
void ClientEngine::Parts::step_exchange(Now now, net::Outbox& out) {
  const bool informs = state == State::informing || state == State::bound;
  const int limit = state == State::rebooting ? kRebootTries
                    : informs                 ? kInformTries
                                              : kRequestTries;
  if (exchange.tries < limit) return send(now, out);
  give_up_exchange(now);
}

void ClientEngine::Parts::step_check(Now now, net::Outbox& out) {
  switch (prober.step(now.mono, random)) {
    case Prober::Step::wait:
      return;
    case Prober::Step::probe:
      (void)out.probe({.interface = link.index, .address = lease->address, .sender = {}});
      return;
    case Prober::Step::done:
      return finish_check(now, Reason::confirmed);
  }
}

/// When the next step() is due.
Instant ClientEngine::Parts::due() const {
  Instant next = defender.next();
  if (lease && may_lapse()) next = std::min(next, lease->expires_at());
  switch (state) {
    case State::stopped:
    case State::no_link:
    case State::informed:
      return next;
    case State::init:
    case State::init_reboot:
    case State::v6_only:
      return std::min(next, wake_at);
    case State::selecting:
      return std::min({next, choose_at, exchange.resend_at});
    case State::requesting:
    case State::rebooting:
    case State::informing:
    case State::rebinding:
      return std::min(next, exchange.resend_at);
    case State::checking:
      return std::min(next, prober.next());
    case State::bound:
      return std::min({next, exchange.resend_at, lease->renew_at()});
    case State::renewing:
      return std::min({next, exchange.resend_at, lease->rebind_at()});
  }
  return next;
}

Instant ClientEngine::next_deadline() const { return parts_->due(); }

// --- What it tells -------------------------------------------------------------------------------

bool ClientEngine::take(Effect& effect) { return parts_->effects.take(effect); }
bool ClientEngine::take(Event& event) { return parts_->events.take(event); }
std::uint64_t ClientEngine::lost_events() const {
  return parts_->events.lost() + parts_->effects.lost();
}
State ClientEngine::state() const { return parts_->state; }
const Counters& ClientEngine::counters() const { return parts_->counters; }
const Lease* ClientEngine::lease() const { return parts_->lease ? &*parts_->lease : nullptr; }
const Settings& ClientEngine::settings() const { return parts_->settings; }

Situation ClientEngine::situation() const {
  const Parts& p = *parts_;
  return {.state = p.state,
          .before = p.before,
          .why = p.why,
          .since = p.since,
          .xid = p.exchange.xid,
          .tries = p.exchange.tries,
          .next = p.due(),
          .offers = p.offers.size(),
          .last_sent = p.last_sent,
          .last_sent_at = p.last_sent_at,
          .last_received = p.last_received,
          .last_received_at = p.last_received_at};
}

void ClientEngine::Parts::tell(EventKind kind, Event event) {
  event.kind = kind;
  event.state = state;
  if (event.xid == 0) event.xid = exchange.xid;
  events.push(event);
}

}  // namespace lessor::client::v4
