#include "config/hosts.h"

#include <gtest/gtest.h>

namespace lessor::config {
namespace {

constexpr std::uint32_t kMany = 20'000;  // so many that hundreds have one tag

std::vector<std::byte> hardware(std::uint32_t number) {
  std::vector<std::byte> octets(6);
  store_be32(&octets[2], number);
  return octets;
}

std::vector<Reservation> many() {
  std::vector<Reservation> all(kMany);
  for (std::uint32_t n = 0; n < kMany; ++n) {
    all[n].identifier = hardware(n);
    all[n].address = net::Ip4{0x0a000000 + n};
  }
  return all;
}

TEST(HostIndex, FindsEachOfManyAndNoOther) {
  const std::vector<Reservation> all = many();
  HostIndex index;
  index.build(all);
  for (std::uint32_t n = 0; n < kMany; ++n) {
    ASSERT_EQ(index.find(all, IdentifierType::hw_address, hardware(n)), &all[n]);
    ASSERT_EQ(index.find(all, *all[n].address), &all[n]);
    ASSERT_EQ(index.find(all, IdentifierType::hw_address, hardware(kMany + n)), nullptr);
    ASSERT_EQ(index.find(all, net::Ip4{0x0a000000 + kMany + n}), nullptr);
  }
}

TEST(HostIndex, OfAFewFindsNoneOfManyOthers) {
  std::vector<Reservation> few = many();
  few.resize(100);
  HostIndex index;
  index.build(few);
  for (std::uint32_t n = 0; n < kMany; ++n) {
    const Reservation* expected = n < few.size() ? &few[n] : nullptr;
    ASSERT_EQ(index.find(few, IdentifierType::hw_address, hardware(n)), expected);
  }
}

TEST(HostIndex, KnowsAddressesAtBothEndsOfThoseThatAreSetAsideAndNoneBetween) {
  std::vector<Reservation> two(2);
  two[0].identifier = hardware(1);
  two[0].address = net::Ip4{20};
  two[1].identifier = hardware(2);
  two[1].address = net::Ip4{10};
  HostIndex index;
  index.build(two);
  for (std::uint32_t address = 0; address < 30; ++address) {
    const Reservation* expected = address == 20 ? &two[0] : address == 10 ? &two[1] : nullptr;
    EXPECT_EQ(index.find(two, net::Ip4{address}), expected) << address;
  }
}

TEST(HostIndex, OfNothingFindsNothing) {
  const std::vector<Reservation> none;
  HostIndex index;
  index.build(many());
  index.build(none);
  EXPECT_EQ(index.find(none, IdentifierType::hw_address, hardware(1)), nullptr);
  EXPECT_EQ(index.find(none, net::Ip4{0x0a000001}), nullptr);
}

}  // namespace
}  // namespace lessor::config
