// How many messages a client, a port and a relay may send in a time.
#include "server/v4/rates.h"

#include "server/v4/test_kit.h"

#include <gtest/gtest.h>

namespace lessor::server::v4::testing {
namespace {

constexpr Instant kStart = Instant::from_nanoseconds(5'000'000'000);

constexpr config::MessageRate kNone;

/// Of a client, a port, a relay.
config::MessageRates limits(config::MessageRate client, config::MessageRate port,
                            config::MessageRate relay) {
  return {client, port, relay};
}
config::MessageRate a_second(std::uint32_t messages) {
  return {.messages = messages, .period = Duration::seconds(1)};
}

Sender sender(std::uint64_t client, std::uint64_t port = 0, std::uint64_t relay = 0) {
  Sender made{.hardware = client, .has_relay = relay != 0, .has_port = port != 0};
  made.names[static_cast<std::size_t>(Level::port)] = port;
  made.names[static_cast<std::size_t>(Level::relay)] = relay;
  return made;
}

int taken(Rates& rates, Instant now, const Sender& from, int asked) {
  int count = 0;
  for (int i = 0; i < asked; ++i) count += rates.take(now, from) == Reason::none ? 1 : 0;
  return count;
}

TEST(Rates, AllowThatManyAtOnceAndAsManyAgainInTheTime) {
  Rates rates(limits(a_second(10), kNone, kNone));
  EXPECT_EQ(taken(rates, kStart, sender(1), 50), 10);
  EXPECT_EQ(rates.take(kStart, sender(1)), Reason::client_rate);
  EXPECT_EQ(taken(rates, kStart + Duration::milliseconds(500), sender(1), 50), 5);
  EXPECT_EQ(taken(rates, kStart + Duration::milliseconds(1'500), sender(1), 50), 10);
  EXPECT_EQ(taken(rates, kStart + Duration::seconds(900), sender(1), 50), 10);
  EXPECT_EQ(taken(rates, kStart, sender(2), 50), 10);
}

TEST(Rates, OfLongTimesFillSlowly) {
  Rates rates(
      limits(kNone, config::MessageRate{.messages = 3, .period = Duration::seconds(3'600)}, kNone));
  EXPECT_EQ(taken(rates, kStart, sender(1, 7), 9), 3);
  EXPECT_EQ(rates.take(kStart, sender(2, 7)), Reason::port_rate);
  EXPECT_EQ(taken(rates, kStart + Duration::seconds(1'199), sender(1, 7), 9), 0);
  EXPECT_EQ(taken(rates, kStart + Duration::seconds(1'201), sender(1, 7), 9), 1);
}

TEST(Rates, CountNobodyWithoutPortOrRelay) {
  Rates rates(limits(kNone, a_second(1), a_second(1)));
  EXPECT_EQ(taken(rates, kStart, sender(1), 50), 50);
  EXPECT_EQ(taken(rates, kStart, sender(1, 7), 50), 1);
  EXPECT_EQ(taken(rates, kStart, sender(1, 0, 9), 50), 1);
}

// What one client sends too much of is not taken from the others of its port.
TEST(Rates, CountARefusedMessageForNobody) {
  Rates rates(limits(a_second(2), a_second(5), kNone));
  EXPECT_EQ(taken(rates, kStart, sender(1, 7), 1'000), 2);
  EXPECT_EQ(taken(rates, kStart, sender(2, 7), 1'000), 2);
  EXPECT_EQ(taken(rates, kStart, sender(3, 7), 1'000), 1);
  EXPECT_EQ(rates.take(kStart, sender(4, 7)), Reason::port_rate);
}

// A heavy sender stays known however many names are made up beside it.
TEST(Rates, KeepTheHeaviestWhereNamesAreMoreThanPlaces) {
  Rates rates(limits(a_second(100), kNone, kNone));
  EXPECT_EQ(taken(rates, kStart, sender(1), 200), 100);
  for (std::uint64_t name = 2; name < 8 * kRateBuckets; ++name) {
    (void)rates.take(kStart, sender(name * UINT64_C(0xd6e8feb86659fd93)));
  }
  EXPECT_EQ(rates.take(kStart, sender(1)), Reason::client_rate);
}

TEST(Rates, GoOnOverAReloadThatLeavesThem) {
  Rates before(limits(a_second(4), a_second(4), kNone));
  EXPECT_EQ(taken(before, kStart, sender(1, 7), 9), 4);
  Rates after(limits(a_second(4), a_second(6), kNone));
  after.take_over(before);
  EXPECT_EQ(after.take(kStart, sender(1)), Reason::client_rate);
  EXPECT_EQ(taken(after, kStart, sender(2, 7), 9), 4);
  EXPECT_EQ(taken(after, kStart, sender(3, 7), 9), 2);
}

// ---- in the engine

Octets circuit(int number) { return octets({1, 2, 0, number}); }

config::ServerConfig with_rates(const config::MessageRates& rates) {
  config::ServerConfig config =
      config_of({subnet(1, "10.4.0.0/24", {pool("10.4.0.10-10.4.0.60")}),
                 subnet(2, "192.0.2.0/24", {pool("192.0.2.10-192.0.2.60")})});
  config.message_rates = rates;
  return config;
}

TEST(MessageRates, RefuseWithTheirReasonAndSayWho) {
  Site site(with_rates(limits(kNone, a_second(3), kNone)));
  for (std::uint32_t n = 1; n <= 3; ++n) {
    EXPECT_TRUE(site.hear(discover(host(n)).through("10.4.0.1", circuit(7))));
  }
  EXPECT_FALSE(site.hear(discover(host(4)).through("10.4.0.1", circuit(7))));
  const std::vector<Event> events = site.take_events();
  ASSERT_FALSE(events.empty());
  EXPECT_EQ(events.back().reason, Reason::port_rate);
  EXPECT_EQ(events.back().hardware, host(4).hardware());
  EXPECT_EQ(events.back().giaddr, ip("10.4.0.1"));
  EXPECT_EQ(
      Octets(events.back().circuit_id.bytes().begin(), events.back().circuit_id.bytes().end()),
      octets({0, 7}));
  EXPECT_TRUE(site.hear(discover(host(5)).through("10.4.0.1", circuit(8))));
  EXPECT_EQ(site.engine().counters().silent[static_cast<std::size_t>(Reason::port_rate)], 1U);
  site.pass_seconds(1);
  EXPECT_TRUE(site.hear(discover(host(4)).through("10.4.0.1", circuit(7))));
}

TEST(MessageRates, OfAClientGoByItsHardwareAddressNotByTheFrame) {
  Site site(with_rates(limits(a_second(1), kNone, kNone)));
  const auto through_bridge = [&](std::uint32_t n) {
    Say say = discover(host(n));
    say.datagram().source_mac = host(99).mac;
    return site.hear(std::move(say)).has_value();
  };
  EXPECT_TRUE(through_bridge(1));
  EXPECT_TRUE(through_bridge(2));
  EXPECT_FALSE(through_bridge(1));
  EXPECT_EQ(site.why(), Reason::client_rate);
}

TEST(MessageRates, RefuseWhatIsNoMessageToo) {
  Site site(with_rates(limits(kNone, kNone, a_second(1))));
  const Octets nonsense(300, std::byte{0x0a});
  net::Datagram in = discover(host(1)).datagram();
  in.payload = nonsense;
  EXPECT_FALSE(site.hear(in));
  EXPECT_EQ(site.why(), Reason::malformed);
  EXPECT_FALSE(site.hear(in));
  EXPECT_EQ(site.why(), Reason::relay_rate);
}

}  // namespace
}  // namespace lessor::server::v4::testing
