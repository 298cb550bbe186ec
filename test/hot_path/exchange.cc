// Exchanges of as many clients, for callgrind to count: what the packet thread does from a received
// frame to the frame it sends, short of system calls. The scene is the argument: `direct`,
// `relayed`, `classified` or `big` (DISCOVER, OFFER, REQUEST, ACK), or `renewal` (REQUEST, ACK).
#include "big_site.h"
#include "net/frame.h"
#include "server/v4/test_kit.h"
#include "test_classes.h"

#include <cstdio>
#include <cstdlib>
#include <string_view>

namespace {

using namespace lessor;

constexpr std::uint32_t kClients = 1'000;
constexpr std::uint32_t kReservations = 500;
constexpr net::Mac kServerMac{{std::byte{2}, std::byte{1}}};

}  // namespace

// instructions.py gives these names to callgrind; nothing else is counted.
extern "C" {

/// What the engine does between a datagram and its reply in the Outbox.
__attribute__((noinline)) void engine_turn(server::v4::ServerEngine& engine, Now now,
                                           const net::Datagram& in, net::Outbox& outbox) {
  engine.on_datagram(now, in, outbox);
}

/// A frame comes in: all that the kernel would have checked, both checksums too; then the engine.
__attribute__((noinline)) void packet_in(server::v4::ServerEngine& engine, Now now, Bytes frame,
                                         net::Outbox& outbox) {
  auto in = net::parse_frame(frame, net::ChecksumState::verify, wire::kServerPort);
  if (!in) return;
  in->interface = server::v4::testing::kEth0;
  engine_turn(engine, now, *in, outbox);
}

/// Changes up to `durable` are on disk: the reply leaves in its frame.
__attribute__((noinline)) void packet_out(net::Outbox& outbox, lease::Sequence durable,
                                          MutableBytes& frame) {
  outbox.release(durable);
  net::Outbox::Ready ready;
  if (!outbox.take_ready(ready)) return;
  const net::Envelope& envelope = ready.envelope;
  frame = net::write_udp_frame(ready.slot, net::kHeadroom, ready.size,
                               {.source_mac = kServerMac,
                                .destination_mac = envelope.target_mac,
                                .source = envelope.source,
                                .destination = envelope.destination,
                                .source_port = envelope.source_port,
                                .destination_port = envelope.destination_port});
  outbox.recycle(ready.id);
}
}

namespace lessor::server::v4::testing {
namespace {

/// Twenty options, and reservations for other hosts.
config::ServerConfig office() {
  config::Subnet one = subnet(1, "192.0.0.0/16", {pool("192.0.16.0-192.0.31.255")});
  std::vector<config::ConfiguredOption> options = {
      option(3, octets({192, 0, 2, 1})), option(6, octets({8, 8, 4, 4, 8, 8, 8, 8})),
      option(15, text("example.org")), option(28, octets({192, 0, 255, 255})),
      option(42, octets({192, 0, 2, 1}))};
  for (const int code : {4, 7, 9, 40, 41, 44, 48, 49, 65, 69, 70, 72, 74, 75, 76}) {
    options.push_back(option(code, octets({192, 0, 2, code})));
  }
  one.options = config::OptionSet(std::move(options));
  for (std::uint32_t n = 0; n < kReservations; ++n) {
    const net::Ip4 address{ip("192.0.64.0").value + n};
    add_reservation(one, reserve_hw(host(1'000'000 + n).mac, net::to_string(address)));
  }
  return config_of({one});
}

/// What udhcpc and dhclient send, more or less.
Say as_clients_do(Say say) {
  return say.with(60, text("udhcp 1.35.0"))
      .with(57, octets({2, 64}))
      .with(12, text("a-host-name"))
      .wanting({1, 3, 6, 12, 15, 28, 42});
}

/// The frame that carries the datagram, written into `room`.
Bytes frame_of(const net::Datagram& in, MutableBytes room) {
  copy_bytes(room.subspan(net::kHeadroom), in.payload);
  return net::write_udp_frame(room, net::kHeadroom, in.payload.size(),
                              {.source_mac = in.source_mac,
                               .destination_mac = in.destination_mac,
                               .source = in.source,
                               .destination = in.destination,
                               .source_port = in.source_port,
                               .destination_port = in.destination_port});
}

/// Says it to the server; whether the reply is of this type.
bool is_answered(Site& site, Say say, MessageType expected) {
  std::array<std::byte, 2'048> room;
  const Bytes request = frame_of(say.said(), room);
  packet_in(site.engine(), site.now(), request, site.outbox());
  site.changes().drop(site.changes().waiting());
  (void)site.take_events();
  MutableBytes sent;
  packet_out(site.outbox(), site.changes().last(), sent);
  const bool relayed = !say.header().giaddr.is_zero();
  const auto udp = net::parse_frame(sent, net::ChecksumState::verify,
                                    relayed ? wire::kServerPort : wire::kClientPort);
  if (!udp) return false;
  wire::ParseScratch scratch;
  const auto reply = wire::MessageView::parse(udp->payload, scratch);
  return reply && reply->message_type() == expected;
}

Host client(std::uint32_t n) {
  return host_with_id(n,
                      octets({1, 2, 0, 0, 0, static_cast<int>(n >> 8), static_cast<int>(n & 255)}));
}
net::Ip4 address(std::uint32_t n) { return {ip("192.0.16.0").value + n}; }

/// Through a relay agent that says by which port (circuit-id) of which switch (remote-id).
Say relayed(Say say) {
  return say.through("192.0.0.2", octets({1, 8, 'g', 'e', '-', '0', '/', '0', '/', '7',  //
                                          2, 6, 2, 0, 0, 0, 0, 9}));
}

bool lease_directly(Site& site, std::uint32_t n) {
  const Host h = client(n);
  return is_answered(site, as_clients_do(discover(h)), MessageType::offer) &&
         is_answered(site, as_clients_do(selecting(h, address(n))), MessageType::ack);
}

bool lease_relayed(Site& site, std::uint32_t n) {
  const Host h = client(n);
  return is_answered(site, relayed(as_clients_do(discover(h))), MessageType::offer) &&
         is_answered(site, relayed(as_clients_do(selecting(h, address(n)))), MessageType::ack);
}

/// Every client in another subnet, by its relay. Half are in a class with options by what they say,
/// and with it in one that asks for that one; a tenth by their relay.
bool lease_in_big_site(Site& site, std::uint32_t n) {
  const Host h = client(n);
  const std::uint32_t subnet = n;
  const std::string giaddr = net::to_string(net::Ip4{big_network(subnet).value + 2});
  const auto as_asked = [&](Say say) {
    const std::string vendor =
        n % 2 == 0 ? "vendor-" + std::to_string(n / 2 % 50 * 10) : "MSFT 5.0";
    return say.with(60, text(vendor))
        .with(57, octets({2, 64}))
        .with(12, text("a-host-name"))
        .wanting({1, 3, 6, 12, 15, 28, 42})
        .through(giaddr, octets({1, 6, 'p', 'o', 'r', 't', '-', 'x'}));
  };
  const net::Ip4 first{big_network(subnet).value + 10};
  return is_answered(site, as_asked(discover(h)), MessageType::offer) &&
         is_answered(site, as_asked(selecting(h, first)), MessageType::ack);
}

bool renew(Site& site, std::uint32_t n) {
  return is_answered(site, as_clients_do(renewing(client(n), address(n))), MessageType::ack);
}

/// Leases that were there before what is counted.
bool has_lease(Site& site, std::uint32_t n) { return !site.lease(client(n)).empty(); }

using Step = bool (*)(Site& site, std::uint32_t n);
bool all_do(Site& site, Step step) {
  for (std::uint32_t n = 0; n < kClients; ++n) {
    if (!step(site, n)) return false;
  }
  return true;
}

int run(std::string_view scene) {
  config::ServerConfig config = scene == "big" ? big_site() : office();
  if (scene == "classified") config.classes = usual_classes();
  Site site(std::move(config), {.key = {5, 6}, .lease_capacity = 8'192});
  bool done = false;
  if (scene == "direct" || scene == "classified") done = all_do(site, lease_directly);
  if (scene == "big") done = all_do(site, lease_in_big_site);
  if (scene == "relayed") done = all_do(site, lease_relayed);
  if (scene == "renewal") done = all_do(site, has_lease) && all_do(site, renew);
  if (!done) return EXIT_FAILURE;
  std::printf("%u exchanges\n", kClients);
  return EXIT_SUCCESS;
}

}  // namespace
}  // namespace lessor::server::v4::testing

int main(int argc, char** argv) {
  return lessor::server::v4::testing::run(argc > 1 ? argv[1] : "direct");
}
