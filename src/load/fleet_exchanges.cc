// Exchanges of single clients: who makes the next one, how it begins, goes on and ends.

#include "load/fleet.h"

#include <algorithm>

namespace lessor::load {
namespace {

/// An avalanche's client that was refused begins again after a quarter of its first wait: a second
/// when that is RFC 2131's, as our client does.
constexpr std::int64_t kRefusedPart = 4;

}  // namespace

Exchange Fleet::next_exchange() {
  if (phase_ == Phase::preparing) return Exchange::dora;
  return plan_.is_mix() ? mix_.draw() : exchange_of(plan_.scenario);
}

/// Who does what next. Where nobody has a lease, one without gets one first.
std::optional<Fleet::Turn> Fleet::take_turn(Instant now) {
  const Exchange kind = next_exchange();
  const auto id = take_client(kind, now);
  if (id) return Turn{.id = *id, .exchange = kind};
  if (bare_.is_empty()) return std::nullopt;
  return Turn{.id = bare_.pop(), .exchange = Exchange::dora};
}

/// Who makes it. Who has lost its lease, or whose turn did not come in time, takes no part in what
/// takes a lease any more.
std::optional<std::uint32_t> Fleet::take_client(Exchange kind, Instant now) {
  const bool prefers_bare = kind == Exchange::dora && phase_ != Phase::preparing;
  if (prefers_bare && !bare_.is_empty()) return bare_.pop();
  while (!idle_.is_empty()) {
    const std::uint32_t id = idle_.pop();
    if (kind == Exchange::dora || has_lease(id, now)) return id;
    if (!clients_[id].held.is_zero()) count(Count::expired);
    let_go(id);
    put_back(id);
  }
  return std::nullopt;
}

void Fleet::begin(std::uint32_t id, Exchange kind, Instant scheduled, Instant now,
                  net::Outbox& out) {
  Client& client = clients_[id];
  client.scheduled = scheduled;
  client.xid = random_.u32();
  now_measured().add(Count::begun, kind);
  ++outstanding_;
  if (starved_) {
    count(Count::held);
  } else if (is_open_loop()) {
    run_.step(Step::lateness).add(now - scheduled);
  }
  ask(id, first_state(kind), now, out);
}

/// No answer came in time, or what could not be sent is tried again.
void Fleet::retransmit(std::uint32_t id, Instant now, net::Outbox& out) {
  Client& client = clients_[id];
  if (client.unsent) return transmit(id, now, out);
  count(Count::timeouts, id);
  // What was to be kept is another's by now.
  const bool has_lost = client.held.is_zero() && takes_lease(client.state);
  if (has_lost) return finish(id, Count::dropped, now);
  const bool gives_up = client.tries >= plan_.tries;
  if (gives_up && !plan_.is_avalanche()) return finish(id, Count::dropped, now);
  // RFC 2131 3.1.5: who gets no ACK restarts the initialization procedure.
  if (gives_up && client.state == ClientState::requesting) {
    return begin_again(id, Duration(), now);
  }
  count(Count::retransmissions, id);
  if (client.tries < UINT8_MAX) ++client.tries;
  transmit(id, now, out);
}

/// From DISCOVER on, in a moment; the exchange is still the same.
void Fleet::begin_again(std::uint32_t id, Duration pause, Instant now) {
  Client& client = clients_[id];
  count(Count::restarts);
  client.state = ClientState::selecting;
  client.xid = random_.u32();
  client.asked = now;
  client.tries = 1;
  client.unsent = true;
  timers_.set(id, now + pause, now);
}

/// RFC 2131 4.4.1: who is refused has nothing and begins again.
void Fleet::on_nak(std::uint32_t id, Instant now) {
  let_go(id);
  if (plan_.is_avalanche()) return begin_again(id, plan_.first_delay / kRefusedPart, now);
  finish(id, Count::refused, now);
}

void Fleet::finish(std::uint32_t id, Count how, Instant now) {
  timers_.stop(id);
  count(how, id);
  clients_[id].state = ClientState::idle;
  --outstanding_;
  now_measured().elapsed = now - measured_from_;
  if (plan_.is_avalanche()) return note_milestones(now);
  put_back(id);
}

/// Who has no lease takes no part in what takes one.
void Fleet::put_back(std::uint32_t id) {
  if (plan_.is_mix() && clients_[id].held.is_zero()) return bare_.push(id);
  if (!binds_first(plan_.scenario) || !clients_[id].held.is_zero()) idle_.push(id);
}

void Fleet::note_milestones(Instant now) {
  for (std::size_t i = 0; i < kMilestones.size(); ++i) {
    const std::uint64_t wanted = (std::uint64_t{plan_.clients} * kMilestones[i] + 99) / 100;
    auto& reached = run_.milestones[i];
    if (!reached && run_.count(Count::done) >= wanted) reached = now - measured_from_;
  }
}

}  // namespace lessor::load
