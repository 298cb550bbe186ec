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
