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
  if (!manner_of(client.state).answered) {
    let_go(id);
    return finish(id, Count::done, now);
  }
  // R2131-4.1-h, for a shorter first wait in proportion.
  const Duration delay = client::v4::retransmission_delay(client.tries, random_) *
                         plan_.first_delay.to_milliseconds() /
                         client::v4::kFirstDelay.to_milliseconds();
  timers_.set(id, now + delay, now);
}

Question Fleet::question_of(std::uint32_t id, Instant now) const {
  const Client& client = clients_[id];
  const Manner manner = manner_of(client.state);
  Question question{.type = manner.type, .number = plan_.first + id, .xid = client.xid};
  if (plan_.is_relayed()) question.giaddr = plan_.relays[id % plan_.relays.size()];
  if (manner.ciaddr) question.ciaddr = client.held;
  if (manner.requested) {
    question.requested = client.state == ClientState::requesting ? client.offered : client.held;
  }
  if (manner.server) question.server = client.server;
  question.asks = manner.answered;
  if (manner.answered) {
    const std::int64_t waited = (now - client.asked).to_seconds();
    question.secs = static_cast<std::uint16_t>(std::clamp<std::int64_t>(waited, 0, 65'535));
    // Who has an address can be reached there.
    question.broadcast = plan_.broadcast && !manner.ciaddr;
  }
  say_as_captured(id, question);
  return question;
}

void Fleet::say_as_captured(std::uint32_t id, Question& question) const {
  if (plan_.sets.empty()) return;
  const OptionSet& set = plan_.sets[id % plan_.sets.size()];
  question.options = question.type == MessageType::discover ? set.discover : set.request;
  if (!question.asks) return;
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
  const Manner manner = manner_of(client.state);
  if (manner.ciaddr) envelope.source = client.held;
  if (manner.unicast) {
    envelope.target = net::LinkTarget::mac;
    envelope.target_mac = client.way;
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
  if (answer->type == MessageType::ack) holders_.fetch(answer->address);
  Client& client = clients_[id];
  if (client.state == ClientState::idle || client.xid != answer->xid) return count(Count::late);
  if (in.framed) client.way = in.source_mac;
  // A server that knows nothing of option 82 leaves it out; one that knows it sends all of it back.
  if (answer->relay_info == Echo::other) {
    violate(Violation::relay_info, id, answer->address, now.mono);
  }
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
  // RFC 2131 3.1 (4): what the DHCPACK says does not conflict with the DHCPOFFER.
  client.options = says_the_same_twice(id) ? answer.options : 0;
  client.server = answer.server;
  ask(id, ClientState::requesting, now, out);
}

void Fleet::on_ack(std::uint32_t id, const Answer& answer, Instant now) {
  const Client& client = clients_[id];
  check_ack(id, answer, now);
  Figures& figures = now_measured();
  figures.step(whole_of(manner_of(client.state).exchange)).add(now - client.scheduled);
  if (client.state == ClientState::requesting) {
    figures.step(Step::acknowledge).add(now - client.asked);
  }
  hold(id, answer, now);
  finish(id, Count::done, now);
}

}  // namespace lessor::load
