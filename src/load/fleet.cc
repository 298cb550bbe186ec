// The fleet's phases and its schedule.

#include "load/fleet.h"

#include <algorithm>

namespace lessor::load {
namespace {

/// Binding everybody before is no measurement: enough at a time to be quick, few enough not to
/// drown a slow server.
constexpr std::uint32_t kPreparationWindow = 256;

Schedule schedule_of(const Plan& plan) {
  if (plan.is_avalanche()) return Schedule::within(plan.within, plan.clients);
  if (!plan.profile.empty()) return Schedule::following(plan.profile);
  return Schedule::constant(plan.rate);
}

/// How many clients are bound before the run. Of a mix, who is to make new leases has none.
std::uint32_t bound_before(const Plan& plan) {
  if (!binds_first(plan.scenario)) return 0;
  const std::uint64_t sum = sum_of(plan.mix);
  if (!plan.is_mix() || sum == 0) return plan.clients;
  const std::uint64_t old = sum - parts_of(plan.mix, Exchange::dora);
  return static_cast<std::uint32_t>((old * plan.clients + sum - 1) / sum);
}

}  // namespace

Fleet::Fleet(const Plan& plan, std::uint64_t seed)
    : plan_(plan),
      random_(seed),
      clients_(plan.clients),
      timers_(plan.clients),
      holders_(plan.clients),
      idle_(plan.clients),
      bare_(plan.clients),
      binds_(bound_before(plan)),
      mix_(plan.mix, seed),
      schedule_(schedule_of(plan)) {
  if (plan_.is_avalanche()) plan_.exchanges = plan_.clients;
  for (std::uint32_t id = 0; id < plan.clients; ++id) {
    ClientRing& ring = plan_.is_mix() && id >= binds_ ? bare_ : idle_;
    ring.push(id);
  }
}

void Fleet::begin_phase(Phase phase, Instant now) {
  phase_ = phase;
  ends_ = Instant::never();
  if (phase != Phase::ending) measured_from_ = now;
  if (phase == Phase::running) ends_ = now + std::min(plan_.duration, schedule_.end());
  if (phase == Phase::ending) ends_ = now + plan_.patience;
  // An avalanche is over when all are bound, however long ago the last one began.
  if (plan_.is_avalanche()) ends_ = measured_from_ + plan_.duration;
}

std::uint64_t Fleet::limit() const { return phase_ == Phase::preparing ? binds_ : plan_.exchanges; }

bool Fleet::begins() const {
  const bool may = phase_ == Phase::preparing || phase_ == Phase::running;
  const Figures& figures = phase_ == Phase::preparing ? preparation_ : run_;
  return may && figures.count(Count::begun) < limit();
}

Instant Fleet::scheduled_at(std::uint64_t exchange) const {
  const bool as_captured = !plan_.arrivals.is_empty() && !plan_.is_avalanche();
  return measured_from_ + (as_captured ? plan_.arrivals.at(exchange) : schedule_.at(exchange));
}

void Fleet::on_time(Now now, net::Outbox& out) {
  if (phase_ == Phase::done) return;
  if (phase_ == Phase::waiting) {
    const bool prepares = binds_first(plan_.scenario) && !again_;
    begin_phase(prepares ? Phase::preparing : Phase::running, now.mono);
  }
  for (std::uint32_t i = 0; i < kMaxBurst && !out.payload().empty(); ++i) {
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
  // What takes a lease ends when nobody has one any more.
  const bool nobody = outstanding_ == 0 && !is_anybody_idle();
  if (phase_ == Phase::running && (!begins() || now >= ends_ || nobody)) {
    begin_phase(Phase::ending, now);
  }
  if (phase_ == Phase::ending && (outstanding_ == 0 || now >= ends_)) stop();
}

void Fleet::stop() {
  if (phase_ == Phase::done) return;
  for (std::uint32_t id = 0; id < clients_.size(); ++id) {
    if (clients_[id].state != ClientState::idle) count(Count::unfinished, id);
  }
  phase_ = Phase::done;
}

void Fleet::run_again(const Plan& plan) {
  plan_ = plan;
  schedule_ = schedule_of(plan);
  for (std::uint32_t id = 0; id < clients_.size(); ++id) {
    if (clients_[id].state == ClientState::idle) continue;
    timers_.stop(id);
    clients_[id].state = ClientState::idle;
    idle_.push(id);
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
  std::uint32_t left = kMaxBurst;
  while (begins() && now < ends_ && !out.payload().empty()) {
    Instant scheduled = now;
    if (is_open_loop()) {
      scheduled = scheduled_at(run_.count(Count::begun));
      if (scheduled > now) break;
    } else if (outstanding_ >= window) {
      break;
    }
    if (left-- == 0) return;
    if (!is_anybody_idle()) {
      starved_ = is_open_loop();
      return;
    }
    const auto turn = take_turn(now);
    if (turn) begin(turn->id, turn->exchange, scheduled, now, out);
  }
  // What is left is not due: the schedule has been caught up with.
  if (!out.payload().empty()) starved_ = false;
}

Instant Fleet::next_deadline() const {
  if (phase_ == Phase::done) return Instant::never();
  if (phase_ == Phase::waiting) return Instant();
  Instant next = std::min(timers_.next_deadline(), ends_);
  const bool may = begins() && is_anybody_idle();
  if (may && is_open_loop()) {
    next = std::min(next, scheduled_at(run_.count(Count::begun)));
  } else if (may && outstanding_ < plan_.window) {
    next = Instant();
  }
  if (!begins() && outstanding_ == 0) next = Instant();
  return std::max(next, full_until_);
}

std::uint32_t Fleet::holding(Instant now) const {
  std::uint32_t sum = 0;
  for (std::uint32_t id = 0; id < clients_.size(); ++id) sum += has_lease(id, now) ? 1 : 0;
  return sum;
}

std::optional<net::Mac> Fleet::holder_mac(Instant now, net::Ip4 address) const {
  const auto id = holders_.holder_of(address);
  if (!id || !has_lease(*id, now)) return std::nullopt;
  return mac_of(plan_.first + *id);
}

}  // namespace lessor::load
