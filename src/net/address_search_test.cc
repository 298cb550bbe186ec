#include "net/address_search.h"

#include <gtest/gtest.h>

#include <vector>

namespace lessor::net {
namespace {

TEST(AddressSearch, CountsThoseThatAreNotAbove) {
  for (std::uint32_t size = 0; size <= 33; ++size) {
    std::vector<Ip4> sorted;
    for (std::uint32_t i = 0; i < size; ++i) sorted.push_back({10 + 10 * i});
    for (std::uint32_t value = 0; value <= 10 * size + 20; ++value) {
      const std::size_t expected = std::min(value / 10, size);
      ASSERT_EQ(count_up_to(sorted, {value}), expected) << value << " of " << size;
    }
  }
}

TEST(AddressSearch, ReachesBothEndsOfWhatThereIs) {
  const std::vector<Ip4> sorted{kIp4Any, {1}, {1}, kIp4Broadcast};
  EXPECT_EQ(count_up_to(sorted, kIp4Any), 1U);
  EXPECT_EQ(count_up_to(sorted, {1}), 3U);
  EXPECT_EQ(count_up_to(sorted, kIp4Broadcast), 4U);
}

}  // namespace
}  // namespace lessor::net
