#include "server/v4/check_request.h"

namespace lessor::server::v4 {
namespace {

/// Client identifiers longer than one option (RFC 3396) are no client's that we ever could lease
/// to: records hold 255 octets.
constexpr std::size_t kMaxClientId = 255;

/// Whether a host could have this address: not 0.0.0.0/8, multicast, reserved or broadcast.
bool is_host(net::Ip4 address) {
  const std::uint32_t first_octet = address.value >> 24;
  return first_octet != 0 && first_octet < 224;
}
bool is_host_or_unset(net::Ip4 address) { return address.is_zero() || is_host(address); }

/// Neither an option 61 nor a chaddr with anything in it: nobody to know again. (hlen 0 without
/// option 61 was refused before.)
bool has_identity(const wire::Request& request) {
  if (request.client_id) return true;
  for (const std::byte octet : request.hardware_address.bytes()) {
    if (octet != std::byte{0}) return true;
  }
  return false;
}

}  // namespace

Flaw check_request(const wire::Request& request, const net::Datagram& in,
                   const net::InterfaceTable& interfaces) {
  if (!is_host_or_unset(in.source)) return {Reason::source_not_unicast};
  if (!is_host_or_unset(request.giaddr)) return {Reason::relay_not_unicast};
  if (!is_host_or_unset(request.ciaddr)) return {Reason::ciaddr_not_unicast};
  // A relay on this host sends from our address, with giaddr set. Nobody else does.
  const bool direct = request.giaddr.is_zero();
  if (direct && !in.source.is_zero() && interfaces.owns(in.source)) {
    return {Reason::source_is_ours};
  }
  if (!has_identity(request)) return {Reason::no_identity};
  if (request.client_id && request.client_id->size() > kMaxClientId) {
    return {Reason::bad_option, wire::kOptionDhcpClientIdentifier};
  }
  return {};
}

Flaw flaw_of(wire::RequestError error) {
  switch (error.code) {
    case wire::RequestCode::not_a_request:
      return {Reason::not_a_request};
    case wire::RequestCode::bootp:
      return {Reason::bootp};
    case wire::RequestCode::unknown_type:
      return {Reason::not_for_servers};
    case wire::RequestCode::no_identity:
      return {Reason::no_identity};
    case wire::RequestCode::bad_option_length:
      return {Reason::bad_option, error.option};
    case wire::RequestCode::bad_relay_info:
      return {Reason::bad_option, wire::kOptionDhcpAgentOptions};
  }
  return {Reason::malformed};
}

}  // namespace lessor::server::v4
