// A reload under a million leases: the packet thread never stands still for 5 ms, no packet is
// lost, no lease is touched. Time is the thread's own CPU time, so that a busy machine does not
// count.
#include "server/v4/test_kit.h"

#include <gtest/gtest.h>

#include <ctime>

namespace lessor::server::v4::testing {
namespace {

constexpr std::uint32_t kLeases = 1'000'000;
constexpr Duration kLongestStall = Duration::milliseconds(5);

Duration cpu_time() {
  timespec t{};
  clock_gettime(CLOCK_THREAD_CPUTIME_ID, &t);
  return Duration::seconds(t.tv_sec) + Duration::nanoseconds(t.tv_nsec);
}

net::Ip4 address(std::uint32_t n) { return {ip("10.0.1.0").value + n}; }

config::ServerConfig large(std::uint32_t subnet_id) {
  config::Subnet one = subnet(subnet_id, "10.0.0.0/8", {});
  one.pools.push_back({.range = {address(0), address(2'000'000)}});
  return config_of({one});
}

class Stall : public ::testing::Test {
 protected:
  Stall() {
    for (std::uint32_t n = 0; n < kLeases; ++n) {
      engine_.load({.address = address(n),
                    .hardware = host(n).hardware(),
                    .started = now_.wall,
                    .lifetime = Duration::seconds(86'400),
                    .expires_at = now_.mono + Duration::seconds(86'400)});
    }
    net::Interface eth0{.index = kEth0, .name = "eth0", .up = true, .ethernet = true};
    eth0.addresses = {net::parse_prefix4("10.0.0.1/8").value()};
    engine_.set_interfaces(now_, net::InterfaceTable({eth0}));
    engine_.begin_swap(now_, prepare(large(1)));
  }

  /// What one turn of the loop does: a packet, then what is due.
  bool renew(std::uint32_t n) {
    Say say = renewing(host(n), address(n), "10.0.0.1");
    engine_.on_datagram(now_, say.said(), outbox_);
    changes_.drop(changes_.waiting());
    outbox_.release(changes_.last());
    for (Event event; engine_.events().take(event);) continue;
    net::Outbox::Ready ready;
    if (!outbox_.take_ready(ready)) return false;
    const Reply reply(ready.envelope, ready.payload());
    outbox_.recycle(ready.id);
    return reply.type() == MessageType::ack;
  }

  Now now_{Instant::from_nanoseconds(1'000'000'000), WallTime{1'790'000'000}};
  lease::ChangeLog changes_;
  net::Outbox outbox_;
  ServerEngine engine_{{.key = {7, 8}, .lease_capacity = kLeases + 1}, changes_};
};

TEST_F(Stall, OfAReloadIsShort) {
  PreparedPtr next = prepare(large(2));
  Duration longest;
  std::uint32_t turns = 0;
  const auto timed = [&](auto&& call) {
    const Duration before = cpu_time();
    call();
    longest = std::max(longest, cpu_time() - before);
  };
  timed([&] { engine_.begin_swap(now_, std::move(next)); });
  while (engine_.swapping()) {
    timed([&] { engine_.on_time(now_, outbox_); });
    ASSERT_TRUE(renew(turns++));
  }
  EXPECT_GT(turns, kLeases / kSliceSize - 1);
  EXPECT_LT(longest, kLongestStall);
  RecordProperty("longest_us", static_cast<int>(longest.to_nanoseconds() / 1'000));
  std::printf("longest stall %lld us in %u turns\n",
              static_cast<long long>(longest.to_nanoseconds() / 1'000), turns);
  EXPECT_EQ(engine_.pools()[0].subnet_id, 2U);
  EXPECT_EQ(engine_.pools()[0].assigned, kLeases);
  EXPECT_EQ(changes_.last(), turns);  // the renewals, nothing else
}

TEST_F(Stall, OfAReloadWithEveryOfferOutIsShort) {
  for (std::uint32_t n = 0; n < kOfferCapacity; ++n) {
    Say say = discover(host(kLeases + n)).asking(address(kLeases + n));
    engine_.on_datagram(now_, say.said(), outbox_);
    net::Outbox::Ready ready;
    while (outbox_.take_ready(ready)) outbox_.recycle(ready.id);
    for (Event event; engine_.events().take(event);) continue;
  }
  ASSERT_EQ(engine_.pools()[0].offered, kOfferCapacity);
  engine_.begin_swap(now_, prepare(large(2)));
  Duration longest;
  while (engine_.swapping()) {
    const Duration before = cpu_time();
    engine_.on_time(now_, outbox_);
    longest = std::max(longest, cpu_time() - before);
  }
  std::printf("longest stall %lld us\n", static_cast<long long>(longest.to_nanoseconds() / 1'000));
  EXPECT_LT(longest, kLongestStall);
  EXPECT_EQ(engine_.pools()[0].offered, kOfferCapacity);
}

}  // namespace
}  // namespace lessor::server::v4::testing
