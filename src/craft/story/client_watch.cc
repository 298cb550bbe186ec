#include "craft/story/client_watch.h"

#include <algorithm>

namespace lessor::craft {
namespace {

using wire::MessageType;

// RFC 2131 4.1: the first retransmission comes after 4 seconds, and each delay doubles. More
// questions than this in the window is a client that does not heed it.
constexpr Duration kRateWindow = Duration::seconds(10);
constexpr std::size_t kRateMax = 12;
constexpr std::size_t kOffersMax = 16;
// Clients add "some random fuzz" to T1 and T2 (RFC 2131 4.4.5), and captures begin late.
constexpr int kFuzzPercent = 10;
constexpr Duration kFuzz = Duration::seconds(2);

bool wants_answer(MessageType type) {
  return type != MessageType::release && type != MessageType::decline;
}

std::optional<LatencyStep> step_of(const DhcpEvent& question, MessageType answer) {
  if (question.type == MessageType::discover && answer == MessageType::offer) {
    return LatencyStep::discover_offer;
  }
  if (answer != MessageType::ack) return std::nullopt;
  if (question.type == MessageType::inform) return LatencyStep::inform_ack;
  if (question.type != MessageType::request) return std::nullopt;
  const RequestState state = question.request_state();
  const bool extends = state == RequestState::renewing || state == RequestState::rebinding;
  return extends ? LatencyStep::renew_ack : LatencyStep::request_ack;
}

Duration t1_of(const SeenLease& lease) {
  return lease.t1.value_or(lease.lease_time.value_or(Duration::infinite()) / 2);
}
Duration t2_of(const SeenLease& lease) {
  if (lease.t2) return *lease.t2;
  const Duration time = lease.lease_time.value_or(Duration::infinite());
  return time.is_infinite() ? time : time - time / 8;
}

void report(AnomalyLog& log, AnomalyKind kind, const DhcpEvent& event, const std::string& text) {
  log.add({.kind = kind,
           .number = event.number,
           .since_1970 = event.since_1970,
           .text = net::to_string(event.client) + " " + text});
}

std::string server_text(const DhcpEvent& event) {
  const auto server = event.server();
  return server ? net::to_string(*server) : "a server that does not say who it is";
}

/// A duration without fractions, for sentences.
std::string rough(Duration d) {
  return d < Duration::seconds(1) ? to_string(Duration::milliseconds(d.to_milliseconds()))
                                  : to_string(Duration::seconds(d.to_seconds()));
}

/// RFC 2131 4.4.5: "T1 MUST be earlier than T2, which, in turn, MUST be earlier than the time at
/// which the client's lease will expire."
void check_times(const DhcpEvent& ack, const SeenLease& lease, AnomalyLog& anomalies) {
  if (!lease.lease_time) return;
  const Duration t1 = t1_of(lease);
  const Duration t2 = t2_of(lease);
  const bool endless = lease.lease_time->is_infinite() && t1.is_infinite() && t2.is_infinite();
  if (endless || (t1 < t2 && t2 < *lease.lease_time)) return;
  report(anomalies, AnomalyKind::timing, ack,
         "is told T1 " + to_string(t1) + ", T2 " + to_string(t2) + ", lease " +
             to_string(*lease.lease_time) + " by " + server_text(ack) +
             ": T1 must be before T2, and T2 before the end (RFC 2131 4.4.5)");
}

}  // namespace

std::string_view to_string(LatencyStep step) {
  switch (step) {
    case LatencyStep::discover_offer:
      return "DISCOVER to OFFER";
    case LatencyStep::request_ack:
      return "REQUEST to ACK";
    case LatencyStep::renew_ack:
      return "renewal to ACK";
    case LatencyStep::inform_ack:
      return "INFORM to ACK";
  }
  return "";
}

void ClientWatch::note(const DhcpEvent& event, Latencies& latencies, AnomalyLog& anomalies) {
  competing_ = handed_on_ = false;
  if (event.op == wire::Op::reply) return answer(event, latencies, anomalies);
  if (!is_passed_on(event)) ask(event, anomalies);
}

/// Whether this is the question at hand on its way from a relay to a server.
bool ClientWatch::is_passed_on(const DhcpEvent& event) const {
  return !event.giaddr.is_zero() && question_ && question_->xid == event.xid &&
         question_->type == event.type && question_->giaddr != event.giaddr;
}

void ClientWatch::ask(const DhcpEvent& event, AnomalyLog& anomalies) {
  check_rate(event, anomalies);
  const bool again = question_ && question_->xid == event.xid && question_->type == event.type &&
                     question_->ciaddr == event.ciaddr && !answered_;
  last_asked_ = event.since_1970;
  if (again) {
    ++times_;
    timed_ = false;
    return;
  }
  give_up_question(anomalies);
  question_ = event;
  times_ = 1;
  answered_ = timed_ = false;
  if (event.type == MessageType::discover) offers_.clear();
  if (event.type == MessageType::request) check_renewal(event, anomalies);
  if (event.type == MessageType::release && lease_) lease_->state = SeenLease::State::released;
  if (event.type != MessageType::decline) return;
  const net::Ip4 address = event.requested_address.value_or(event.ciaddr);
  if (lease_ && lease_->address == address) lease_->state = SeenLease::State::declined;
  report(anomalies, AnomalyKind::declined, event,
         "declines " + net::to_string(address) + ": somebody uses it");
}

void ClientWatch::give_up_question(AnomalyLog& anomalies) {
  if (!question_ || answered_ || !wants_answer(question_->type)) return;
  std::string text = "got no answer to " + std::string(wire::to_string(question_->type));
  if (times_ > 1) text += ", sent " + std::to_string(times_) + " times";
  report(anomalies, AnomalyKind::unanswered, *question_, text);
}

void ClientWatch::finish(AnomalyLog& anomalies) {
  give_up_question(anomalies);
  question_.reset();
}

void ClientWatch::check_rate(const DhcpEvent& event, AnomalyLog& anomalies) {
  if (event.since_1970 - rate_from_ > kRateWindow) {
    rate_from_ = event.since_1970;
    rate_ = 0;
  }
  if (++rate_ <= kRateMax || storm_told_) return;
  storm_told_ = true;
  report(anomalies, AnomalyKind::storm, event,
         "asks more than " + std::to_string(kRateMax) + " times in " + to_string(kRateWindow));
}

/// RFC 2131 4.4.5: when a client renews and rebinds.
void ClientWatch::check_renewal(const DhcpEvent& event, AnomalyLog& anomalies) const {
  if (!lease_ || lease_->state != SeenLease::State::held) return;
  const RequestState state = event.request_state();
  const bool rebinds = state == RequestState::rebinding;
  if (state != RequestState::renewing && !rebinds) return;
  if (event.ciaddr != lease_->address) return;
  const Duration after = event.since_1970 - lease_->granted;
  const std::string when = " after " + rough(after);
  const Duration due = rebinds ? t2_of(*lease_) : t1_of(*lease_);
  const std::string due_text = (rebinds ? "T2 is " : "T1 is ") + to_string(due);
  const std::string verb = rebinds ? "rebinds" : "renews";
  if (lease_->lease_time && !lease_->lease_time->is_infinite() &&
      after > *lease_->lease_time + kFuzz) {
    report(anomalies, AnomalyKind::timing, event,
           verb + when + ", though its lease of " + to_string(*lease_->lease_time) + " is over");
  } else if (!due.is_infinite() && after + kFuzz < due * (100 - kFuzzPercent) / 100) {
    report(anomalies, AnomalyKind::timing, event, verb + when + ", though " + due_text);
  } else if (!rebinds && after > t2_of(*lease_) + kFuzz) {
    report(anomalies, AnomalyKind::timing, event,
           "asks its server alone" + when + ", though T2 was at " + to_string(t2_of(*lease_)));
  }
}

void ClientWatch::answer(const DhcpEvent& event, Latencies& latencies, AnomalyLog& anomalies) {
  const bool mine = question_ && question_->xid == event.xid;
  if (mine) answered_ = true;
  if (event.between_relay_and_server()) {
    to_relay_ = event;
  } else {
    handed_on_ = to_relay_ && to_relay_->xid == event.xid && to_relay_->type == event.type &&
                 to_relay_->server() == event.server() && !event.giaddr.is_zero();
  }
  // An answer on its way to the relay will be seen again on its way to the client.
  const bool arrives =
      !event.between_relay_and_server() || (question_ && !question_->giaddr.is_zero());
  if (mine && !timed_ && arrives) {
    if (const auto step = step_of(*question_, event.type)) {
      timed_ = true;
      latencies[static_cast<std::size_t>(*step)].add(event.since_1970 - last_asked_);
    }
  }
  if (event.type == MessageType::offer) offer(event, anomalies);
  if (event.type == MessageType::ack) grant(event, anomalies);
  if (event.type == MessageType::nak && arrives) {
    if (lease_) lease_->state = SeenLease::State::refused;
    report(anomalies, AnomalyKind::refused, event, "is refused by " + server_text(event));
  }
}

void ClientWatch::offer(const DhcpEvent& event, AnomalyLog& anomalies) {
  const auto server = event.server();
  if (!server || offers_.size() == kOffersMax) return;
  if (std::find(offers_.begin(), offers_.end(), *server) != offers_.end()) return;
  offers_.push_back(*server);
  competing_ = offers_.size() > 1;
  if (!competing_) return;
  report(anomalies, AnomalyKind::competing_offers, event,
         "is offered " + net::to_string(event.yiaddr) + " by " + net::to_string(*server) +
             ", after " + net::to_string(offers_.front()) + " made an offer");
}

void ClientWatch::grant(const DhcpEvent& event, AnomalyLog& anomalies) {
  const bool informs = question_ && question_->type == MessageType::inform;
  if (event.yiaddr.is_zero() || informs) return;
  const bool same = lease_ && lease_->address == event.yiaddr;
  const std::size_t renewals = same ? lease_->renewals : 0;
  const bool relayed_copy = same && event.since_1970 - lease_->granted < Duration::seconds(1);
  const bool extends = question_ && !question_->ciaddr.is_zero();
  lease_ = SeenLease{.address = event.yiaddr,
                     .server = event.server(),
                     .granted = event.since_1970,
                     .lease_time = event.lease_time,
                     .t1 = event.renewal_time,
                     .t2 = event.rebinding_time,
                     .renewals = renewals + (extends && !relayed_copy ? 1 : 0)};
  if (!relayed_copy) check_times(event, *lease_, anomalies);
}

}  // namespace lessor::craft
