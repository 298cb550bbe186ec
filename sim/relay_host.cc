#include "sim/relay_host.h"

namespace lessor::sim {
namespace {

constexpr net::InterfaceIndex kUplink = 1;
constexpr net::InterfaceIndex kDownlink = 2;

/// Where a relay takes what the one before it sends, and what its own uplink has.
constexpr net::Ip4 transit_address(std::size_t site, int hop) {
  return address_in(100 + site, static_cast<std::uint32_t>(hop) * 256 + 1);
}
constexpr net::Ip4 uplink_address(std::size_t site, int hop) {
  return address_in(150 + site, static_cast<std::uint32_t>(hop) * 256 + 1);
}

}  // namespace

RelayHost::RelayHost(Stage& stage, HostId host, std::size_t site, int hop, LinkId link)
    : stage_(stage), host_(host), site_(site), hop_(hop), clock_(0, 5'000 + host) {
  if (hop == 1) {
    stage.network.plug(
        {.host = host, .interface = kDownlink, .mac = mac_of(kRelayMac, host), .link = link});
    // Replies to giaddr come by the uplink.
    stage.network.claim(address_in(site, 2), host, kUplink);
  } else {
    stage.network.claim(transit_address(site, hop), host, kDownlink);
  }
  stage.network.claim(uplink_address(site, hop), host, kUplink);
  start();
}

relay::v4::Settings RelayHost::settings() const {
  relay::v4::Settings made;
  relay::v4::Downlink downlink;
  downlink.interface = "eth1";
  if (hop_ == 1) downlink.agent.circuit_id = *relay::v4::AgentTemplate::read("{interface}");
  // RFC 5107: clients renew through the agent, which they take for the server.
  if (hop_ == 1 && stage_.plan.seed % 3 == 1) {
    downlink.agent.server_id_override.source = relay::v4::OwnAddress::Source::interface;
  }
  made.downlinks.push_back(std::move(downlink));
  if (hop_ < stage_.plan.sites[site_].hops) {
    made.servers = {{transit_address(site_, hop_ + 1)}};
  } else {
    for (int i = 0; i < stage_.plan.servers; ++i) made.servers.push_back({server_address(i)});
  }
  made.choice = static_cast<relay::v4::ServerChoice>((stage_.plan.seed + site_) % 3);
  // A relay in the middle has no way to know whether what it relays to is a server.
  made.probe = hop_ == stage_.plan.sites[site_].hops;
  made.host_name = "relay";
  return made;
}

void RelayHost::start() {
  engine_ = std::make_unique<relay::v4::RelayEngine>(settings(), HashKey{stage_.plan.seed, host_},
                                                     stage_.plan.seed * 13 + ++starts_, 512);
  tell_interfaces(true);
  const std::vector<net::InterfaceIndex> ways(engine_->servers().size(), kUplink);
  engine_->set_ways(ways);
}

void RelayHost::tell_interfaces(bool up) {
  net::Interface uplink{.index = kUplink,
                        .name = "eth0",
                        .mac = mac_of(kRelayMac, host_ + 0x10000),
                        .admin_up = true,
                        .up = true,
                        .ethernet = true};
  uplink.addresses.push_back({uplink_address(site_, hop_), 24});
  net::Interface downlink{.index = kDownlink,
                          .name = "eth1",
                          .mac = mac_of(kRelayMac, host_),
                          .admin_up = true,
                          .up = up,
                          .ethernet = true};
  downlink.addresses.push_back(
      {hop_ == 1 ? address_in(site_, 2) : transit_address(site_, hop_), 16});
  engine_->set_interfaces(now(), net::InterfaceTable({uplink, downlink}));
}

void RelayHost::hear(const net::Datagram& datagram) {
  if (datagram.payload.size() >= wire::kHeaderSize) {
    const wire::HeaderView header(datagram.payload);
    heard_ = {.xid = header.xid(), .hops = header.hops(), .giaddr = header.giaddr()};
  }
  engine_->on_datagram(now(), datagram, outbox_);
  pump();
  heard_.reset();
}

/// RFC 1542 4.1, RFC 3046 2.1: what a relay agent changes in a message, and what not.
void RelayHost::check(const net::Outbox::Ready& ready) {
  const wire::HeaderView header(ready.payload());
  if (!heard_ || header.xid() != heard_->xid) return;  // a probe of its own
  const auto fail = [&](const char* what) { stage_.break_law(to_string() + " " + what); };
  if (header.op() == wire::Op::request) {
    if (header.hops() != heard_->hops + 1) fail("does not count itself in hops");
    const net::Ip4 own = heard_->giaddr.is_zero() ? address_in(site_, 2) : heard_->giaddr;
    if (header.giaddr() != own) fail("does not name the first relay agent in giaddr");
    return;
  }
  const bool by_frame = ready.envelope.target == net::LinkTarget::mac;
  if (by_frame && !equal_bytes(header.chaddr_field().first(6), ready.envelope.target_mac.octets)) {
    fail("sends a reply to another client");
  }
  const auto message = wire::MessageView::parse(ready.payload(), scratch_);
  if (message && message->has(82)) fail("leaves its option 82 in a reply");
}

void RelayHost::wake() {
  if (engine_->next_deadline() <= now().mono) engine_->on_time(now(), outbox_);
  pump();
}

Instant RelayHost::next_deadline() const { return clock_.when(engine_->next_deadline()); }

void RelayHost::pump() {
  stage_.send_ready(host_, outbox_, Stage::Words::echoed,
                    [&](const net::Outbox::Ready& ready) { check(ready); });
  for (relay::v4::Event event; engine_->events().take(event);) {
    stage_.note(to_string() + ": " + std::string(name_of(event.kind)) + " (" +
                std::string(name_of(event.reason)) + ")");
  }
}

void RelayHost::restart() {
  stage_.note(to_string() + " restarts");
  start();
  pump();
}

std::optional<net::Ip4> RelayHost::given_up() {
  if (hop_ != stage_.plan.sites[site_].hops) return std::nullopt;
  for (const relay::v4::ServerStatus& server : engine_->servers()) {
    if (server.health == relay::v4::Health::down) return server.server.address;
  }
  return std::nullopt;
}

std::string RelayHost::to_string() const {
  return "relay " + std::to_string(site_) + "/" + std::to_string(hop_);
}

void RelayHost::set_up(bool up) {
  stage_.network.set_up(host_, up);
  tell_interfaces(up);
  pump();
}

}  // namespace lessor::sim
