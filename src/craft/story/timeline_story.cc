#include "craft/story/timeline_story.h"

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

void add(std::vector<Step>& steps, std::optional<net::Ip4> server, std::string_view text) {
  if (!text.empty()) steps.push_back({server, std::string(text)});
}

}  // namespace

std::vector<Step> TimelineStory::before(const DhcpEvent& event) {
  if (event.op != wire::Op::reply) return before_question(event);
  std::vector<Step> steps;
  tell_server_step(event, steps);
  return steps;
}

std::vector<Step> TimelineStory::before_question(const DhcpEvent& event) {
  repeated_ = question_ && question_->type == event.type && question_->xid == event.xid &&
              question_->ciaddr == event.ciaddr && question_->destination == event.destination;
  if (repeated_) return {};
  question_ = event;
  complete_ = false;
  told_.clear();
  std::vector<Step> steps;
  if (event.type == MessageType::discover) {
    offered_.clear();
    add(steps, {}, "Begins initialization");
  } else if (event.type == MessageType::request) {
    add(steps, {}, request_step(event, !offered_.empty()));
  } else if (event.type == MessageType::release) {
    add(steps, {}, "Graceful shutdown");
  } else if (event.type == MessageType::decline) {
    add(steps, {}, "Finds address in use");
  } else if (event.type == MessageType::inform) {
    add(steps, {}, "Asks for parameters only");
  }
  return steps;
}

std::vector<Step> TimelineStory::after(const DhcpEvent& event, std::span<const DhcpEvent> answers) {
  std::vector<Step> steps;
  if (event.type == MessageType::offer) {
    if (const auto server = event.server()) offered_.insert(*server);
  } else if (event.type == MessageType::ack && question_ && !complete_) {
    complete_ = true;
    add(steps, {}, ack_step(*question_));
  } else if (event.op == wire::Op::request && !repeated_) {
    if (event.type == MessageType::request) tell_declined_offers(event, steps);
    if (event.type == MessageType::release) add(steps, event.server(), "Discards lease");
    if (event.type == MessageType::decline) add(steps, event.server(), "Avoids address");
    for (const DhcpEvent& answer : answers) tell_server_step(answer, steps);
  }
  return steps;
}

void TimelineStory::tell_server_step(const DhcpEvent& answer, std::vector<Step>& steps) {
  const auto server = answer.server();
  // An offer that comes late, after the client has chosen, is no answer to its DHCPREQUEST.
  if (!server || !question_ || (answer.type == MessageType::offer && told_.contains(*server))) {
    return;
  }
  if (told_.insert(*server).second) add(steps, server, server_step(*question_, answer));
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
