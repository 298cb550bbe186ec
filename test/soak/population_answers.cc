// Population: what clients hear, and whether the server was allowed to say it.

#include "population.h"

#include <cstdio>

namespace lessor::soak {
namespace {

constexpr std::uint64_t kFaultsTold = 50;  // more tell nothing new

const char* name_of(std::uint8_t type) {
  constexpr const char* kNames[kTypes] = {"?",   "DISCOVER", "OFFER",   "REQUEST", "DECLINE",
                                          "ACK", "NAK",      "RELEASE", "INFORM"};
  return type < kTypes ? kNames[type] : "?";
}

}  // namespace

void Population::receive(std::uint32_t link) {
  while (const auto payload = links_[link].receive()) {
    const auto answer = read_answer(*payload);
    if (answer) {
      hear(link, *answer);
    } else {
      fault({.number = UINT32_MAX, .link = link}, "an answer that is none");
    }
  }
}

void Population::hear(std::uint32_t link, const Answer& answer) {
  if (answer.type < kTypes) ++figures_.seen[answer.type];
  if (links_[link].is_relayed_apart() && !answer.giaddr.is_zero()) ++figures_.relayed_seen;
  const std::uint32_t number = answer.xid % kMaxClients;
  if (number >= clients_.size()) {
    return fault({.number = number, .link = link}, "an answer to nobody");
  }
  Client& client = clients_[number];
  const bool waits = client.phase != Phase::idle && client.phase != Phase::bound;
  if (answer.xid != client.xid || !waits) {
    ++figures_.stray;
    return;
  }
  check_echo(client, link, answer);
  if (answer.type == kOffer) return hear_offer(client, answer);
  if (answer.type == kAck) return hear_ack(client, answer);
  if (answer.type == kNak) return hear_nak(client);
  fault(client, std::string("heard a ") + name_of(answer.type));
}

/// RFC 2131 table 3, and RFC 3046 2.2: what is echoed.
void Population::check_echo(const Client& client, std::uint32_t link, const Answer& answer) {
  if (link != client.link) fault(client, "was answered on another link");
  if (answer.mac != client.mac) fault(client, "was answered with another's chaddr");
  const net::Ip4 giaddr = client.direct ? net::Ip4() : links_[link].giaddr();
  if (answer.giaddr != giaddr) fault(client, "was answered with another giaddr");
  if (answer.server != links_[link].server()) {
    fault(client, "heard of server " + net::to_string(answer.server));
  }
  if (answer.port != port_of(client)) fault(client, "was answered with another circuit-id");
}

void Population::check_address(const Client& client, net::Ip4 address, std::string_view what) {
  const auto say = [&](const std::string& text) {
    fault(client, std::string(what) + " of " + net::to_string(address) + ", " + text);
  };
  const Link& link = links_[client.link];
  const auto home = client.number / static_cast<std::uint32_t>(links_.size());
  if (is_reserved(client)) {
    if (address != link.reserved(home)) say("but its own is " + to_string(link.reserved(home)));
  } else if (!link.pool().contains(address)) {
    say("outside of the pool");
  }
  if (beliefs_.is_set_aside(address, now_)) say("which is in use by a stranger");
  if (const auto other = beliefs_.other_holder(address, client.number, now_)) {
    say("which client " + std::to_string(*other) + " holds");
  }
}

void Population::hear_offer(Client& client, const Answer& answer) {
  if (client.phase != Phase::selecting) {
    ++figures_.stray;  // the second of two
    return;
  }
  check_address(client, answer.yiaddr, "OFFER");
  if (!client.former.is_zero() && now_ + std::chrono::seconds(1) < client.former_until &&
      answer.yiaddr != client.former) {
    fault(client, "is offered " + net::to_string(answer.yiaddr) + ", but has a lease of " +
                      net::to_string(client.former));
  }
  if (client.tries == 1) figures_.waited(now_ - client.asked, false);
  client.address = answer.yiaddr;
  ask(client, Phase::requesting);
}

void Population::hear_ack(Client& client, const Answer& answer) {
  if (client.phase == Phase::selecting) return fault(client, "heard an ACK to its DISCOVER");
  const bool for_disk = client.phase != Phase::informing;
  if (client.tries == 1) figures_.waited(now_ - client.asked, for_disk);
  --waiting_;
  if (client.phase == Phase::informing) {
    if (!answer.yiaddr.is_zero() || answer.lease != 0) fault(client, "INFORM made a lease");
    client.phase = Phase::bound;
    return set_timer(client, std::max(now_, std::min(client.until, client.t1)));
  }
  if (client.moved) fault(client, "keeps an address of another link");
  if (answer.yiaddr != client.address) {
    fault(client,
          "asked for " + net::to_string(client.address) + ", has " + net::to_string(answer.yiaddr));
  }
  bind(client, answer);
}

/// A promise: from now on the client believes in it.
void Population::bind(Client& client, const Answer& answer) {
  check_address(client, answer.yiaddr, "ACK");
  if (answer.lease == 0 || answer.t1 > answer.t2 || answer.t2 > answer.lease) {
    fault(client, "a lease of " + std::to_string(answer.lease) + " s with t1 " +
                      std::to_string(answer.t1) + " and t2 " + std::to_string(answer.t2));
  }
  // Of all the messages that this may answer, the first: the client believes for no longer.
  const Time from = client.asked;
  client.address = answer.yiaddr;
  client.until = from + std::chrono::seconds(answer.lease);
  client.t1 = from + std::chrono::seconds(answer.t1);
  client.t2 = from + std::chrono::seconds(answer.t2);
  client.has_lease = true;
  client.former = {};
  client.phase = Phase::bound;
  beliefs_.believe(client.address, client.number, now_, client.until);
  set_timer(client, client.renews_late ? client.t2 : client.t1);
}

/// Only who moved has to hear it.
void Population::hear_nak(Client& client) {
  if (client.phase == Phase::selecting) return fault(client, "heard a NAK to its DISCOVER");
  if (!client.moved && !client.unsure) {
    fault(client, "is refused " + net::to_string(client.address));
  }
  if (client.tries == 1) figures_.waited(now_ - client.asked, false);
  --waiting_;
  client.moved = false;
  settle(client);
}

void Population::fault(const Client& client, const std::string& text) {
  if (++figures_.faults > kFaultsTold) return;
  const std::chrono::duration<double> elapsed = now_ - started_at_;
  std::fprintf(stderr, "FAULT at %.1f s: client %u (%s) on link %u, phase %u, xid %08x: %s\n",
               elapsed.count(), client.number, net::to_string(client.mac).c_str(), client.link,
               static_cast<unsigned>(client.phase), client.xid, text.c_str());
}

}  // namespace lessor::soak
