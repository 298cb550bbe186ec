#include "craft/story/lanes.h"

#include <algorithm>

namespace lessor::craft {
namespace {

constexpr std::size_t kSelectedMax = 64;
constexpr std::size_t kHostsMax = 6;  // more columns than seven nobody can follow

bool is(const Host& host, net::Ip4 address) {
  return host.address == address || (!host.second.is_zero() && host.second == address);
}

bool contains(const std::vector<net::Ip4>& all, net::Ip4 address) {
  return std::find(all.begin(), all.end(), address) != all.end();
}

/// The client's chaddr as a MAC address, when it is one.
bool is_client(const net::HardwareAddress& client, const net::Mac& mac) {
  return equal_bytes(client.bytes(), mac.octets);
}

/// The lanes of all hosts for which `hears` holds.
std::vector<std::size_t> lanes_where(const Lanes& lanes, bool (*hears)(const Host&)) {
  std::vector<std::size_t> found;
  for (std::size_t lane = 0; lane < lanes.count(); ++lane) {
    const Host* host = lanes.host(lane);
    if (host != nullptr && hears(*host)) found.push_back(lane);
  }
  return found;
}

Leg request_leg(const DhcpEvent& event, const Lanes& lanes) {
  if (!event.giaddr.is_zero()) {
    const std::size_t from = lanes.lane_of(event.giaddr);
    if (!event.broadcast()) return {from, {lanes.lane_of(event.destination)}};
    return {from, lanes_where(lanes, [](const Host& h) { return h.role == Role::server; })};
  }
  const std::size_t client = lanes.client_lane();
  if (!event.broadcast() && event.server()) return {client, {lanes.lane_of(event.server())}};
  return {client,
          lanes_where(lanes, [](const Host& h) { return h.on_link && h.role != Role::other; })};
}

Leg reply_leg(const DhcpEvent& event, const Lanes& lanes) {
  const std::size_t client = lanes.client_lane();
  if (event.giaddr.is_zero()) return {lanes.lane_of(event.server()), {client}};
  const std::size_t relay = lanes.lane_of(event.giaddr);
  if (event.between_relay_and_server()) return {lanes.lane_of(event.source), {relay}};
  // A server may answer a relayed message at the client's address (DHCPINFORM, RFC 2131 4.3.5).
  const std::size_t sender = lanes.lane_of(event.source);
  const Host* host = lanes.host(sender);
  return {host != nullptr && host->role == Role::server ? sender : relay, {client}};
}

}  // namespace

const Host* Lanes::host(std::size_t lane) const {
  if (lane == left.size() || lane >= count()) return nullptr;
  return lane < left.size() ? &left[lane] : &right[lane - left.size() - 1];
}

std::size_t Lanes::lane_of(std::optional<net::Ip4> address) const {
  for (std::size_t lane = 0; address && lane < count(); ++lane) {
    const Host* at = host(lane);
    if (at != nullptr && is(*at, *address)) return lane;
  }
  return client_lane();
}

std::optional<std::size_t> Lanes::lane_of(const net::Mac& mac) const {
  if (is_client(client, mac)) return client_lane();
  for (std::size_t lane = 0; mac != net::Mac{} && lane < count(); ++lane) {
    const Host* at = host(lane);
    if (at != nullptr && at->mac == mac) return lane;
  }
  return std::nullopt;
}

Leg leg_of(const DhcpEvent& event, const Lanes& lanes) {
  Leg leg = event.op == wire::Op::reply ? reply_leg(event, lanes) : request_leg(event, lanes);
  std::erase(leg.to, leg.from);
  return leg;
}

std::optional<Leg> leg_of(const ProbeEvent& probe, const Lanes& lanes) {
  const auto from = lanes.lane_of(probe.sender);
  if (!from) return std::nullopt;
  Leg leg{*from, {}};
  const bool alone = probe.kind == ProbeKind::arp_reply || probe.kind == ProbeKind::echo_reply;
  if (alone || probe.kind == ProbeKind::echo_request) {
    leg.to = {lanes.client_lane()};
  } else {
    leg.to = lanes_where(lanes, [](const Host& h) { return h.on_link; });
    leg.to.push_back(lanes.client_lane());
  }
  std::erase(leg.to, leg.from);
  return leg;
}

Host* LaneFinder::find(net::Ip4 address) {
  const auto found = std::find_if(hosts_.begin(), hosts_.end(),
                                  [&](const Host& host) { return is(host, address); });
  return found == hosts_.end() ? nullptr : &*found;
}

void LaneFinder::enter(const Host& host) {
  overflowed_ = overflowed_ || hosts_.size() == kHostsMax;
  if (hosts_.size() < kHostsMax) hosts_.push_back(host);
}

void LaneFinder::note(const DhcpEvent& event) {
  client_ = event.client;
  if (!event.giaddr.is_zero() && find(event.giaddr) == nullptr) {
    enter({.address = event.giaddr, .role = Role::relay});
  }
  note_server(event);
  const auto server = event.server();
  const bool choice = event.type == wire::MessageType::ack ||
                      (event.type == wire::MessageType::request && event.server_identifier);
  if (!choice || !server || selected_.size() == kSelectedMax) return;
  if (!contains(selected_, *server)) selected_.push_back(*server);
}

/// Enters the server that the message comes from or goes to.
void LaneFinder::note_server(const DhcpEvent& event) {
  const bool reply = event.op == wire::Op::reply;
  auto server = event.server();
  // What a relay sends goes where its frame goes, whichever server the client names in it.
  if (!reply && event.between_relay_and_server()) server = event.destination;
  if (!server || *server == net::kIp4Broadcast) return;
  const bool relayed = !event.giaddr.is_zero();
  Host* known = find(*server);
  if (known != nullptr) {
    if (!reply || relayed || known->role != Role::server) return;
    known->mac = event.sender;
    // It reaches a client without an address only on the client's own link.
    known->on_link = known->on_link || event.ciaddr.is_zero();
    return;
  }
  Host host{.address = *server, .on_link = !relayed};
  if (reply && event.between_relay_and_server() && event.source != *server) {
    // It answers from another address than the one it is known by.
    if (Host* other = find(event.source)) {
      other->second = *server;
      return;
    }
    host.second = event.source;
  }
  if (reply && !relayed) host.mac = event.sender;
  enter(host);
}

void LaneFinder::note(const ProbeEvent& probe, bool conflict) {
  const bool known = std::any_of(hosts_.begin(), hosts_.end(),
                                 [&](const Host& h) { return h.mac == probe.sender; });
  if (conflict && !known) {
    enter({.address = probe.about, .role = Role::other, .mac = probe.sender});
  }
}

Lanes LaneFinder::lanes() const {
  Lanes lanes{.client = client_.value_or(net::HardwareAddress{})};
  const bool relayed = std::any_of(hosts_.begin(), hosts_.end(),
                                   [](const Host& host) { return host.role == Role::relay; });
  lanes.selected = !selected_.empty() && !relayed;
  // Relays beside the client, then servers, then those who are in the way.
  for (const Role role : {Role::relay, Role::server, Role::other}) {
    for (const Host& host : hosts_) {
      if (host.role != role) continue;
      const bool chosen =
          selected_.empty() || role != Role::server || relayed || contains(selected_, host.address);
      (chosen ? lanes.right : lanes.left).push_back(host);
    }
  }
  return lanes;
}

}  // namespace lessor::craft
