#include "craft/story/dhcp_event.h"

#include "wire/v4/message_view.h"

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

}  // namespace

RequestState DhcpEvent::request_state() const {
  if (server_identifier) return RequestState::selecting;
  if (ciaddr.is_zero()) return RequestState::init_reboot;
  return broadcast() ? RequestState::rebinding : RequestState::renewing;
}

std::optional<net::Ip4> DhcpEvent::server() const {
  if (server_identifier) return server_identifier;
  const net::Ip4 other_end = op == wire::Op::reply ? source : destination;
  if (other_end == net::kIp4Broadcast || other_end.is_zero()) return std::nullopt;
  return other_end;
}

std::optional<DhcpEvent> read_event(const Dissection& frame, Duration since_1970) {
  if (!frame.is_dhcp()) return std::nullopt;
  wire::ParseScratch scratch;
  const auto message = wire::MessageView::parse(frame.payload, scratch);
  if (!message) return std::nullopt;
  return DhcpEvent{.since_1970 = since_1970,
                   .op = message->op(),
                   .type = message->message_type(),
                   .xid = message->xid(),
                   .client = message->chaddr(),
                   .ciaddr = message->ciaddr(),
                   .yiaddr = message->yiaddr(),
                   .requested_address = read_ip4(*message, wire::kOptionDhcpRequestedAddress),
                   .server_identifier = read_ip4(*message, wire::kOptionDhcpServerIdentifier),
                   .lease_time = read_time(*message, wire::kOptionDhcpLeaseTime),
                   .renewal_time = read_time(*message, wire::kOptionDhcpRenewalTime),
                   .rebinding_time = read_time(*message, wire::kOptionDhcpRebindingTime),
                   .source = frame.ip->source,
                   .destination = frame.ip->destination};
}

}  // namespace lessor::craft
