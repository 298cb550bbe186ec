// The fleet's questions and what it makes of the answers.

#include "client/v4/limits.h"
#include "client/v4/timing.h"
#include "load/fleet.h"

#include <algorithm>

namespace lessor::load {

using wire::MessageType;

void Fleet::ask(std::uint32_t id, ClientState state, Instant now, net::Outbox& out) {
  Client& client = clients_[id];
  client.state = state;
  client.asked = now;
  client.tries = 1;
  transmit(id, now, out);
}

/// Sends the client's present question; when there is no room for it, in a moment.
void Fleet::transmit(std::uint32_t id, Instant now, net::Outbox& out) {
  Client& client = clients_[id];
  const std::size_t size = write_question(out.payload(), question_of(id, now));
  client.unsent = size == 0;
  if (client.unsent) return timers_.set(id, now + kFullPause, now);
  out.post(envelope_of(id), size);
  count(Count::sent);
  // R2131-4.1-h, for a shorter first wait in proportion.
  const Duration delay = client::v4::retransmission_delay(client.tries, random_) *
                         plan_.first_delay.to_milliseconds() /
                         client::v4::kFirstDelay.to_milliseconds();
  timers_.set(id, now + delay, now);
}

Question Fleet::question_of(std::uint32_t id, Instant now) const {
  const Client& client = clients_[id];
  const std::int64_t waited =
      std::clamp<std::int64_t>((now - client.asked).to_seconds(), 0, 65'535);
  Question question{.number = plan_.first + id,
                    .xid = client.xid,
                    .secs = static_cast<std::uint16_t>(waited),
                    .broadcast = plan_.broadcast};
  if (plan_.is_relayed()) question.giaddr = plan_.relays[id % plan_.relays.size()];
  switch (client.state) {
    case ClientState::idle:
    case ClientState::selecting:
      break;
    case ClientState::requesting:  // RFC 2131 table 4, SELECTING
      question.type = MessageType::request;
      question.requested = client.offered;
      question.server = client.server;
      break;
    case ClientState::renewing:  // neither option 50 nor 54; an answer can be unicast
      question.type = MessageType::request;
      question.ciaddr = client.held;
      question.broadcast = false;
      break;
  }
  say_as_captured(id, question);
  return question;
}

void Fleet::say_as_captured(std::uint32_t id, Question& question) const {
  if (plan_.sets.empty()) return;
  const OptionSet& set = plan_.sets[id % plan_.sets.size()];
  question.options = question.type == MessageType::discover ? set.discover : set.request;
  // Who has an address can be reached there.
  question.broadcast = question.broadcast || (set.broadcast && question.ciaddr.is_zero());
}

net::Envelope Fleet::envelope_of(std::uint32_t id) const {
  const Client& client = clients_[id];
  if (plan_.is_relayed()) {
    return {.target = net::LinkTarget::route,
            .source = plan_.relays[id % plan_.relays.size()],
            .destination = plan_.server,
            .source_port = wire::kServerPort,
            .destination_port = wire::kServerPort};
  }
  net::Envelope envelope{.interface = plan_.interface,
                         .target = net::LinkTarget::broadcast,
                         .destination = net::kIp4Broadcast,
                         .source_port = wire::kClientPort,
                         .destination_port = wire::kServerPort};
  if (client.state == ClientState::renewing) {
    envelope.target = net::LinkTarget::mac;
    envelope.target_mac = client.way;
    envelope.source = client.held;
    envelope.destination = client.server;
  }
  return envelope;
}

void Fleet::on_datagram(Now now, const net::Datagram& in, net::Outbox& out) {
  if (phase_ == Phase::waiting || phase_ == Phase::done) return;
  const auto answer = read_answer(in.payload, scratch_);
  const std::uint32_t id = answer ? answer->number - plan_.first : 0;
  if (!answer || id >= clients_.size()) return count(Count::strange);
  count(Count::received);
  Client& client = clients_[id];
  if (client.state == ClientState::idle || client.xid != answer->xid) return count(Count::late);
  if (in.framed) client.way = in.source_mac;
  if (answer->type == MessageType::offer) return on_offer(id, *answer, now.mono, out);
  const bool asked = client.state != ClientState::selecting;
  if (asked && answer->type == MessageType::ack) return on_ack(id, *answer, now.mono);
  if (asked && answer->type == MessageType::nak) return on_nak(id, now.mono);
  count(Count::strange);
}

void Fleet::on_offer(std::uint32_t id, const Answer& answer, Instant now, net::Outbox& out) {
  Client& client = clients_[id];
  if (client.state != ClientState::selecting) return count(Count::further_offers);
  if (answer.address.is_zero()) violate(Violation::no_address, id, answer.address, now);
  if (answer.server.is_zero()) violate(Violation::no_server, id, answer.address, now);
  // Nothing can be asked for: the DISCOVER is sent again.
  if (answer.address.is_zero() || answer.server.is_zero()) return;
  now_measured().step(Step::offer).add(now - client.scheduled);
  client.offered = answer.address;
  client.server = answer.server;
  ask(id, ClientState::requesting, now, out);
}

void Fleet::on_ack(std::uint32_t id, const Answer& answer, Instant now) {
  const Client& client = clients_[id];
  check_ack(id, answer, now);
  Figures& figures = now_measured();
  if (client.state == ClientState::renewing) {
    figures.step(Step::renew).add(now - client.scheduled);
  } else {
    figures.step(Step::acknowledge).add(now - client.asked);
    figures.step(Step::bind).add(now - client.scheduled);
  }
  hold(id, answer, now);
  finish(id, Count::done, now);
}

/// RFC 2131 4.4.1: who is refused has nothing and begins again.
void Fleet::on_nak(std::uint32_t id, Instant now) {
  let_go(id);
  finish(id, Count::refused, now);
}

void Fleet::check_ack(std::uint32_t id, const Answer& answer, Instant now) {
  const Client& client = clients_[id];
  const net::Ip4 address = answer.address;
  const net::Ip4 expected = client.state == ClientState::renewing ? client.held : client.offered;
  if (address.is_zero()) {
    violate(Violation::no_address, id, address, now);
  } else if (address != expected) {
    violate(Violation::other_address, id, address, now);
  }
  if (answer.server.is_zero()) {
    violate(Violation::no_server, id, address, now);
  } else if (answer.server != client.server) {
    violate(Violation::server_changed, id, address, now);
  }
  if (!answer.lease_time) return violate(Violation::no_lease_time, id, address, now);
  const Duration t2 = answer.t2.value_or(*answer.lease_time);
  if (answer.t1.value_or(t2) > t2 || t2 > *answer.lease_time) {
    violate(Violation::times_disorder, id, address, now);
  }
}

/// The address is this client's now, from when it asked (RFC 2131 4.4.1) until the lease ends.
void Fleet::hold(std::uint32_t id, const Answer& answer, Instant now) {
  Client& client = clients_[id];
  if (client.held != answer.address) let_go(id);
  if (answer.address.is_zero()) return;
  const auto other = holders_.holder_of(answer.address);
  if (other && *other != id) {
    if (clients_[*other].lease_end > now) {
      violate(Violation::two_holders, id, answer.address, now, *other);
    }
    let_go(*other);
  }
  holders_.give(answer.address, id);
  client.held = answer.address;
  client.lease_end = client.asked + answer.lease_time.value_or(Duration());
}

void Fleet::let_go(std::uint32_t id) {
  Client& client = clients_[id];
  if (client.held.is_zero()) return;
  holders_.take_away(client.held);
  client.held = {};
}

void Fleet::violate(Violation what, std::uint32_t id, net::Ip4 address, Instant now,
                    std::uint32_t other) {
  Figures& figures = now_measured();
  ++figures.violations[static_cast<std::size_t>(what)];
  if (figures.evidence) return;
  figures.evidence = {.what = what,
                      .client = plan_.first + id,
                      .address = address,
                      .other = plan_.first + other,
                      .at = now - measured_from_};
}

}  // namespace lessor::load
