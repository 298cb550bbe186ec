#include "craft/story/timeline_story.h"

#include <algorithm>

namespace lessor::craft {
namespace {

using wire::MessageType;

/// What a server did to give `answer` to `question`.
std::string_view server_step(const DhcpEvent& question, const DhcpEvent& answer) {
  if (answer.type == MessageType::offer) return "Determines configuration";
  if (answer.type == MessageType::nak) return "Refuses";
  if (answer.type != MessageType::ack) return "";
  if (question.type == MessageType::inform) return "Looks up parameters";
  if (question.type != MessageType::request) return "Commits configuration";
  switch (question.request_state()) {
    case RequestState::selecting:
      return "Commits configuration";
    case RequestState::init_reboot:
      return "Locates configuration";
    case RequestState::renewing:
    case RequestState::rebinding:
      return "Extends lease";
  }
  return "";
}

/// Why the client sends a DHCPREQUEST.
std::string_view request_step(const DhcpEvent& request, bool offers_seen) {
  switch (request.request_state()) {
    case RequestState::selecting:
      return offers_seen ? "Collects replies\nSelects configuration" : "Selects configuration";
    case RequestState::init_reboot:
      return "Begins initialization";
    case RequestState::renewing:
      return "T1: renews its lease";
    case RequestState::rebinding:
      return "T2: asks any server";
  }
  return "";
}

/// What a DHCPACK means to the client that asked `question`.
std::string_view ack_step(const DhcpEvent& question) {
  if (question.type == MessageType::inform) return "Has its parameters";
  const bool extends = question.type == MessageType::request && !question.ciaddr.is_zero();
  return extends ? "Lease extended" : "Initialization complete";
}

void add(std::vector<Step>& steps, std::optional<net::Ip4> server, std::string_view text,
         bool bad = false) {
  if (!text.empty()) steps.push_back({server, std::string(text), bad});
}

/// Why the client says something new.
Step question_step(const DhcpEvent& event, bool offers_seen) {
  if (event.type == MessageType::discover) return {{}, "Begins initialization"};
  if (event.type == MessageType::request) {
    return {{}, std::string(request_step(event, offers_seen))};
  }
  if (event.type == MessageType::release) return {{}, "Graceful shutdown"};
  if (event.type == MessageType::decline) return {{}, "Finds address in use", true};
  if (event.type == MessageType::inform) return {{}, "Asks for parameters only"};
  return {};
}

}  // namespace

std::vector<Step> TimelineStory::before(const DhcpEvent& event) {
  if (event.op != wire::Op::reply) return before_question(event);
  if (question_ && question_->xid == event.xid) answered_ = true;
  std::vector<Step> steps;
  tell_server_step(event, steps);
  return steps;
}

/// Whether this is `question_` on its way from a relay to a server, or to one more server.
bool TimelineStory::is_passed_on(const DhcpEvent& event) const {
  if (event.giaddr.is_zero() || !question_ || question_->type != event.type) return false;
  if (question_->xid != event.xid) return false;
  return question_->giaddr != event.giaddr || question_->destination != event.destination;
}

std::vector<Step> TimelineStory::before_question(const DhcpEvent& event) {
  std::vector<Step> steps;
  const bool again = question_ && question_->type == event.type && question_->xid == event.xid &&
                     question_->ciaddr == event.ciaddr && question_->giaddr == event.giaddr &&
                     question_->destination == event.destination;
  saying_ = is_passed_on(event) ? Saying::passed_on : again ? Saying::again : Saying::first;
  if (saying_ == Saying::passed_on) return {};
  if (again) {
    ++times_;
    const std::string count = times_ > 2 ? " (" + std::to_string(times_ - 1) + ")" : "";
    add(steps, {}, (answered_ ? "Asks again" : "No answer: asks again") + count, true);
    return steps;
  }
  question_ = event;
  times_ = 1;
  answered_ = complete_ = false;
  told_.clear();
  if (event.type == MessageType::discover) {
    offered_.clear();
    offers_relayed_ = false;
  }
  Step step = question_step(event, !offered_.empty());
  if (!step.text.empty()) steps.push_back(std::move(step));
  return steps;
}

std::vector<Step> TimelineStory::after(const DhcpEvent& event, std::span<const DhcpEvent> answers) {
  std::vector<Step> steps;
  if (event.op == wire::Op::request) {
    tell_effects(event, answers, steps);
  } else if (event.type == MessageType::offer) {
    if (const auto server = event.server()) offered_.insert(*server);
    offers_relayed_ = !event.giaddr.is_zero();
  } else if (question_ && !complete_ && !is_on_its_way(event)) {
    complete_ = event.type == MessageType::ack || event.type == MessageType::nak;
    if (event.type == MessageType::ack) add(steps, {}, ack_step(*question_));
    if (event.type == MessageType::nak) add(steps, {}, "Must start over", true);
  }
  return steps;
}

/// Whether this is an answer that has yet to pass the relay, in a capture that shows both sides.
bool TimelineStory::is_on_its_way(const DhcpEvent& answer) const {
  return answer.between_relay_and_server() && question_->giaddr.is_zero();
}

/// What servers do on hearing the client. What a relay passes on they hear from the relay.
void TimelineStory::tell_effects(const DhcpEvent& event, std::span<const DhcpEvent> answers,
                                 std::vector<Step>& steps) {
  if (saying_ == Saying::again) return;
  const bool behind_relay = event.giaddr.is_zero() && offers_relayed_;
  if (event.type == MessageType::request && !behind_relay) tell_declined_offers(event, steps);
  if (saying_ == Saying::first) {
    if (event.type == MessageType::release) add(steps, event.server(), "Discards lease");
    if (event.type == MessageType::decline) add(steps, event.server(), "Avoids address");
  }
  const bool leg_is_seen = std::any_of(answers.begin(), answers.end(), [](const DhcpEvent& answer) {
    return answer.between_relay_and_server();
  });
  for (const DhcpEvent& answer : answers) {
    // The server hears it from the relay, further down.
    if (leg_is_seen && event.giaddr.is_zero() && !answer.giaddr.is_zero()) continue;
    tell_server_step(answer, steps);
  }
}

void TimelineStory::tell_server_step(const DhcpEvent& answer, std::vector<Step>& steps) {
  const auto server = answer.server();
  // An offer that comes late, after the client has chosen, is no answer to its DHCPREQUEST.
  if (!server || !question_ || (answer.type == MessageType::offer && told_.contains(*server))) {
    return;
  }
  if (!told_.insert(*server).second) return;
  add(steps, server, server_step(*question_, answer), answer.type == MessageType::nak);
}

/// RFC 2131 3.1: "Those servers not selected by the DHCPREQUEST message use the message as
/// notification that the client has declined that server's offer."
void TimelineStory::tell_declined_offers(const DhcpEvent& request, std::vector<Step>& steps) {
  if (!request.server_identifier) return;
  for (const net::Ip4 server : offered_) {
    if (server != *request.server_identifier) add(steps, server, "Offer declined");
  }
  offered_.clear();
}

}  // namespace lessor::craft
