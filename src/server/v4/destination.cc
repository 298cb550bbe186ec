#include "server/v4/destination.h"

#include "base/check.h"
#include "config/boot_profile.h"

namespace lessor::server::v4 {
namespace {

/// What a row of the table looks at.
struct Facts {
  ReplyKind kind;
  const wire::Request& request;
  const net::Datagram& in;
  net::Ip4 yiaddr;
};

bool is_relayed(const Facts& f) { return !f.request.giaddr.is_zero(); }
bool is_inform(const Facts& f) { return f.kind == ReplyKind::inform_ack; }
bool is_nak(const Facts& f) { return f.kind == ReplyKind::nak; }

/// A DHCPDISCOVER has no ciaddr (R2131-T5-a); what it puts there is not asked.
bool has_address(const Facts& f) { return f.kind == ReplyKind::ack && !f.request.ciaddr.is_zero(); }

/// Whether 'chaddr' is an address that a frame can be sent to: six octets of Ethernet, somebody's,
/// not a group's. What came by a UDP socket cannot be answered by a frame either.
bool is_reachable(const Facts& f) {
  const net::HardwareAddress& h = f.request.hardware_address;
  if (!f.in.framed || h.type != wire::kHtypeEthernet || h.size != 6) return false;
  const bool group = (h.octets[0] & std::byte{1}) != std::byte{0};
  return !group && h != net::HardwareAddress{.type = h.type, .size = h.size};
}
/// An offer without an address (RFC 8925, and of a boot proxy) can be sent to none.
bool needs_broadcast(const Facts& f) {
  return f.request.broadcast || !is_reachable(f) || f.yiaddr.is_zero();
}
bool otherwise(const Facts&) { return true; }

/// What a row says.
enum class To : std::uint8_t { giaddr, everyone, client };
struct Row {
  bool (*when)(const Facts&);
  To to;
  net::LinkTarget target;
};

// R2131-4.1-c, R2131-4.1-d. The first row that fits decides. R2131-4.3.5-a goes before all: the
// DHCPACK to a DHCPINFORM is sent "directly to the address given in the 'ciaddr' field".
constexpr Row kRows[] = {
    {is_inform, To::client, net::LinkTarget::route},
    {is_relayed, To::giaddr, net::LinkTarget::route},
    {is_nak, To::everyone, net::LinkTarget::broadcast},
    {has_address, To::client, net::LinkTarget::route},
    {needs_broadcast, To::everyone, net::LinkTarget::broadcast},
    {otherwise, To::client, net::LinkTarget::mac},
};

const Row& row_for(const Facts& facts) {
  for (const Row& row : kRows) {
    if (row.when(facts)) return row;
  }
  check_failed("a row for every reply", __FILE__, __LINE__);
}

net::Mac mac_of(const net::HardwareAddress& hardware) {
  net::Mac mac;
  copy_bytes(mac.octets, hardware.bytes().first(mac.octets.size()));
  return mac;
}

/// R2131-4.1-a: the relay listens on the server port; RFC 8357: or where it sent from.
std::uint16_t port_of(const Row& row, const Facts& facts) {
  if (row.to != To::giaddr) return wire::kClientPort;
  return facts.request.relay.relay_port ? facts.in.source_port : wire::kServerPort;
}

net::Ip4 address_of(const Row& row, const Facts& facts, net::Ip4 yiaddr) {
  switch (row.to) {
    case To::giaddr:
      return facts.request.giaddr;
    case To::everyone:
      return net::kIp4Broadcast;
    case To::client:
      return yiaddr;
  }
  return net::kIp4Broadcast;
}

}  // namespace

net::Envelope address_reply(ReplyKind kind, const wire::Request& request, const net::Datagram& in,
                            net::Ip4 yiaddr, const ServerAddress& server) {
  const Facts facts{kind, request, in, yiaddr};
  const Row& row = row_for(facts);
  net::Envelope envelope{
      .interface = in.interface,
      .target = row.target,
      .source = server.source,
      .destination = address_of(row, facts, yiaddr),
      .source_port = wire::kServerPort,
      .destination_port = port_of(row, facts),
  };
  if (row.target == net::LinkTarget::mac) envelope.target_mac = mac_of(request.hardware_address);
  // What came through a relay and does not go back to it is for the kernel to route.
  const bool goes_back = row.to == To::giaddr || request.giaddr.is_zero();
  if (row.target == net::LinkTarget::route && in.framed && goes_back) {
    envelope.target_mac = in.source_mac;
  }
  // PXE 2.1 2.2.3: a boot server answers from its port to where the question came from.
  if (in.destination_port == config::kBootServerPort) {
    envelope.source_port = config::kBootServerPort;
    envelope.destination_port = in.source_port;
  }
  return envelope;
}

}  // namespace lessor::server::v4
