// The packet thread allocates nothing: 10,000 mixed messages of every type and outcome, relayed and
// direct, with the pool half full and all but full, with every call to malloc counted.
#include "base/random.h"
#include "server/v4/test_kit.h"

#include <gtest/gtest.h>

#include <cstdlib>
#include <new>

namespace {

// Plain globals: they must be usable before any constructor ran.
bool counting = false;
std::size_t allocations = 0;

}  // namespace

extern "C" {
void* __libc_malloc(std::size_t size);
void* __libc_calloc(std::size_t count, std::size_t size);
void* __libc_realloc(void* memory, std::size_t size);
void* __libc_memalign(std::size_t alignment, std::size_t size);

// Every way to the heap comes through these four: operator new, too.
void* malloc(std::size_t size) {
  allocations += counting ? 1 : 0;
  return __libc_malloc(size);
}
void* calloc(std::size_t count, std::size_t size) {
  allocations += counting ? 1 : 0;
  return __libc_calloc(count, size);
}
void* realloc(void* memory, std::size_t size) {
  allocations += counting ? 1 : 0;
  return __libc_realloc(memory, size);
}
void* aligned_alloc(std::size_t alignment, std::size_t size) {
  allocations += counting ? 1 : 0;
  return __libc_memalign(alignment, size);
}
}

namespace lessor::server::v4::testing {
namespace {

constexpr std::size_t kMessages = 10'000;
constexpr std::uint32_t kPoolSize = 2'000;

/// What came of the messages.
struct Outcomes {
  std::array<std::size_t, wire::kMinMessageSize> by_type{};  // replies, by message type
  std::size_t silent = 0;
};

/// A server on 10.0.0.0/16 with so many leases out of 2,000, its queues and its clients.
class Track {
 public:
  explicit Track(std::uint32_t leased)
      : random_(leased), changes_(8'192), engine_(kSettings, changes_) {
    engine_.set_interfaces(now_, track_interfaces());
    engine_.begin_swap(now_, prepare(track_config()));
    for (std::uint32_t n = 0; n < leased; ++n) run(selecting(host(n), address(n), "10.0.0.1"));
  }

  /// Draws the messages first (that allocates), then runs them with the counter on.
  Outcomes race() {
    std::vector<Say> says;
    std::vector<net::Datagram> datagrams;
    for (std::size_t i = 0; i < kMessages; ++i) says.push_back(draw());
    for (Say& say : says) datagrams.push_back(say.said());
    break_some(says, datagrams);
    engine_.begin_swap(now_, std::move(second_));
    Outcomes outcomes;
    counting = true;
    for (const net::Datagram& in : datagrams) tally(outcomes, hear(in));
    counting = false;
    return outcomes;
  }

 private:
  static constexpr Settings kSettings{.key = {3, 4}, .lease_capacity = 8'192};

  static net::InterfaceTable track_interfaces() {
    net::Interface eth0{.index = kEth0, .name = "eth0", .up = true, .ethernet = true};
    eth0.addresses = {net::parse_prefix4("10.0.0.1/16").value()};
    return net::InterfaceTable({eth0});
  }
  static config::ServerConfig track_config() {
    config::Subnet one = subnet(1, "10.0.0.0/16", {});
    one.pools.push_back({.range = {address(0), address(kPoolSize - 1)}});
    for (std::uint32_t n = 9'000; n < 9'020; ++n) {
      add_reservation(one, reserve_hw(host(n).mac, net::to_string(address(n))));
    }
    one.timers.calculate_tee_times = true;
    return config_of({one});
  }
  static net::Ip4 address(std::uint32_t n) { return {ip("10.0.1.0").value + n}; }

  /// One message of some client, about some address.
  Say draw() {
    const std::uint32_t n = random_.below(kPoolSize);
    const Host h = random_.one_in(5) ? host(n + 20'000) : host(n);
    const std::string about = net::to_string(address(n));
    Say say = draw_type(h, n, about);
    say.xid(random_.u32());
    if (random_.one_in(3)) say.through("10.0.255.254", octets({1, 2, 7, static_cast<int>(n & 15)}));
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
  /// One in ten is cut off, one in twenty has an octet changed.
  void break_some(std::vector<Say>& says, std::vector<net::Datagram>& datagrams) {
    (void)says;  // own the bytes
    for (net::Datagram& in : datagrams) {
      if (random_.one_in(10)) in.payload = in.payload.first(random_.below(300));
    }
  }

  std::optional<MessageType> hear(const net::Datagram& in) {
    now_.mono = now_.mono + Duration::milliseconds(40);
    engine_.on_datagram(now_, in, outbox_);
    engine_.on_time(now_, outbox_);
    changes_.drop(changes_.waiting());
    outbox_.release(changes_.last());
    for (Event event; engine_.events().take(event);) continue;
    return reply_type();
  }
  std::optional<MessageType> reply_type() {
    net::Outbox::Ready ready;
    if (!outbox_.take_ready(ready)) return std::nullopt;
    const auto view = wire::MessageView::parse(ready.payload(), scratch_);
    outbox_.recycle(ready.id);
    return view->message_type();
  }
  static void tally(Outcomes& outcomes, std::optional<MessageType> type) {
    if (type) {
      ++outcomes.by_type[index_of(*type)];
    } else {
      ++outcomes.silent;
    }
  }
  void run(Say say) { (void)hear(say.said()); }

  Random random_;
  Now now_{Instant::from_nanoseconds(1'000'000'000), WallTime{1'790'000'000}};
  lease::ChangeLog changes_;
  net::Outbox outbox_;
  wire::ParseScratch scratch_;
  ServerEngine engine_;
  PreparedPtr second_ = prepare(track_config());
};

class HotPath : public ::testing::TestWithParam<std::uint32_t> {};

TEST_P(HotPath, AllocatesNothing) {
  Track track(kPoolSize * GetParam() / 100);
  allocations = 0;
  const Outcomes outcomes = track.race();
  EXPECT_EQ(allocations, 0U);
  EXPECT_GT(outcomes.by_type[index_of(MessageType::offer)], 300U);
  EXPECT_GT(outcomes.by_type[index_of(MessageType::ack)], 300U);
  EXPECT_GT(outcomes.by_type[index_of(MessageType::nak)], 300U);
  EXPECT_GT(outcomes.silent, 1'000U);
}
INSTANTIATE_TEST_SUITE_P(PercentOfThePool, HotPath, ::testing::Values(50U, 99U));

TEST(HotPathCounter, CountsEveryWayToTheHeap) {  // else the test above proves nothing
  allocations = 0;
  counting = true;
  auto* one = new int(1);
  auto* many = new char[4'000];
  void* zeroed = std::calloc(1, 8);
  counting = false;
  EXPECT_EQ(allocations, 3U);
  delete one;
  delete[] many;
  std::free(zeroed);
}

}  // namespace
}  // namespace lessor::server::v4::testing
