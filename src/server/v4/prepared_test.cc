#include "server/v4/prepared.h"

#include "server/v4/test_kit.h"

#include <gtest/gtest.h>

#include <map>
#include <string>
#include <utility>

namespace lessor::server::v4::testing {
namespace {

constexpr auto kFresh = lease::AddressPool::Start::never_used;

/// These beside as many others as outgrow the caches.
config::ServerConfig among_many(HugeVector<config::Subnet> subnets) {
  for (std::uint32_t n = 0; n < 100; ++n) {
    const std::string start = "172.16." + std::to_string(n);
    subnets.push_back(subnet(100 + n, start + ".0/24", {pool(start + ".10-" + start + ".99")}));
  }
  return config_of(std::move(subnets));
}

config::ServerConfig two_pools() {
  return config_of({subnet(1, "192.0.2.0/24",
                           {pool("192.0.2.10-192.0.2.14", {"192.0.2.12"}), pool("192.0.2.30")})});
}

TEST(Prepared, CountsWhatAddressesAreUsedFor) {
  Prepared prepared(two_pools(), kFresh);
  const PoolFigures& f = prepared.figures(0);
  EXPECT_EQ(f.total, 4U);
  EXPECT_EQ(f.free, 4U);
  prepared.note(ip("192.0.2.10"), Use::offered, std::nullopt);
  prepared.note(ip("192.0.2.11"), Use::assigned, std::nullopt);
  prepared.note(ip("192.0.2.13"), Use::declined, std::nullopt);
  prepared.note(ip("192.0.2.14"), Use::resting, std::nullopt);
  prepared.note(ip("192.0.2.12"), Use::assigned, std::nullopt);  // excluded: not this pool's
  prepared.note(ip("192.0.2.99"), Use::assigned, std::nullopt);  // in no pool
  EXPECT_EQ(f.offered, 1U);
  EXPECT_EQ(f.assigned, 1U);
  EXPECT_EQ(f.declined, 1U);
  EXPECT_EQ(f.free, 0U);
  EXPECT_EQ(prepared.pool(0).best(), std::nullopt);
  EXPECT_EQ(prepared.figures(1).free, 1U);
}

TEST(Prepared, NotingTwiceIsNotingOnce) {
  Prepared prepared(two_pools(), kFresh);
  for (int i = 0; i < 3; ++i) prepared.note(ip("192.0.2.11"), Use::assigned, std::nullopt);
  EXPECT_EQ(prepared.figures(0).assigned, 1U);
  for (int i = 0; i < 3; ++i) prepared.note(ip("192.0.2.11"), Use::free, WallTime{5});
  EXPECT_EQ(prepared.figures(0).assigned, 0U);
  EXPECT_EQ(prepared.figures(0).free, 4U);
  EXPECT_FALSE(prepared.pool(0).is_never_used(ip("192.0.2.11")));
}

TEST(Prepared, AnAddressMayBeInPoolsOfOverlappingSubnets) {
  Prepared prepared(config_of({subnet(1, "10.0.0.0/8", {pool("10.0.0.10-10.0.9.9")}),
                               subnet(2, "10.0.1.0/24", {pool("10.0.1.10-10.0.1.20")}),
                               subnet(3, "10.0.3.0/24", {pool("10.0.3.10-10.0.3.20")})}),
                    kFresh);
  prepared.note(ip("10.0.1.15"), Use::assigned, std::nullopt);
  prepared.note(ip("10.0.3.15"), Use::assigned, std::nullopt);
  prepared.note(ip("10.0.2.15"), Use::assigned, std::nullopt);
  std::uint64_t assigned = 0;
  for (const PoolFigures& f : prepared.figures()) assigned += f.assigned;
  EXPECT_EQ(assigned, 5U);
}

TEST(Prepared, NotesInEveryPoolWhicheverWasFetchedLast) {
  for (const char* link : {"10.0.0.1", "10.0.1.1", "10.0.3.1", "10.0.9.1", "11.0.0.1"}) {
    Prepared prepared(among_many({subnet(1, "10.0.0.0/8", {pool("10.0.0.10-10.0.9.9")}),
                                  subnet(2, "10.0.1.0/24", {pool("10.0.1.10-10.0.1.20")}),
                                  subnet(3, "10.0.3.0/24", {pool("10.0.3.10-10.0.3.20")})}),
                      kFresh);
    prepared.turn_to(ip(link));
    for (const char* address : {"10.0.0.10", "10.0.1.10", "10.0.1.20", "10.0.1.21", "10.0.3.15",
                                "10.0.9.9", "10.0.9.10", "9.255.255.255"}) {
      prepared.note(ip(address), Use::assigned, std::nullopt);
    }
    std::map<std::uint32_t, std::uint64_t> assigned;
    for (const PoolFigures& f : prepared.figures().first(3)) assigned[f.subnet_id] = f.assigned;
    EXPECT_EQ(assigned, (std::map<std::uint32_t, std::uint64_t>{{1, 6}, {2, 2}, {3, 1}})) << link;
  }
}

TEST(Prepared, FetchesOfSubnetsWithoutPoolsWhatThereIs) {
  const Prepared prepared(
      among_many({subnet(1, "10.0.0.0/24", {}),
                  subnet(2, "10.0.1.0/24", {pool("10.0.1.10-10.0.1.20"), pool("10.0.1.30")}),
                  subnet(3, "10.0.2.0/24", {})}),
      kFresh);
  for (const char* link : {"10.0.0.1", "10.0.1.1", "10.0.2.1", "10.0.3.1"}) {
    prepared.fetch_ahead(ip(link));
    prepared.turn_to(ip(link));
  }
  EXPECT_EQ(prepared.pool(0).best(), ip("10.0.1.10"));  // nothing has changed
}

TEST(Prepared, KnowsWhereThePacketIsFromWhateverWasFetchedAhead) {
  Prepared prepared(among_many({subnet(1, "10.0.0.0/24", {pool("10.0.0.10"), pool("10.0.0.20")}),
                                subnet(2, "10.0.1.0/24", {})}),
                    kFresh);
  const auto id_here = [&](std::string_view link) -> std::uint32_t {
    prepared.turn_to(ip(link));
    EXPECT_EQ(prepared.here().address, ip(link));
    return prepared.here().subnet == nullptr ? 0 : prepared.here().subnet->id;
  };
  for (const char* link : {"10.0.0.1", "10.0.1.1", "172.16.4.1"}) prepared.fetch_ahead(ip(link));
  EXPECT_EQ(id_here("10.0.0.1"), 1U);      // what was told first
  EXPECT_EQ(id_here("172.16.4.1"), 104U);  // one is passed over
  EXPECT_EQ(id_here("10.0.1.1"), 2U);      // and comes after all
  EXPECT_EQ(id_here("10.0.9.1"), 0U);      // was not told, and is no subnet's
  EXPECT_EQ(id_here("172.16.3.1"), 103U);
  prepared.note(ip("10.0.0.20"), Use::assigned, std::nullopt);  // the pool to fetch is the second
  EXPECT_EQ(id_here("10.0.0.1"), 1U);
  EXPECT_EQ(prepared.figures(1).assigned, 1U);
}

TEST(Prepared, PoolsThatSurviveAReloadKeepTheirOfferClass) {
  Prepared before(two_pools(), kFresh);
  before.number_classes(nullptr);
  EXPECT_NE(before.offer_class(0), before.offer_class(1));
  Prepared after(config_of({subnet(1, "10.0.0.0/24", {pool("10.0.0.5-10.0.0.9")}),
                            subnet(2, "192.0.2.0/24", {pool("192.0.2.30")})}),
                 kFresh);
  after.number_classes(&before);
  EXPECT_EQ(after.offer_class(1), before.offer_class(1));
  EXPECT_NE(after.offer_class(0), before.offer_class(0));
  EXPECT_NE(after.offer_class(0), before.offer_class(1));
}

}  // namespace
}  // namespace lessor::server::v4::testing
