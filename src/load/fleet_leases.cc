// Who holds what, and what is wrong with it.

#include "load/fleet.h"

namespace lessor::load {

void Fleet::check_ack(std::uint32_t id, const Answer& answer, Instant now) {
  const Client& client = clients_[id];
  const net::Ip4 address = answer.address;
  const net::Ip4 expected = client.state == ClientState::requesting ? client.offered : client.held;
  if (address.is_zero()) {
    violate(Violation::no_address, id, address, now);
  } else if (address != expected) {
    violate(Violation::other_address, id, address, now);
  }
  if (answer.server.is_zero()) {
    violate(Violation::no_server, id, address, now);
  } else if (is_of_one_server(client.state) && answer.server != client.server) {
    violate(Violation::server_changed, id, address, now);
  }
  const bool same_server = answer.server == client.server;
  if (same_server && client.options != 0 && answer.options != client.options) {
    violate(Violation::options_changed, id, address, now);
  }
  if (!answer.lease_time) return violate(Violation::no_lease_time, id, address, now);
  const Duration t2 = answer.t2.value_or(*answer.lease_time);
  if (answer.t1.value_or(t2) > t2 || t2 > *answer.lease_time) {
    violate(Violation::times_disorder, id, address, now);
  }
}

/// Whether its DISCOVER and its REQUEST ask for the same, so that the answers are to be the same.
bool Fleet::says_the_same_twice(std::uint32_t id) const {
  if (plan_.sets.empty()) return true;
  const OptionSet& set = plan_.sets[id % plan_.sets.size()];
  return equal_bytes(set.discover, set.request);
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
  client.options = answer.options;
  if (!answer.server.is_zero()) client.server = answer.server;
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
