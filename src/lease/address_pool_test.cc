#include "lease/address_pool.h"

#include "base/random.h"

#include <gtest/gtest.h>

#include <map>

namespace lessor::lease {
namespace {

net::Range4 range(std::uint32_t first, std::uint64_t count) {
  return {{first}, {first + static_cast<std::uint32_t>(count - 1)}};
}

TEST(AddressPool, GivesNeverUsedThenLongestFree) {
  AddressPool pool(range(100, 4));
  EXPECT_EQ(pool.best(), net::Ip4{100});
  pool.set_taken({100});
  pool.set_taken({101});
  EXPECT_EQ(pool.best(), net::Ip4{102});
  pool.set_free({101}, {50});
  pool.set_free({100}, {51});
  EXPECT_EQ(pool.best(), net::Ip4{102});  // never used goes first
  pool.set_taken({102});
  pool.set_taken({103});
  EXPECT_EQ(pool.best(), net::Ip4{101});  // then the longest free
  pool.set_taken({101});
  EXPECT_EQ(pool.best(), net::Ip4{100});
  pool.set_taken({100});
  EXPECT_EQ(pool.best(), std::nullopt);
  EXPECT_EQ(pool.free(), 0U);
  pool.set_never_used({103});
  EXPECT_TRUE(pool.is_never_used({103}));
  EXPECT_EQ(pool.best(), net::Ip4{103});
}

TEST(AddressPool, HasRoomForARemarkOnEachAddressAndNothingElseChangesIt) {
  AddressPool pool(range(100, 1'000));
  for (std::uint32_t n = 0; n < 1'000; ++n) {
    EXPECT_EQ(pool.remark({100 + n}), 0);
    pool.remark({100 + n}) = static_cast<std::uint8_t>(n);
    pool.set_taken({100 + n});
    pool.recent().fetch();
  }
  EXPECT_EQ(pool.best(), std::nullopt);
  for (std::uint32_t n = 0; n < 1'000; ++n) pool.set_never_used({100 + n});
  EXPECT_EQ(pool.free(), 1'000U);
  for (std::uint32_t n = 0; n < 1'000; ++n) {
    EXPECT_EQ(pool.remark({100 + n}), static_cast<std::uint8_t>(n));
  }
}

TEST(AddressPool, ExcludedAddressesAreNeverGiven) {
  const net::Ip4 excluded[] = {{101}, {100}, {101}, {999}};
  AddressPool pool(range(100, 3), excluded);
  EXPECT_EQ(pool.size(), 1U);
  EXPECT_EQ(pool.free(), 1U);
  EXPECT_EQ(pool.best(), net::Ip4{102});
  pool.set_free({100}, {1});  // a reserved address whose client gave it back
  pool.set_never_used({101});
  pool.set_taken({102});
  EXPECT_EQ(pool.best(), std::nullopt);
  EXPECT_TRUE(pool.is_excluded({100}));
  EXPECT_FALSE(pool.is_free({100}));
}

TEST(AddressPool, IgnoresAddressesOutside) {
  AddressPool pool(range(100, 3));
  for (const std::uint32_t outside : {0U, 99U, 103U, UINT32_MAX}) {
    pool.set_taken({outside});
    pool.set_free({outside}, {1});
    EXPECT_FALSE(pool.is_free({outside}));
  }
  EXPECT_EQ(pool.free(), 3U);
}

TEST(AddressPool, EdgesOfTheAddressSpace) {
  AddressPool top(range(UINT32_MAX - 1, 2));
  EXPECT_EQ(top.best(), net::Ip4{UINT32_MAX - 1});
  top.set_taken({UINT32_MAX - 1});
  EXPECT_EQ(top.best(), net::Ip4{UINT32_MAX});
  const AddressPool bottom(range(0, 1));
  EXPECT_EQ(bottom.best(), net::Ip4{0});
}

// C2-07: 2038 and 2106 are ordinary years, and a clock before 1970 does not make an address unused.
TEST(AddressPool, OrdersAcrossTheYearsAndSurvivesAnyClock) {
  AddressPool pool(range(0, 4));
  for (std::uint32_t i = 0; i < 4; ++i) pool.set_taken({i});
  pool.set_free({0}, {INT64_C(3'000'000'000)});
  pool.set_free({1}, {INT64_C(2'147'483'648)});
  pool.set_free({2}, {INT64_C(1) << 40});
  pool.set_free({3}, {-5});
  EXPECT_FALSE(pool.is_never_used({3}));
  for (const std::uint32_t expected : {3U, 1U, 0U, 2U}) {
    EXPECT_EQ(pool.best(), net::Ip4{expected});
    pool.set_taken({expected});
  }
}

TEST(AddressPool, DoubtHoldsBackWhatTheStoreDoesNotName) {
  AddressPool pool(range(0, 40), {}, AddressPool::Start::doubtful);
  EXPECT_EQ(pool.best(), std::nullopt);
  EXPECT_EQ(pool.free(), 0U);
  EXPECT_EQ(pool.size(), 40U);
  EXPECT_TRUE(pool.is_doubtful({7}));
  pool.set_taken({20});
  pool.set_free({20}, {5});  // its record is newer than the loss
  pool.set_taken({21});
  EXPECT_EQ(pool.best(), net::Ip4{20});
  EXPECT_EQ(pool.free(), 1U);
  pool.set_taken({20});
  pool.end_doubt();
  EXPECT_EQ(pool.free(), 38U);
  EXPECT_EQ(pool.best(), net::Ip4{0});
  pool.set_free({33}, {9});
  EXPECT_EQ(pool.best(), net::Ip4{33});  // what was in doubt goes last
}

TEST(AddressPool, HoldsASlashEight) {
  AddressPool pool(range(0x0a000000, std::uint64_t{1} << 24));
  EXPECT_EQ(pool.best(), net::Ip4{0x0a000000});
  for (std::uint32_t i = 0; i < 70'000; ++i) pool.set_taken({0x0a000000 + i});
  EXPECT_EQ(pool.best(), net::Ip4{0x0a000000 + 70'000});
  EXPECT_EQ(pool.free(), (std::uint64_t{1} << 24) - 70'000);
}

// Every size around the fanout's powers, against a model that looks at every address.
TEST(AddressPool, AgreesWithAModel) {
  Random random(3);
  for (const std::uint32_t count : {1U, 2U, 15U, 16U, 17U, 255U, 256U, 257U, 300U, 4'097U}) {
    AddressPool pool(range(1'000, count));
    std::map<std::uint32_t, std::int64_t> model;  // free addresses: 0 never used
    for (std::uint32_t i = 0; i < count; ++i) model[1'000 + i] = 0;
    for (int step = 0; step < 600; ++step) {
      const std::uint32_t address = 1'000 + random.below(count);
      if (random.one_in(3)) {
        const std::int64_t since = 1 + random.below(50);
        pool.set_free({address}, {since});
        model[address] = since;
      } else {
        pool.set_taken({address});
        model.erase(address);
      }
      ASSERT_EQ(pool.free(), model.size());
      const auto least = std::ranges::min_element(
          model, [](const auto& a, const auto& b) { return a.second < b.second; });
      if (least == model.end()) {
        ASSERT_EQ(pool.best(), std::nullopt);
      } else {
        ASSERT_EQ(pool.best(), net::Ip4{least->first});
      }
    }
  }
}

/// Against a set, in pools whose trees have one level to four.
TEST(AddressPool, AnyOfTheFreeOnesIsFreeAndEachAsLikely) {
  for (const std::uint32_t size : {1U, 15U, 16U, 17U, 256U, 5'000U}) {
    const net::Ip4 first{0x0a000000};
    AddressPool pool({first, {first.value + size - 1}}, std::vector{net::Ip4{first.value + 3}});
    pool.count_free();
    std::vector<std::uint32_t> free;
    for (std::uint32_t i = 0; i < size; ++i) {
      if (i % 5 == 4) {
        pool.set_taken({first.value + i});
      } else if (i != 3) {
        free.push_back(i);
        if (i % 7 == 0) pool.set_free({first.value + i}, WallTime{1'000});
      }
    }
    ASSERT_EQ(pool.free(), free.size());
    for (std::uint64_t draw = 0; draw < free.size(); ++draw) {  // each exactly once
      EXPECT_EQ(pool.any_of_free(draw), (net::Ip4{first.value + free[draw]})) << size;
    }
    for (const std::uint32_t i : free) pool.set_taken({first.value + i});
    EXPECT_EQ(pool.any_of_free(7), std::nullopt);
  }
}

}  // namespace
}  // namespace lessor::lease
