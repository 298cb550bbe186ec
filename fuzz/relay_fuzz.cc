// Fuzzes the relay agent: octets choose its settings and are then messages in both directions, and
// time that goes by. Whatever comes, what goes out is whole, goes where it may, and is never more
// than a datagram a server.
//
// The input: one octet of settings, then steps of a kind (an octet), a length (two octets, most
// significant first) and so many octets of message.

#include "relay/v4/engine.h"
#include "seed.h"
#include "wire/v4/message_view.h"

#include <cstdio>
#include <cstdlib>

namespace lessor::relay::v4 {
namespace {

constexpr net::InterfaceIndex kUplink = 1;
constexpr std::size_t kServers = 2;
constexpr net::Ip4 kServer{0xc000020b};
constexpr net::Ip4 kOwn{0xc0000202};

[[noreturn]] void fail(const char* what) {
  std::fprintf(stderr, "%s\n", what);
  std::abort();
}

net::Interface interface_of(net::InterfaceIndex index, std::string name, net::Ip4 address) {
  net::Interface made{.index = index,
                      .name = std::move(name),
                      .mac = {},
                      .admin_up = true,
                      .up = true,
                      .ethernet = true};
  if (!address.is_zero()) made.addresses.push_back({address, 24});
  return made;
}

Settings settings_of(std::uint8_t bits) {
  Settings settings;
  settings.servers = {{kServer}, {{kServer.value + 1}}};
  settings.choice = static_cast<ServerChoice>(bits % 3);
  settings.foreign = static_cast<ForeignAgentInfo>(bits / 3 % 4);
  const bool more = (bits & 0x80U) != 0;
  for (const char* name : {"eth1", "eth2"}) {
    Downlink downlink;
    downlink.interface = name;
    downlink.trusted = more;
    downlink.clients = more ? 2 : 0;
    if ((bits & 0x40U) != 0) downlink.giaddr = kOwn;
    downlink.agent.circuit_id = *AgentTemplate::read("{interface}");
    downlink.agent.flags = more;
    settings.downlinks.push_back(downlink);
  }
  return settings;
}

class Walk {
 public:
  explicit Walk(std::uint8_t bits) : engine_(settings_of(bits), {1, 2}, 3, 64), outbox_(64, 8) {
    engine_.set_interfaces(now_, net::InterfaceTable({interface_of(kUplink, "eth0", kOwn),
                                                      interface_of(2, "eth1", {0x0a010001}),
                                                      interface_of(3, "eth2", {0x0a020001})}));
  }

  void step(std::uint8_t kind, Bytes message) {
    const bool request = !message.empty() && load_u8(message.data()) == 1;
    const bool server = (kind & 4U) != 0;
    engine_.on_datagram(now_,
                        {.payload = message,
                         .source = server ? kServer : net::Ip4(),
                         .destination = (kind & 8U) != 0 ? kOwn : net::kIp4Broadcast,
                         .source_port = 67,
                         .destination_port = static_cast<std::uint16_t>(67 + (kind >> 4U & 1U)),
                         .interface = kUplink + (kind & 3U),
                         .framed = true},
                        outbox_);
    check(request ? kServers : 1, message.size());
    now_.mono = now_.mono + Duration::milliseconds(100) * (kind >> 5U);
    if (engine_.next_deadline() > now_.mono) return;
    engine_.on_time(now_, outbox_);
    check(kServers, 0);
  }
  [[nodiscard]] std::size_t sent() const { return sent_; }

 private:
  void check(std::size_t most, std::size_t size) {
    std::size_t count = 0;
    for (net::Outbox::Ready ready; outbox_.take_ready(ready); ++count) {
      check_one(ready, size);
      outbox_.recycle(ready.id);
    }
    if (count > most) fail("more came out than may");
    sent_ += count;
  }

  void check_one(const net::Outbox::Ready& ready, std::size_t size) {
    const Bytes payload = ready.payload();
    const net::Envelope& envelope = ready.envelope;
    if (payload.size() < 300 || payload.size() > std::max<std::size_t>(size, 300) + 258) {
      fail("too short, or amplified");
    }
    const wire::HeaderView header(payload);
    const bool to_server = header.op() == wire::Op::request;
    if (to_server) {
      if (header.giaddr().is_zero() || header.hops() == 0) fail("not marked as relayed");
      if (envelope.destination.value - kServer.value >= kServers) fail("to no server of ours");
    } else if (envelope.interface == kUplink || envelope.destination_port != 68) {
      fail("a reply to no client");
    }
    const auto view = wire::MessageView::parse(payload, scratch_);
    if (view || view.error().offset < wire::kOptionsOffset) return;
    // What is wrong inside of file and sname is not for a relay to see.
    if (view.error().code != wire::ParseCode::bad_overload) fail("no message came out");
  }

  RelayEngine engine_;
  net::Outbox outbox_;
  wire::ParseScratch scratch_;
  Now now_{.mono = Instant::from_nanoseconds(1'000'000'000'000), .wall = {}};
  std::size_t sent_ = 0;
};

/// How many datagrams came out.
std::size_t walk(Bytes input) {
  ByteReader reader(input);
  Walk walk(reader.u8());
  for (int steps = 0; reader.remaining() > 0 && steps < 64; ++steps) {
    const std::uint8_t kind = reader.u8();
    const std::size_t size = reader.be16();
    walk.step(kind, reader.bytes(std::min(size, reader.remaining())));
  }
  return walk.sent();
}

}  // namespace
}  // namespace lessor::relay::v4

extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size) {
  (void)lessor::relay::v4::walk(std::as_bytes(std::span(data, size)));
  return 0;
}

bool is_good_seed(lessor::Bytes seed) { return lessor::relay::v4::walk(seed) > 0; }
