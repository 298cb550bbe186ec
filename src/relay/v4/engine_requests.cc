// From clients to servers: RFC 1542 4.1.1, RFC 3046 2.1.

#include "net/host_address.h"
#include "relay/v4/engine_parts.h"

#include <algorithm>

namespace lessor::relay::v4 {
namespace {

using enum wire::MessageType;

/// What a client, or a relay before us, may send towards servers. Types that nobody has assigned
/// yet pass: a relay need not know them.
bool is_for_servers(wire::MessageType type, bool relayed_before) {
  switch (type) {
    case none:
    case discover:
    case request:
    case decline:
    case release:
    case inform:
    case unknown:
      return true;
    case leasequery:  // whom a lease belongs to is not told to clients
      return relayed_before;
    case offer:
    case ack:
    case nak:
    case forcerenew:
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

/// Whether `server` owes an answer. A DHCPREQUEST that names another server declines its offer.
bool expects_answer(const Ask& ask, const ServerPool& servers, std::uint16_t server) {
  if (ask.type == request) return !ask.server_id || servers.is_named(server, *ask.server_id);
  // The others end an exchange, or need no answer to go on.
  return ask.type == none || ask.type == discover;
}

bool was_unicast(const net::Datagram& in, const Link& link) {
  if (in.destination == net::kIp4Broadcast) return false;
  return std::ranges::none_of(link.interface.addresses, [&](const net::Prefix4& prefix) {
    return prefix.length < 31 && prefix.last() == in.destination;
  });
}

/// RFC 8357: a relay before us wants its answer at the port that it sent from, and the server takes
/// the port from what we send.
bool keeps_source_port(const Message& message) {
  return message.scan.info && find_sub_option(*message.scan.info, wire::kRelaySourcePort);
}

}  // namespace

Reason RelayEngine::Parts::relay_request(Now now, Message& message, Link& link, net::Outbox& out) {
  if (const Reason flaw = check_header(now, message.header, link); flaw != Reason::none) {
    return flaw;
  }
  auto scan = scan_message(message.in.payload);
  if (!scan) return scan.error();
  message.scan = *scan;
  if (!is_for_servers(scan->type, !message.header.giaddr().is_zero())) {
    return Reason::not_for_servers;
  }
  const auto action = plan_info(message, link);
  if (!action) return action.error();
  fill(message);
  if (const Reason flaw = check_clients(now, message, link); flaw != Reason::none) return flaw;
  return send_request(now, message, link, *action, out);
}

Reason RelayEngine::Parts::check_header(Now now, const wire::HeaderView& header, const Link& link) {
  if (const std::uint32_t limit = link.settings->messages_per_second; limit != 0) {
    // Each message takes its share of a second; a second's worth may come at once.
    Instant& due = rate[link.number];
    const Instant next = std::max(due, now.mono) + Duration::seconds(1) / limit;
    if (next - now.mono > Duration::seconds(1)) return Reason::rate_limit;
    due = next;
  }
  const net::Ip4 giaddr = header.giaddr();
  if (!giaddr.is_zero()) {
    if (links.owns(giaddr)) return Reason::own_giaddr;  // R3046-2.1-c
    if (!is_host_address(giaddr)) return Reason::bad_giaddr;
  } else if (link.giaddr.is_zero()) {
    return Reason::no_giaddr;
  }
  // A giaddr says that one relay was there, whatever hops says: where none is, it is a client's
  // own.
  const int relays = std::max<int>(header.hops(), giaddr.is_zero() ? 0 : 1);
  if (relays > std::min(settings.max_hops, kMaxHops)) return Reason::too_many_hops;
  return header.secs() < settings.min_secs ? Reason::too_early : Reason::none;
}

std::expected<InfoAction, Reason> RelayEngine::Parts::plan_info(const Message& message,
                                                                const Link& link) const {
  const bool has_info = message.scan.info.has_value();
  if (has_info && settings.foreign == ForeignAgentInfo::drop) {
    return std::unexpected(Reason::foreign_info);
  }
  // R3046-2.1-c: what another relay has relayed gets nothing from us.
  if (!message.header.giaddr().is_zero()) return InfoAction::leave;
  // R3046-2.1-b. Also where only servers would find it.
  if (!link.settings->trusted && (has_info || hides_info(message.in.payload, message.scan))) {
    return std::unexpected(Reason::untrusted_info);
  }
  if (!link.has_info) return InfoAction::leave;
  if (!has_info) return InfoAction::add;
  switch (settings.foreign) {
    case ForeignAgentInfo::append:
      return InfoAction::add;
    case ForeignAgentInfo::replace:
      return InfoAction::replace;
    case ForeignAgentInfo::forward:
    case ForeignAgentInfo::drop:
      break;
  }
  return InfoAction::leave;
}

Reason RelayEngine::Parts::check_clients(Now now, const Message& message, const Link& link) {
  Clients& known = clients[link.number];
  if (known.limit() == 0 || !message.header.giaddr().is_zero()) return Reason::none;
  if (message.scan.type == release) known.forget(message.client);
  const bool wants_lease =
      message.scan.type == discover || message.scan.type == request || message.scan.type == none;
  return wants_lease && !known.admits(now.mono, message.client) ? Reason::client_limit
                                                                : Reason::none;
}

Exchange& RelayEngine::Parts::note_exchange(Now now, const Message& message, const Link& link,
                                            InfoAction action) {
  Exchange& exchange = exchanges.begin(now.mono, message.exchange);
  if (exchange.type != message.scan.type) {
    exchange.type = message.scan.type;
    exchange.tries = 0;
    exchange.first = now.mono;
  }
  if (exchange.tries < UINT8_MAX) ++exchange.tries;
  exchange.last = now.mono;
  exchange.link = link.number;
  exchange.info_is_ours =
      action == InfoAction::replace || (action == InfoAction::add && !message.scan.info);
  return exchange;
}

Reason RelayEngine::Parts::send_request(Now now, const Message& message, const Link& link,
                                        InfoAction action, net::Outbox& out) {
  const wire::HeaderView& header = message.header;
  const bool first_hop = header.giaddr().is_zero();
  const Ask ask{.type = message.scan.type,
                .secs = header.secs(),
                .server_id = message.scan.server_id,
                .requested = message.scan.requested,
                .identifier = message.scan.client_id.empty()
                                  ? header.chaddr_field().first(header.hlen())
                                  : message.scan.client_id,
                .client = message.client};
  Exchange& exchange = note_exchange(now, message, link, action);
  const ServerMask to = servers.choose(now.mono, link, ask, exchange);
  Bytes written;  // in the first slot; the others get copies
  std::uint16_t port = first_hop ? settings.source_port : wire::kServerPort;
  if (!first_hop && keeps_source_port(message)) port = message.in.source_port;
  for_each_server(to, [&](std::uint16_t server) {
    const MutableBytes slot = out.payload();
    if (slot.empty()) return;
    if (written.empty()) {
      written = slot.first(write_request(now, message, link, action, slot, size_limit(to)));
    } else {
      copy_bytes(slot, written);
    }
    const net::Ip4 source = first_hop && link.owns_giaddr ? link.giaddr : net::Ip4();
    out.post(to_server(now, server, source, port), written.size());
    ++counters.sent_to_servers;
    exchange.asked |= ServerMask{1} << server;
    if (first_hop && expects_answer(ask, servers, server)) servers.on_asked(now, server, ask);
  });
  if (written.empty()) return Reason::outbox_full;
  const auto type = static_cast<std::size_t>(message.scan.type);
  ++counters.requests[type < kMessageTypes ? type : 0];
  ++status[link.number].requests;
  return Reason::none;
}

/// R3046-2.1-a: not past the MTU of the way to any of them, nor past what was configured.
std::size_t RelayEngine::Parts::size_limit(ServerMask to) {
  std::size_t limit = settings.max_message_size;
  for_each_server(to, [&](std::uint16_t server) {
    const std::size_t mtu = links.mtu_of(servers.way_to(server));
    limit = std::min(limit, mtu - std::min(mtu, wire::kIpUdpHeaderSize));
  });
  return limit;
}

/// RFC 1542 4.1.1: giaddr and hops change, "all other BOOTP fields MUST be preserved intact".
std::size_t RelayEngine::Parts::write_request(Now now, const Message& message, const Link& link,
                                              InfoAction action, MutableBytes slot,
                                              std::size_t limit) {
  ByteWriter writer(slot);
  if (action == InfoAction::leave || !message.scan.has_options) {
    writer.bytes(message.in.payload);
  } else if (write_with_info(message, link, action, writer, limit)) {
    ++counters.info_added;
  } else {
    ++counters.info_left_out;
    tell(now, EventKind::info_left_out, Reason::none, message, &link);
    writer = ByteWriter(slot);
    writer.bytes(message.in.payload);
  }
  if (writer.size() < wire::kMinMessageSize) {
    writer.zeros(wire::kMinMessageSize - writer.size());
  }
  store_u8(&slot[wire::kHopsOffset], static_cast<std::uint8_t>(message.header.hops() + 1));
  if (message.header.giaddr().is_zero()) {
    store_be32(&slot[wire::kGiaddrOffset], link.giaddr.value);
  }
  return writer.size();
}

/// R3046-2.1-a: option 82 is the last one, before the end. False when it does not fit.
bool RelayEngine::Parts::write_with_info(const Message& message, const Link& link,
                                         InfoAction action, ByteWriter& writer, std::size_t limit) {
  std::array<std::byte, kMaxAgentInfo> room;  // written before it is read
  ByteWriter info(room);
  links.write_info(link, message.header.chaddr(), was_unicast(message.in, link), info);
  if (!info.ok()) return false;
  if (action == InfoAction::replace) {
    (void)copy_without_info(message.in.payload, message.scan, {}, writer);
  } else {
    writer.bytes(message.in.payload.first(message.scan.end));
  }
  writer.u8(wire::kOptionDhcpAgentOptions);
  writer.u8(static_cast<std::uint8_t>(info.size()));
  writer.bytes(info.written());
  writer.u8(wire::kOptionEnd);
  return writer.ok() && writer.size() <= limit;
}

/// The way to a server: a frame to where its last answer came from, while that is fresh; else as
/// the kernel routes. `source` zero: the address of the interface that it leaves by.
net::Envelope RelayEngine::Parts::to_server(Now now, std::uint16_t server, net::Ip4 source,
                                            std::uint16_t source_port) {
  ServerStatus& status_of = servers.at(server);
  ++status_of.sent;
  const net::Ip4 from = source.is_zero() ? links.address_of(status_of.interface) : source;
  return {.interface = status_of.interface,
          .target = net::LinkTarget::route,
          // Without an address of ours the kernel finds one.
          .target_mac = from.is_zero() ? net::Mac() : servers.mac_of(now.mono, server),
          .source = from,
          .destination = status_of.server.address,
          .source_port = source_port,
          .destination_port = status_of.server.port};
}

}  // namespace lessor::relay::v4
