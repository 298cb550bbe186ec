#pragma once
// For this folder's tests: a host with downlinks and an uplink, messages, and what came out. Must
// not know: what is right.

#include "relay/v4/engine.h"
#include "wire/v4/message_view.h"
#include "wire/v4/message_writer.h"

#include <cstdlib>
#include <string>
#include <vector>

namespace lessor::relay::v4 {

inline constexpr HashKey kTestKey{1, 2};
inline constexpr net::InterfaceIndex kUplink = 1;

inline net::Ip4 ip(std::string_view text) { return net::parse_ip4(text).value(); }
inline net::Mac mac(std::string_view text) { return net::parse_mac(text).value(); }

inline net::Interface make_interface(net::InterfaceIndex index, std::string name,
                                     std::string_view address) {
  net::Interface made{.index = index,
                      .name = std::move(name),
                      .mac = mac("02:00:00:00:00:00"),
                      .admin_up = true,
                      .up = true,
                      .ethernet = true};
  made.mac.octets[5] = static_cast<std::byte>(index);
  if (!address.empty()) made.addresses.push_back(net::parse_prefix4(address).value());
  return made;
}

inline net::InterfaceTable make_host() {
  return net::InterfaceTable(
      {make_interface(kUplink, "eth0", "192.0.2.2/24"), make_interface(2, "eth1", "10.1.0.1/24"),
       make_interface(3, "eth2", "10.2.0.1/24"), make_interface(4, "eth3.100", "")});
}

inline AgentTemplate make_template(std::string_view text) {
  return AgentTemplate::read(text).value();
}

inline Downlink make_downlink(std::string name) {
  Downlink downlink;
  downlink.interface = std::move(name);
  return downlink;
}

/// eth1 and eth2 are downlinks, 192.0.2.11 and so on the servers.
inline Settings make_settings(int servers = 1) {
  Settings settings;
  settings.downlinks = {make_downlink("eth1"), make_downlink("eth2")};
  for (int i = 0; i < servers; ++i) {
    settings.servers.push_back({{ip("192.0.2.11").value + static_cast<std::uint32_t>(i)}});
  }
  settings.host_name = "relay1";
  return settings;
}

/// A message as a test words it.
struct Words {
  wire::MessageType type = wire::MessageType::discover;
  wire::Op op = wire::Op::request;
  std::uint32_t xid = 0x1234;
  std::uint32_t client = 1;  ///< last octets of its hardware address
  std::uint8_t hops = 0;
  std::uint16_t secs = 0;
  std::uint16_t flags = 0;
  net::Ip4 ciaddr = {};
  net::Ip4 yiaddr = {};
  net::Ip4 giaddr = {};
  std::optional<net::Ip4> server_id = {};
  std::optional<std::uint32_t> lease_time = {};
  std::vector<std::byte> info = {};
  bool has_info = false;
  std::vector<std::byte> extra = {};  ///< options as they are, before option 82
};

inline net::HardwareAddress hardware_of(std::uint32_t client) {
  net::HardwareAddress made{.type = 1, .size = 6};
  store_be16(made.octets.data(), 0x0206);
  store_be32(&made.octets[2], client);
  return made;
}

inline std::vector<std::byte> write(const Words& words) {
  std::vector<std::byte> room(1'472);
  wire::MessageWriter out(room);
  wire::Header header{.op = words.op,
                      .hops = words.hops,
                      .xid = words.xid,
                      .secs = words.secs,
                      .flags = words.flags,
                      .ciaddr = words.ciaddr,
                      .yiaddr = words.yiaddr,
                      .siaddr = {},
                      .giaddr = words.giaddr};
  header.set_hardware_address(hardware_of(words.client));
  out.header(header);
  if (words.type != wire::MessageType::none) {
    out.option_u8(wire::kOptionDhcpMessageType, static_cast<std::uint8_t>(words.type));
  }
  if (words.server_id) out.option_ip4(wire::kOptionDhcpServerIdentifier, *words.server_id);
  if (words.lease_time) out.option_u32(wire::kOptionDhcpLeaseTime, *words.lease_time);
  out.raw(words.extra);
  if (words.has_info || !words.info.empty()) {
    out.option(wire::kOptionDhcpAgentOptions, words.info);
  }
  out.end();
  out.pad_to(300);
  room.resize(out.size());
  return room;
}

/// The server's answer to what was relayed to it: its fields and its option 82 come back.
inline Words answer_to(const std::vector<std::byte>& request, wire::MessageType type,
                       std::string_view yiaddr = "10.1.0.77") {
  wire::ParseScratch scratch;
  const auto view = wire::MessageView::parse(request, scratch);
  Words words{.type = type, .op = wire::Op::reply};
  if (!view) std::abort();
  words.xid = view->xid();
  words.client = load_be32(&view->chaddr_field()[2]);
  words.flags = view->flags();
  words.giaddr = view->giaddr();
  words.yiaddr = ip(yiaddr);
  if (const auto info = view->option(82)) {
    words.info.assign(info->begin(), info->end());
    words.has_info = true;
  }
  return words;
}

struct Sent {
  net::Envelope envelope;
  std::vector<std::byte> payload;

  [[nodiscard]] std::optional<std::vector<std::byte>> option(wire::OptionCode code) const {
    wire::ParseScratch scratch;
    const auto view = wire::MessageView::parse(payload, scratch);
    if (!view) std::abort();
    const auto value = view->option(code);
    if (!value) return std::nullopt;
    return std::vector<std::byte>(value->begin(), value->end());
  }
  [[nodiscard]] wire::HeaderView header() const { return wire::HeaderView(payload); }
};

class Bench {
 public:
  explicit Bench(Settings settings = make_settings()) : engine(std::move(settings), kTestKey, 7) {
    engine.set_interfaces(now, make_host());
  }

  /// From a client on `link`.
  std::vector<Sent> from_client(const std::vector<std::byte>& payload, net::InterfaceIndex link = 2,
                                net::Ip4 to = net::kIp4Broadcast) {
    return hand_in({.payload = payload,
                    .source = {},
                    .destination = to,
                    .source_port = 68,
                    .destination_port = 67,
                    .interface = link,
                    .framed = true,
                    .source_mac = mac("02:06:00:00:00:01"),
                    .destination_mac = net::kMacBroadcast});
  }
  std::vector<Sent> from_client(const Words& words, net::InterfaceIndex link = 2) {
    return from_client(write(words), link);
  }
  std::vector<Sent> from_server(const Words& words, std::string_view source = "192.0.2.11",
                                net::InterfaceIndex link = kUplink, std::uint16_t port = 67) {
    const std::vector<std::byte> payload = write(words);
    return hand_in({.payload = payload,
                    .source = ip(source),
                    .destination = words.giaddr,
                    .source_port = 67,
                    .destination_port = port,
                    .interface = link,
                    .framed = true,
                    .source_mac = mac("02:aa:00:00:00:01"),
                    .destination_mac = mac("02:00:00:00:00:01")});
  }
  std::vector<Sent> hand_in(const net::Datagram& in) {
    engine.on_datagram(now, in, outbox);
    return take();
  }
  std::vector<Sent> take() {
    std::vector<Sent> all;
    for (net::Outbox::Ready ready; outbox.take_ready(ready);) {
      const MutableBytes bytes = ready.payload();
      all.push_back({ready.envelope, {bytes.begin(), bytes.end()}});
      outbox.recycle(ready.id);
    }
    return all;
  }
  void advance(Duration by) { now.mono = now.mono + by; }
  [[nodiscard]] std::uint64_t dropped(Reason reason) const {
    return engine.counters().dropped[static_cast<std::size_t>(reason)];
  }

  Now now{.mono = Instant::from_nanoseconds(1'000'000'000'000), .wall = {1'700'000'000}};
  net::Outbox outbox{256, 16};
  RelayEngine engine;
};

inline std::vector<std::byte> octets(std::initializer_list<int> values) {
  std::vector<std::byte> made;
  for (const int value : values) made.push_back(static_cast<std::byte>(value));
  return made;
}

}  // namespace lessor::relay::v4
