#pragma once
// A client in a test's hands: an engine, a clock that only the test moves, and servers' messages
// written in a line. For the tests of this folder.

#include "base/text.h"
#include "client/v4/engine.h"
#include "wire/v4/message_writer.h"

#include <gtest/gtest.h>

#include <functional>
#include <string>
#include <vector>

namespace lessor::client::v4::testing {

inline const net::Mac kMac = *net::parse_mac("c0:01:1b:69:00:00");
inline const net::Mac kServerMac = *net::parse_mac("08:00:27:9b:11:3d");
inline const net::Mac kOtherMac = *net::parse_mac("02:00:00:00:00:99");
inline const net::Ip4 kServer = *net::parse_ip4("192.0.2.1");
inline const net::Ip4 kOther = *net::parse_ip4("192.0.2.2");
inline const net::Ip4 kAddress = *net::parse_ip4("192.0.2.10");

/// A message that the client has sent, kept.
struct Sent {
  net::Envelope envelope;
  std::vector<std::byte> bytes;
  Instant at;

  /// What is in it; the view borrows this object.
  [[nodiscard]] wire::MessageView view() const {
    static wire::ParseScratch scratch;
    auto view = wire::MessageView::parse(bytes, scratch);
    EXPECT_TRUE(view.has_value());
    return *view;
  }
  [[nodiscard]] wire::MessageType type() const { return view().message_type(); }
  [[nodiscard]] std::uint32_t xid() const { return view().xid(); }
  /// An option in hexadecimal; "-" without it.
  [[nodiscard]] std::string option(wire::OptionCode code) const {
    const wire::MessageView message = view();
    const auto value = message.option(code);
    return value ? to_hex(*value) : "-";
  }
};

/// What a server says.
struct Reply {
  wire::MessageType type = wire::MessageType::offer;
  net::Ip4 server = kServer;
  net::Ip4 address = kAddress;
  std::optional<std::uint32_t> xid = std::nullopt;  ///< the client's last by default
  std::optional<std::uint32_t> lease_time = 3'600;
  std::vector<std::pair<wire::OptionCode, std::string>> options = {};  ///< in hexadecimal
  net::Mac chaddr = kMac;
  net::Mac from = kServerMac;
  bool mask = true;
  bool server_id = true;
  wire::Op op = wire::Op::reply;
};

inline Settings plain_settings() {
  Settings settings;
  settings.client_id = {std::byte{1}, std::byte{2}, std::byte{3}};
  settings.request_list = {121, 3, 1, 6};
  settings.max_start_delay = Duration();
  return settings;
}

class Client {
 public:
  explicit Client(Settings settings = plain_settings(), std::uint64_t seed = 2131)
      : engine(std::move(settings), seed) {
    engine.set_link(now, {.index = 2, .mac = kMac, .mtu = 1'500, .up = true}, outbox);
  }

  /// Starts and lets the first message go.
  Client& start() {
    engine.start(now, outbox);
    return run();
  }
  /// Does what is due now, and takes what comes out.
  Client& run() {
    engine.on_time(now, outbox);
    EXPECT_GT(engine.next_deadline(), now.mono) << to_string(engine.state());
    collect();
    return *this;
  }
  /// Lets time pass, deadline by deadline.
  Client& pass(Duration time) {
    const Instant end = now.mono + time;
    while (engine.next_deadline() <= end) {
      set_time(engine.next_deadline());
      run();
    }
    set_time(end);
    return run();
  }
  /// Goes to the next deadline; how long it took.
  Duration next() {
    const Instant before = now.mono;
    set_time(engine.next_deadline());
    run();
    return now.mono - before;
  }
  void set_time(Instant at) {
    now.wall = now.wall + (at - now.mono);
    now.mono = at;
  }

  Client& hear(const Reply& reply) { return hear_octets(octets_of(reply), reply.from); }
  Client& hear_octets(Bytes payload, const net::Mac& from = kServerMac) {
    engine.on_datagram(now,
                       {.payload = payload,
                        .source = kServer,
                        .destination = net::kIp4Broadcast,
                        .source_port = 67,
                        .destination_port = 68,
                        .interface = 2,
                        .framed = true,
                        .source_mac = from,
                        .destination_mac = net::kMacBroadcast},
                       outbox);
    return run();
  }
  Client& see(const net::ArpSighting& sighting) {
    engine.on_arp(now, sighting, outbox);
    return run();
  }
  Client& link(bool up, const net::Mac& mac = kMac) {
    engine.set_link(now, {.index = 2, .mac = mac, .mtu = 1'500, .up = up}, outbox);
    return run();
  }

  /// The message in octets.
  [[nodiscard]] std::vector<std::byte> octets_of(const Reply& reply) const {
    std::vector<std::byte> room(1'400);
    wire::MessageWriter out(room);
    wire::Header header{.op = reply.op, .xid = reply.xid.value_or(sent.empty() ? 0 : last().xid())};
    const bool nak = reply.type == wire::MessageType::nak;
    header.yiaddr = nak ? net::Ip4() : reply.address;
    net::HardwareAddress chaddr{.size = 6};
    copy_bytes(chaddr.octets, reply.chaddr.octets);
    header.set_hardware_address(chaddr);
    out.header(header);
    out.option_u8(wire::kOptionDhcpMessageType, static_cast<std::uint8_t>(reply.type));
    if (reply.server_id) out.option_ip4(wire::kOptionDhcpServerIdentifier, reply.server);
    if (reply.lease_time && !nak) out.option_u32(wire::kOptionDhcpLeaseTime, *reply.lease_time);
    if (reply.mask && !nak) out.option_u32(wire::kOptionSubnetMask, 0xffffff00);
    for (const auto& [code, hex] : reply.options) out.option(code, *from_hex(hex));
    out.end();
    out.pad_to(wire::kMinMessageSize);
    EXPECT_TRUE(out.ok());
    room.resize(out.size());
    return room;
  }

  /// DISCOVER to BOUND with a server's default answers.
  Client& bind(const Reply& like = {}) {
    Reply reply = like;
    start();
    reply.type = wire::MessageType::offer;
    hear(reply).pass(engine.settings().collect_for);
    reply.type = wire::MessageType::ack;
    hear(reply);
    pass(Duration::seconds(8));  // longer than any check of the address
    EXPECT_EQ(engine.state(), State::bound);
    return *this;
  }

  [[nodiscard]] const Sent& last() const { return sent.back(); }
  [[nodiscard]] State state() const { return engine.state(); }
  /// The effects since the last call, "configure 192.0.2.10 granted; remember ...".
  std::string take_effects() {
    std::string text;
    for (const Effect& effect : effects) {
      static constexpr std::string_view kNames[] = {"configure", "refresh", "deconfigure",
                                                    "remember",  "forget",  "inform"};
      if (!text.empty()) text += "; ";
      text.append(kNames[static_cast<std::size_t>(effect.kind)]).append(" ");
      text.append(net::to_string(effect.address)).append(" ").append(name_of(effect.reason));
    }
    effects.clear();
    return text;
  }
  /// Why the last dropped message was dropped; none when nothing was.
  [[nodiscard]] Reason last_drop() const {
    for (std::size_t i = kReasons; i-- > 0;) {
      if (engine.counters().dropped[i] > 0) return static_cast<Reason>(i);
    }
    return Reason::none;
  }

  Now now{.mono = Instant::from_nanoseconds(1'000'000'000'000), .wall = {1'764'000'000}};
  net::Outbox outbox{8, 4};
  ClientEngine engine;
  std::vector<Sent> sent;
  std::vector<net::ArpProbe> probes;
  std::vector<Effect> effects;
  std::vector<Event> events;

 private:
  void collect() {
    for (net::Outbox::Ready ready; outbox.take_ready(ready);) {
      const MutableBytes payload = ready.payload();
      sent.push_back(
          {.envelope = ready.envelope, .bytes = {payload.begin(), payload.end()}, .at = now.mono});
      outbox.recycle(ready.id);
    }
    for (net::ArpProbe probe; outbox.take_probe(probe);) probes.push_back(probe);
    for (Effect effect; engine.take(effect);) effects.push_back(effect);
    for (Event event; engine.take(event);) events.push_back(event);
    EXPECT_EQ(engine.lost_events(), 0U);
  }
};

/// An hour's lease that was asked for `age` ago.
inline Lease remembered(const Client& client, Duration age = Duration::seconds(100)) {
  return {.address = kAddress,
          .server = kServer,
          .requested_at = client.now.mono - age,
          .lease_time = Duration::seconds(3'600),
          .t1 = Duration::seconds(1'800),
          .t2 = Duration::seconds(3'150)};
}

}  // namespace lessor::client::v4::testing
