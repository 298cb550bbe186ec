#include "cli/demo_story.h"

namespace lessor::cli {
namespace {

using client::v4::State;
using craft::DhcpEvent;
using craft::RequestState;

using wire::MessageType;

std::string server_of(const DhcpEvent& event) {
  const auto server = event.server();
  return server ? net::to_string(*server) : "a server";
}

std::string time_of(const DhcpEvent& event) {
  return event.lease_time ? to_string(*event.lease_time) : "an unknown time";
}

std::string cast_of(const DhcpEvent& event) {
  return event.broadcast() ? "by broadcast, as the client asked" : "to the client alone";
}

Scene tell_discover(const DhcpEvent& event) {
  Scene scene{.title = "DHCPDISCOVER: is there a server?"};
  scene.text =
      "The client has no address and knows no server. So it asks everybody: ff:ff:ff:ff:ff:ff in "
      "Ethernet, 255.255.255.255 in IP, from 0.0.0.0, which means \"nobody yet\". It draws a "
      "number, xid, by which it will know the answers to its question, and puts its hardware "
      "address in chaddr, by which they will find it. ";
  if (event.requested_address) scene.text += "Option 50 is the address that it would like. ";
  scene.text +=
      "Option 61 is the client's name for itself, made once and kept over restarts, so that it "
      "is known again with another network card, too (RFC 4361). Option 55 lists what it wants to "
      "be told besides an address.";
  return scene;
}

Scene tell_release(const DhcpEvent& event) {
  return {.title = "DHCPRELEASE: I am leaving",
          .text = "The client leaves and hands " + net::to_string(event.ciaddr) +
                  " back, to its server alone. Nobody answers: the client is gone as soon as it "
                  "has said so. The server may lease the address to anybody now, but remembers "
                  "who had it, and will give it to the same client again while it can (RFC 2131 "
                  "4.3.4)."};
}

}  // namespace

std::string tell_step(State before, State after) {
  if (before == State::stopped && after == State::init) {
    return "It waits a moment, at most a second, of a length that it draws: when the power comes "
           "back to a building, not all clients shall ask at once (RFC 2131 4.4.1).";
  }
  if (after == State::checking) {
    return "The server has given its word, but somebody may sit on the address without having "
           "asked anybody. So the client asks the link by ARP, twice: who has it? It asks from "
           "0.0.0.0, nobody yet, so that no neighbour learns anything from the question (RFC "
           "5227). Would somebody answer, the client would refuse the address with a DHCPDECLINE "
           "and begin again.";
  }
  if (before == State::checking && after == State::bound) {
    return "Nobody answered, so the address goes onto the interface. The client announces it by "
           "ARP, now and in two seconds: whoever remembers another owner of it learns better.";
  }
  return "";
}

std::size_t DemoStory::last(MessageType type) const {
  for (std::size_t i = events_.size(); i > 0; --i) {
    if (events_[i - 1].type == type) return i;
  }
  return 0;
}

/// What a message is best compared with: its own like, else what it answers or follows.
std::size_t DemoStory::reference_of(const DhcpEvent& event) const {
  if (event.type == MessageType::release) return last(MessageType::request);
  if (const std::size_t like = last(event.type)) return like;
  if (event.type == MessageType::offer) return last(MessageType::discover);
  if (event.type == MessageType::request) return last(MessageType::discover);
  if (event.type != MessageType::ack) return 0;
  // The offer that became the lease, not the other server's.
  for (std::size_t i = events_.size(); i > 0; --i) {
    const DhcpEvent& earlier = events_[i - 1];
    if (earlier.type == MessageType::offer && earlier.server() == event.server()) return i;
  }
  return 0;
}

Scene DemoStory::tell_offer(const DhcpEvent& event) const {
  const std::string address = net::to_string(event.yiaddr);
  const std::string offer = address + " for " + time_of(event);
  if (last(MessageType::offer) != 0) {
    return {.title = "DHCPOFFER: a second server offers, too",
            .text = "Everybody heard the question, so everybody may answer it. " +
                    server_of(event) + " offers " + offer +
                    " and keeps that address aside until it hears what the client decides."};
  }
  Scene scene{.title = "DHCPOFFER: you could have " + address};
  scene.text = "The server " + server_of(event) +
               " takes an address from its pool, keeps it aside and offers " + offer + ", " +
               cast_of(event) +
               ". The address stands in yiaddr, \"your\" address; xid and chaddr are the client's "
               "own. The options say who offers (54), for how long (51), and what the client asked "
               "for in option 55. It is an offer and not a lease: nothing is promised yet.";
  return scene;
}

Scene DemoStory::tell_request(const DhcpEvent& event) const {
  switch (event.request_state()) {
    case RequestState::selecting:
      return {.title = "DHCPREQUEST: I take yours, " + server_of(event),
              .text =
                  "The client has collected offers for half a second and takes the one that "
                  "answers most of what option 55 asks for: option 54 names the server and option "
                  "50 the address. It says so to everybody, so that the servers that were not "
                  "chosen hear it, too: for them it means that their offer is declined, and "
                  "they put the address back into their pool (RFC 2131 3.1). The client has "
                  "no address even now: it still speaks from 0.0.0.0."};
    case RequestState::init_reboot:
      return {.title = "DHCPREQUEST: may I keep my address?",
              .text =
                  "The client remembers an address from before it was restarted and asks "
                  "whether it still may use it."};
    case RequestState::renewing:
      return {.title = "DHCPREQUEST: may I stay?",
              .text =
                  "About half of the lease is over: this is T1. The client asks for more time, and "
                  "now it speaks to its server alone, in Ethernet as well as in IP, from the "
                  "address that it leased: " +
                  net::to_string(event.ciaddr) +
                  ". That address stands in ciaddr, so options 50 and 54 must not be there "
                  "(RFC 2131 4.3.2). Should the server stay silent, the client would ask "
                  "any server by broadcast at T2, and give the address up at the end."};
    case RequestState::rebinding:
      return {.title = "DHCPREQUEST: may I stay, anybody?",
              .text = "Its own server did not answer. At T2 the client asks every server."};
  }
  return {};
}

Scene DemoStory::tell_ack(const DhcpEvent& event) const {
  const std::size_t question = last(MessageType::request);
  const bool renewal = question != 0 && !events_[question - 1].ciaddr.is_zero();
  if (renewal) {
    return {.title = "DHCPACK: yes, " + time_of(event) + " from now",
            .text =
                "The server extends the lease, writes that to its store, and answers to the "
                "client's address, " +
                net::to_string(event.destination) +
                ". So it goes on for as long as the client stays: half of the lease, one "
                "question, one answer."};
  }
  return {.title = "DHCPACK: it is yours for " + time_of(event),
          .text =
              "The server has written the lease to its store before it says so: RFC 2131 3.1 "
              "wants the binding in persistent storage. Only now may the client think of using " +
              net::to_string(event.yiaddr) + ". The parameters are those of the offer."};
}

Scene DemoStory::tell(const DhcpEvent& event) {
  Scene scene{.title = std::string(wire::to_string(event.type))};
  if (event.type == MessageType::discover) scene = tell_discover(event);
  if (event.type == MessageType::offer) scene = tell_offer(event);
  if (event.type == MessageType::request) scene = tell_request(event);
  if (event.type == MessageType::ack) scene = tell_ack(event);
  if (event.type == MessageType::release) scene = tell_release(event);
  scene.compared_to = reference_of(event);
  events_.push_back(event);
  return scene;
}

}  // namespace lessor::cli
