#include "runtime/route_parts.h"

#include <gtest/gtest.h>

namespace lessor::runtime {
namespace {

net::Ip4 ip(const char* text) { return net::parse_ip4(text).value_or(net::Ip4()); }

/// A default route, a link's, a network behind a router of it, and an address of this host.
RouteParts usual() {
  RouteParts parts;
  EXPECT_TRUE(parts.add(ip("0.0.0.0"), 0, false));
  EXPECT_TRUE(parts.add(ip("192.0.2.0"), 24, false));
  EXPECT_TRUE(parts.add(ip("192.0.2.128"), 26, false));
  EXPECT_TRUE(parts.add(ip("192.0.2.1"), 32, false));
  parts.divide();
  return parts;
}

TEST(RouteParts, AddressesThatNoRouteTellsApartShareOne) {
  const RouteParts parts = usual();
  for (const auto& [one, other] :
       {std::pair{"192.0.2.2", "192.0.2.127"}, std::pair{"192.0.2.128", "192.0.2.191"},
        std::pair{"192.0.2.192", "192.0.2.255"}, std::pair{"192.0.3.0", "255.255.255.255"},
        std::pair{"0.0.0.0", "192.0.1.255"}}) {
    ASSERT_TRUE(parts.find(ip(one))) << one;
    EXPECT_EQ(parts.find(ip(one)), parts.find(ip(other))) << one << " and " << other;
  }
}

TEST(RouteParts, AddressesOfDifferentRoutesDoNot) {
  const RouteParts parts = usual();
  for (const auto& [one, other] :
       {std::pair{"192.0.1.255", "192.0.2.0"}, std::pair{"192.0.2.0", "192.0.2.1"},
        std::pair{"192.0.2.1", "192.0.2.2"}, std::pair{"192.0.2.127", "192.0.2.128"},
        std::pair{"192.0.2.191", "192.0.2.192"}, std::pair{"192.0.2.255", "192.0.3.0"}}) {
    EXPECT_NE(parts.find(ip(one)), parts.find(ip(other))) << one << " and " << other;
  }
}

TEST(RouteParts, EachNumberIsBelowTheCount) {
  const RouteParts parts = usual();
  EXPECT_LT(parts.find(ip("255.255.255.255")), parts.count());
}

// Whom the kernel sends to which of several next hops is its own secret.
TEST(RouteParts, WhereARouteVariesThereIsNone) {
  RouteParts parts;
  EXPECT_TRUE(parts.add(ip("198.51.100.0"), 24, true));
  EXPECT_TRUE(parts.add(ip("198.51.100.64"), 26, false));
  parts.divide();
  EXPECT_TRUE(parts.find(ip("198.51.99.255")));
  EXPECT_FALSE(parts.find(ip("198.51.100.0")));
  EXPECT_FALSE(parts.find(ip("198.51.100.64")));  // a rule may lead to the other route first
  EXPECT_FALSE(parts.find(ip("198.51.100.255")));
  EXPECT_TRUE(parts.find(ip("198.51.101.0")));
}

TEST(RouteParts, TooManyAreRefused) {
  RouteParts parts;
  std::uint32_t taken = 0;
  while (parts.add({0x0a000000 + 2 * taken}, 32, false)) ++taken;
  EXPECT_EQ(taken, RouteParts::kMost / 2 - 1);
  parts.clear();
  for (taken = 0; parts.add({0x0a000000 + 2 * taken}, 32, true);) ++taken;
  EXPECT_EQ(taken, RouteParts::kMostVarying);
}

TEST(RouteParts, WithoutRoutesThereIsNone) {
  RouteParts parts;
  parts.divide();
  EXPECT_FALSE(parts.find(ip("192.0.2.1")));
}

}  // namespace
}  // namespace lessor::runtime
