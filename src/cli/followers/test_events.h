#pragma once
// For tests of this folder: lease events as the engine makes them, and who listens to what is said.

#include "server/v4/lease_events.h"
#include "wire/v4/message_writer.h"

#include <initializer_list>
#include <string_view>
#include <vector>

namespace lessor::cli::testing {

using server::v4::EventKind;
using server::v4::LeaseEvent;
using server::v4::Reason;

inline net::Ip4 ip(std::string_view text) { return net::parse_ip4(text).value_or(net::Ip4()); }

/// What a test says of an event; the rest is usual.
struct EventWords {
  EventKind kind = EventKind::ack;
  Reason reason = Reason::none;
  bool was_held = false;
  lease::Sequence sequence = 1;
  std::uint32_t subnet_id = 1;
  Duration time = Duration::seconds(3'600);
  std::string_view client_id = {};
  std::string_view hostname = "pc";
  std::string_view giaddr = {};
  std::vector<std::pair<int, std::string_view>> options = {};  ///< of the query
  bool has_query = true;
};

inline std::vector<std::byte> message_of(const EventWords& words, wire::Op op, int type) {
  std::vector<std::byte> room(1'400);
  wire::MessageWriter writer(room);
  wire::Header header{.op = op, .hops = 1, .xid = 0x1234, .secs = 7};
  header.set_hardware_address({.type = 1,
                               .size = 6,
                               .octets = {std::byte{0xc0}, std::byte{0x01}, std::byte{0x1b},
                                          std::byte{0x69}, std::byte{0x00}, std::byte{0x05}}});
  if (!words.giaddr.empty()) header.giaddr = ip(words.giaddr);
  if (op == wire::Op::reply) header.yiaddr = ip("192.0.2.7");
  writer.header(header);
  writer.option_u8(wire::kOptionDhcpMessageType, static_cast<std::uint8_t>(type));
  for (const auto& [code, value] : words.options) {
    writer.option(static_cast<wire::OptionCode>(code), as_bytes(value));
  }
  writer.end();
  room.resize(writer.size());
  return room;
}

inline int type_of(EventKind kind) {
  if (kind == EventKind::release) return 7;
  return kind == EventKind::decline ? 4 : 3;
}

/// 192.0.2.7 of c0:01:1b:69:00:05, begun at 1,774,000,000.
inline void fill(LeaseEvent& event, const EventWords& words = {}) {
  event.kind = words.kind;
  event.reason = words.reason;
  event.was_held = words.was_held;
  event.sequence = words.sequence;
  event.lease_time = words.time;
  lease::Lease lease{.address = ip("192.0.2.7"),
                     .client_id = as_bytes(words.client_id),
                     .hostname = as_bytes(words.hostname),
                     .started = {1'774'000'000},
                     .lifetime = words.time,
                     .subnet_id = words.subnet_id};
  lease.hardware = {.type = 1,
                    .size = 6,
                    .octets = {std::byte{0xc0}, std::byte{0x01}, std::byte{0x1b}, std::byte{0x69},
                               std::byte{0x00}, std::byte{0x05}}};
  event.lease.assign(lease, words.sequence);
  const auto query = message_of(words, wire::Op::request, type_of(words.kind));
  const net::Datagram in{.payload = query,
                         .source = ip("192.0.2.9"),
                         .destination = ip("192.0.2.1"),
                         .source_port = 68,
                         .destination_port = 67,
                         .interface = 2};
  event.has_query = words.has_query && event.query.keep(in);
  const auto reply = message_of(words, wire::Op::reply, 5);
  event.reply_size = 0;
  if (words.kind != EventKind::ack) return;
  event.reply_size = static_cast<std::uint16_t>(reply.size());
  copy_bytes(event.reply_octets, reply);
}

inline LeaseEvent event_of(const EventWords& words = {}) {
  LeaseEvent event;
  fill(event, words);
  return event;
}

}  // namespace lessor::cli::testing
