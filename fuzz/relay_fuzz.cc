// Fuzzes the relay agent: octets choose its settings and are then messages in both directions,
// clients and servers made up, and time that goes by.
//   What goes out is whole and as it came, but for what a relay may change (relay_judge.h); it goes
//   where it may, at most a datagram a server; a server that answers is in service, and none leaves
//   it but after many clients, seconds and probes; a message goes to one in service, the first or
//   the client's own; what the relay asks itself is RFC 4388's, asked once, in its time, and its
//   answers go to nobody; no link has more clients than it may.
//
// The input: one octet of settings, then steps of a kind (an octet). What its lowest bits, but 3,
// say is a message by that interface, from a client or a server: a length (two octets, most
// significant first) and so many octets. 3 is something made up (What), and an octet more.

#include "property.h"
#include "relay/v4/test_kit.h"
#include "relay_judge.h"
#include "seed.h"

#include <algorithm>
#include <map>
#include <set>

namespace lessor::relay::v4::testing {
namespace {

using fuzz::expect;
using wire::MessageType;

constexpr std::uint32_t kServers = 3;
constexpr net::Ip4 kServer{0xc000020b};
constexpr net::Ip4 kOwn{0xc0000202};
constexpr std::uint32_t kClients = 2;  // on a link that limits them
constexpr std::size_t kMaxSteps = 96;

Settings settings_of(std::uint8_t bits) {
  Settings settings;
  for (std::uint32_t i = 0; i < kServers; ++i) settings.servers.push_back({{kServer.value + i}});
  settings.choice = static_cast<ServerChoice>(bits % 3);
  settings.foreign = static_cast<ForeignAgentInfo>(bits / 3 % 4);
  settings.leasequery = (bits & 0x20U) != 0;
  settings.only_from_servers = (bits & 0x10U) != 0;
  const bool more = (bits & 0x80U) != 0;
  for (const char* name : {"eth1", "eth2"}) {
    Downlink downlink;
    downlink.interface = name;
    downlink.trusted = more;
    downlink.clients = more || settings.leasequery ? kClients : 0;
    if ((bits & 0x40U) != 0) downlink.giaddr = kOwn;
    downlink.agent.circuit_id = *AgentTemplate::read("{interface}");
    downlink.agent.flags = more;
    settings.downlinks.push_back(downlink);
  }
  return settings;
}

/// What one made-up step is.
enum class What : std::uint8_t {
  discover,  ///< a client of 32, by one of two links, perhaps for long
  request,
  crowd,     ///< many clients, a DHCPDISCOVER each
  answer,    ///< a server's, to what it was sent last by a client
  own,       ///< a server's, to what the relay asked it last itself
  wait,      ///< seconds, or minutes
  flap,      ///< a link goes, or comes
  settings,  ///< others
};
constexpr std::uint8_t kWhats = static_cast<std::uint8_t>(What::settings) + 1;

/// What is known of a server from outside.
struct Seen {
  std::set<std::vector<std::byte>> asked;  ///< clients, since it answered
  std::vector<std::byte> last, last_own;   ///< what it was sent
  int probes = 0;                          ///< since it answered
  Instant answered = Instant::from_nanoseconds(0);
  ServerStatus status;  ///< before this step
};

class Walk {
 public:
  explicit Walk(std::uint8_t bits)
      : settings_(settings_of(bits)), engine_(settings_, {1, 2}, 3, 64), outbox_(64, 8) {
    show_interfaces();
    note_servers();
  }

  void step(std::uint8_t kind, Bytes message) {
    hear({.payload = message,
          .source = (kind & 4U) != 0 ? kServer : net::Ip4(),
          .destination = (kind & 8U) != 0 ? kOwn : net::kIp4Broadcast,
          .source_port = 67,
          .destination_port = static_cast<std::uint16_t>(67 + (kind >> 4U & 1U)),
          .interface = kUplink + (kind & 3U),
          .framed = true});
    pass(Duration::milliseconds(100) * (kind >> 5U));
  }

  void make(What what, std::uint8_t pick) {
    switch (what) {
      case What::discover:
        return ask({.type = MessageType::discover}, pick);
      case What::request:
        return ask({.type = MessageType::request, .server_id = {{kServer.value + pick % 5}}}, pick);
      case What::crowd:
        for (std::uint32_t i = 0; i < pick % 16U; ++i) {
          ask({.type = MessageType::discover, .client = pick + i}, pick & 0x20U);
        }
        return;
      case What::answer:
        return answer(pick);
      case What::own:
        return answer_own(pick);
      case What::wait:
        for (int i = 0; i <= pick % 16; ++i) pass(Duration::seconds(pick < 128 ? 1 : pick));
        return;
      case What::flap:
        up_[pick & 1U] = !up_[pick & 1U];
        last_query_at_ = {};  // the first of a link is due at once
        return show_interfaces();
      case What::settings:
        settings_ = settings_of(pick);
        engine_.set_settings(now_, settings_);
        queried_.clear();
        last_query_at_ = {};
        return note_servers();
    }
  }
  [[nodiscard]] std::size_t sent() const { return sent_; }

 private:
  void show_interfaces() {
    net::Interface eth1 = make_interface(2, "eth1", "10.1.0.1/24");
    net::Interface eth2 = make_interface(3, "eth2", "10.2.0.1/24");
    eth1.up = up_[0];
    eth2.up = up_[1];
    engine_.set_interfaces(
        now_, net::InterfaceTable({make_interface(kUplink, "eth0", "192.0.2.2/24"), eth1, eth2}));
  }

  // ---- what comes in

  void ask(Words words, std::uint8_t pick) {
    words.client += pick & 31U;
    words.xid += words.client;
    if ((pick & 0x40U) != 0) words.secs = 20;
    if ((pick & 0x80U) != 0) {
      words.giaddr = {0x0a090909};
      words.hops = 1;
    }
    const std::vector<std::byte> payload = write(words);
    hear({.payload = payload,
          .destination = net::kIp4Broadcast,
          .source_port = 68,
          .destination_port = 67,
          .interface = (pick & 0x20U) != 0 ? 3U : 2U,
          .framed = true});
  }
  void answer(std::uint8_t pick) {
    static constexpr std::array kTypes = {MessageType::offer, MessageType::ack, MessageType::nak,
                                          MessageType::leaseactive};
    const std::vector<std::byte> last = seen_[pick % kServers].last;
    if (!wire::MessageView::parse(last, scratch_)) return;
    Words words = answer_to(last, kTypes[pick / kServers % 4]);
    words.lease_time = 600;
    words.server_id = {{kServer.value + (pick >> 6U)}};
    reply(words, pick % kServers);
  }
  void answer_own(std::uint8_t pick) {
    const std::vector<std::byte>& last = seen_[pick % kServers].last_own;
    const auto asked = wire::MessageView::parse(last, scratch_);
    if (!asked) return;
    const bool query = asked->message_type() == MessageType::leasequery;
    const MessageType known =
        (pick & 8U) != 0 ? MessageType::leaseactive : MessageType::leaseunassigned;
    Words words = answer_to(last, query ? known : MessageType::ack);
    if (query) words.client = pick;
    words.lease_time = 600;
    reply(words, pick % kServers);
  }
  void reply(const Words& words, std::uint32_t server) {
    const std::vector<std::byte> payload = write(words);
    hear({.payload = payload,
          .source = {kServer.value + server},
          .destination = words.giaddr,
          .source_port = 67,
          .destination_port = 67,
          .interface = kUplink,
          .framed = true,
          .source_mac = mac("02:aa:00:00:00:01")});
  }

  void hear(const net::Datagram& in) {
    engine_.on_datagram(now_, in, outbox_);
    std::set<std::uint32_t> servers;
    std::size_t count = 0;
    for (net::Outbox::Ready ready; outbox_.take_ready(ready); ++count) {
      look_at(in, ready);
      servers.insert(ready.envelope.destination.value);
      note_sent(in, ready);
      outbox_.recycle(ready.id);
    }
    sent_ += count;
    const bool request = !in.payload.empty() && load_u8(in.payload.data()) == 1;
    expect(count <= (request ? kServers : 1), "more came out than may");
    expect(servers.size() == count, "a server got it twice");
    if (request && count > 0) expect_choice(in.payload, servers);
    judge_servers();
  }

  void pass(Duration time) {
    now_.mono = now_.mono + time;
    if (engine_.next_deadline() > now_.mono) return;
    engine_.on_time(now_, outbox_);
    expect(engine_.next_deadline() > now_.mono, "due now, ever again");
    std::size_t count = 0;
    for (net::Outbox::Ready ready; outbox_.take_ready(ready); ++count) {
      look_at_own(ready);
      outbox_.recycle(ready.id);
    }
    expect(count <= 2 * kServers, "more of its own than a probe and a query a server");
    judge_servers();
  }

  // ---- what goes out

  [[nodiscard]] static bool to_server_of_ours(const net::Envelope& envelope) {
    return envelope.destination.value - kServer.value < kServers && envelope.destination_port == 67;
  }
  [[nodiscard]] net::Ip4 giaddr_of(net::InterfaceIndex link) const {
    const net::Ip4 own = link == 2 ? net::Ip4{0x0a010001} : net::Ip4{0x0a020001};
    return settings_.downlinks.front().giaddr.value_or(own);
  }

  void look_at(const net::Datagram& in, net::Outbox::Ready& ready) {
    const Bytes payload = ready.payload();
    const net::Envelope& envelope = ready.envelope;
    const std::size_t size = in.payload.size();
    expect(payload.size() >= 300 && payload.size() <= std::max<std::size_t>(size, 300) + 258,
           "too short, or amplified");
    const RelayJudge judge(settings_, in, payload);
    std::string fault;
    if (wire::HeaderView(payload).op() == wire::Op::request) {
      expect(in.interface == 2 || in.interface == 3, "from no link with clients");
      expect(to_server_of_ours(envelope), "to no server of ours");
      fault = judge.fault_of_request(giaddr_of(in.interface));
    } else {
      const net::InterfaceIndex link = envelope.interface;
      expect((link == 2 || link == 3) && envelope.destination_port == 68, "a reply to no client");
      expect(up_[link - 2], "by a link that is down");
      expect(wire::HeaderView(payload).giaddr() == giaddr_of(link), "by another link");
      expect(!equal_bytes(payload.subspan(28, 6), probe_mac_), "what was for the relay itself");
      fault = judge.fault_of_reply();
    }
    expect(fault.empty(), fault);
    const auto view = wire::MessageView::parse(payload, scratch_);
    if (view || view.error().offset < wire::kOptionsOffset) return;
    // What is wrong inside of file and sname is not for a relay to see.
    expect(view.error().code == wire::ParseCode::bad_overload, "no message came out");
  }

  void note_sent(const net::Datagram& in, net::Outbox::Ready& ready) {
    const Bytes payload = ready.payload();
    if (!to_server_of_ours(ready.envelope)) return;
    Seen& server = seen_[ready.envelope.destination.value - kServer.value];
    server.last.assign(payload.begin(), payload.end());
    if (load_be32(&in.payload[24]) != 0) return;  // another relay's client
    const Bytes client = payload.subspan(28, std::min<std::size_t>(load_u8(&payload[2]), 16));
    std::vector<std::byte> name{payload[1], payload[2]};
    name.insert(name.end(), client.begin(), client.end());
    server.asked.insert(std::move(name));
  }

  /// Probes of servers (docs/relay.md), and queries (RFC 4388 6.1: one of ciaddr, chaddr and option
  /// 61).
  void look_at_own(net::Outbox::Ready& ready) {
    const Bytes payload = ready.payload();
    const auto view = wire::MessageView::parse(payload, scratch_);
    expect(view.has_value() && view->op() == wire::Op::request, "what it asks is no request");
    expect(to_server_of_ours(ready.envelope), "it asks no server of ours");
    const net::Ip4 giaddr = view->giaddr();
    expect(giaddr == giaddr_of(2) || giaddr == giaddr_of(3), "its own message has no giaddr");
    expect(view->hops() == 1, "its own message has not come through one relay");
    const std::size_t number = ready.envelope.destination.value - kServer.value;
    Seen& server = seen_[number];
    server.last_own.assign(payload.begin(), payload.end());
    const MessageType type = view->message_type();
    if (type == MessageType::leasequery) {
      const bool bare = view->htype() == 0 && view->hlen() == 0 && !view->has(61) &&
                        view->chaddr_field()[0] == std::byte{0};
      expect(bare && !view->ciaddr().is_zero(), "a query by more, or less, than an address");
      if (view->ciaddr() != giaddr) return note_query(number, *view);
    } else {
      expect(type == MessageType::inform || type == MessageType::discover, "an odd probe");
      expect(type != MessageType::inform || view->ciaddr() == giaddr, "a DHCPINFORM of nobody");
      copy_bytes(probe_mac_, view->chaddr_field().first(6));
    }
    ++server.probes;
  }
  void note_query(std::size_t server, const wire::MessageView& query) {
    expect(settings_.leasequery, "queries, which nobody wanted");
    const std::uint32_t address = query.ciaddr().value;
    expect(address >> 16U == 0x0a01 || address >> 16U == 0x0a02, "a query of no link's address");
    expect(queried_.insert({server, address}).second, "an address is asked for twice");
    const bool next = address != last_query_;
    expect(!next || now_.mono - last_query_at_ >= kQueryPause, "queries too fast");
    last_query_ = address;
    last_query_at_ = now_.mono;
  }

  // ---- which servers

  /// The first in service has it; with RFC 3074, the client's own, while all are.
  void expect_choice(Bytes payload, const std::set<std::uint32_t>& servers) {
    if (settings_.choice == ServerChoice::all) {
      return expect(servers.size() == kServers, "a server is left out");
    }
    const Options options = options_of(payload);
    if (options.type() != 1) return;
    const auto is_down = [](const Seen& s) { return s.status.health == Health::down; };
    if (settings_.choice == ServerChoice::failover) {
      const auto first = std::ranges::find_if_not(seen_, is_down);
      const auto number = static_cast<std::uint32_t>(first - seen_.begin());
      return expect(servers.contains(kServer.value + number), "not to the first in service");
    }
    if (std::ranges::any_of(seen_, is_down)) return;
    const Bytes chaddr = payload.subspan(28, std::min<std::size_t>(load_u8(&payload[2]), 16));
    std::vector<std::byte> name(chaddr.begin(), chaddr.end());
    for (const auto& one : options.others) {
      if (one.code == 61) return;  // another name
    }
    auto& own = own_servers_.try_emplace(std::move(name), servers).first->second;
    std::erase_if(own, [&](std::uint32_t server) { return !servers.contains(server); });
    expect(!own.empty(), "a client goes from server to server (RFC 3074)");
  }

  void note_servers() {
    const auto all = engine_.servers();
    for (std::size_t i = 0; i < kServers; ++i) seen_[i].status = all[i];
  }

  void judge_servers() {
    const auto all = engine_.servers();
    std::size_t down = 0;
    for (std::size_t i = 0; i < kServers; ++i) {
      Seen& seen = seen_[i];
      const ServerStatus& status = all[i];
      if (status.answers != seen.status.answers) {
        expect(status.health == Health::good, "it answers, and is not in service");
        seen.asked.clear();
        seen.probes = 0;
        seen.answered = now_.mono;
      }
      if (status.times_down != seen.status.times_down) {
        const bool long_silent = now_.mono - seen.answered >= kDeadSilence;
        expect(long_silent && seen.probes >= kDeadProbes, "given up too soon");
        expect(seen.asked.size() >= kDeadClients, "given up for a few clients");
      }
      down += status.health == Health::down ? 1 : 0;
    }
    expect(down < kServers, "no server is left");
    for (const DownlinkStatus& link : engine_.downlinks()) {
      expect(settings_.downlinks.front().clients == 0 || link.clients <= kClients,
             "more clients than the link may have");
    }
    note_servers();
  }

  Settings settings_;
  RelayEngine engine_;
  net::Outbox outbox_;
  wire::ParseScratch scratch_;
  Now now_{.mono = Instant::from_nanoseconds(1'000'000'000'000), .wall = {}};
  std::array<bool, 2> up_{true, true};
  std::array<Seen, kServers> seen_;
  std::array<std::byte, 6> probe_mac_{std::byte{0xff}};
  std::set<std::pair<std::size_t, std::uint32_t>> queried_;
  std::uint32_t last_query_ = 0;
  Instant last_query_at_;
  std::map<std::vector<std::byte>, std::set<std::uint32_t>> own_servers_;
  std::size_t sent_ = 0;
};

/// How many datagrams came out.
std::size_t walk(Bytes input) {
  ByteReader reader(input);
  Walk walk(reader.u8());
  for (std::size_t steps = 0; reader.remaining() > 0 && steps < kMaxSteps; ++steps) {
    const std::uint8_t kind = reader.u8();
    if ((kind & 3U) == 3) {
      walk.make(static_cast<What>((kind >> 2U) % kWhats), reader.u8());
      continue;
    }
    const std::size_t size = reader.be16();
    walk.step(kind, reader.bytes(std::min(size, reader.remaining())));
  }
  return walk.sent();
}

}  // namespace
}  // namespace lessor::relay::v4::testing

extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size) {
  (void)lessor::relay::v4::testing::walk(std::as_bytes(std::span(data, size)));
  return 0;
}

bool is_good_seed(lessor::Bytes seed) { return lessor::relay::v4::testing::walk(seed) > 0; }
