#include "craft/story/exchange.h"

#include <algorithm>

namespace lessor::craft {
namespace {

using wire::MessageType;

constexpr std::size_t kOffersMax = 16;     // of one exchange that are remembered
constexpr std::size_t kLookedBackMax = 8;  // exchanges; an answer to an older one is news

/// "192.168.56.104 for 30s by 192.168.56.100".
std::string lease_text(const Exchange& exchange) {
  std::string text = net::to_string(exchange.address);
  if (exchange.lease_time) text += " for " + to_string(*exchange.lease_time);
  if (exchange.server) text += " by " + net::to_string(*exchange.server);
  return text;
}

Outcome outcome_of_ack(const Exchange& exchange) {
  if (exchange.asked == MessageType::inform) return Outcome::informed;
  if (exchange.state == RequestState::renewing) return Outcome::renewed;
  if (exchange.state == RequestState::rebinding) return Outcome::rebound;
  return Outcome::bound;
}

bool is_over(const Exchange& exchange) {
  return exchange.outcome != Outcome::open && exchange.outcome != Outcome::offered;
}

std::string by_server(const Exchange& exchange) {
  return exchange.server ? " by " + net::to_string(*exchange.server) : "";
}

}  // namespace

std::string outcome_text(const Exchange& exchange) {
  const std::string asked(wire::to_string(exchange.asked));
  switch (exchange.outcome) {
    case Outcome::open:
      return "no answer to " + asked;
    case Outcome::offered:
      if (exchange.asked == MessageType::request) return "no answer to DHCPREQUEST";
      return "offered " + net::to_string(exchange.address) + ", not asked for";
    case Outcome::bound:
      return "bound to " + lease_text(exchange);
    case Outcome::renewed:
      return "renewed " + lease_text(exchange);
    case Outcome::rebound:
      return "rebound to " + lease_text(exchange);
    case Outcome::refused:
      return "refused" + by_server(exchange);
    case Outcome::declined:
      return "declined " + net::to_string(exchange.address) + ": it is in use";
    case Outcome::released:
      return "released " + net::to_string(exchange.address);
    case Outcome::informed:
      return "informed" + by_server(exchange);
    case Outcome::answered:
      return exchange.asked == MessageType::none ? "answers only: the question was not captured"
                                                 : asked + " answered" + by_server(exchange);
  }
  return "";
}

bool is_bad(const Exchange& exchange) {
  return !is_over(exchange) || exchange.outcome == Outcome::refused ||
         exchange.outcome == Outcome::declined;
}

/// Whether a client's message is part of an exchange that has its xid.
bool ExchangeTracker::goes_on(const Exchange& exchange, const DhcpEvent& question) {
  // What a relay passes on is the client's own message once more.
  if (!question.giaddr.is_zero() && question.type == exchange.asked) return true;
  const bool repeated = question.type == exchange.asked;
  switch (question.type == MessageType::request ? question.request_state()
                                                : RequestState::init_reboot) {
    case RequestState::selecting:
      return true;
    case RequestState::init_reboot:
    case RequestState::renewing:
      return repeated && !is_over(exchange);
    case RequestState::rebinding:
      return exchange.asked == MessageType::request && !is_over(exchange);
  }
  return false;
}

std::optional<std::size_t> ExchangeTracker::find(const DhcpEvent& event) const {
  const std::size_t end = exchanges_.size();
  for (std::size_t i = end; i > end - std::min(end, kLookedBackMax); --i) {
    const Exchange& exchange = exchanges_[i - 1];
    if (exchange.xid != event.xid) continue;
    if (event.op == wire::Op::reply || goes_on(exchange, event)) return i - 1;
    return std::nullopt;
  }
  return std::nullopt;
}

ExchangeTracker::Note ExchangeTracker::add(const DhcpEvent& event) {
  const auto found = find(event);
  if (!found) exchanges_.push_back({.xid = event.xid, .began = event.since_1970});
  const std::size_t index = found.value_or(exchanges_.size() - 1);
  Note note{.exchange = forgotten_ + index, .begins = !found};
  Exchange& exchange = exchanges_[index];
  ++exchange.messages;
  if (event.op == wire::Op::reply) {
    note.mark = answer(exchange, event);
  } else {
    ask(exchange, event);
  }
  if (event.broken) note.mark = "Its options break off";
  return note;
}

void ExchangeTracker::forget_old() {
  if (exchanges_.size() <= kLookedBackMax) return;
  const std::size_t old = exchanges_.size() - kLookedBackMax;
  exchanges_.erase(exchanges_.begin(), exchanges_.begin() + static_cast<std::ptrdiff_t>(old));
  forgotten_ += old;
}

void ExchangeTracker::ask(Exchange& exchange, const DhcpEvent& event) {
  exchange.asked = event.type;
  exchange.waiting = event.giaddr.is_zero() || exchange.waiting;
  exchange.state.reset();
  if (event.type == MessageType::request) exchange.state = event.request_state();
  if (event.type == MessageType::release) {
    exchange.outcome = Outcome::released;
    exchange.address = event.ciaddr;
  } else if (event.type == MessageType::decline) {
    exchange.outcome = Outcome::declined;
    exchange.address = event.requested_address.value_or(event.ciaddr);
  }
  if (is_over(exchange)) exchange.waiting = false;
}

std::string ExchangeTracker::offer(Exchange& exchange, const DhcpEvent& event) {
  if (exchange.outcome == Outcome::open) exchange.outcome = Outcome::offered;
  if (exchange.address.is_zero()) exchange.address = event.yiaddr;
  const auto server = event.server();
  if (!server) return "";
  const auto from = [&](const Exchange::Offer& o) { return o.server == *server; };
  const bool known = std::any_of(exchange.offers.begin(), exchange.offers.end(), from);
  if (known || exchange.offers.size() == kOffersMax) return "";
  exchange.offers.push_back({*server, event.yiaddr});
  if (exchange.offers.size() == 1) return "";
  return "Competes with the offer of " + net::to_string(exchange.offers.front().server);
}

/// Notes an answer, and says what is wrong with it.
std::string ExchangeTracker::answer(Exchange& exchange, const DhcpEvent& event) {
  exchange.waiting = false;
  if (event.type == MessageType::offer) return offer(exchange, event);
  if (event.type == MessageType::nak) {
    if (exchange.outcome == Outcome::bound) return "Refuses what another server granted";
    exchange.outcome = Outcome::refused;
    exchange.server = event.server();
    return "";
  }
  if (event.type != MessageType::ack) {
    if (!is_over(exchange)) exchange.outcome = Outcome::answered;
    exchange.server = event.server();
    return "";
  }
  const bool twice = is_over(exchange) && exchange.server != event.server();
  if (twice) return "A second server grants, too";
  const net::Ip4 granted = event.yiaddr.is_zero() ? event.ciaddr : event.yiaddr;
  std::string mark;
  const auto from_server = [&](const Exchange::Offer& o) { return o.server == event.server(); };
  const auto offered = std::find_if(exchange.offers.begin(), exchange.offers.end(), from_server);
  if (offered != exchange.offers.end() && offered->address != granted) {
    mark = "Not the address that it offered";
  }
  exchange.outcome =
      exchange.asked == MessageType::none ? Outcome::answered : outcome_of_ack(exchange);
  exchange.address = granted;
  exchange.server = event.server();
  exchange.lease_time = event.lease_time;
  return mark;
}

}  // namespace lessor::craft
