// The engine allocates nothing on the packet path: 10,000 mixed messages of every type and outcome,
// relayed and direct, with the pool half full and all but full, with every call to malloc counted.
// (test/e2e/no_allocation asks the same of the whole packet thread of the running server.)
#include "base/random.h"
#include "config/class_number.h"
#include "heap_calls.h"
#include "server/v4/test_kit.h"
#include "test_classes.h"

#include <gtest/gtest.h>

#include <cstdlib>
#include <new>

namespace {

// Plain globals: they must be usable before any constructor ran. Volatile: the compiler believes
// that malloc looks at no variable of ours.
volatile bool counting = false;
volatile std::size_t allocations = 0;

}  // namespace

void note_heap_call() {
  if (counting) allocations = allocations + 1;
}

namespace lessor::server::v4::testing {
namespace {

constexpr std::size_t kMessages = 10'000;
constexpr std::uint32_t kPoolSize = 2'000;
constexpr net::Ip4 kRelay{0x0a00fffe};  // 10.0.255.254

constexpr Duration kWeek = Duration::seconds(604'800);

/// What came of the messages.
struct Outcomes {
  std::array<std::size_t, kEventKinds> events{};
  std::size_t replies_to_relays = 0;
  std::size_t replies_to_clients = 0;
  std::size_t lease_events = 0;
  std::uint64_t fewest_leases = kPoolSize;
  std::uint64_t most_leases = 0;
  Counters counters;
  [[nodiscard]] std::size_t count(EventKind kind) const {
    return events[static_cast<std::size_t>(kind)];
  }
  [[nodiscard]] std::uint64_t silent(Reason reason) const {
    return counters.silent[static_cast<std::size_t>(reason)];
  }
};

/// A message with its bytes, to be heard when allocations are counted.
struct Message {
  Octets bytes;
  net::Datagram in;
};

struct Course {
  std::uint32_t percent;    // of the pool leased, from first to last
  bool probing;             // ask the link by ARP before an address is offered
  bool limited = false;     // leases and messages are counted, and some are too many
  bool classified = false;  // client classes are evaluated
  bool guarded = false;     // and counted, as subnets are; addresses are asked for, and shared out
  bool followed = false;    // lease events are kept, messages and all
};

/// A server on 10.0.0.0/16 with so many leases out of 2,000, its queues and its clients.
class Track {
 public:
  explicit Track(Course course)
      : leased_(kPoolSize * course.percent / 100),
        second_(prepare(track_config(course))),
        random_(course.percent),
        changes_(8'192),
        engine_(kSettings, changes_) {
    engine_.set_interfaces(now_, track_interfaces());
    engine_.begin_swap(now_, prepare(track_config(course)));
    for (std::uint32_t n = 0; n < leased_; ++n) lease(n);
  }

  /// Draws the messages first (that allocates), then has them heard with the counter on, a reload
  /// under way. In between, uncounted, the pool is kept as full as it was.
  Outcomes race() {
    std::vector<Message> messages(kMessages);
    for (Message& message : messages) message = draw_message();
    engine_.begin_swap(now_, std::move(second_));
    Outcomes outcomes;
    for (Message& message : messages) {
      message.in.payload = message.bytes;
      counting = true;
      hear(message.in, outcomes);
      counting = false;
      keep_full();
      const std::uint64_t leases = engine_.pools()[0].assigned;
      outcomes.fewest_leases = std::min(outcomes.fewest_leases, leases);
      outcomes.most_leases = std::max(outcomes.most_leases, leases);
    }
    outcomes.counters = engine_.counters();
    return outcomes;
  }
  [[nodiscard]] std::uint32_t leased() const { return leased_; }

 private:
  static constexpr Settings kSettings{.key = {3, 4}, .lease_capacity = 8'192};

  static net::InterfaceTable track_interfaces() {
    net::Interface eth0{.index = kEth0, .name = "eth0", .up = true, .ethernet = true};
    eth0.addresses = {net::parse_prefix4("10.0.0.1/16").value()};
    return net::InterfaceTable({eth0});
  }
  static config::ServerConfig track_config(const Course& course) {
    config::Subnet one = subnet(1, "10.0.0.0/16", {});
    one.pools.push_back({.range = {address(0), address(kPoolSize - 1)}});
    for (std::uint32_t n = 9'000; n < 9'020; ++n) {
      add_reservation(one, reserve_hw(host(n).mac, net::to_string(address(n))));
    }
    one.timers.calculate_tee_times = true;
    one.authoritative = true;
    one.probe_new_addresses = course.probing;
    if (course.limited) one.lease_limits = {2, 10, 0};
    if (course.classified) one.pools[0].guard = {config::kClassAll};
    if (course.guarded) guard(one);
    config::ServerConfig config = config_of({one});
    config.decline_probation_period = Duration::seconds(2);
    if (course.limited) {
      config.message_rates = {config::MessageRate{.messages = 1'000, .period = kWeek},
                              config::MessageRate{.messages = 1'000, .period = kWeek},
                              config::MessageRate{.messages = 2'800, .period = kWeek}};
    }
    if (course.classified) config.classes = usual_classes();
    if (course.guarded) count_by_class(config);
    if (course.followed) config.run_script = {.program = "/bin/true"};
    return config;
  }
  static constexpr config::MessageRate kPlenty{.messages = 1'000'000,
                                               .period = Duration::seconds(1)};
  static void guard(config::Subnet& one) {
    one.limits = {.leases = kPoolSize, .rate = kPlenty};
    one.random_macs = {
        .longest = Duration::seconds(1'800), .share_permille = 900, .threshold_permille = 0};
    one.ping_check = config::PingCheck{.enabled = true};
  }
  static void count_by_class(config::ServerConfig& config) {
    config.classes.counts_groups = true;
    for (config::ClientClass& each : config.classes.classes) {
      each.number = config::class_number(each.name);
      each.limits = {.leases = kPoolSize, .rate = kPlenty};
    }
    config.build_indexes();
  }
  static net::Ip4 address(std::uint32_t n) { return {ip("10.0.1.0").value + n}; }

  /// One message of some client, about some address. One in ten is cut off, one in twenty has an
  /// octet changed.
  Message draw_message() {
    Say say = draw_say();
    net::Datagram in = say.said();
    Octets bytes(in.payload.begin(), in.payload.end());
    if (random_.one_in(10)) bytes.resize(random_.below(300));
    if (random_.one_in(20) && !bytes.empty()) {
      const auto size = static_cast<std::uint32_t>(bytes.size());
      bytes[random_.below(size)] = static_cast<std::byte>(random_.u32());
    }
    return {.bytes = std::move(bytes), .in = in};
  }
  Say draw_say() {
    const std::uint32_t n = random_.below(kPoolSize);
    const Host h = random_.one_in(5) ? host(n + 20'000) : host(n);
    Say say = draw_type(h, n, net::to_string(address(n)));
    say.xid(random_.u32());
    if (random_.one_in(3)) {
      say.through(net::to_string(kRelay), octets({1, 2, 7, static_cast<int>(n & 15)}));
      say.datagram().destination = ip("10.0.0.1");
    }
    return say.wanting({1, 3, 6, 15, 28, 42, 51, 58, 59, 119, 121});
  }
  Say draw_type(const Host& h, std::uint32_t n, const std::string& about) {
    switch (random_.below(14)) {
      case 0:
      case 1:
        return discover(h);
      case 2:
        return discover(host_with_id(n, octets({255, 1, 2, 3, static_cast<int>(n & 255), 5})));
      case 3:
        return discover(host(9'000 + n % 20));  // reserved
      case 4:
      case 5:
        return selecting(h, about, "10.0.0.1");
      case 6:
        return selecting(h, about, "10.0.0.2");  // another server's
      case 7:
        return rebooting(h, random_.one_in(3) ? "172.16.0.1" : about);
      case 8:
        return renewing(h, address(n), "10.0.0.1");
      case 9:
        return rebinding(h, about);
      case 10:
        return Say(MessageType::inform, h).having(about).unicast("10.0.0.1");
      case 11:
        return Say(MessageType::release, h).having(about).unicast("10.0.0.1").to_server("10.0.0.1");
      case 12:
        return decline(h, about, "10.0.0.1");
      default:
        return Say(MessageType::none, h);  // BOOTP
    }
  }

  /// What a turn of the packet thread does, and the other threads' part of it.
  void hear(const net::Datagram& in, Outcomes& outcomes) {
    now_.mono = now_.mono + Duration::milliseconds(40);
    engine_.on_datagram(now_, in, outbox_);
    engine_.on_time(now_, outbox_);
    for (net::ArpProbe probe; outbox_.take_probe(probe);) {  // one in four is in use
      if ((probe.address.value & 3U) != 0) continue;
      engine_.on_arp(now_, {.interface = probe.interface, .address = probe.address}, outbox_);
    }
    for (net::EchoProbe probe; outbox_.take_probe(probe);) {
      if ((probe.address.value & 3U) != 0) continue;
      engine_.on_echo(
          now_, {.address = probe.address, .number = probe.number, .token = probe.token}, outbox_);
    }
    changes_.drop(changes_.waiting());
    outbox_.release(changes_.last());
    for (Event event; engine_.events().take(event);) {
      ++outcomes.events[static_cast<std::size_t>(event.kind)];
    }
    for (; !engine_.lease_events().empty(); engine_.lease_events().drop()) ++outcomes.lease_events;
    for (net::Outbox::Ready ready; outbox_.take_ready(ready); outbox_.recycle(ready.id)) {
      const bool to_relay = ready.envelope.destination == kRelay;
      ++(to_relay ? outcomes.replies_to_relays : outcomes.replies_to_clients);
    }
  }

  void lease(std::uint32_t n) {
    Outcomes uncounted;
    Say say = selecting(host(n), address(n), "10.0.0.1");
    hear(say.said(), uncounted);
  }
  [[nodiscard]] bool is_leased(std::uint32_t n) const {
    const auto lease = engine_.leases().find(address(n));
    return lease && lease->state == lease::LeaseState::active;
  }
  void keep_full() {
    std::uint32_t n = random_.below(kPoolSize);
    for (std::uint32_t i = 0; i < kPoolSize && engine_.pools()[0].assigned != leased_; ++i) {
      n = (n + 1) % kPoolSize;
      const bool too_full = engine_.pools()[0].assigned > leased_;
      if (too_full && is_leased(n)) (void)engine_.release(now_, address(n));
      if (!too_full && !is_leased(n)) lease(n);
    }
  }

  std::uint32_t leased_;
  PreparedPtr second_;
  Random random_;
  Now now_{Instant::from_nanoseconds(1'000'000'000), WallTime{1'790'000'000}};
  lease::ChangeLog changes_;
  net::Outbox outbox_;
  ServerEngine engine_;
};

class HotPath : public ::testing::TestWithParam<Course> {};

TEST_P(HotPath, AllocatesNothing) {
  Track track(GetParam());
  allocations = 0;
  const Outcomes outcomes = track.race();
  EXPECT_EQ(allocations, 0U);

  // It was the race that was meant.
  EXPECT_GE(outcomes.fewest_leases, track.leased() - kPoolSize / 100);
  EXPECT_LE(outcomes.most_leases, track.leased() + kPoolSize / 100);
  for (const EventKind kind : {EventKind::offer, EventKind::ack, EventKind::nak, EventKind::inform,
                               EventKind::release, EventKind::decline, EventKind::drop}) {
    EXPECT_GT(outcomes.count(kind), 100U) << name_of(kind);
  }
  EXPECT_GT(outcomes.silent(Reason::malformed), 500U);
  EXPECT_GT(outcomes.replies_to_relays, 1'000U);
  EXPECT_GT(outcomes.replies_to_clients, 1'000U);
  EXPECT_EQ(outcomes.counters.probes_sent > 0, GetParam().probing || GetParam().guarded);
  EXPECT_EQ(outcomes.silent(Reason::port_limit) > 20, GetParam().limited);
  EXPECT_EQ(outcomes.silent(Reason::relay_rate) > 20, GetParam().limited);
  EXPECT_EQ(outcomes.lease_events > 1'000, GetParam().followed);
}
std::string name_of_course(const ::testing::TestParamInfo<Course>& test) {
  return std::to_string(test.param.percent) + "Percent" + (test.param.probing ? "Probing" : "") +
         (test.param.limited ? "Limited" : "") + (test.param.classified ? "Classified" : "") +
         (test.param.guarded ? "Guarded" : "") + (test.param.followed ? "Followed" : "");
}
INSTANTIATE_TEST_SUITE_P(FullnessOfThePool, HotPath,
                         ::testing::Values(Course{50, false}, Course{99, false}, Course{50, true},
                                           Course{99, true}, Course{50, false, true},
                                           Course{50, false, false, true},
                                           Course{50, false, false, true, true},
                                           Course{50, false, false, false, false, true}),
                         name_of_course);

TEST(HotPathCounter, CountsEveryWayToTheHeap) {  // else the test above proves nothing
  allocations = 0;
  counting = true;
  int* volatile one = new int(1);  // volatile: else it may leave the three out
  char* volatile many = new char[4'000];
  void* volatile zeroed = std::calloc(1, 8);
  counting = false;
  EXPECT_EQ(allocations, 3U);
  delete one;
  delete[] many;
  std::free(zeroed);
}

}  // namespace
}  // namespace lessor::server::v4::testing
