#include "server/v4/stash.h"

#include "lease/extras.h"
#include "wire/v4/protocol.h"

namespace lessor::server::v4 {
namespace {

bool comes_past_a_relay(const wire::Request& request) {
  const bool says_where = request.relay_info && !request.relay_info->empty();
  return request.type == wire::MessageType::request && !request.ciaddr.is_zero() &&
         request.giaddr.is_zero() && !says_where;
}

/// As Kea judges it: by client identifiers where both have one, else by hardware addresses.
bool is_senders(const lease::Lease& lease, const wire::Request& request) {
  if (request.client_id && !lease.client_id.empty()) {
    return equal_bytes(*request.client_id, lease.client_id);
  }
  return lease.hardware == request.hardware_address;
}

}  // namespace

std::optional<Stash::Recalled> Stash::recall(const wire::Request& request, const net::Datagram& in,
                                             const lease::LeaseTable& leases, Instant now) {
  if (!comes_past_a_relay(request)) return std::nullopt;
  const auto lease = leases.find(request.ciaddr);
  if (!lease || lease->state != lease::LeaseState::active || lease->expires_at <= now) {
    return std::nullopt;
  }
  const Bytes relay_info = lease::relay_info_of(*lease);
  if (relay_info.empty() || !is_senders(*lease, request)) return std::nullopt;

  ByteWriter out(room_);
  out.bytes(in.payload.first(wire::kOptionsOffset));
  out.u8(static_cast<std::uint8_t>(wire::kOptionDhcpAgentOptions));
  out.u8(static_cast<std::uint8_t>(relay_info.size()));
  out.bytes(relay_info);
  out.bytes(in.payload.subspan(wire::kOptionsOffset));
  if (!out.ok()) return std::nullopt;
  net::Datagram datagram = in;
  datagram.payload = out.written();
  const auto view = wire::MessageView::parse(datagram.payload, scratch_);
  if (!view) return std::nullopt;
  const auto read = wire::read_request(*view);
  if (!read) return std::nullopt;  // an operator's, with a sub-option that makes no sense
  Recalled recalled{datagram, *view, *read};
  recalled.request.relay_info_is_stashed = true;
  return recalled;
}

}  // namespace lessor::server::v4
