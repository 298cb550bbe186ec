#include "relay/v4/engine.h"

#include "relay/v4/engine_parts.h"

#include <algorithm>

namespace lessor::relay::v4 {
namespace {

net::Mac probe_mac_of(Random& random) {
  net::Mac mac;
  store_u8(mac.octets.data(), 2);  // locally administered, one host's
  store_u8(&mac.octets[1], static_cast<std::uint8_t>(random.u32()));
  store_be32(&mac.octets[2], random.u32());
  return mac;
}

}  // namespace

RelayEngine::Parts::Parts(Settings given, HashKey hash_key, std::uint64_t seed,
                          std::size_t exchange_count)
    : settings(std::move(given)),
      key(hash_key),
      exchange_capacity(exchange_count),
      random(seed),
      probe_mac(probe_mac_of(random)),
      servers(events, links, random.u64()),
      exchanges(exchange_count) {
  prepare();
}

/// Everything that depends on the settings. Counters and clients of downlinks that stay are kept.
void RelayEngine::Parts::prepare() {
  links.prepare(settings);
  servers.prepare(settings);
  exchanges = Exchanges(exchange_capacity);  // they name downlinks by number
  queries.clear();
  std::vector<Clients> clients_before = std::move(clients);
  std::vector<DownlinkStatus> status_before = std::move(status);
  clients.clear();
  status.clear();
  rate.assign(settings.downlinks.size(), Instant());
  for (const Downlink& downlink : settings.downlinks) {
    clients.emplace_back(downlink.clients);
    status.push_back({.interface = downlink.interface});
    for (std::size_t i = 0; i < status_before.size(); ++i) {
      if (status_before[i].interface != downlink.interface) continue;
      status.back() = status_before[i];
      status.back().interface = downlink.interface;
      if (clients_before[i].limit() == downlink.clients) {
        clients.back() = std::move(clients_before[i]);
      }
    }
  }
}

RelayEngine::RelayEngine(Settings settings, HashKey key, std::uint64_t seed, std::size_t exchanges)
    : parts_(std::make_unique<Parts>(std::move(settings), key, seed, exchanges)) {}
RelayEngine::~RelayEngine() = default;

void RelayEngine::set_settings(Now now, Settings settings) {
  const Settings before = std::move(parts_->settings);  // names in status point into it
  parts_->settings = std::move(settings);
  parts_->prepare();
  set_interfaces(now, net::InterfaceTable(parts_->interfaces));
}

void RelayEngine::set_interfaces(Now now, const net::InterfaceTable& interfaces) {
  Parts& parts = *parts_;
  parts.interfaces = interfaces;
  parts.links.set_interfaces(interfaces);
  for (const Link& link : parts.links.all()) {
    DownlinkStatus& status = parts.status[link.number];
    if (status.up != link.is_up()) parts.tell_link(now, link, link.is_up());
    status.index = link.interface.index;
    status.up = link.is_up();
    status.giaddr = link.giaddr;
    const bool ask = parts.settings.leasequery && link.is_up() && link.settings->clients != 0;
    if (ask) parts.queries.add(now, link, parts.random.u32());
  }
}

void RelayEngine::set_ways(std::span<const net::InterfaceIndex> ways) {
  parts_->servers.set_ways(ways);
}

// ---- the hallway

void RelayEngine::on_datagram(Now now, const net::Datagram& in, net::Outbox& out) {
  Parts& parts = *parts_;
  parts.last_call = now.mono;
  Message message{.in = in, .header = wire::HeaderView(in.payload), .scan = {}};
  if (in.payload.size() < wire::kHeaderSize) {
    ++parts.counters.dropped[static_cast<std::size_t>(Reason::too_short)];
    return;  // there is not even a header to tell of
  }
  Link* link = nullptr;
  Reason reason = Reason::none;
  if (in.payload.size() > net::kMaxPayload) {
    reason = Reason::too_long;
  } else if (message.header.hlen() > wire::kChaddrSize) {
    reason = Reason::bad_hardware;
  } else if (message.header.op() == wire::Op::request) {
    link = parts.links.find(in.interface);
    reason =
        link == nullptr ? Reason::not_a_downlink : parts.relay_request(now, message, *link, out);
  } else if (message.header.op() == wire::Op::reply) {
    reason = parts.relay_reply(now, message, out);
  } else {
    reason = Reason::bad_op;
  }
  if (reason != Reason::none) parts.drop(now, reason, message, link);
}

/// The two names that a message is known by, once it is worth it. What stands behind the hlen
/// octets of chaddr is no part of them: clients leave it as it was, and servers answer with zeros
/// there.
void RelayEngine::Parts::fill(Message& message) const {
  std::array<std::byte, 8 + wire::kChaddrSize> text{};
  store_u8(text.data(), message.header.htype());
  store_u8(&text[1], message.header.hlen());
  copy_bytes(MutableBytes(text).subspan(8),
             message.header.chaddr_field().first(message.header.hlen()));
  message.client = sip_hash(key, text);
  store_be32(&text[4], message.header.xid());
  message.exchange = sip_hash(key, text) | 1U;  // 0 is a free place
}

// ---- time, and what we ask ourselves

void RelayEngine::on_time(Now now, net::Outbox& out) {
  Parts& parts = *parts_;
  parts.last_call = now.mono;
  while (const auto probe = parts.servers.next_probe(now)) parts.send_probe(now, *probe, out);
  if (const auto query = parts.queries.next(now.mono)) parts.send_query(now, *query, out);
}

Instant RelayEngine::next_deadline() const {
  return std::min(parts_->servers.next_deadline(), parts_->queries.next_deadline());
}

void RelayEngine::Parts::send_own(Now now, std::uint16_t server, const Link& link, std::size_t size,
                                  net::Outbox& out) {
  const net::Ip4 source = link.owns_giaddr ? link.giaddr : net::Ip4();
  out.post(to_server(now, server, source, wire::kServerPort), size);
}

void RelayEngine::Parts::send_probe(Now now, const Probe& probe, net::Outbox& out) {
  const auto serves = [&](const Link& link) {
    return link.is_up() && (link.server_mask >> probe.server & 1U) != 0;
  };
  const auto all = links.all();
  const auto link = std::ranges::find_if(all, serves);
  const MutableBytes slot = out.payload();
  if (link == all.end() || slot.empty()) return servers.on_probe_unsent(probe.server);
  net::HardwareAddress hardware{.type = wire::kHtypeEthernet, .size = 6};
  copy_bytes(hardware.octets, probe_mac.octets);
  std::array<std::byte, kMaxAgentInfo> room{};
  ByteWriter info(room);
  links.write_info(*link, hardware, true, info);
  const Bytes said = info.ok() ? Bytes(info.written()) : Bytes();
  ++counters.probes_sent;
  send_own(now, probe.server, *link, write_probe(probe, {link->giaddr, probe_mac, said}, slot),
           out);
}

void RelayEngine::Parts::send_query(Now now, const LeaseQueries::Query& query, net::Outbox& out) {
  const Link& link = links.all()[query.link];
  for_each_server(link.server_mask, [&](std::uint16_t server) {
    const MutableBytes slot = out.payload();
    if (slot.empty() || !link.is_up()) return;
    ++counters.queries_sent;
    const Asker asker{.giaddr = link.giaddr, .mac = {}, .info = {}};
    send_own(now, server, link, write_query(query.xid, query.address, asker, slot), out);
  });
}

// ---- what is told

void RelayEngine::Parts::tell(Now now, EventKind kind, Reason reason, const Message& message,
                              const Link* link) {
  Told& last = told[static_cast<std::size_t>(reason)];
  ++last.since;
  if (now.mono < last.next) return;
  last.next = now.mono + kDropEventPause;
  events.put({.kind = kind,
              .reason = reason,
              .message = message.scan.type,
              .when = now.wall,
              .count = last.since,
              .downlink = link == nullptr ? kNoDownlink : link->number,
              .server = kNoServer,
              .interface = message.in.interface,
              .xid = message.header.xid(),
              .source = message.in.source,
              .giaddr = message.header.giaddr(),
              .client = message.header.chaddr(),
              .silence = {}});
  last.since = 0;
}

void RelayEngine::Parts::drop(Now now, Reason reason, const Message& message, const Link* link) {
  ++counters.dropped[static_cast<std::size_t>(reason)];
  if (link != nullptr) ++status[link->number].dropped;
  // Clients on the servers' side are none of our business, and nothing to tell of.
  if (reason != Reason::not_a_downlink) tell(now, EventKind::drop, reason, message, link);
}

void RelayEngine::Parts::tell_link(Now now, const Link& link, bool up) {
  events.put({.kind = up ? EventKind::downlink_up : EventKind::downlink_down,
              .when = now.wall,
              .downlink = link.number,
              .server = kNoServer,
              .interface = link.interface.index,
              .source = {},
              .giaddr = link.giaddr,
              .client = {},
              .silence = {}});
}

const Settings& RelayEngine::settings() const { return parts_->settings; }
const Counters& RelayEngine::counters() const { return parts_->counters; }
EventRing& RelayEngine::events() { return parts_->events; }

std::span<const DownlinkStatus> RelayEngine::downlinks() {
  for (std::size_t i = 0; i < parts_->status.size(); ++i) {
    parts_->status[i].clients = parts_->clients[i].count();
  }
  return parts_->status;
}

std::span<const ServerStatus> RelayEngine::servers() {
  return parts_->servers.status(parts_->last_call);
}

}  // namespace lessor::relay::v4
