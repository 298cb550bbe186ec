// A small world drawn from a seed: clients that boot, renew, release, crash and decline over a
// network that loses and repeats, a disk that is late, reloads in between. Whatever happens, no
// address is held by two clients, and every reply is one that its client may have.
#include "base/random.h"
#include "server/v4/test_kit.h"

#include <gtest/gtest.h>

#include <map>

namespace lessor::server::v4::testing {
namespace {

constexpr std::uint32_t kClients = 40;
constexpr std::uint32_t kReserved = 3;  // the first few have an address of their own
constexpr int kSteps = 3'000;

/// A client and what it believes.
struct Guest {
  Host host;
  bool relayed = false;
  std::uint32_t xid = 0;
  std::optional<net::Ip4> offered;
  std::optional<net::Ip4> address;
  Instant asked_at;  // a lease counts from when it was asked for (R2131-4.4.1-e)
  Instant until;
  std::optional<net::Ip4> remembered;
};

class RandomWorld {
 public:
  explicit RandomWorld(std::uint64_t seed) : random_(seed), site_(draw_config()) {
    for (std::uint32_t n = 0; n < kClients; ++n) {
      Guest guest{.host = host(n + 1), .relayed = n % 4 == 3};
      if (n % 3 == 1) guest.host.id = octets({255, 0, 0, 0, static_cast<int>(n), 0, 1, 7});
      guests_.push_back(guest);
    }
  }

  void run() {
    for (int step = 0; step < kSteps && !::testing::Test::HasFailure(); ++step) {
      act(guests_[random_.below(kClients)]);
      if (random_.one_in(3)) flush();
      if (random_.one_in(4)) pass(Duration::milliseconds(random_.below(90'000)));
      if (random_.one_in(40)) pass(Duration::seconds(random_.below(3'000)));
      if (random_.one_in(200)) site_.reload(draw_config());
    }
  }

  /// The network heals, everybody goes; then whoever comes gets an address.
  void settle() {
    pass(Duration::seconds(200'000));
    heal_ = true;
    for (std::uint32_t n = 0; n < 25; ++n) {
      forget(guests_[n]);
      boot(guests_[n]);
      flush();
      take_up(guests_[n]);
      flush();
      EXPECT_TRUE(guests_[n].address) << "client " << n;
    }
    expect_figures_add_up();
  }

 private:
  config::ServerConfig draw_config() {
    config::Subnet one = subnet(1 + random_.below(9), "192.0.2.0/24",
                                {pool("192.0.2.10-192.0.2.24"), pool("192.0.2.30-192.0.2.44")});
    const std::int64_t longest = 300 + random_.below(7'200);
    one.lifetimes = {Duration::seconds(longest / 2), Duration::seconds(60),
                     Duration::seconds(longest)};
    for (std::uint32_t n = 0; n < kReserved; ++n) {
      const std::string address = "192.0.2." + std::to_string(n == 0 ? 77 : 10 + n);
      add_reservation(one, reserve_hw(host(n + 1).mac, address));
    }
    config::ServerConfig config = config_of({one});
    config.decline_probation_period = Duration::seconds(3'600);
    return config;
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

  void forget(Guest& guest) {
    if (guest.address) guest.remembered = guest.address;
    guest.address.reset();
    guest.offered.reset();
  }
  void boot(Guest& guest) {
    forget(guest);
    Say say = discover(guest.host);
    if (guest.remembered && random_.one_in(2)) say.asking(*guest.remembered);
    if (random_.one_in(3)) say.for_seconds(random_.below(10'000));
    send(guest, say);
  }
  void take_up(Guest& guest) {
    if (!guest.offered) return;
    const bool ours = !random_.one_in(10) || heal_;
    send(guest, selecting(guest.host, *guest.offered, ours ? "192.0.2.1" : "192.0.2.2"));
    if (!ours) guest.offered.reset();
  }
  void renew(Guest& guest) {
    if (!guest.address) return;
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
    if (!guest.address) return;
    const std::string address = net::to_string(*guest.address);
    forget(guest);
    send(guest, release(guest.host, address));
  }
  void decline_it(Guest& guest) {
    if (!guest.address) return;
    const std::string address = net::to_string(*guest.address);
    forget(guest);
    guest.remembered.reset();
    send(guest, decline(guest.host, address));
  }

  // ---- the network

  void send(Guest& guest, Say say) {
    guest.xid = random_.u32();
    guest.asked_at = site_.now().mono;
    say.xid(guest.xid);
    const bool unicast = say.datagram().destination != net::kIp4Broadcast;
    if (guest.relayed && !unicast) say.through("192.0.2.254", relay_info(guest));
    if (is_lost()) return;
    deliver(say);
    if (random_.one_in(8)) deliver(say);  // repeated
    if (!random_.one_in(4)) flush();
  }
  void deliver(Say& say) {
    site_.hold_disk();
    net::Datagram in = say.said();
    site_.engine().on_datagram(site_.now(), in, site_.outbox());
    receive();
  }
  void flush() {
    site_.flush();
    receive();
  }
  void pass(Duration time) {
    site_.pass(time);
    flush();
    for (Guest& guest : guests_) {
      if (guest.address && guest.until <= site_.now().mono) forget(guest);
    }
  }
  bool is_lost() { return !heal_ && random_.one_in(6); }
  static Octets relay_info(const Guest& guest) {
    return octets({1, 1, static_cast<int>(guest.host.mac.octets[5])});
  }

  void receive() {
    while (const auto reply = site_.next_reply()) {
      Guest& guest = guest_of(*reply);
      expect_well_formed(guest, *reply);
      if (!is_lost() && reply->view().xid() == guest.xid) believe(guest, *reply);
    }
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
      forget(guest);
      guest.remembered.reset();
    } else {
      guest.offered.reset();
      guest.address = reply.view().yiaddr();
      guest.until = guest.asked_at + Duration::from_wire(reply.number(51));
      expect_alone(guest);
    }
  }

  // ---- what must hold

  void expect_alone(const Guest& guest) {
    for (const Guest& other : guests_) {
      const bool holds = other.address && other.until > site_.now().mono;
      EXPECT_FALSE(&other != &guest && holds && other.address == guest.address)
          << net::to_string(*guest.address) << " is held by two";
    }
  }

  void expect_well_formed(const Guest& guest, const Reply& reply) {
    EXPECT_EQ(reply.view().op(), wire::Op::reply);
    EXPECT_EQ(reply.option(54), ip_octets("192.0.2.1"));
    EXPECT_EQ(reply.option(61),
              guest.host.id.empty() ? std::nullopt : std::optional(guest.host.id));
    if (!reply.view().giaddr().is_zero()) {
      EXPECT_EQ(reply.option(82), relay_info(guest));
    }
    EXPECT_LE(reply.envelope().wait_for, site_.outbox().durable());
    if (reply.type() == MessageType::nak) return;
    expect_allowed(guest, reply.view().yiaddr());
  }

  /// In a pool and nobody's reservation, or the client's own.
  void expect_allowed(const Guest& guest, net::Ip4 address) {
    const config::Subnet& one = site_.engine().configuration()->subnets[0];
    const config::Reservation* reservation = one.find_reservation(address);
    if (reservation != nullptr) {
      EXPECT_TRUE(equal_bytes(reservation->identifier, guest.host.mac.octets));
    } else {
      EXPECT_NE(one.find_pool(address), nullptr) << net::to_string(address);
    }
  }

  void expect_figures_add_up() {
    std::uint64_t assigned = 0;
    for (const PoolFigures& figures : site_.engine().pools()) {
      EXPECT_LE(figures.assigned + figures.declined + figures.offered + figures.free,
                figures.total);
      assigned += figures.assigned;
    }
    std::uint64_t held = 0;
    for (const Guest& guest : guests_) {
      const config::Subnet& one = site_.engine().configuration()->subnets[0];
      if (guest.address && one.find_reservation(*guest.address) == nullptr) ++held;
    }
    EXPECT_EQ(assigned, held);
  }

  Random random_;
  Site site_;
  std::vector<Guest> guests_;
  bool heal_ = false;
};

TEST(RandomWorld, NoAddressIsHeldByTwo) {
  for (std::uint64_t seed = 1; seed <= 8; ++seed) {
    SCOPED_TRACE("seed " + std::to_string(seed));
    RandomWorld world(seed);
    world.run();
    world.settle();
    if (::testing::Test::HasFailure()) return;
  }
}

}  // namespace
}  // namespace lessor::server::v4::testing
