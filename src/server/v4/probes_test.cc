#include "server/v4/probes.h"

#include "server/v4/decline_meter.h"
#include "server/v4/test_kit.h"

#include <gtest/gtest.h>

namespace lessor::server::v4::testing {
namespace {

constexpr Instant at(std::int64_t ms) { return Instant() + Duration::milliseconds(ms); }

net::Datagram datagram(const Octets& bytes) {
  net::Datagram in{.interface = kEth0};
  in.payload = bytes;
  return in;
}

TEST(ProbeTable, KeepsTheDatagramUntilItsTime) {
  ProbeTable table(4, {1, 2});
  const Octets bytes = octets({1, 2, 3});
  EXPECT_EQ(table.begin(ip("10.0.0.1"), datagram(bytes), at(0)), ProbeTable::Begin::started);
  EXPECT_EQ(table.next_due(), at(0) + kProbeTimeout);
  EXPECT_FALSE(table.find_due(at(499)));
  EXPECT_EQ(table.find_due(at(500)), ip("10.0.0.1"));
  EXPECT_EQ(table.interface_of(ip("10.0.0.1")), kEth0);
  const WaitingDiscover* waiting = table.finish(ip("10.0.0.1"));
  ASSERT_NE(waiting, nullptr);
  EXPECT_TRUE(equal_bytes(waiting->datagram().payload, bytes));
  EXPECT_EQ(table.finish(ip("10.0.0.1")), nullptr);
  EXPECT_TRUE(table.next_due().is_never());
}

TEST(ProbeTable, ALaterDatagramTakesTheEarliersPlaceNotItsTime) {
  ProbeTable table(4, {1, 2});
  (void)table.begin(ip("10.0.0.1"), datagram(octets({1})), at(0));
  const Octets later = octets({2, 2});
  EXPECT_EQ(table.begin(ip("10.0.0.1"), datagram(later), at(400)), ProbeTable::Begin::joined);
  EXPECT_EQ(table.find_due(at(500)), ip("10.0.0.1"));
  EXPECT_TRUE(equal_bytes(table.finish(ip("10.0.0.1"))->datagram().payload, later));
}

TEST(ProbeTable, WhoComesByAnotherWayAndFindsNoPlaceTakesNoneAway) {
  ProbeTable table(4, {1, 2});
  const net::Ip4 address = ip("10.0.0.1");
  const Octets bytes = octets({1});
  net::Datagram in = datagram(bytes);
  ASSERT_EQ(table.begin(address, in, at(0)), ProbeTable::Begin::started);
  const Octets too_long(kProbeDatagramLimit + 1);
  net::Datagram other = datagram(too_long);
  other.interface = kEth1;
  EXPECT_EQ(table.begin(address, other, at(100)), ProbeTable::Begin::full);
  EXPECT_EQ(table.interface_of(address), kEth0);
  // Half of the places are the most that one interface has.
  for (std::uint32_t i = 2; i <= 9; ++i) {
    other = datagram(bytes);
    other.interface = kEth1;
    (void)table.begin({address.value + i}, other, at(100));
  }
  EXPECT_EQ(table.begin(address, other, at(100)), ProbeTable::Begin::full);
  EXPECT_EQ(table.interface_of(address), kEth0);
}

TEST(ProbeTable, WhoComesByAnotherWayIsAskedForThatWay) {
  ProbeTable table(4, {1, 2});
  const net::Ip4 address = ip("10.0.0.1");
  const Octets bytes = octets({1});
  net::Datagram in = datagram(bytes);
  ASSERT_EQ(table.begin(address, in, at(0)), ProbeTable::Begin::started);
  in.interface = kEth1;
  EXPECT_EQ(table.begin(address, in, at(100)), ProbeTable::Begin::started);
  EXPECT_EQ(table.interface_of(address), kEth1);
  EXPECT_EQ(table.size(), 1U);
  EXPECT_EQ(table.next_due(), at(100) + kProbeTimeout);
  // Once: else two who take turns would begin it anew for ever.
  in.interface = kEth0;
  EXPECT_EQ(table.begin(address, in, at(200)), ProbeTable::Begin::joined);
  EXPECT_EQ(table.interface_of(address), kEth1);
  EXPECT_EQ(table.finish(address)->datagram().interface, kEth1);
}

TEST(ProbeTable, WhoComesThroughARelayIsAskedForByEcho) {
  ProbeTable table(4, {1, 2});
  const net::Ip4 address = ip("10.0.0.1");
  const Octets bytes = octets({1});
  net::Datagram in = datagram(bytes);
  ASSERT_EQ(table.begin(address, in, at(0)), ProbeTable::Begin::started);
  const Question by_echo{.by_echo = true};
  EXPECT_EQ(table.begin(address, in, at(200), by_echo), ProbeTable::Begin::started);
  EXPECT_EQ(table.interface_of(address), std::nullopt);
  // Echo requests go the same way.
  in.interface = kEth1;
  EXPECT_EQ(table.begin(address, in, at(300), by_echo), ProbeTable::Begin::joined);
  EXPECT_EQ(table.finish(address)->datagram().interface, kEth1);
}

TEST(ProbeTable, IsBoundedInNumberAndSize) {
  ProbeTable table(2, {1, 2});
  EXPECT_EQ(table.begin(ip("10.0.0.9"), datagram(Octets(kProbeDatagramLimit + 1)), at(0)),
            ProbeTable::Begin::full);
  const auto begin = [&](std::string_view address, Say say, std::int64_t ms) {
    return table.begin(ip(address), say.said(), at(ms));
  };
  EXPECT_EQ(begin("10.0.0.1", discover(host(1)), 0), ProbeTable::Begin::started);
  EXPECT_EQ(begin("10.0.0.2", discover(host(2)).on(kEth1), 1), ProbeTable::Begin::started);
  EXPECT_EQ(begin("10.0.0.3", discover(host(3)).on(kEth1 + 1), 2), ProbeTable::Begin::full);
  ASSERT_NE(table.finish(ip("10.0.0.1")), nullptr);
  EXPECT_EQ(begin("10.0.0.3", discover(host(3)).on(kEth1 + 1), 3), ProbeTable::Begin::started);
  EXPECT_EQ(table.find_due(at(1'000)), ip("10.0.0.2"));  // the earliest first
}

/// The n-th packet of a flood, and honest clients beside it.
struct Flood {
  const char* what;
  Say (*flood)(std::uint32_t n);
  Say (*honest)(std::uint32_t n);
};

Octets circuit(std::uint32_t number) {
  Octets info = octets({1, 4, 0, 0, 0, 0});
  store_be32(info.data() + 2, number);
  return info;
}

/// A switch puts option 82 in and relays nothing.
Say at_port(std::uint32_t client, std::uint32_t port) {
  return discover(host(client)).with(82, circuit(port));
}

constexpr Flood kFloods[] = {
    {"made-up clients on one link, others on another",
     [](std::uint32_t n) { return discover(host(n)); },
     [](std::uint32_t n) { return discover(host(n)).on(kEth1); }},
    {"made-up clients behind one port, others at other ports",
     [](std::uint32_t n) { return at_port(n, 1); }, [](std::uint32_t n) { return at_port(n, n); }},
    {"one host that makes up chaddr, others on its link",
     [](std::uint32_t n) {
       Say say = discover(host(n));
       say.datagram().source_mac = host(7'777).mac;
       return say;
     },
     [](std::uint32_t n) { return discover(host(n)); }},
};

// C3-01
TEST(ProbeTable, NobodyTakesAllPlaces) {
  constexpr std::uint32_t kFirst = 1'000;
  constexpr std::uint32_t kHonest = 50;
  for (const Flood& one : kFloods) {
    ProbeTable table(kProbeCapacity, {1, 2});
    // It comes again as soon as what it took is free: shares are given back.
    for (std::uint32_t round = 0; round < 3; ++round) {
      for (std::uint32_t n = kFirst; n < kFirst + 4 * kProbeCapacity; ++n) {
        (void)table.begin(net::Ip4{n}, one.flood(n).said(), at(0));
      }
      EXPECT_GE(table.size(), kProbeCapacity / 10) << one.what;
      EXPECT_LE(table.size(), kProbeCapacity / 2) << one.what;
      for (std::uint32_t n = 2; n < 2 + kHonest; ++n) {
        EXPECT_EQ(table.begin(net::Ip4{n}, one.honest(n).said(), at(0)), ProbeTable::Begin::started)
            << one.what << ' ' << n;
      }
      while (const auto due = table.find_due(at(500))) (void)table.finish(*due);
    }
  }
}

TEST(DeclineMeter, CountsByClientWithinAWindow) {  // C3-02
  DeclineMeter meter;
  const lease::ClientKey client{1, 2};
  for (std::uint32_t i = 0; i < kDeclinesPerClient; ++i) EXPECT_TRUE(meter.allow(client, at(0)));
  EXPECT_FALSE(meter.allow(client, at(1)));
  EXPECT_TRUE(meter.allow({1, 3}, at(1)));
  EXPECT_TRUE(meter.allow(client, at(0) + kDeclineWindow));
}

}  // namespace
}  // namespace lessor::server::v4::testing
