#include "net/outbox.h"

#include <gtest/gtest.h>

namespace lessor::net {
namespace {

void post(Outbox& outbox, std::uint8_t mark, std::uint64_t wait_for) {
  store_u8(outbox.payload().data(), mark);
  outbox.post({.wait_for = wait_for}, 1);
}

std::vector<int> take_all(Outbox& outbox) {
  std::vector<int> marks;
  for (Outbox::Ready ready; outbox.take_ready(ready);) {
    marks.push_back(load_u8(ready.payload().data()));
    outbox.recycle(ready.id);
  }
  return marks;
}

TEST(Outbox, HoldsAReplyUntilItsChangeIsDurable) {
  Outbox outbox(8, 4);
  post(outbox, 1, 10);
  post(outbox, 2, 0);
  EXPECT_EQ(take_all(outbox), (std::vector<int>{2}));
  outbox.release(9);
  EXPECT_TRUE(take_all(outbox).empty());
  outbox.release(10);
  EXPECT_EQ(take_all(outbox), (std::vector<int>{1}));
}

TEST(Outbox, WhatIsAlreadyDurableDoesNotWait) {
  Outbox outbox(8, 4);
  outbox.release(20);
  post(outbox, 3, 20);
  EXPECT_EQ(take_all(outbox), (std::vector<int>{3}));
}

TEST(Outbox, SaysBeforehandWhenNothingMoreCanPark) {
  Outbox outbox(8, 2);
  post(outbox, 1, 5);
  EXPECT_TRUE(outbox.can_park());
  post(outbox, 2, 6);
  EXPECT_FALSE(outbox.can_park());
  post(outbox, 3, 0);  // what need not wait still passes
  EXPECT_EQ(take_all(outbox), (std::vector<int>{3}));
  outbox.release(5);
  EXPECT_TRUE(outbox.can_park());
}

TEST(Outbox, GivesNoRoomWhenEverySlotIsTaken) {
  Outbox outbox(2, 2);
  post(outbox, 1, 0);
  post(outbox, 2, 0);
  EXPECT_TRUE(outbox.payload().empty());
  EXPECT_EQ(take_all(outbox), (std::vector<int>{1, 2}));
  EXPECT_EQ(outbox.payload().size(), kMaxPayload);
}

}  // namespace
}  // namespace lessor::net
