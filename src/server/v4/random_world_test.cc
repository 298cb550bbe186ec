// A small world drawn from a seed: clients on our link, behind a switch's port and behind a router,
// that boot, renew, release, crash and decline over a network that loses and repeats; a disk that
// is late; crashes that lose or tear what was not flushed, under clocks that were set back; reloads
// that draw new pools, reservations and rules. Whatever happens, no address is held by two clients,
// the server knows of every lease that a client may believe in, and every reply is one that its
// client may have.
#include "base/random.h"
#include "base/text.h"
#include "lease/lease_store.h"
#include "lease/memory_log.h"
#include "server/v4/test_kit.h"

#include <gtest/gtest.h>

#include <cstdlib>

namespace lessor::server::v4::testing {
namespace {

constexpr std::uint32_t kClients = 40;
constexpr int kSteps = 2'500;
constexpr std::string_view kRelay = "10.4.0.254";

/// A client and what it believes.
struct Guest {
  enum class Place : std::uint8_t { link, port, routed };
  Host host;
  Place place = Place::link;
  std::uint32_t xid = 0;
  int reloads_seen = 0;  // when it last spoke
  std::optional<net::Ip4> offered;
  std::optional<net::Ip4> address;
  Instant asked_at;  // a lease counts from when it was asked for (R2131-4.4.1-e)
  Instant until;
  std::optional<net::Ip4> remembered;
  [[nodiscard]] bool holds(Instant now) const { return address && now < until; }
};

/// A running server with its store, on a disk that outlives it.
class Machine {
 public:
  Machine(lease::MemoryLog& disk, Now now, config::ServerConfig config)
      : store_(disk), changes_(1'024), outbox_(64, 48), engine_(Site::small(), changes_) {
    struct Load final : lease::LeaseVisitor {
      explicit Load(ServerEngine& e) : engine(e) {}
      void visit(const lease::Lease& lease) override { engine.load(lease); }
      ServerEngine& engine;
    } load(engine_);
    const auto report = store_.recover(now, load);
    EXPECT_TRUE(report) << report.error().message;
    changes_.continue_after(report->last_sequence);
    outbox_.release(report->last_sequence);
    time_ = lease::StoredTime(report->newest, now.mono);
    engine_.set_interfaces(told(now), interfaces());
    engine_.begin_swap(told(now), prepare(std::move(config)));
  }

  ServerEngine& engine() { return engine_; }
  net::Outbox& outbox() { return outbox_; }
  Now told(Now now) { return time_.apply(now); }

  /// The commit thread, half way: what it appends is not flushed yet.
  void append() {
    const std::size_t count = std::min<std::size_t>(changes_.waiting(), 50);
    if (count == 0) return;
    EXPECT_TRUE(store_.append(changes_, count));
    changes_.drop(count);
  }
  void flush(Random& random) {
    while (changes_.waiting() > 0) append();
    if (random.one_in(6)) {
      EXPECT_TRUE(store_.fold(1 + random.below(200)));
    }
    const auto durable = store_.sync();
    EXPECT_TRUE(durable);
    outbox_.release(*durable);
    if (random.one_in(6)) {
      EXPECT_TRUE(store_.write_mark());
    }
  }

 private:
  lease::LeaseStore store_;
  lease::ChangeLog changes_;
  net::Outbox outbox_;
  ServerEngine engine_;
  lease::StoredTime time_;
};

class RandomWorld {
 public:
  explicit RandomWorld(std::uint64_t seed) : random_(seed) {
    for (std::uint32_t n = 0; n < kClients; ++n) {
      Guest guest{.host = host(n + 1)};
      if (n % 4 == 2) guest.place = Guest::Place::routed;
      if (n % 4 == 3) guest.place = Guest::Place::port;
      if (n % 3 == 1) guest.host.id = octets({255, 0, 0, 0, static_cast<int>(n), 0, 1, 7});
      guests_.push_back(guest);
    }
    start();
  }

  void run() {
    for (int step = 0; step < kSteps && !::testing::Test::HasFailure(); ++step) {
      act(guests_[random_.below(kClients)]);
      if (random_.one_in(3)) flush();
      if (random_.one_in(4)) pass(Duration::milliseconds(random_.below(90'000)));
      if (random_.one_in(40)) pass(Duration::seconds(random_.below(3'000)));
      if (random_.one_in(100)) reload();
      if (random_.one_in(100)) crash();
      if (random_.one_in(100)) now_.wall.seconds -= random_.below(200'000);  // somebody sets it
      if (random_.one_in(200)) (void)machine_->engine().clear_all_declined(now());
      expect_known();
    }
  }

  /// The network heals, everybody goes; then whoever comes gets an address.
  void settle() {
    heal_ = true;
    pass(Duration::seconds(200'000));
    for (std::uint32_t n = 0; n < 20; ++n) {
      Guest& guest = guests_[n];
      forget(guest);
      for (int attempt = 0; attempt < 3 && !guest.address; ++attempt) {
        boot(guest);
        pass(Duration::seconds(1));  // a probe takes half of one
        take_up(guest);
        flush();
      }
      EXPECT_TRUE(guest.address) << "client " << n;
    }
    crash();
    expect_known();
    expect_figures_add_up();
  }
  [[nodiscard]] int refused_holders() const { return refused_holders_; }

 private:
  // ---- the server

  Now now() { return machine_->told(now_); }
  void start() { machine_ = std::make_unique<Machine>(disk_, now_, draw_config()); }
  void crash() {
    machine_.reset();
    disk_.crash(random_.one_in(2) ? 0 : random_.below(3'000));
    now_.mono = now_.mono + Duration::seconds(1 + random_.below(60));
    now_.wall.seconds -= random_.below(5'000);  // set back while it was down
    start();
    ++reloads_;
    forget_expired();
    expect_known();
  }
  void reload() {
    machine_->engine().begin_swap(now(), prepare(draw_config()));
    if (random_.one_in(2)) act(guests_[random_.below(kClients)]);  // served by the old one
    ++reloads_;
    pass(Duration());
  }

  config::ServerConfig draw_config() {
    const bool wide = random_.one_in(2);
    config::PoolList pools = {pool("192.0.2.10-192.0.2.24", {"192.0.2.13"})};
    pools.push_back(pool(wide ? "192.0.2.30-192.0.2.44" : "192.0.2.34-192.0.2.48"));
    config::Subnet link = subnet(1 + random_.below(9), "192.0.2.0/24", std::move(pools));
    config::Subnet routed =
        subnet(11 + random_.below(9), "10.4.0.0/24", {pool("10.4.0.10-10.4.0.17")});
    link.probe_new_addresses = random_.one_in(3);
    for (config::Subnet* one : {&link, &routed}) {
      const std::int64_t longest = 300 + random_.below(7'200);
      one->lifetimes = {Duration::seconds(longest / 2), Duration::seconds(60),
                        random_.one_in(8) ? Duration::infinite() : Duration::seconds(longest)};
      one->authoritative = random_.one_in(2);
      one->match_client_id = !random_.one_in(4);
      draw_reservations(*one);
    }
    config::ServerConfig config = config_of({link, routed});
    config.decline_probation_period = Duration::seconds(3'600);
    return config;
  }
  /// Addresses in and out of the pools, whoever has them now.
  void draw_reservations(config::Subnet& one) {
    for (std::uint32_t i = 0, first = random_.below(kClients); i < random_.below(5); ++i) {
      const Guest& guest = guests_[(first + i * 7) % kClients];
      net::Ip4 address{one.prefix.network().value + (i == 0 ? 77 : 10 + random_.below(6) + i * 6)};
      if (random_.one_in(3) && guest.remembered) address = *guest.remembered;
      if (!one.prefix.contains(address) || is_reserved(one, address)) continue;
      const bool by_id = !guest.host.id.empty() && random_.one_in(2);
      const std::string text = net::to_string(address);
      add_reservation(one,
                      by_id ? reserve_id(guest.host.id, text) : reserve_hw(guest.host.mac, text));
    }
    for (config::Pool& pool : one.pools) std::ranges::sort(pool.excluded);
  }
  static bool is_reserved(const config::Subnet& one, net::Ip4 address) {
    return std::ranges::any_of(one.reservations,
                               [&](const auto& other) { return other.address == address; });
  }

  // ---- what clients do

  void act(Guest& guest) {
    if (guest.address) return act_bound(guest);
    if (random_.one_in(5)) return reboot(guest);
    return guest.offered && !random_.one_in(4) ? take_up(guest) : boot(guest);
  }
  void act_bound(Guest& guest) {
    switch (random_.below(20)) {
      case 0:
        return leave(guest);
      case 1:
        return random_.one_in(3) ? decline_it(guest) : renew(guest);
      case 2:
        return forget(guest);
      case 3:
        return reboot(guest);
      default:
        return random_.one_in(2) ? renew(guest) : void();
    }
  }

  static void forget(Guest& guest) {
    if (guest.address) guest.remembered = guest.address;
    guest.address.reset();
    guest.offered.reset();
  }
  void boot(Guest& guest) {
    forget(guest);
    Say say = discover(guest.host);
    if (guest.remembered && random_.one_in(2)) say.asking(*guest.remembered);
    if (random_.one_in(3)) say.for_seconds(random_.one_in(5) ? UINT32_MAX : random_.below(10'000));
    send(guest, say);
  }
  void take_up(Guest& guest) {
    if (!guest.offered) return;
    const bool ours = !random_.one_in(10) || heal_;
    send(guest, selecting(guest.host, *guest.offered, ours ? "192.0.2.1" : "192.0.2.2"));
    if (!ours) guest.offered.reset();
  }
  void renew(Guest& guest) {
    Say say = random_.one_in(2) ? renewing(guest.host, *guest.address)
                                : rebinding(guest.host, net::to_string(*guest.address));
    if (random_.one_in(2)) say.for_seconds(random_.below(8'000));
    send(guest, say);
  }
  void reboot(Guest& guest) {
    forget(guest);
    if (guest.remembered) send(guest, rebooting(guest.host, net::to_string(*guest.remembered)));
  }
  void leave(Guest& guest) {
    const std::string address = net::to_string(*guest.address);
    forget(guest);
    send(guest, release(guest.host, address));
  }
  void decline_it(Guest& guest) {
    const std::string address = net::to_string(*guest.address);
    forget(guest);
    guest.remembered.reset();
    send(guest, decline(guest.host, address));
  }

  // ---- the network

  void send(Guest& guest, Say say) {
    guest.xid = random_.u32();
    guest.asked_at = now_.mono;
    guest.reloads_seen = reloads_;
    say.xid(guest.xid);
    if (say.datagram().destination == net::kIp4Broadcast) relay(guest, say);
    if (is_lost()) return;
    deliver(say);
    if (random_.one_in(8)) deliver(say);  // repeated
    if (!random_.one_in(4)) flush();
  }
  void relay(const Guest& guest, Say& say) const {
    if (guest.place == Guest::Place::routed) say.through(kRelay, port_of(guest));
    if (guest.place == Guest::Place::port) say.through("192.0.2.254", port_of(guest));
  }
  static Octets port_of(const Guest& guest) {
    return octets({1, 1, static_cast<int>(guest.host.mac.octets[5])});
  }
  void deliver(Say& say) {
    machine_->engine().on_datagram(now(), say.said(), machine_->outbox());
    if (random_.one_in(4)) machine_->append();
    receive();
  }
  void flush() {
    machine_->flush(random_);
    receive();
  }
  /// Lets time pass; what falls due in between happens at its time.
  void pass(Duration time) {
    const Now end{now_.mono + time, now_.wall + time};
    ServerEngine& engine = machine_->engine();
    while (engine.next_deadline() <= end.mono) {
      const Instant due = std::max(engine.next_deadline(), now_.mono);
      now_ = {due, now_.wall + (due - now_.mono)};
      engine.on_time(now(), machine_->outbox());
      answer_probes();
    }
    now_ = end;
    flush();
    forget_expired();
  }
  void forget_expired() {
    for (Guest& guest : guests_) {
      if (guest.address && !guest.holds(now_.mono)) forget(guest);
    }
  }
  bool is_lost() { return !heal_ && random_.one_in(6); }

  /// Now and then a stranger sits on an address that nobody of ours has.
  void answer_probes() {
    for (net::ArpProbe probe; machine_->outbox().take_probe(probe);) {
      if (heal_ || !random_.one_in(5)) continue;
      const net::ArpSighting sighting{probe.interface, probe.address, host(999).mac};
      machine_->engine().on_arp(now(), sighting, machine_->outbox());
    }
  }

  void receive() {
    answer_probes();
    net::Outbox::Ready ready;
    while (machine_->outbox().take_ready(ready)) {
      const Reply reply(ready.envelope, ready.payload());
      machine_->outbox().recycle(ready.id);
      Guest& guest = guest_of(reply);
      expect_well_formed(guest, reply);
      if (arrives(guest, reply) && reply.view().xid() == guest.xid) believe(guest, reply);
    }
  }
  /// A DHCPNAK that ends a lease is taken to arrive where it can: nobody could tell (RFC 2131 3.1).
  /// What is broadcast on our link is not heard behind a router.
  bool arrives(const Guest& guest, const Reply& reply) {
    const bool broadcast = reply.envelope().destination == net::kIp4Broadcast;
    if (guest.place == Guest::Place::routed && broadcast) return false;
    return reply.type() == MessageType::nak || !is_lost();
  }
  Guest& guest_of(const Reply& reply) {
    const net::HardwareAddress hardware = reply.view().chaddr();
    for (Guest& guest : guests_) {
      if (guest.host.hardware() == hardware) return guest;
    }
    ADD_FAILURE() << "a reply to nobody";
    return guests_[0];
  }

  void believe(Guest& guest, const Reply& reply) {
    if (reply.type() == MessageType::offer) {
      guest.offered = reply.view().yiaddr();
    } else if (reply.type() == MessageType::nak) {
      if (is_refusal_of_holder(guest, reply)) ++refused_holders_;
      forget(guest);
      guest.remembered.reset();
    } else {
      guest.offered.reset();
      guest.address = guest.remembered = reply.view().yiaddr();
      guest.until = guest.asked_at + Duration::from_wire(reply.number(51));
      expect_alone(guest);
    }
  }
  bool is_refusal_of_holder(const Guest& guest, const Reply& reply) const {
    return guest.holds(now_.mono) &&
           reply.option(56) == text(to_string(Reason::reserved_for_another));
  }

  // ---- what must hold

  void expect_alone(const Guest& guest) {
    for (const Guest& other : guests_) {
      const bool both = &other != &guest && other.holds(now_.mono);
      EXPECT_FALSE(both && other.address == guest.address)
          << net::to_string(*guest.address) << " is held by two";
    }
  }

  /// The server knows of every lease that a client believes in, and for as long.
  void expect_known() {
    for (const Guest& guest : guests_) {
      if (!guest.holds(now_.mono)) continue;
      const auto lease = machine_->engine().leases().find(*guest.address);
      ASSERT_TRUE(lease) << net::to_string(*guest.address);
      EXPECT_EQ(lease->state, lease::LeaseState::active) << net::to_string(*guest.address);
      EXPECT_EQ(lease->hardware, guest.host.hardware()) << net::to_string(*guest.address);
      // Records count in whole seconds: a restart may lose one of them.
      EXPECT_GE(lease->expires_at + Duration::seconds(1), guest.until);
    }
  }

  void expect_well_formed(const Guest& guest, const Reply& reply) {
    EXPECT_EQ(reply.view().op(), wire::Op::reply);
    EXPECT_EQ(reply.option(54), ip_octets("192.0.2.1"));
    EXPECT_EQ(reply.option(61),
              guest.host.id.empty() ? std::nullopt : std::optional(guest.host.id));
    if (!reply.view().giaddr().is_zero()) {
      EXPECT_EQ(reply.option(82), port_of(guest));
    }
    EXPECT_LE(reply.envelope().wait_for, machine_->outbox().durable());
    if (reply.type() == MessageType::nak) return;
    // What was promised under another configuration waited for the disk.
    if (guest.reloads_seen == reloads_) expect_allowed(guest, reply);
  }

  /// In a pool and nobody's reservation, or the client's own; what it has may lie outside the
  /// pools.
  void expect_allowed(const Guest& guest, const Reply& reply) {
    const net::Ip4 address = reply.view().yiaddr();
    const bool routed = guest.place == Guest::Place::routed;
    EXPECT_EQ(net::to_string(address).starts_with("10.4.0."), routed) << net::to_string(address);
    const config::Subnet* subnet = machine_->engine().configuration()->find_subnet(address);
    ASSERT_NE(subnet, nullptr);
    const config::Reservation* reservation = subnet->find_reservation(address);
    if (reservation != nullptr) {
      EXPECT_TRUE(equal_bytes(reservation->identifier, guest.host.mac.octets) ||
                  equal_bytes(reservation->identifier, guest.host.id));
    } else if (reply.type() == MessageType::offer || !was_told(guest, address)) {
      const config::Pool* pool = subnet->find_pool(address);
      ASSERT_NE(pool, nullptr) << net::to_string(address);
      EXPECT_FALSE(std::ranges::binary_search(pool->excluded, address));
    }
  }

  static bool was_told(const Guest& guest, net::Ip4 address) {
    return guest.remembered == address || guest.offered == address;
  }

  void expect_figures_add_up() {
    std::uint64_t assigned = 0;
    for (const PoolFigures& figures : machine_->engine().pools()) {
      EXPECT_LE(figures.assigned + figures.declined + figures.offered + figures.free,
                figures.total);
      assigned += figures.assigned;
    }
    std::uint64_t held = 0;
    for (const Guest& guest : guests_) {
      if (guest.address && is_in_pool(*guest.address)) ++held;
    }
    EXPECT_EQ(assigned, held);
  }
  bool is_in_pool(net::Ip4 address) const {
    const config::Subnet* subnet = machine_->engine().configuration()->find_subnet(address);
    const config::Pool* pool = subnet->find_pool(address);
    return pool != nullptr && !std::ranges::binary_search(pool->excluded, address);
  }

  Random random_;
  lease::MemoryLog disk_;
  Now now_{Instant::from_nanoseconds(1'000'000'000'000), WallTime{1'790'000'000}};
  std::vector<Guest> guests_;
  std::unique_ptr<Machine> machine_;
  int reloads_ = 0;
  int refused_holders_ = 0;
  bool heal_ = false;
};

/// A few every time; LESSOR_RANDOM_WORLDS=500 for a long look.
std::uint64_t count_worlds() {
  const char* wanted = std::getenv("LESSOR_RANDOM_WORLDS");
  return wanted == nullptr ? 10 : parse_number(wanted, 1'000'000).value_or(10);
}

TEST(RandomWorld, NoAddressIsHeldByTwo) {
  int refused_holders = 0;
  for (std::uint64_t seed = 1; seed <= count_worlds(); ++seed) {
    SCOPED_TRACE("seed " + std::to_string(seed));
    RandomWorld world(seed);
    world.run();
    world.settle();
    refused_holders += world.refused_holders();
    if (::testing::Test::HasFailure()) return;
  }
  EXPECT_GE(refused_holders, 5);  // reservations did meet leases
}

}  // namespace
}  // namespace lessor::server::v4::testing
