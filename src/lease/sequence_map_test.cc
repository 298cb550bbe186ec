#include "lease/sequence_map.h"

#include "base/random.h"

#include <gtest/gtest.h>

#include <map>
#include <vector>

namespace lessor::lease {
namespace {

void expect_same(const SequenceMap& map, const std::map<std::uint32_t, Sequence>& model) {
  EXPECT_EQ(map.size(), model.size());
  for (const auto& [address, sequence] : model) EXPECT_EQ(map.find({address}), sequence) << address;
}

TEST(SequenceMap, HoldsAnyNumbersOnOnePage) {
  constexpr Sequence kFar = Sequence{1} << 32;
  const std::vector<std::vector<Sequence>> cases = {
      {1, 2, 3},
      {kFar, 1},                      // an old one, repeated by a fold
      {kFar - 1, 1, 2},               // just near enough
      {kFar + 1, 1, 2},               // just not
      {1, kFar - 1, kFar, kFar + 1},  // up to there, and beyond
      {5 * kFar, 5 * kFar + kFar / 2 + 7, 5 * kFar - kFar / 3},
      {Sequence{1} << 62, 1, kFar, (Sequence{1} << 62) - 1},
  };
  for (const std::vector<Sequence>& sequences : cases) {
    SequenceMap map;
    std::map<std::uint32_t, Sequence> model;
    std::uint32_t address = 0x0a000000;
    for (const Sequence sequence : sequences) {
      map.set({address}, sequence);
      model[address++] = sequence;
      expect_same(map, model);
    }
    EXPECT_EQ(map.find({address}), 0U);
    EXPECT_EQ(map.find({address + 256}), 0U);
  }
}

// Pages whose numbers run on and on, as a server's do, and now and then one from long ago.
TEST(SequenceMap, AgreesWithAModelForALongTime) {
  Random random(7);
  SequenceMap map;
  std::map<std::uint32_t, Sequence> model;
  Sequence now = 1;
  for (int i = 0; i < 20'000; ++i) {
    now += random.below(1U << 24);
    const auto address = static_cast<std::uint32_t>(0xc0000000U + random.below(1'000));
    const Sequence sequence = random.below(50) == 0 ? 1 + random.below(UINT32_MAX) : now;
    map.set({address}, sequence);
    model[address] = sequence;
    if (i % 500 == 0) expect_same(map, model);
  }
  expect_same(map, model);
}

}  // namespace
}  // namespace lessor::lease
