// From servers to clients: RFC 1542 4.1.2, RFC 3046 2.1.

#include "net/frame.h"
#include "net/host_address.h"
#include "relay/v4/engine_parts.h"

#include <algorithm>
#include <bit>

namespace lessor::relay::v4 {
namespace {

using enum wire::MessageType;

bool is_for_clients(wire::MessageType type) {
  switch (type) {
    case none:
    case offer:
    case ack:
    case nak:
    case forcerenew:
    case unknown:
      return true;
    case discover:
    case request:
    case decline:
    case release:
    case inform:
    case leasequery:
    case leaseunassigned:
    case leaseunknown:
    case leaseactive:
    case bulkleasequery:
    case leasequerydone:
    case activeleasequery:
    case leasequerystatus:
    case tls:
      return false;
  }
  return false;
}

bool answers_query(wire::MessageType type) {
  return type == leaseunassigned || type == leaseunknown || type == leaseactive;
}

/// The hardware address that a frame can be sent to; nothing when it is none of one host's.
std::optional<net::Mac> mac_of(const wire::HeaderView& header) {
  if (header.htype() != wire::kHtypeEthernet || header.hlen() != 6) return std::nullopt;
  net::Mac mac;
  copy_bytes(mac.octets, header.chaddr_field().first(6));
  return is_group(mac) || mac == net::Mac() ? std::nullopt : std::optional(mac);
}

/// RFC 1542 4.1.2 and R2131-4.1-g: as the broadcast flag says. A DHCPNAK is broadcast even when
/// its server forgot the flag (RFC 2131 4.3.2): the client may not have its address any more.
net::Envelope address_reply(const Message& message, const Link& link) {
  net::Envelope envelope{.interface = link.interface.index,
                         .target = net::LinkTarget::broadcast,
                         .target_mac = {},
                         .source = link.reply_source(),
                         .destination = net::kIp4Broadcast,
                         .source_port = wire::kServerPort,
                         .destination_port = wire::kClientPort};
  const wire::HeaderView& header = message.header;
  const net::Ip4 to = header.yiaddr().is_zero() ? header.ciaddr() : header.yiaddr();
  const auto mac = mac_of(header);
  const bool by_frame = mac && link.interface.ethernet && is_host_address(to) &&
                        !header.broadcast() && message.scan.type != nak;
  if (!by_frame) return envelope;
  envelope.target = net::LinkTarget::mac;
  envelope.target_mac = *mac;
  envelope.destination = to;
  return envelope;
}

bool ends_with(Bytes whole, Bytes end) {
  return whole.size() >= end.size() && equal_bytes(whole.last(end.size()), end);
}

}  // namespace

Reason RelayEngine::Parts::relay_reply(Now now, Message& message, net::Outbox& out) {
  const std::uint16_t port = message.in.destination_port;
  if (links.with_giaddr(message.header.giaddr()).empty()) return Reason::not_our_giaddr;
  auto scan = scan_message(message.in.payload);
  if (!scan) return scan.error();
  message.scan = *scan;
  fill(message);
  Exchange* exchange = exchanges.find(now.mono, message.exchange);
  const auto probed = servers.find_probe(message.header.xid());  // before the answer ends it
  if (const Reason flaw = note_server(now, message, exchange); flaw != Reason::none) return flaw;
  if (take_own_answer(now, message, probed)) return Reason::none;
  if (port != wire::kServerPort && port != settings.source_port) return Reason::wrong_port;
  if (!is_for_clients(message.scan.type)) return Reason::not_for_clients;
  const Link* link = find_link(message, exchange);
  if (link == nullptr) return Reason::unknown_link;
  return link->is_up() ? deliver(now, message, *link, exchange, out) : Reason::link_down;
}

/// Which server this is, and that it is alive.
Reason RelayEngine::Parts::note_server(Now now, const Message& message, Exchange* exchange) {
  const bool from_downlink = links.find(message.in.interface) != nullptr;
  auto server = servers.find_source(message.in.source, message.in.source_port);
  if (server) {
    // By a downlink anybody may say that he is a server, to clients of other downlinks even: where
    // it is not reached by this one he is not. Its frames' source is not learned.
    if (from_downlink && !servers.may_come_by(*server, message.in.interface)) {
      return Reason::stranger;
    }
    if (!from_downlink) servers.learn_path(now.mono, *server, message.in);
  } else {
    if (from_downlink || settings.only_from_servers) return Reason::stranger;
    // A server may answer from another of its addresses.
    if (message.scan.server_id) server = servers.find_id(*message.scan.server_id);
    if (!server && exchange != nullptr && std::has_single_bit(exchange->asked)) {
      server = static_cast<std::uint16_t>(std::countr_zero(exchange->asked));
    }
  }
  if (!server) return Reason::none;
  servers.on_answer(now, *server, message.scan.server_id);
  if (exchange != nullptr && message.scan.type == offer) {
    exchange->note_offer(*server, message.header.yiaddr());
  }
  return Reason::none;
}

/// Answers to our own probes and queries go to nobody else.
bool RelayEngine::Parts::take_own_answer(Now now, const Message& message,
                                         std::optional<std::uint16_t> probed) {
  const bool about_lease = answers_query(message.scan.type);
  const bool to_probe_mac = equal_bytes(message.header.chaddr_field().first(6), probe_mac.octets);
  if (probed && (to_probe_mac || about_lease)) {
    ++counters.probes_answered;
    servers.on_probe_answer(now, *probed);
    return true;
  }
  if (!about_lease) return to_probe_mac;  // a late one
  const auto link = queries.find(message.header.xid());
  if (!link) return false;
  ++counters.queries_answered;
  const bool active = message.scan.type == leaseactive && message.scan.lease_time;
  if (active)
    (void)clients[*link].note(now.mono, message.client, now.mono + *message.scan.lease_time);
  return true;
}

/// Whether the echoed option 82 says what ours says of the link.
bool RelayEngine::Parts::info_names(const Message& message, const Link& link) const {
  if (!message.scan.info) return false;
  std::array<std::byte, kMaxAgentInfo> room;  // written before it is read
  ByteWriter ours(room);
  links.write_info(link, message.header.chaddr(), false, ours);
  if (!ours.ok()) return false;
  bool said = false;
  for (const wire::OptionCode code : {wire::kRelayLinkSelection, wire::kRelayCircuitId}) {
    const auto mine = find_sub_option(ours.written(), code);
    if (!mine) continue;
    const auto echoed = find_sub_option(*message.scan.info, code);
    if (!echoed || !equal_bytes(*mine, *echoed)) return false;
    said = true;
  }
  return said;
}

/// By giaddr; where several downlinks share it, by the echoed option 82, else by who asked.
const Link* RelayEngine::Parts::find_link(const Message& message, const Exchange* exchange) const {
  const auto numbers = links.with_giaddr(message.header.giaddr());
  const auto all = links.all();
  if (numbers.size() == 1) return &all[numbers.front()];
  const bool known =
      exchange != nullptr && std::ranges::find(numbers, exchange->link) != numbers.end();
  const Link* asked = known ? &all[exchange->link] : nullptr;
  if (!message.scan.info || (asked != nullptr && info_names(message, *asked))) return asked;
  const Link* named = nullptr;
  for (const std::uint16_t number : numbers) {
    if (!info_names(message, all[number])) continue;
    if (named != nullptr) return asked;  // it does not tell them apart
    named = &all[number];
  }
  return named != nullptr ? named : asked;
}

Reason RelayEngine::Parts::deliver(Now now, const Message& message, const Link& link,
                                   const Exchange* exchange, net::Outbox& out) {
  const bool grants =
      (message.scan.type == ack || message.scan.type == none) && !message.header.yiaddr().is_zero();
  if (grants) {
    const Duration life = message.scan.lease_time.value_or(Duration::infinite());
    if (!clients[link.number].note(now.mono, message.client, now.mono + life)) {
      return Reason::client_limit;
    }
  }
  const MutableBytes slot = out.payload();
  if (slot.empty()) return Reason::outbox_full;
  const std::size_t size = write_reply(message, link, exchange, slot);
  out.post(address_reply(message, link), size);
  const auto type = static_cast<std::size_t>(message.scan.type);
  ++counters.replies[type < kMessageTypes ? type : 0];
  ++status[link.number].replies;
  return Reason::none;
}

/// R3046-2.1-d: the option 82 that we added goes. On a trusted link somebody else may have added
/// one, who takes it off himself.
std::size_t RelayEngine::Parts::write_reply(const Message& message, const Link& link,
                                            const Exchange* exchange, MutableBytes slot) {
  Scan scan = message.scan;
  std::array<std::byte, kMaxAgentInfo> room;  // written before it is read
  ByteWriter ours(room);
  const bool others_too =
      scan.info && link.settings->trusted && (exchange == nullptr || !exchange->info_is_ours);
  if (others_too) {
    links.write_info(link, message.header.chaddr(), false, ours);
    if (!ours.ok() || !ends_with(*scan.info, ours.written())) {
      ours = ByteWriter(room);
      links.write_info(link, message.header.chaddr(), true, ours);
    }
    if (!ours.ok() || ours.size() == 0) scan.info.reset();  // we never added any
  }
  ByteWriter writer(slot);
  const Bytes added = others_too ? Bytes(ours.written()) : Bytes();
  if (copy_without_info(message.in.payload, scan, added, writer)) ++counters.info_stripped;
  writer.bytes(message.in.payload.subspan(scan.end));
  if (writer.size() < wire::kMinMessageSize) {
    writer.zeros(wire::kMinMessageSize - writer.size());
  }
  return writer.size();
}

}  // namespace lessor::relay::v4
