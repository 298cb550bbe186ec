#include "server/v4/outlook.h"

#include <gtest/gtest.h>

namespace lessor::server::v4::testing {
namespace {

net::Ip4 link(std::uint32_t n) { return {0x0a000000 + n}; }

/// The links up to `last` from `first` on.
Outlook coming(std::uint32_t first, std::uint32_t last) {
  Outlook outlook;
  for (std::uint32_t n = first; n <= last; ++n) outlook.add({.address = link(n)});
  return outlook;
}

/// Whether what comes next is from that link.
bool is_next(Outlook& outlook, std::uint32_t n) {
  return outlook.next() != nullptr && outlook.next()->from.address == link(n);
}

TEST(Outlook, KnowsNothingUntilItIsTold) {
  Outlook outlook;
  EXPECT_EQ(outlook.next(), nullptr);
  EXPECT_EQ(outlook.take(link(0)), nullptr);
  EXPECT_EQ(outlook.take({}), nullptr);  // the address of a packet that is not there
}

TEST(Outlook, PacketsComeInTheOrderInWhichTheyWereTold) {
  Outlook outlook = coming(1, 3);
  for (std::uint32_t n = 1; n <= 3; ++n) {
    EXPECT_TRUE(is_next(outlook, n));
    Outlook::Packet* const packet = outlook.take(link(n));
    ASSERT_NE(packet, nullptr);
    EXPECT_EQ(packet->from.address, link(n));
  }
  EXPECT_EQ(outlook.next(), nullptr);
}

TEST(Outlook, OneThatNeverCameIsPassedOver) {
  Outlook outlook = coming(1, 4);
  EXPECT_NE(outlook.take(link(3)), nullptr);
  EXPECT_TRUE(is_next(outlook, 4));
  EXPECT_EQ(outlook.take(link(2)), nullptr);
}

TEST(Outlook, OneThatWasNotToldChangesNothing) {
  Outlook outlook = coming(1, 2);
  EXPECT_EQ(outlook.take(link(7)), nullptr);
  EXPECT_TRUE(is_next(outlook, 1));
}

TEST(Outlook, OfTooManyTheOldestAreForgotten) {
  Outlook outlook = coming(1, 100);
  EXPECT_TRUE(is_next(outlook, 100 - kToldPackets + 1));
  EXPECT_EQ(outlook.take(link(1)), nullptr);
  EXPECT_NE(outlook.take(link(100)), nullptr);
}

TEST(Outlook, TwoFromOneLinkAreTwo) {
  Outlook outlook;
  for (int i = 0; i < 2; ++i) outlook.add({.address = link(1)});
  outlook.next()->is_fetched = true;
  EXPECT_TRUE(outlook.take(link(1))->is_fetched);
  EXPECT_FALSE(outlook.take(link(1))->is_fetched);
  EXPECT_EQ(outlook.take(link(1)), nullptr);
}

TEST(Outlook, WhatIsAddedHasNothingFetched) {
  Outlook outlook;
  for (std::uint32_t n = 0; n < 3 * kToldPackets; ++n) {
    outlook.add({.address = link(n)});
    EXPECT_FALSE(outlook.next()->is_fetched);
    outlook.take(link(n))->is_fetched = true;
  }
}

}  // namespace
}  // namespace lessor::server::v4::testing
