#include "load/fleet.h"

#include <algorithm>

namespace lessor::load {
namespace {

/// Binding everybody before renewals is no measurement: enough at a time to be quick, few enough
/// not to drown a slow server.
constexpr std::uint32_t kPreparationWindow = 256;

}  // namespace

Fleet::Fleet(const Plan& plan, std::uint64_t seed)
    : plan_(plan),
      random_(seed),
      clients_(plan.clients),
      timers_(plan.clients),
      holders_(plan.clients),
      idle_(plan.clients) {
  for (std::uint32_t id = 0; id < plan.clients; ++id) push_idle(id);
}

void Fleet::push_idle(std::uint32_t id) {
  idle_[(idle_head_ + idle_count_) % idle_.size()] = id;
  ++idle_count_;
}

std::uint32_t Fleet::pop_idle() {
  const std::uint32_t id = idle_[idle_head_];
  idle_head_ = (idle_head_ + 1) % idle_.size();
  --idle_count_;
  return id;
}

void Fleet::begin_phase(Phase phase, Instant now) {
  phase_ = phase;
  ends_ = Instant::never();
  if (phase != Phase::ending) measured_from_ = now;
  if (phase == Phase::running) ends_ = now + plan_.duration;
  if (phase == Phase::ending) ends_ = now + plan_.patience;
}

std::uint64_t Fleet::limit() const {
  return phase_ == Phase::preparing ? plan_.clients : plan_.exchanges;
}

bool Fleet::begins() const {
  const bool may = phase_ == Phase::preparing || phase_ == Phase::running;
  const Figures& figures = phase_ == Phase::preparing ? preparation_ : run_;
  return may && figures.count(Count::begun) < limit();
}

Instant Fleet::scheduled_at(std::uint64_t exchange) const {
  if (!plan_.arrivals.is_empty()) return measured_from_ + plan_.arrivals.at(exchange);
  const double after = static_cast<double>(exchange) / plan_.rate * 1e9;
  return measured_from_ + Duration::nanoseconds(static_cast<std::int64_t>(after));
}

void Fleet::on_time(Now now, net::Outbox& out) {
  if (phase_ == Phase::done) return;
  if (phase_ == Phase::waiting) {
    const bool prepares = plan_.scenario == Scenario::renew && !again_;
    begin_phase(prepares ? Phase::preparing : Phase::running, now.mono);
  }
  while (!out.payload().empty()) {
    const auto due = timers_.take_due(now.mono);
    if (!due) break;
    retransmit(*due, now.mono, out);
  }
  begin_due(now.mono, out);
  full_until_ = out.payload().empty() ? now.mono + kFullPause : Instant();
  move_on(now.mono);
}

/// One phase after the other, as each has done what it is for.
void Fleet::move_on(Instant now) {
  if (phase_ == Phase::preparing && !begins() && outstanding_ == 0) {
    begin_phase(Phase::running, now);
  }
  // Renewals end when nobody has anything left to renew.
  const bool nobody = outstanding_ == 0 && idle_count_ == 0;
  if (phase_ == Phase::running && (!begins() || now >= ends_ || nobody)) {
    begin_phase(Phase::ending, now);
  }
  if (phase_ == Phase::ending && (outstanding_ == 0 || now >= ends_)) stop();
}

void Fleet::stop() {
  if (phase_ == Phase::done) return;
  now_measured().count(Count::unfinished) += outstanding_;
  phase_ = Phase::done;
}

void Fleet::run_again(const Plan& plan) {
  plan_ = plan;
  for (std::uint32_t id = 0; id < clients_.size(); ++id) {
    if (clients_[id].state == ClientState::idle) continue;
    timers_.stop(id);
    clients_[id].state = ClientState::idle;
    push_idle(id);
  }
  outstanding_ = 0;
  full_until_ = Instant();
  starved_ = false;
  run_ = Figures();
  phase_ = Phase::waiting;
  again_ = true;
}

void Fleet::begin_due(Instant now, net::Outbox& out) {
  const std::uint32_t window =
      phase_ == Phase::preparing ? std::max(kPreparationWindow, plan_.window) : plan_.window;
  while (begins() && now < ends_ && !out.payload().empty()) {
    Instant scheduled = now;
    if (is_open_loop()) {
      scheduled = scheduled_at(run_.count(Count::begun));
      if (scheduled > now) break;
    } else if (outstanding_ >= window) {
      break;
    }
    if (idle_count_ == 0) {
      starved_ = is_open_loop();
      return;
    }
    const std::uint32_t id = pop_idle();
    if (!renews() || can_renew(id, now)) begin(id, scheduled, now, out);
  }
  // What is left is not due: the schedule has been caught up with.
  if (!out.payload().empty()) starved_ = false;
}

void Fleet::begin(std::uint32_t id, Instant scheduled, Instant now, net::Outbox& out) {
  Client& client = clients_[id];
  client.scheduled = scheduled;
  client.xid = random_.u32();
  count(Count::begun);
  ++outstanding_;
  if (starved_) {
    count(Count::held);
  } else if (is_open_loop()) {
    run_.step(Step::lateness).add(now - scheduled);
  }
  ask(id, renews() ? ClientState::renewing : ClientState::selecting, now, out);
}

/// Whether there is something to renew. Who has lost it, or was not asked to renew in time, takes
/// no part any more.
bool Fleet::can_renew(std::uint32_t id, Instant now) {
  const bool held = !clients_[id].held.is_zero();
  if (held && clients_[id].lease_end > now) return true;
  if (held) count(Count::expired);
  let_go(id);
  return false;
}

/// No answer came in time.
void Fleet::retransmit(std::uint32_t id, Instant now, net::Outbox& out) {
  Client& client = clients_[id];
  if (client.unsent) return transmit(id, now, out);
  count(Count::timeouts);
  if (client.tries >= plan_.tries) return finish(id, Count::dropped, now);
  count(Count::retransmissions);
  ++client.tries;
  transmit(id, now, out);
}

void Fleet::finish(std::uint32_t id, Count how, Instant now) {
  timers_.stop(id);
  clients_[id].state = ClientState::idle;
  --outstanding_;
  count(how);
  now_measured().elapsed = now - measured_from_;
  // Who has nothing to renew takes no part in renewals.
  if (plan_.scenario == Scenario::dora || !clients_[id].held.is_zero()) push_idle(id);
}

Instant Fleet::next_deadline() const {
  if (phase_ == Phase::done) return Instant::never();
  if (phase_ == Phase::waiting) return Instant();
  Instant next = std::min(timers_.next_deadline(), ends_);
  const bool may = begins() && idle_count_ > 0;
  if (may && is_open_loop()) {
    next = std::min(next, scheduled_at(run_.count(Count::begun)));
  } else if (may && outstanding_ < plan_.window) {
    next = Instant();
  }
  if (!begins() && outstanding_ == 0) next = Instant();
  return std::max(next, full_until_);
}

std::uint32_t Fleet::holding(Instant now) const {
  return static_cast<std::uint32_t>(std::ranges::count_if(clients_, [&](const Client& client) {
    return !client.held.is_zero() && client.lease_end > now;
  }));
}

std::optional<net::Mac> Fleet::holder_mac(Instant now, net::Ip4 address) const {
  const auto id = holders_.holder_of(address);
  if (!id || clients_[*id].lease_end <= now) return std::nullopt;
  return mac_of(plan_.first + *id);
}

}  // namespace lessor::load
