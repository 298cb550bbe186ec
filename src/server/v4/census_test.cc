// Whatever happens to leases and offers, in whatever order: what is counted is what a recount of
// the tables gives.
#include "server/v4/census.h"

#include "base/random.h"
#include "server/v4/ledger.h"
#include "server/v4/test_kit.h"

#include <gtest/gtest.h>

#include <map>

namespace lessor::server::v4::testing {
namespace {

constexpr std::uint32_t kAddresses = 60;
constexpr std::uint32_t kClients = 25;
constexpr std::uint32_t kSubnets = 3;
constexpr int kSteps = 4'000;

config::ServerConfig config_with(std::uint32_t limit) {
  config::Subnet one = subnet(1, "10.4.0.0/24", {pool("10.4.0.10-10.4.0.69")});
  one.lease_limits = {0, limit, 0};
  return config_of({one});
}

/// A ledger, and everything that may happen to it.
class Book {
 public:
  explicit Book(std::uint64_t seed)
      : random_(seed), changes_(8'192), ledger_(settings(), changes_) {
    ledger_.begin_swap(prepare(config_with(0)));
    finish_swap();
  }

  void step() {
    const net::Ip4 address = any_address();
    switch (random_.below(9)) {
      case 0:
      case 1:
        return lease(address, lease::LeaseState::active);
      case 2:
        return lease(address, lease::LeaseState::released);
      case 3:
        return lease(address, lease::LeaseState::declined);
      case 4:
      case 5:
        return hold(address);
      case 6:
        (void)ledger_.drop_offer(address, now_);
        return;
      case 7:
        (void)ledger_.make_room(ledger_.current()->config().subnets[0], random_.below(5), now_);
        return;
      default:
        return pass();
    }
  }

  /// Another configuration begins to take over; step() goes on meanwhile.
  void begin_swap() {
    limit_ = random_.below(3) == 0 ? 0 : 1 + random_.below(9);
    ledger_.begin_swap(prepare(config_with(limit_)));
    was_limited_ |= limit_ > 0;
  }
  void continue_swap() {
    if (!ledger_.swapping()) return;
    if (random_.one_in(3)) grow();
    (void)ledger_.continue_swap(now_, 1 + random_.below(7));
  }
  void finish_swap() {
    for (int i = 0; ledger_.swapping() && i < 1'000; ++i) {
      grow();
      (void)ledger_.continue_swap(now_, 256);
    }
    ASSERT_FALSE(ledger_.swapping());
  }

  void expect_counts_to_be_those_of_a_recount() {
    if (ledger_.census() == nullptr) return;
    ++compared_;
    std::map<lease::Holder, std::uint32_t> expected;
    const auto add = [&](const auto& held) {
      const Account account = account_of(held.hardware, held.place, held.subnet_id, settings().key);
      for (const lease::Holder h : account.holders) {
        if (h != 0) ++expected[h];
      }
      ++expected[account.subnet];
      ++expected[account.random_of_subnet];
    };
    const lease::LeaseTable& leases = ledger_.leases();
    (void)leases.for_each_current_from(0, 10'000, add);
    ledger_.offers().for_each([&](const lease::Offer& o) {
      if (o.counted) add(o);
    });
    for (const lease::Holder h : all_holders()) {
      ASSERT_EQ(ledger_.census()->count(h), expected.contains(h) ? expected[h] : 0);
    }
  }
  [[nodiscard]] bool was_limited() const { return was_limited_; }
  [[nodiscard]] int compared() const { return compared_; }

 private:
  static Settings settings() {
    return {.key = {3, 9}, .lease_capacity = 1'024, .offer_capacity = 16};
  }
  void grow() {
    const lease::GrowthNeed need = ledger_.growth_wanted();
    if (!need.empty()) ledger_.adopt(*lease::LeaseTable::make_growth(need));
  }
  net::Ip4 any_address() { return {ip("10.4.0.10").value + random_.below(kAddresses)}; }
  /// Every third was made by a manufacturer.
  static net::HardwareAddress hardware(std::uint32_t n) {
    net::HardwareAddress made = host(n).hardware();
    if (n % 3 == 0) made.octets[0] = std::byte{0};
    return made;
  }
  static lease::Place place(std::uint32_t n) {
    return {.relay = {n % 3 == 0 ? 0 : n % 3}, .port = n % 4};
  }
  static std::vector<lease::Holder> all_holders() {
    std::vector<lease::Holder> all;
    for (std::uint32_t id = 1; id <= kSubnets; ++id) {
      all.push_back(subnet_holder(id, settings().key));
      all.push_back(random_holder(id, settings().key));
    }
    for (std::uint32_t client = 0; client < kClients; ++client) {
      for (std::uint32_t at = 0; at < 12; ++at) {
        for (const lease::Holder h :
             account_of(hardware(client), place(at), 1, settings().key).holders) {
          if (h != 0) all.push_back(h);
        }
      }
    }
    return all;
  }

  void lease(net::Ip4 address, lease::LeaseState state) {
    const std::uint32_t n = random_.below(kClients);
    const Duration lifetime =
        random_.one_in(9) ? Duration::infinite() : Duration::seconds(1 + random_.below(900));
    const lease::Lease made{.address = address,
                            .state = state,
                            .hardware = hardware(n),
                            .started = now_.wall,
                            .lifetime = lifetime,
                            .expires_at = now_.mono + lifetime,
                            .subnet_id = 1 + random_.below(kSubnets),
                            .place = place(random_.below(12))};
    if (ledger_.room_for(made, 1) != Reason::none) return;
    if (random_.one_in(2)) {
      (void)ledger_.put(made, now_);
    } else {
      (void)ledger_.take_up(made, client_key(n), now_);
    }
    changes_.drop(changes_.waiting());
  }
  static lease::ClientKey client_key(std::uint32_t n) {
    return lease::client_key(lease::identity_of(settings().key, hardware(n)), false, 1);
  }
  void hold(net::Ip4 address) {
    const std::uint32_t n = random_.below(kClients);
    const lease::Offer* there = ledger_.offers().find_by_address(address);
    if (there != nullptr && there->client != client_key(n)) return;
    const bool counted = ledger_.is_counting() && ledger_.has_room_to_count() && !random_.one_in(4);
    (void)ledger_.hold({.address = address,
                        .client = client_key(n),
                        .source = random_.below(5),
                        .subnet_id = 1 + random_.below(kSubnets),
                        .hardware = hardware(n),
                        .place = place(random_.below(12)),
                        .counted = counted},
                       0, now_);
  }
  void pass() {
    const Duration time = Duration::seconds(random_.below(90));
    now_ = {now_.mono + time, now_.wall + time};
    // A slice may leave some for the next.
    (void)ledger_.expire_leases(now_, random_.below(6), [](const auto&, lease::ExpiryStage) {});
    (void)ledger_.expire_offers(now_, random_.below(6), [](const auto&) {});
  }

  Random random_;
  lease::ChangeLog changes_;
  Ledger ledger_;
  Now now_{Instant::from_nanoseconds(1'000'000'000'000), WallTime{1'790'000'000}};
  std::uint32_t limit_ = 0;
  bool was_limited_ = false;
  int compared_ = 0;
};

TEST(Census, IsARecountAfterAnySequence) {
  int compared = 0;
  for (std::uint64_t seed = 1; seed <= 12; ++seed) {
    Random random(seed);
    Book book(seed);
    for (int step = 0; step < kSteps && !::testing::Test::HasFailure(); ++step) {
      book.step();
      if (random.one_in(300)) book.begin_swap();
      book.continue_swap();
      if (random.one_in(20)) book.expect_counts_to_be_those_of_a_recount();
    }
    book.finish_swap();
    book.expect_counts_to_be_those_of_a_recount();
    EXPECT_TRUE(book.was_limited()) << seed;
    compared += book.compared();
    ASSERT_FALSE(::testing::Test::HasFailure()) << "seed " << seed;
  }
  EXPECT_GT(compared, 500);
}

// ---- through the whole engine

constexpr std::uint32_t kPortLimit = 3;
constexpr std::uint32_t kRelayLimit = 5;

/// Clients behind ports of two relays that do whatever clients do, in any order.
class Crowd {
 public:
  explicit Crowd(std::uint64_t seed) : random_(seed), site_(config()) {}

  void step() {
    const std::uint32_t n = random_.below(30);
    const Host h = random_.one_in(3)
                       ? host_with_id(n % 6, octets({255, 0, 0, 1, static_cast<int>(n)}))
                       : host(n);
    std::string& held = held_[n];
    const int port = static_cast<int>(random_.one_in(5) ? random_.below(6) : n % 6);
    act(h, held, port);
    if (random_.one_in(9)) site_.pass_seconds(random_.below(400));
    if (random_.one_in(150)) site_.reload(config());
    expect_nobody_has_more_than_he_may();
  }
  /// Messages refused by each limit.
  [[nodiscard]] std::array<std::uint64_t, config::kHolders> refused() {
    const Counters& counters = site_.engine().counters();
    const auto of = [&](Reason reason) {
      const auto at = static_cast<std::size_t>(reason);
      return counters.silent[at] + counters.refused[at];
    };
    return {of(Reason::client_limit), of(Reason::port_limit), of(Reason::relay_limit)};
  }

 private:
  static config::ServerConfig config() {
    config::Subnet far = subnet(1, "10.4.0.0/24", {pool("10.4.0.10-10.4.0.60")});
    far.lease_limits = {2, kPortLimit, kRelayLimit};
    return config_of({far});
  }
  static std::string relay_of(int port) { return port % 2 == 0 ? "10.4.0.1" : "10.4.0.2"; }
  std::optional<Reply> say(Say message, int port) {
    return site_.hear(message.through(relay_of(port), octets({1, 2, 0, port})));
  }

  void act(const Host& h, std::string& held, int port) {
    switch (random_.below(7)) {
      case 0:
      case 1:
      case 2: {
        const auto offer = say(discover(h), port);
        if (!offer || random_.one_in(3)) return;
        const auto ack = say(selecting(h, offer->view().yiaddr()), port);
        if (ack && ack->type() == MessageType::ack) held = ack->yiaddr();
        return;
      }
      case 3:
        if (!held.empty()) (void)site_.hear(renewing(h, ip(held)));
        return;
      case 4:
        if (!held.empty())
          (void)say(random_.one_in(2) ? rebooting(h, held) : rebinding(h, held), port);
        return;
      case 5:
        if (!held.empty())
          (void)site_.hear(random_.one_in(3) ? decline(h, held) : release(h, held));
        return;
      default:
        (void)say(selecting(h, net::Ip4{ip("10.4.0.10").value + random_.below(50)}), port);
        return;
    }
  }

  void expect_nobody_has_more_than_he_may() {
    std::map<std::uint64_t, std::uint32_t> ports;
    std::map<net::Ip4, std::uint32_t> relays;
    (void)site_.engine().leases().for_each_current_from(0, 10'000, [&](const lease::Lease& l) {
      if (l.place.port != 0) ++ports[l.place.port];
      if (!l.place.relay.is_zero()) ++relays[l.place.relay];
    });
    for (const auto& [port, count] : ports) ASSERT_LE(count, kPortLimit);
    for (const auto& [relay, count] : relays) ASSERT_LE(count, kRelayLimit);
  }

  Random random_;
  Site site_;
  std::map<std::uint32_t, std::string> held_;
};

TEST(LeaseLimits, HoldAfterAnySequence) {
  std::array<std::uint64_t, config::kHolders> refused{};
  for (std::uint64_t seed = 1; seed <= 8; ++seed) {
    Crowd crowd(seed);
    for (int step = 0; step < 1'500; ++step) {
      crowd.step();
      ASSERT_FALSE(::testing::Test::HasFailure()) << "seed " << seed << ", step " << step;
    }
    for (std::size_t i = 0; i < refused.size(); ++i) refused[i] += crowd.refused()[i];
  }
  for (const std::uint64_t count : refused) EXPECT_GT(count, 20U);
}

}  // namespace
}  // namespace lessor::server::v4::testing
