#include "server/v4/option_blocks.h"

#include "server/v4/test_kit.h"

#include <gtest/gtest.h>

namespace lessor::server::v4::testing {
namespace {

const Menu kMenu({}, net::Prefix4{});
const Menu kOther({}, net::Prefix4{});
const Octets kList = octets({1, 3, 6});
const Octets kBlock = octets({53, 1, 2, 1, 4, 255, 255, 255, 0});

BlockKey key() {
  return {.menu = &kMenu,
          .of_lease = true,
          .server_identifier = kServer,
          .lease_time = 3'600,
          .parameter_list = kList};
}
bool holds(OptionBlocks& blocks, const BlockKey& key, Bytes block) {
  return equal_bytes(blocks.find(key), block);
}

TEST(OptionBlocks, FindWhatWasRemembered) {
  OptionBlocks blocks(1);
  EXPECT_TRUE(blocks.find(key()).empty());
  blocks.remember(key(), kBlock);
  EXPECT_TRUE(holds(blocks, key(), kBlock));
}

TEST(OptionBlocks, AreNotThoseOfAnyOtherReply) {
  OptionBlocks blocks(1);
  blocks.remember(key(), kBlock);
  const Octets lists[] = {{}, octets({1, 3}), octets({1, 6, 3}), octets({1, 3, 6, 6})};
  for (const Octets& list : lists) {
    BlockKey other = key();
    other.parameter_list = list;
    EXPECT_TRUE(blocks.find(other).empty());
  }
  BlockKey other = key();
  other.menu = &kOther;
  EXPECT_TRUE(blocks.find(other).empty());
  other = key();
  other.of_lease = false;
  EXPECT_TRUE(blocks.find(other).empty());
  other = key();
  other.server_identifier = ip("192.0.2.2");
  EXPECT_TRUE(blocks.find(other).empty());
  other = key();
  other.lease_time = 3'601;
  EXPECT_TRUE(blocks.find(other).empty());
}

TEST(OptionBlocks, OfUnusualLengthAreNotRemembered) {
  OptionBlocks blocks(1);
  const Octets longest_list(kBlockListLimit, std::byte{3});
  const Octets longest_block(kBlockLimit, std::byte{4});
  BlockKey unusual = key();
  unusual.parameter_list = longest_list;
  blocks.remember(unusual, longest_block);
  EXPECT_TRUE(holds(blocks, unusual, longest_block));

  const Octets long_list(kBlockListLimit + 1, std::byte{3});
  unusual.parameter_list = long_list;
  blocks.remember(unusual, kBlock);
  EXPECT_TRUE(blocks.find(unusual).empty());
  blocks.remember(key(), Octets(kBlockLimit + 1));
  EXPECT_TRUE(blocks.find(key()).empty());
}

TEST(OptionBlocks, OfAFewMenusAreNearlyAllRemembered) {
  const std::vector<Menu> menus(3, kMenu);
  OptionBlocks blocks(menus.size());
  std::vector<Octets> lists;
  for (int n = 0; n < 8; ++n) lists.push_back(octets({1, 3, 100 + n}));
  const auto for_each = [&](auto say) {
    for (const Menu& menu : menus) {
      for (const Octets& list : lists) {
        BlockKey each = key();
        each.menu = &menu;
        each.parameter_list = list;
        say(each, octets({static_cast<int>(&menu - menus.data()), static_cast<int>(list.back())}));
      }
    }
  };
  for_each([&](const BlockKey& each, const Octets& block) {
    EXPECT_TRUE(blocks.find(each).empty());
    blocks.remember(each, block);
  });
  std::size_t found = 0;
  for_each([&](const BlockKey& each, const Octets& block) {
    const Bytes there = blocks.find(each);
    if (there.empty()) return;
    ++found;
    EXPECT_TRUE(equal_bytes(there, block));
    blocks.fetch_ahead(*each.menu, blocks.last());
  });
  EXPECT_GE(found, 20U);  // of 24: where they meet may fall one or the other
}

TEST(OptionBlocks, ThatAreAskedForOutliveThoseOfAStranger) {
  OptionBlocks blocks(1);
  blocks.remember(key(), kBlock);
  BlockKey strange = key();
  for (std::uint32_t n = 0; n < 10'000; ++n) {
    ASSERT_TRUE(holds(blocks, key(), kBlock)) << n;
    strange.lease_time = 100'000 + n;
    EXPECT_TRUE(blocks.find(strange).empty());
    blocks.remember(strange, octets({1, 2, 3}));
    EXPECT_TRUE(holds(blocks, strange, octets({1, 2, 3})));
  }
}

}  // namespace
}  // namespace lessor::server::v4::testing
