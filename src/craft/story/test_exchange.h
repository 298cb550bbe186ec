#pragma once
// An exchange for the tests of timelines: one client, the server that it selects, and another.

#include "craft/story/dhcp_event.h"

#include <vector>

namespace lessor::craft::testing {

inline const net::HardwareAddress kClient{
    .type = 1,
    .size = 6,
    .octets = {std::byte{0xc0}, std::byte{0x01}, std::byte{0x1b}, std::byte{0x69}}};
inline const net::Ip4 kServer{0xc0a83864};
inline const net::Ip4 kOther{0xc0a838c8};
inline const net::Ip4 kAddress{0xc0a83868};

inline DhcpEvent from_client(int ms, wire::MessageType type, std::uint32_t xid = 1) {
  return {.since_1970 = Duration::milliseconds(ms),
          .op = wire::Op::request,
          .type = type,
          .xid = xid,
          .client = kClient,
          .destination = net::kIp4Broadcast};
}
inline DhcpEvent from_server(int ms, wire::MessageType type, net::Ip4 server, net::Ip4 yiaddr,
                             std::uint32_t xid = 1) {
  return {.since_1970 = Duration::milliseconds(ms),
          .op = wire::Op::reply,
          .type = type,
          .xid = xid,
          .client = kClient,
          .yiaddr = yiaddr,
          .server_identifier = server,
          .lease_time = Duration::seconds(30),
          .source = server,
          .destination = net::kIp4Broadcast};
}
inline DhcpEvent unicast(DhcpEvent event) {
  event.ciaddr = kAddress;
  event.source = kAddress;
  event.destination = kServer;
  return event;
}
inline DhcpEvent naming(DhcpEvent event, net::Ip4 server) {
  event.server_identifier = server;
  return event;
}

/// The whole life of a lease, with a second server that is not chosen.
inline std::vector<DhcpEvent> life() {
  return {from_client(0, wire::MessageType::discover),
          from_server(1, wire::MessageType::offer, kServer, kAddress),
          from_server(51, wire::MessageType::offer, kOther, {kOther.value + 1}),
          naming(from_client(151, wire::MessageType::request), kServer),
          from_server(153, wire::MessageType::ack, kServer, kAddress),
          unicast(from_client(15'160, wire::MessageType::request, 2)),
          from_server(15'161, wire::MessageType::ack, kServer, kAddress, 2),
          naming(unicast(from_client(17'000, wire::MessageType::release, 3)), kServer)};
}

}  // namespace lessor::craft::testing
