#include "sim/hostile_host.h"

#include "net/frame.h"
#include "wire/v4/message_view.h"

namespace lessor::sim {
namespace {

constexpr net::InterfaceIndex kEth0 = 2;
constexpr std::size_t kHeard = 64;

}  // namespace

HostileHost::HostileHost(Stage& stage, HostId host, std::size_t site, LinkId link)
    : stage_(stage), host_(host), site_(site), link_(link), mac_(mac_of(kOtherMac, host)) {
  stage.network.plug({.host = host, .interface = kEth0, .mac = mac_, .link = link});
  next_ = stage.now + Duration::seconds(5);
}

/// What can be replayed: no server could tell a replayed DHCPRELEASE or DHCPDECLINE from a new one.
void HostileHost::hear(const net::Datagram& datagram) {
  if (datagram.destination_port != wire::kServerPort) return;
  wire::ParseScratch scratch;
  const auto message = wire::MessageView::parse(datagram.payload, scratch);
  if (!message) return;
  const wire::MessageType type = message->message_type();
  if (type != wire::MessageType::discover && type != wire::MessageType::request) return;
  heard_.emplace_back(datagram.payload.begin(), datagram.payload.end());
  if (heard_.size() > kHeard) heard_.pop_front();
}

void HostileHost::wake() {
  if (next_ > stage_.now) return;
  next_ = stage_.now + stage_.draw(Duration::milliseconds(100), Duration::seconds(20));
  switch (stage_.random.below(4)) {
    case 0:
      return flood();
    case 1:
      return claim_others();
    case 2:
      return replay();
    default:
      return talk_nonsense();
  }
}

net::Ip4 HostileHost::some_address() {
  const auto part = stage_.random.below(static_cast<std::uint32_t>(stage_.plan.servers)) * 0x4000;
  const auto size = static_cast<std::uint32_t>(stage_.plan.sites[site_].clients + 24);
  return address_in(site_, part + 0x100 + stage_.random.below(size));
}

wire::Header HostileHost::header(const net::Mac& mac) {
  wire::Header made{.op = wire::Op::request, .xid = stage_.random.u32()};
  net::HardwareAddress hardware{.type = 1, .size = 6};
  copy_bytes(hardware.octets, mac.octets);
  made.set_hardware_address(hardware);
  return made;
}

/// Made-up clients that want an address, some of them for good (C3-01).
void HostileHost::flood() {
  const std::uint32_t count = 1 + stage_.random.below(12);
  for (std::uint32_t i = 0; i < count; ++i) {
    const net::Mac mac = mac_of(kOtherMac, stage_.random.u32());
    say(wire::MessageType::discover, header(mac), {}, {});
    if (stage_.random.one_in(4)) say(wire::MessageType::request, header(mac), some_address(), {});
  }
}

/// DHCPRELEASE, DHCPDECLINE and DHCPREQUEST for what others have, in its own name (C3-02, C3-03).
void HostileHost::claim_others() {
  const net::Ip4 victim = some_address();
  const net::Ip4 server = server_address(
      static_cast<int>(stage_.random.below(static_cast<std::uint32_t>(stage_.plan.servers))));
  wire::Header mine = header(mac_);
  switch (stage_.random.below(4)) {
    case 0:
      mine.ciaddr = victim;
      return say(wire::MessageType::release, mine, {}, server);
    case 1:
      return say(wire::MessageType::decline, mine, victim, server);
    case 2:
      mine.ciaddr = victim;
      return say(wire::MessageType::request, mine, {}, {});
    default:
      return say(wire::MessageType::request, mine, victim,
                 stage_.random.one_in(2) ? server : net::Ip4());
  }
}

void HostileHost::replay() {
  if (heard_.empty()) return;
  put(heard_[stage_.random.below(static_cast<std::uint32_t>(heard_.size()))]);
}

void HostileHost::talk_nonsense() {
  std::vector<std::byte> payload(stage_.random.below(600));
  if (!heard_.empty() && !stage_.random.one_in(4)) {
    payload = heard_[stage_.random.below(static_cast<std::uint32_t>(heard_.size()))];
  }
  for (std::uint32_t i = stage_.random.below(8); i > 0 && !payload.empty(); --i) {
    // Whom it speaks for stays as it was: else it might be a DHCPRELEASE that nobody could tell
    // from the client's own.
    const auto at = stage_.random.below(static_cast<std::uint32_t>(payload.size()));
    payload[at] = static_cast<std::byte>(stage_.random.below(256));
  }
  put(payload);
}

void HostileHost::say(wire::MessageType type, wire::Header header, net::Ip4 requested,
                      net::Ip4 server) {
  std::array<std::byte, 400> room{};
  wire::MessageWriter writer(room);
  writer.header(header);
  writer.option_u8(wire::kOptionDhcpMessageType, static_cast<std::uint8_t>(type));
  if (!requested.is_zero()) writer.option_ip4(50, requested);
  if (!server.is_zero()) writer.option_ip4(wire::kOptionDhcpServerIdentifier, server);
  writer.end();
  writer.pad_to(wire::kMinMessageSize);
  put(writer.message());
}

void HostileHost::put(Bytes payload) {
  constexpr std::size_t kRoom = net::kHeadroom;
  std::vector<std::byte> slot(kRoom + payload.size());
  copy_bytes(MutableBytes(slot).subspan(kRoom), payload);
  const Bytes frame = net::write_udp_frame(slot, kRoom, payload.size(),
                                           {.source_mac = mac_,
                                            .destination_mac = net::kMacBroadcast,
                                            .source = {},
                                            .destination = net::kIp4Broadcast,
                                            .source_port = wire::kClientPort,
                                            .destination_port = wire::kServerPort});
  stage_.chronicle.record(stage_.now, frame);
  stage_.network.send_raw(stage_.now, host_, link_, {frame.begin(), frame.end()});
}

}  // namespace lessor::sim
