#include "sim/network.h"

#include "net/frame.h"
#include "wire/v4/protocol.h"

#include <algorithm>

namespace lessor::sim {
namespace {

/// What routes between links: its MAC is on every routed frame.
constexpr net::Mac kRouter{{std::byte{0x02}, std::byte{0xee}}};

/// On a link with more hosts than this a broadcast is heard by those that it is meant for and so
/// many others: the others only ever drop it.
constexpr std::size_t kWitnesses = 24;

constexpr std::size_t kChaddrInFrame = net::kFrameHeaders + wire::kChaddrOffset;

net::Mac chaddr_in(Bytes frame) {
  net::Mac mac;
  if (frame.size() >= kChaddrInFrame + mac.octets.size()) {
    copy_bytes(mac.octets, frame.subspan(kChaddrInFrame, mac.octets.size()));
  }
  return mac;
}

/// The port that the datagram in a frame is for: 67 or 68 if anybody shall hear it.
std::uint16_t port_in(Bytes frame) {
  constexpr std::size_t kAt = net::kEthernetHeader + net::kIp4Header + 2;
  return frame.size() >= kAt + 2 ? load_be16(&frame[kAt]) : std::uint16_t{0};
}

std::optional<net::Datagram> read(Bytes frame) {
  const auto parsed = net::parse_frame(frame, net::ChecksumState::verify, port_in(frame));
  return parsed ? std::optional(*parsed) : std::nullopt;
}

}  // namespace

Network::Network(const Plan& plan, std::uint64_t seed) : plan_(plan), random_(seed) {}

LinkId Network::add_link() {
  links_.emplace_back();
  return static_cast<LinkId>(links_.size() - 1);
}

void Network::make_room_for(HostId host) {
  if (hosts_.size() <= host) hosts_.resize(host + 1);
}

void Network::plug(const Port& port) {
  make_room_for(port.host);
  hosts_[port.host].push_back(port);
  links_[port.link].push_back(port.host);
}

void Network::unplug(HostId host) {
  for (const Port& port : hosts_[host]) std::erase(links_[port.link], host);
  hosts_[host].clear();
}

void Network::set_up(HostId host, bool up) {
  for (Port& port : hosts_[host]) port.up = up;
}

void Network::claim(net::Ip4 address, HostId host, net::InterfaceIndex interface) {
  make_room_for(host);
  owners_[address.value] = {host, interface};
}

void Network::disclaim(net::Ip4 address, HostId host) {
  const auto found = owners_.find(address.value);
  if (found != owners_.end() && found->second.host == host) owners_.erase(found);
}

std::optional<HostId> Network::owner_of(net::Ip4 address) const {
  const auto found = owners_.find(address.value);
  return found == owners_.end() ? std::nullopt : std::optional(found->second.host);
}

void Network::part(HostId mute, HostId deaf, Instant until) {
  partings_.push_back({mute, deaf, until});
}

void Network::heal() {
  bad_ = false;
  partings_.clear();
  for (auto& host : hosts_) {
    for (Port& port : host) port.up = true;
  }
}

bool Network::is_parted(HostId mute, HostId deaf, Instant now) const {
  return std::ranges::any_of(partings_, [&](const Parting& p) {
    return p.mute == mute && p.deaf == deaf && now < p.until;
  });
}

const Port* Network::port_of(HostId host, net::InterfaceIndex interface) const {
  const auto found = std::ranges::find(hosts_[host], interface, &Port::interface);
  return found == hosts_[host].end() ? nullptr : &*found;
}

const Port* Network::port_on(LinkId link, HostId host) const {
  const auto found = std::ranges::find(hosts_[host], link, &Port::link);
  return found == hosts_[host].end() ? nullptr : &*found;
}

/// The port of `to` on a link that `from` has a port on.
const Port* Network::neighbouring_port(HostId from, HostId to) const {
  for (const Port& own : hosts_[from]) {
    if (const Port* port = port_on(own.link, to)) return port;
  }
  return nullptr;
}

// --- Sending -------------------------------------------------------------------------------------

Bytes Network::send(Instant now, HostId from, const net::Outbox::Ready& ready) {
  const net::Envelope& envelope = ready.envelope;
  Transit transit{.from = from, .destination = envelope.destination};
  const Port* port = port_of(from, envelope.interface);
  net::Mac own = port != nullptr ? port->mac : kRouter;
  if (port != nullptr) transit.link = port->link;
  transit.to = net::kMacBroadcast;
  if (envelope.target == net::LinkTarget::mac) transit.to = envelope.target_mac;
  if (envelope.target == net::LinkTarget::route) {
    transit.link = kNoLink;
    transit.to = kRouter;
    own = kRouter;
  }
  const Bytes frame = net::write_udp_frame(ready.slot, net::kHeadroom, ready.size,
                                           {.source_mac = own,
                                            .destination_mac = transit.to,
                                            .source = envelope.source,
                                            .destination = envelope.destination,
                                            .source_port = envelope.source_port,
                                            .destination_port = envelope.destination_port});
  ++frames_;
  if (envelope.target != net::LinkTarget::route && (port == nullptr || !port->up)) return frame;
  transit.frame.assign(frame.begin(), frame.end());
  launch(now, transit);
  return frame;
}

void Network::send_raw(Instant now, HostId from, LinkId link, std::vector<std::byte> frame) {
  ++frames_;
  launch(now, {.from = from, .link = link, .to = net::kMacBroadcast, .frame = std::move(frame)});
}

/// What the weather makes of one frame.
void Network::launch(Instant now, const Transit& transit) {
  int copies = 1;
  if (bad_ && plan_.has(Trouble::loss) && random_.one_in(plan_.lose_one_in)) copies = 0;
  if (bad_ && plan_.has(Trouble::duplication) && random_.one_in(8)) ++copies;
  const auto most =
      bad_ && plan_.has(Trouble::delay) ? plan_.max_delay.to_nanoseconds() / 1'000 : 900;
  for (; copies > 0; --copies) {
    Transit copy = transit;
    if (bad_) damage(copy.frame);
    const auto delay = random_.below(static_cast<std::uint32_t>(most));
    enqueue(now + Duration::microseconds(100 + delay), std::move(copy));
  }
}

/// One bit, which every checksum notices; or the end is missing, which the lengths tell.
void Network::damage(std::vector<std::byte>& frame) {
  if (frame.empty()) return;
  const auto size = static_cast<std::uint32_t>(frame.size());
  if (plan_.has(Trouble::corruption) && random_.one_in(10)) {
    const std::uint32_t at = random_.below(size * 8);
    frame[at / 8] ^= static_cast<std::byte>(1U << (at % 8));
  }
  if (plan_.has(Trouble::truncation) && random_.one_in(12)) frame.resize(random_.below(size));
}

void Network::enqueue(Instant at, Transit transit) {
  std::size_t slot = slots_.size();
  if (free_slots_.empty()) {
    slots_.emplace_back();
  } else {
    slot = free_slots_.back();
    free_slots_.pop_back();
  }
  slots_[slot] = std::move(transit);
  queue_.push({at, ++last_number_, slot});
}

/// As fast as wires are, and never lost: nothing that depends on it could be promised.
void Network::ask(Instant now, HostId from, LinkId link, const net::ArpProbe& probe) {
  const Port* asker = port_on(link, from);
  if (asker == nullptr || !asker->up) return;
  const Instant at = now + Duration::microseconds(50);
  const auto say = [&](const Port& speaker, const net::Mac& to, net::Ip4 sender) {
    enqueue(at, {.from = speaker.host,
                 .link = link,
                 .to = to,
                 .arp = net::ArpSighting{
                     .address = sender, .mac = speaker.mac, .target = probe.address}});
  };
  say(*asker, net::kMacBroadcast, probe.sender);
  const auto owner = owner_of(probe.address);
  if (!owner || *owner == from) return;
  const Port* holder = port_on(link, *owner);
  if (holder != nullptr && holder->up) say(*holder, asker->mac, probe.address);
}

// --- Arriving ------------------------------------------------------------------------------------

Instant Network::next_arrival() const {
  return queue_.empty() ? Instant::never() : queue_.top().at;
}

void Network::deliver_next(Instant now, Hearer& hearer) {
  const std::size_t slot = queue_.top().slot;
  queue_.pop();
  const Transit transit = std::move(slots_[slot]);
  free_slots_.push_back(slot);
  if (transit.arp) return deliver_arp(now, transit, hearer);
  if (transit.link == kNoLink) return deliver_by_core(now, transit, hearer);
  deliver_on_link(now, transit, hearer);
}

void Network::deliver_by_core(Instant now, const Transit& transit, Hearer& hearer) {
  const auto owner = owners_.find(transit.destination.value);
  if (owner == owners_.end() || is_parted(transit.from, owner->second.host, now)) return;
  const Port* port = port_of(owner->second.host, owner->second.interface);
  if (port == nullptr) port = neighbouring_port(transit.from, owner->second.host);
  if (port != nullptr && !port->up) return;
  auto datagram = read(transit.frame);
  if (!datagram) return;
  datagram->interface = port != nullptr ? port->interface : owner->second.interface;
  hearer.hear(owner->second.host, *datagram);
}

void Network::deliver_on_link(Instant now, const Transit& transit, Hearer& hearer) {
  auto datagram = read(transit.frame);
  if (!datagram) return;
  const bool to_all = transit.to == net::kMacBroadcast;
  const bool loops = bad_ && plan_.has(Trouble::loopback);
  const bool to_clients = datagram->destination_port == wire::kClientPort;
  const net::Mac client = chaddr_in(transit.frame);
  const auto share = static_cast<std::uint32_t>(1 + links_[transit.link].size() / kWitnesses);
  std::vector<Port> hearers;  // a copy: who hears may plug, unplug and send
  HostId last = UINT32_MAX;
  for (const HostId host : links_[transit.link]) {
    if (host == last) continue;  // its second port
    last = host;
    if ((host == transit.from && !loops) || is_parted(transit.from, host, now)) continue;
    for (const Port& port : hosts_[host]) {
      if (port.link != transit.link || !port.up || (!to_all && port.mac != transit.to)) continue;
      if (to_clients && to_all && port.mac != client && !random_.one_in(share)) continue;
      hearers.push_back(port);
    }
  }
  for (const Port& port : hearers) {
    datagram->interface = port.interface;
    hearer.hear(port.host, *datagram);
  }
}

void Network::deliver_arp(Instant now, const Transit& transit, Hearer& hearer) {
  const std::vector<HostId> hosts = links_[transit.link];
  for (const HostId host : hosts) {
    const Port* port = port_on(transit.link, host);
    if (port == nullptr || !port->up || host == transit.from) continue;
    if (transit.to != net::kMacBroadcast && port->mac != transit.to) continue;
    if (is_parted(transit.from, host, now)) continue;
    net::ArpSighting sighting = *transit.arp;
    sighting.interface = port->interface;
    if (hearer.cares_about(host, sighting)) hearer.hear_arp(host, sighting);
  }
}

}  // namespace lessor::sim
