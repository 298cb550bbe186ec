// Fuzzes the server: octets draw a configuration, fill the table, and steer a walk through messages
// true, bent and false, ARP, time, a late disk, crashes, reloads and an operator.
//   Every reply passes the strict parser and is one that its client may have (server_judge.h); its
//   address is in a pool or reserved for it; an ACK leaves after the change that it promises is
//   durable; no address is promised to two clients at a time, and the server knows of every lease
//   that a client may believe in; a datagram has one answer at most; the recovered table is the one
//   that was; the pools' figures add up.
//
// The input: two octets of configuration, one of leases to begin with, then a step an octet (Step)
// and what it reads.

#include "lease/memory_log.h"
#include "property.h"
#include "seed.h"
#include "server_judge.h"
#include "server_site.h"

#include <map>

namespace lessor::server::v4::testing {
namespace {

using fuzz::expect;

constexpr int kMaxSteps = 300;

class Walk {
 public:
  explicit Walk(Bytes input) : in_(input) {
    start(in_.be16());
    populate(in_.u8());
  }

  void run() {
    for (int steps = 0; in_.remaining() > 0 && steps < kMaxSteps; ++steps) {
      const std::uint8_t octet = in_.u8();
      take(static_cast<Step>(octet % kSteps));
      // The highest bit: the next comes with the last, and a late disk stays late.
      if ((octet & 0x80U) == 0) flush();
      settle();
      expect_figures();
    }
    crash();
  }
  [[nodiscard]] std::size_t acks() const { return acks_; }

 private:
  void take(Step step) {
    switch (step) {
      case Step::message:
        return say();
      case Step::octets:
        return say_octets();
      case Step::wait:
        return wait();
      case Step::append:
        return append();
      case Step::flush:
        return flush();
      case Step::arp:
        return sight();
      case Step::links:
        return change_links();
      case Step::reload:
        return reload();
      case Step::order:
        return give_order();
      case Step::crash:
        return crash();
    }
  }

  // ---- the machine

  [[nodiscard]] Now now() { return machine_->time.apply(now_); }

  void start(std::uint16_t bits) {
    store_.emplace(disk_);
    machine_.emplace();
    made_.clear();
    struct Load final : lease::LeaseVisitor {
      explicit Load(Walk& w) : walk(w) {}
      void visit(const lease::Lease& lease) override {
        walk.machine_->engine.load(lease);
        walk.expect_recovered(lease);
        walk.note_made(lease);
        ++count;
      }
      Walk& walk;
      std::size_t count = 0;
    } load(*this);
    const auto report = store_->recover(now_, load);
    if (!report) fuzz::fail(report.error().message);
    expect(!before_ || load.count == before_->size(), "the recovered table is smaller");
    durable_ = made_.size();
    machine_->changes.continue_after(report->last_sequence);
    machine_->outbox.release(report->last_sequence);
    machine_->time = lease::StoredTime(report->newest, now_.mono);
    machine_->engine.set_interfaces(now(), interfaces());
    begin(bits);
    settle();
  }
  void begin(std::uint16_t bits) {
    no_echo_ = no_echo_ || (bits >> 11U & 1U) != 0;
    reloaded_at_ = asked_count_;
    machine_->engine.begin_swap(now(), prepare(draw_config(bits)));
  }

  /// Leases of the hosts and of others, some of them over.
  void populate(std::uint8_t bits) {
    for (std::uint32_t i = 0; i < (bits & 15U); ++i) {
      const Host h = guest(i % kHosts);
      lease::Lease lease{.address = {ip("192.0.2.10").value + i},
                         .state = static_cast<lease::LeaseState>((i + (bits >> 4U)) % 3),
                         .hardware = h.hardware(),
                         .client_id = h.id,
                         .started = {now_.wall.seconds - 60 * i},
                         .lifetime = Duration::seconds(i % 2 == 0 ? 90 : 3'600),
                         .subnet_id = 1,
                         .sequence = machine_->changes.last() + 1};
      lease.expires_at = lease::derive_expiry(lease.started, lease.lifetime, now_.mono, now_.wall);
      (void)machine_->changes.push(lease);
    }
    flush();
    restart();  // they are from before it
  }

  void append() {
    const std::size_t count = machine_->changes.waiting();
    if (count == 0) return;
    for (std::size_t i = 0; i < count; ++i) note_made(machine_->changes.at(i).lease());
    expect(store_->append(machine_->changes, count).has_value(), "a whole disk refuses");
    machine_->changes.drop(count);
  }
  void note_made(const lease::Lease& lease) {
    made_.push_back({.address = lease.address,
                     .active = lease.state == lease::LeaseState::active,
                     .who = {lease.hardware, {lease.client_id.begin(), lease.client_id.end()}}});
  }
  void flush() {
    append();
    const auto durable = store_->sync();
    expect(durable == machine_->changes.last(), "less is durable than was synced");
    durable_ = made_.size();
    machine_->outbox.release(*durable);
    collect(kMaxSteps);
  }

  void crash() {
    if ((in_.u8() & 1U) != 0) remember_table();
    restart();
    before_.reset();
  }
  void restart() {
    const std::uint8_t how = in_.u8();
    if ((how & 2U) != 0) expect(store_->write_mark().has_value(), "no mark");
    const std::size_t kept = in_.be16();
    machine_.reset();
    disk_.crash(kept);
    now_.mono = now_.mono + Duration::seconds(how >> 4U);
    now_.wall.seconds -= (how & 4U) != 0 ? 5'000 : 0;  // set back while it was down
    start(in_.be16());
    forget_ended();
    expect_known();
  }

  // ---- the table and what is recovered of it

  void remember_table() {
    flush();
    before_.emplace();
    (void)machine_->engine.leases().for_each_from(
        lease::LeaseTable::kWalkBegin, SIZE_MAX, [&](const lease::Lease& l) {
          (*before_)[l.address.value] = {{l.hardware, {l.client_id.begin(), l.client_id.end()}},
                                         l.state,
                                         l.started.seconds,
                                         l.sequence};
        });
  }
  void expect_recovered(const lease::Lease& lease) {
    if (!before_) return;
    const auto found = before_->find(lease.address.value);
    expect(found != before_->end(), "a lease is recovered that the table had not");
    const Fact& fact = found->second;
    const bool same = fact.who.hardware == lease.hardware &&
                      equal_bytes(fact.who.id, lease.client_id) && fact.state == lease.state &&
                      fact.started == lease.started.seconds && fact.sequence == lease.sequence;
    expect(same, "a lease is recovered as another one");
  }

  // ---- what is said to it

  void say() {
    const std::uint8_t who = in_.u8();
    const std::uint8_t how = in_.u8();
    const Host h = guest(who % kHosts);
    Say message = draw_message(static_cast<std::uint8_t>(who / kHosts % 8), h);
    message.xid(0x1000 + ++xid_);
    if ((how & 1U) != 0) add_options(message);
    if ((how & 2U) != 0) message.broadcast();
    if ((how & 4U) != 0) relay(message);
    if ((how & 8U) != 0) message.on(kEth1);
    net::Datagram in = message.said();
    std::vector<std::byte> bytes(in.payload.begin(), in.payload.end());
    if ((how & 16U) != 0) bend(bytes);
    hear(in, bytes);
    if ((how & 32U) != 0) hear(in, bytes);  // repeated
  }
  Say draw_message(std::uint8_t type, const Host& h) {
    const net::Ip4 address = read_address(h);
    const std::string text = net::to_string(address);
    switch (type) {
      case 0:
        return discover(h);
      case 1:
        return selecting(h, address);
      case 2:
        return rebooting(h, text);
      case 3:
        return renewing(h, address);
      case 4:
        return rebinding(h, text);
      case 5:
        return release(h, text);
      case 6:
        return decline(h, text);
      default:
        return inform(h, text);
    }
  }
  /// What the host was told last, or another address.
  net::Ip4 read_address(const Host& h) {
    const std::uint8_t pick = in_.u8();
    const auto told = told_.find(load_be32(&h.mac.octets[2]));
    if (pick < 128 && told != told_.end()) return told->second;
    static const std::array<net::Ip4, 4> kFirst = {ip("192.0.2.10"), ip("10.0.0.10"),
                                                   ip("198.51.100.10"), ip("192.0.2.74")};
    return {kFirst[pick >> 4U & 3U].value + (pick & 7U)};
  }
  void add_options(Say& message) {
    const std::uint8_t pick = in_.u8();
    if ((pick & 1U) != 0) message.for_seconds(pick < 64 ? in_.u8() : UINT32_MAX - 1);
    if ((pick & 2U) != 0) message.wanting({1, 3, 6, 43, 58, 59, 66, 114, 119, 51, 54});
    if ((pick & 4U) != 0) message.with(80, {});
    if ((pick & 8U) != 0) message.with(57, octets({in_.u8() % 8, 0}));
    if ((pick & 16U) != 0) message.with(12, text("h\n\"x"));
    if ((pick & 32U) != 0) message.asking(net::Ip4{ip("192.0.2.8").value + in_.u8() % 16});
  }
  void relay(Say& message) {
    static constexpr std::array<std::string_view, 4> kRelays = {"198.51.100.1", "203.0.113.9",
                                                                "192.0.2.254", "10.9.9.9"};
    const std::uint8_t pick = in_.u8();
    Octets info = octets({1, 1, pick});
    if ((pick & 4U) != 0) info = Octets(200, std::byte{9});
    if ((pick & 8U) != 0) info = octets({1, 1, pick, 5, 4, 10, 0, 0, 0, 11, 4, 203, 0, 113, 1});
    message.through(kRelays[pick % 4], (pick & 16U) != 0 ? Octets() : info);
  }
  void bend(std::vector<std::byte>& bytes) {
    for (int changes = in_.u8() % 8; changes > 0; --changes) {
      bytes[in_.be16() % bytes.size()] = static_cast<std::byte>(in_.u8());
    }
    const std::uint8_t cut = in_.u8();
    if (cut < 64) bytes.resize(bytes.size() - std::min<std::size_t>(cut, bytes.size()));
  }
  void say_octets() {
    const std::uint8_t how = in_.u8();
    const Bytes octets = in_.bytes(std::min<std::size_t>(in_.be16(), in_.remaining()));
    net::Datagram in = discover(guest(how % kHosts)).said();
    if ((how & 8U) != 0) in.destination = kServer;
    if ((how & 16U) != 0) in.source = ip("192.0.2.10");
    in.interface = (how & 32U) != 0 ? kEth1 : kEth0;
    in.framed = (how & 64U) == 0;
    hear(in, {octets.begin(), octets.end()});
  }

  void hear(net::Datagram in, std::vector<std::byte> bytes) {
    Asked& asked = asked_[asked_count_++ % kAskedKept];
    asked = {.bytes = std::move(bytes), .datagram = in, .at = now_.mono};
    asked.datagram.payload = asked.bytes;
    note_given_up(asked.bytes);
    const std::size_t parked = machine_->outbox.parked();
    machine_->engine.on_datagram(now(), asked.datagram, machine_->outbox);
    expect(machine_->outbox.parked() - parked <= 1, "more than one answer waits");
    collect(machine_->outbox.parked() > parked ? 0 : 1);
  }
  /// Whoever releases or declines an address, or asks for one without having one, holds none,
  /// whatever the server thinks of it.
  void note_given_up(Bytes bytes) {
    wire::ParseScratch scratch;
    const auto message = wire::MessageView::parse(bytes, scratch);
    if (!message) return;
    const auto type = message->message_type();
    const bool renews = type == MessageType::request && !message->ciaddr().is_zero();
    if (renews || type == MessageType::inform) return;
    const Who who = who_is(*message);
    std::erase_if(beliefs_, [&](const auto& belief) { return belief.second.who.may_be(who); });
  }

  // ---- what else happens

  void wait() {
    static constexpr std::int64_t kMilliseconds[] = {1,      500,     1'000,     10'000,
                                                     60'000, 600'000, 4'000'000, 90'000'000};
    const std::uint8_t pick = in_.u8();
    const Duration time = Duration::milliseconds(kMilliseconds[pick % 8]);
    now_ = {now_.mono + time, now_.wall + time};
    if (pick >= 240) now_.wall.seconds -= 100'000;  // somebody sets the clock back
    forget_ended();
  }
  void sight() {
    const std::uint8_t pick = in_.u8();
    net::ArpProbe probe;
    net::Ip4 address{ip("192.0.2.8").value + (pick & 15U)};
    if (machine_->outbox.take_probe(probe) && pick >= 128) address = probe.address;
    machine_->engine.on_arp(now(), {kEth0, address, host(999).mac}, machine_->outbox);
    collect(1);
  }
  void change_links() {
    const std::uint8_t pick = in_.u8();
    net::Interface eth0{.index = kEth0, .name = "eth0", .up = (pick & 1U) == 0, .ethernet = true};
    if ((pick & 2U) == 0) eth0.addresses.push_back(net::parse_prefix4("192.0.2.1/24").value());
    if ((pick & 4U) != 0) eth0.addresses.push_back(net::parse_prefix4("192.0.2.12/24").value());
    net::Interface eth1{.index = kEth1, .name = "eth1", .up = true, .ethernet = true};
    eth1.addresses = {net::parse_prefix4("10.0.0.1/24").value()};
    machine_->engine.set_interfaces(now(), net::InterfaceTable({eth0, eth1}));
  }
  void reload() { begin(in_.be16()); }
  void give_order() {
    const std::uint8_t pick = in_.u8();
    const net::Ip4 address{ip("192.0.2.8").value + (pick & 15U)};
    ServerEngine& engine = machine_->engine;
    if (pick < 64)
      (void)engine.clear_declined(now(), address);
    else if (pick < 128)
      (void)engine.clear_all_declined(now());
    else if (pick < 192)
      (void)engine.reclaim(now());
    else if (engine.release(now(), address))
      beliefs_.erase(address.value);
  }

  /// Works off what is due. A disk that is behind holds it up, and it stays due.
  void settle() {
    for (int turn = 0; turn < 200; ++turn) {
      if (machine_->engine.next_deadline() > now_.mono) break;
      machine_->engine.on_time(now(), machine_->outbox);
      collect(8);
      if (!machine_->changes.has_room(8)) flush();
      expect(turn < 199, "due now, ever again");
    }
    forget_ended();
    expect_known();
  }

  // ---- what must hold

  void collect(std::size_t most) {
    std::size_t count = 0;
    for (net::Outbox::Ready ready; machine_->outbox.take_ready(ready); ++count) {
      look_at(ready);
      machine_->outbox.recycle(ready.id);
    }
    expect(count <= most, "more answers than questions");
  }

  void look_at(const net::Outbox::Ready& ready) {
    const auto reply = wire::MessageView::parse(ready.payload(), reply_scratch_);
    expect(reply.has_value(), "a reply that nobody can read");
    expect(ready.envelope.wait_for <= machine_->outbox.durable(), "before it is durable");
    std::string fault = "nobody asked";
    bool latest = true;  // a client hears the answer to what it asked last
    const std::size_t kept = std::min(asked_count_, kAskedKept);
    for (std::size_t i = 1; i <= kept && !fault.empty(); ++i) {
      const std::size_t number = asked_count_ - i;
      const Asked& asked = asked_[number % kAskedKept];
      const auto message = wire::MessageView::parse(asked.bytes, asked_scratch_);
      if (!message) continue;
      if (message->xid() != reply->xid()) {
        latest = latest && !who_is(*message).may_be(who_is(*reply));
        continue;
      }
      fault = ReplyJudge(*message, asked.datagram, *reply, ready.envelope).fault(no_echo_);
      if (fault.empty()) take(asked, *message, *reply, {latest, number >= reloaded_at_});
    }
    expect(fault.empty(), "a reply that is wrong", fault);
  }

  struct Circumstances {
    bool latest;
    bool same_config;
  };
  void take(const Asked& asked, const wire::MessageView& message, const wire::MessageView& reply,
            Circumstances when) {
    const Who who = who_is(message);
    const net::Ip4 address = reply.yiaddr();
    if (reply.message_type() == MessageType::nak) {
      std::erase_if(beliefs_, [&](const auto& belief) { return belief.second.who.may_be(who); });
    }
    if (address.is_zero()) return;
    told_[load_be32(who.hardware.octets.data() + 2)] = address;
    if (when.same_config) expect_allowed(who, address, reply.message_type());
    if (reply.message_type() != MessageType::ack) return;
    ++acks_;
    expect_durable(who, address);
    const auto lease_time = reply.option(51);
    if (!when.latest) return;
    believe(who, address, asked.at + Duration::from_wire(load_be32(lease_time->data())));
  }

  /// In a pool and nobody else's reservation. What a client has already may lie outside.
  void expect_allowed(const Who& who, net::Ip4 address, MessageType type) {
    const config::Subnet* subnet = machine_->engine.configuration()->find_subnet(address);
    expect(subnet != nullptr, "an address of no subnet");
    if (const config::Reservation* reserved = subnet->find_reservation(address)) {
      const bool by_mac = reserved->identifier_type == config::IdentifierType::hw_address;
      const Bytes key = by_mac ? who.hardware.bytes() : Bytes(who.id);
      return expect(equal_bytes(reserved->identifier, key), "somebody else's reservation");
    }
    if (type == MessageType::ack && machine_->engine.leases().find(address)) return;
    const config::Pool* in_pool = subnet->find_pool(address);
    const bool known = machine_->engine.leases().find(address).has_value();
    expect(in_pool != nullptr || known, "an address of no pool");
  }

  void expect_durable(const Who& who, net::Ip4 address) {
    bool found = false;
    for (std::size_t i = 0; i < durable_ && !found; ++i) {
      const Made& made = made_[i];
      found = made.active && made.address == address && made.who.hardware == who.hardware &&
              (made.who.id == who.id || who.id.empty());
    }
    expect(found, "an ACK for what is not on the disk");
  }

  void believe(const Who& who, net::Ip4 address, Instant until) {
    const auto other = beliefs_.find(address.value);
    const bool taken = other != beliefs_.end() && other->second.until > now_.mono &&
                       !other->second.who.may_be(who);
    expect(!taken, "two clients have one address");
    // A client has one lease, its latest; clones share it, and so may lose theirs to each other.
    std::erase_if(beliefs_, [&](const auto& belief) { return belief.second.who.may_be(who); });
    beliefs_[address.value] = {who, until};
  }
  void forget_ended() {
    std::erase_if(beliefs_, [&](const auto& belief) { return belief.second.until <= now_.mono; });
  }
  void expect_known() {
    for (const auto& [address, belief] : beliefs_) {
      const auto lease = machine_->engine.leases().find({address});
      expect(lease.has_value(), "a lease that the server does not know");
      expect(lease->state == lease::LeaseState::active, "a lease that the server took back");
      const Who holder{lease->hardware, {lease->client_id.begin(), lease->client_id.end()}};
      expect(holder.may_be(belief.who), "a lease that the server gave to another");
      // Records count in whole seconds: a restart may lose one of them.
      expect(lease->expires_at + Duration::seconds(1) >= belief.until,
             "it ends before the client's");
    }
  }
  void expect_figures() {
    for (const PoolFigures& f : machine_->engine.pools()) {
      expect(f.assigned + f.declined + f.offered + f.free <= f.total, "figures that do not add up");
    }
  }

  static constexpr std::size_t kAskedKept = 2 * kMaxSteps;  // all: a probe's may wait long

  ByteReader in_;
  lease::MemoryLog disk_;
  std::optional<lease::LeaseStore> store_;
  std::optional<Machine> machine_;
  Now now_{Instant::from_nanoseconds(1'000'000'000'000), WallTime{1'790'000'000}};
  std::array<Asked, kAskedKept> asked_;
  std::size_t asked_count_ = 0;
  std::size_t reloaded_at_ = 0;
  std::uint32_t xid_ = 0;
  bool no_echo_ = false;
  std::vector<Made> made_;   // changes on the disk, in order
  std::size_t durable_ = 0;  // of them
  std::map<std::uint32_t, Belief> beliefs_;
  std::map<std::uint32_t, net::Ip4> told_;
  std::optional<std::map<std::uint32_t, Fact>> before_;
  wire::ParseScratch reply_scratch_, asked_scratch_;
  std::size_t acks_ = 0;
};

}  // namespace
}  // namespace lessor::server::v4::testing

extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size) {
  lessor::server::v4::testing::Walk(std::as_bytes(std::span(data, size))).run();
  return 0;
}

// A walk in which somebody gets an address.
bool is_good_seed(lessor::Bytes seed) {
  lessor::server::v4::testing::Walk walk(seed);
  walk.run();
  return walk.acks() > 0;
}
