#include "net/address_map.h"

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

}  // namespace
}  // namespace lessor::net
