#include "net/address_map.h"

#include "base/random.h"

#include <gtest/gtest.h>

#include <algorithm>
#include <vector>

namespace lessor::net {
namespace {

TEST(AddressMap, FindsWhatHoldsFromTheLastStartOn) {
  for (const std::uint32_t size : {0U, 1U, 2U, 15U, 16U, 17U, 255U, 256U, 257U, 5'000U}) {
    std::vector<AddressMap::Entry> entries;
    for (std::uint32_t i = 0; i < size; ++i) entries.push_back({{10 + 10 * i}, 1'000 + i});
    const AddressMap map(entries);
    for (std::uint32_t value = 0; value <= 10 * size + 20; ++value) {
      const std::uint32_t before = std::min(value / 10, size);
      const std::uint32_t expected = before == 0 ? AddressMap::kNone : 1'000 + before - 1;
      ASSERT_EQ(map.find({value}), expected) << value << " of " << size;
    }
    EXPECT_EQ(map.find(kIp4Broadcast), size == 0 ? AddressMap::kNone : 1'000 + size - 1);
  }
}

TEST(AddressMap, ReachesBothEndsOfWhatThereIs) {
  const std::vector<AddressMap::Entry> entries{
      {kIp4Any, 1}, {{1}, 2}, {{1}, 3}, {kIp4Broadcast, 4}};
  const AddressMap map(entries);
  EXPECT_EQ(map.find(kIp4Any), 1U);
  EXPECT_EQ(map.find({1}), 3U);
  EXPECT_EQ(map.find({UINT32_MAX - 1}), 3U);
  EXPECT_EQ(map.find(kIp4Broadcast), 4U);
}

/// Addresses that lie close together, a /24 or a /16 apart, or anywhere; beyond the highest one the
/// lowest follow.
Ip4 draw_address(Random& random) {
  const std::uint32_t spread = random.below(4) * 8;
  const std::uint32_t low = random.below(2);
  const std::uint32_t base = random.one_in(4) ? 0xfffffe00U : 0xc0a7fe00U;
  return {base + (random.below(256) << spread) + low};
}

TEST(AddressMap, FindsWhatASearchFinds) {
  Random random(7);
  for (int round = 0; round < 50; ++round) {
    std::vector<AddressMap::Entry> entries(1 + random.below(400));
    for (std::uint32_t i = 0; i < entries.size(); ++i) {
      entries[i] = {draw_address(random), random.one_in(9) ? AddressMap::kNone : i};
    }
    std::ranges::stable_sort(entries, {}, &AddressMap::Entry::start);
    const AddressMap map(entries);
    const auto expect_found = [&](Ip4 address) {
      const auto next = std::ranges::upper_bound(entries, address, {}, &AddressMap::Entry::start);
      const std::uint32_t expected =
          next == entries.begin() ? AddressMap::kNone : std::prev(next)->number;
      EXPECT_EQ(map.find(address), expected) << to_string(address) << " in round " << round;
    };
    for (const AddressMap::Entry& each : entries) {
      for (const std::uint32_t by : {0U, 1U, UINT32_MAX, 0x100U, 0x10000U}) {
        expect_found({each.start.value + by});
      }
      expect_found(draw_address(random));
    }
  }
}

}  // namespace
}  // namespace lessor::net
