#include "craft/story/dhcp_event.h"

#include "base/hash.h"
#include "wire/v4/message_view.h"

#include <algorithm>

namespace lessor::craft {
namespace {

std::optional<std::uint32_t> read_u32(const wire::MessageView& message, wire::OptionCode code) {
  const auto value = message.option(code);
  if (!value || value->size() != 4) return std::nullopt;
  return load_be32(value->data());
}

std::optional<net::Ip4> read_ip4(const wire::MessageView& message, wire::OptionCode code) {
  const auto value = read_u32(message, code);
  return value ? std::optional(net::Ip4{*value}) : std::nullopt;
}

std::optional<Duration> read_time(const wire::MessageView& message, wire::OptionCode code) {
  const auto value = read_u32(message, code);
  return value ? std::optional(Duration::from_wire(*value)) : std::nullopt;
}

/// Who asks: chaddr, or where there is none (RFC 4390) the client identifier.
net::HardwareAddress client_of(const wire::HeaderView& header, std::optional<Bytes> client_id) {
  net::HardwareAddress client = header.chaddr();
  if (client.size > 0 || !client_id) return client;
  client.type = 0;
  client.size =
      static_cast<std::uint8_t>(std::min<std::size_t>(client_id->size(), client.octets.size()));
  copy_bytes(client.octets, client_id->first(client.size));
  return client;
}

/// What tells the message apart, its way included: a relay's two legs may carry the same octets.
std::uint32_t digest_of(const Dissection& frame, Bytes message) {
  std::byte way[8];
  store_be32(way, frame.ip->source.value);
  store_be32(way + 4, frame.ip->destination.value);
  return crc32c(message, crc32c(way));
}

DhcpEvent header_event(const Dissection& frame, const wire::HeaderView& header,
                       Duration since_1970) {
  return DhcpEvent{.since_1970 = since_1970,
                   .op = header.op(),
                   .xid = header.xid(),
                   .client = client_of(header, std::nullopt),
                   .ciaddr = header.ciaddr(),
                   .yiaddr = header.yiaddr(),
                   .giaddr = header.giaddr(),
                   .source = frame.ip->source,
                   .destination = frame.ip->destination,
                   .sender = frame.ethernet ? frame.ethernet->source : net::Mac{},
                   .digest = digest_of(frame, header.bytes())};
}

/// What one option says of the event; the first of its kind counts.
void note_option(DhcpEvent& event, wire::OptionCode code, Bytes value) {
  if (code == wire::kOptionDhcpMessageType && value.size() == 1) {
    if (event.type == wire::MessageType::none) {
      event.type = wire::message_type_of(load_u8(value.data()));
    }
    return;
  }
  if (value.size() != 4) return;
  const std::uint32_t number = load_be32(value.data());
  const auto set = [](auto& field, auto content) {
    if (!field) field = content;
  };
  switch (code) {
    case wire::kOptionDhcpRequestedAddress:
      return set(event.requested_address, net::Ip4{number});
    case wire::kOptionDhcpServerIdentifier:
      return set(event.server_identifier, net::Ip4{number});
    case wire::kOptionDhcpLeaseTime:
      return set(event.lease_time, Duration::from_wire(number));
    case wire::kOptionDhcpRenewalTime:
      return set(event.renewal_time, Duration::from_wire(number));
    case wire::kOptionDhcpRebindingTime:
      return set(event.rebinding_time, Duration::from_wire(number));
    default:
      return;
  }
}

/// What stands before the place where the options break off: a capture with a short snap length
/// still tells who asks whom for what.
void scan_options(DhcpEvent& event, Bytes options) {
  wire::OptionCursor cursor(options);
  wire::RawOption option;
  while (cursor.next(option)) {
    if (option.state == wire::RawOption::State::whole) {
      note_option(event, option.code, option.value);
    }
  }
}

}  // namespace

RequestState DhcpEvent::request_state() const {
  if (server_identifier) return RequestState::selecting;
  if (ciaddr.is_zero()) return RequestState::init_reboot;
  // What a relay passes on was a broadcast, wherever it goes now.
  const bool to_anybody = broadcast() || !giaddr.is_zero();
  return to_anybody ? RequestState::rebinding : RequestState::renewing;
}

std::optional<net::Ip4> DhcpEvent::server() const {
  // With RFC 5107's override the relay's address stands in option 54: then the sender tells.
  const bool override =
      op == wire::Op::reply && between_relay_and_server() && server_identifier == giaddr;
  if (server_identifier && !override) return server_identifier;
  const net::Ip4 other_end = op == wire::Op::reply ? source : destination;
  if (other_end == net::kIp4Broadcast || other_end.is_zero()) return std::nullopt;
  return other_end;
}

std::optional<DhcpEvent> read_event(const Dissection& frame, Duration since_1970) {
  if (!frame.is_dhcp()) return std::nullopt;
  wire::ParseScratch scratch;
  const auto message = wire::MessageView::parse(frame.payload, scratch);
  if (!message) return std::nullopt;
  return event_of(*message, frame, since_1970);
}

DhcpEvent event_of(const wire::MessageView& message, const Dissection& frame, Duration since_1970) {
  DhcpEvent event = header_event(frame, message, since_1970);
  event.type = message.message_type();
  event.client = client_of(message, message.option(wire::kOptionDhcpClientIdentifier));
  event.requested_address = read_ip4(message, wire::kOptionDhcpRequestedAddress);
  event.server_identifier = read_ip4(message, wire::kOptionDhcpServerIdentifier);
  event.lease_time = read_time(message, wire::kOptionDhcpLeaseTime);
  event.renewal_time = read_time(message, wire::kOptionDhcpRenewalTime);
  event.rebinding_time = read_time(message, wire::kOptionDhcpRebindingTime);
  return event;
}

std::optional<DhcpEvent> read_any_event(const Dissection& frame, Duration since_1970) {
  auto event = read_event(frame, since_1970);
  if (event || !frame.is_dhcp() || frame.payload.size() < wire::kHeaderSize) return event;
  event = header_event(frame, wire::HeaderView(frame.payload), since_1970);
  event->broken = true;
  if (frame.payload.size() > wire::kOptionsOffset) {
    scan_options(*event, frame.payload.subspan(wire::kOptionsOffset));
  }
  return event;
}

namespace {

std::optional<ProbeKind> arp_kind(const net::ArpPacket& arp) {
  if (arp.operation == net::ArpOperation::reply) return ProbeKind::arp_reply;
  if (arp.sender_address.is_zero()) return ProbeKind::arp_probe;
  if (arp.sender_address == arp.target_address) return ProbeKind::arp_announcement;
  return std::nullopt;
}

std::optional<ProbeKind> echo_kind(Bytes bytes, const Dissection& frame) {
  const auto layers = frame.layers();
  if (layers.empty() || layers.back().layer != Layer::icmp || !frame.ip) return std::nullopt;
  const std::uint8_t type = load_u8(&bytes[layers.back().offset]);  // RFC 792
  if (type == 8) return ProbeKind::echo_request;
  if (type == 0) return ProbeKind::echo_reply;
  return std::nullopt;
}

}  // namespace

std::optional<ProbeEvent> read_probe(Bytes bytes, const Dissection& frame, Duration since_1970) {
  if (frame.arp) {
    const auto kind = arp_kind(*frame.arp);
    if (!kind) return std::nullopt;
    const net::Ip4 from = frame.arp->sender_address;
    return ProbeEvent{.since_1970 = since_1970,
                      .kind = *kind,
                      .sender = frame.arp->sender_mac,
                      .from = from,
                      .about = *kind == ProbeKind::arp_reply ? from : frame.arp->target_address};
  }
  const auto kind = echo_kind(bytes, frame);
  if (!kind) return std::nullopt;
  const bool asks = *kind == ProbeKind::echo_request;
  return ProbeEvent{.since_1970 = since_1970,
                    .kind = *kind,
                    .sender = frame.ethernet ? frame.ethernet->source : net::Mac{},
                    .from = frame.ip->source,
                    .about = asks ? frame.ip->destination : frame.ip->source};
}

}  // namespace lessor::craft
