#pragma once
// Frames for the tests of this folder: DHCP messages from words, in Ethernet, IPv4 and UDP.

#include "net/frame.h"
#include "wire/v4/message_writer.h"

#include <functional>
#include <vector>

namespace lessor::craft::testing {

using Octets = std::vector<std::byte>;

/// A frame around `payload`; to everybody unless `who` says otherwise.
inline Octets udp_frame(net::UdpEndpoints who, Bytes payload) {
  if (who.destination_mac == net::Mac{}) who.destination_mac = net::kMacBroadcast;
  Octets slot(net::kFrameHeaders + payload.size());
  copy_bytes(MutableBytes(slot).subspan(net::kFrameHeaders), payload);
  net::write_udp_frame(slot, net::kFrameHeaders, payload.size(), who);
  return slot;
}

/// A header of the client c0:01:1b:69:00:00 with xid 0x1aed and the broadcast flag.
inline wire::Header header(wire::Op op) {
  wire::Header h{.op = op, .xid = 0x1aed, .flags = wire::kBroadcastFlag};
  h.set_hardware_address(
      {.type = 1,
       .size = 6,
       .octets = {std::byte{0xc0}, std::byte{0x01}, std::byte{0x1b}, std::byte{0x69}}});
  return h;
}

/// A message with what `write` puts behind the cookie.
inline Octets message(const wire::Header& header,
                      const std::function<void(wire::MessageWriter&)>& write) {
  Octets room(1'472);
  wire::MessageWriter writer(room);
  writer.header(header);
  write(writer);
  room.resize(writer.size());
  return room;
}

/// The tutorial's DHCPOFFER: 192.168.56.104 for 600 seconds from 192.168.56.100.
inline Octets offer() {
  wire::Header h = header(wire::Op::reply);
  h.yiaddr = {0xc0a83868};
  h.siaddr = {0xc0a83864};
  return message(h, [](wire::MessageWriter& out) {
    out.option_u8(wire::kOptionDhcpMessageType, 2);
    out.option_ip4(wire::kOptionDhcpServerIdentifier, {0xc0a83864});
    out.option_u32(wire::kOptionDhcpLeaseTime, 600);
    out.option(wire::kOptionDomainName, as_bytes("routingloops.co.uk"));
    out.end();
    out.pad_to(300);
  });
}

/// A DHCPDISCOVER that asks for 1, 3 and 6.
inline Octets discover() {
  return message(header(wire::Op::request), [](wire::MessageWriter& out) {
    const std::byte wanted[] = {std::byte{1}, std::byte{3}, std::byte{6}};
    out.option_u8(wire::kOptionDhcpMessageType, 1);
    out.option(wire::kOptionDhcpParameterRequestList, wanted);
    out.end();
  });
}

/// Who sends an offer to everybody.
inline net::UdpEndpoints from_server() {
  return {.source_mac = *net::parse_mac("08:00:27:9b:11:3d"),
          .destination_mac = net::kMacBroadcast,
          .source = {0xc0a83864},
          .destination = net::kIp4Broadcast,
          .source_port = 67,
          .destination_port = 68};
}

}  // namespace lessor::craft::testing
