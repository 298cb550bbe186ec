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
  ProbeTable table(2);
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
  ProbeTable table(2);
  (void)table.begin(ip("10.0.0.1"), datagram(octets({1})), at(0));
  const Octets later = octets({2, 2});
  EXPECT_EQ(table.begin(ip("10.0.0.1"), datagram(later), at(400)), ProbeTable::Begin::joined);
  EXPECT_EQ(table.find_due(at(500)), ip("10.0.0.1"));
  EXPECT_TRUE(equal_bytes(table.finish(ip("10.0.0.1"))->datagram().payload, later));
}

TEST(ProbeTable, IsBoundedInNumberAndSize) {
  ProbeTable table(2);
  EXPECT_EQ(table.begin(ip("10.0.0.9"), datagram(Octets(kProbeDatagramLimit + 1)), at(0)),
            ProbeTable::Begin::full);
  (void)table.begin(ip("10.0.0.1"), datagram(octets({1})), at(0));
  (void)table.begin(ip("10.0.0.2"), datagram(octets({2})), at(1));
  EXPECT_EQ(table.begin(ip("10.0.0.3"), datagram(octets({3})), at(2)), ProbeTable::Begin::full);
  ASSERT_NE(table.finish(ip("10.0.0.1")), nullptr);
  EXPECT_EQ(table.begin(ip("10.0.0.3"), datagram(octets({3})), at(3)), ProbeTable::Begin::started);
  EXPECT_EQ(table.find_due(at(1'000)), ip("10.0.0.2"));  // the earliest first
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
