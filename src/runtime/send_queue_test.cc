#include "runtime/send_queue.h"

#include "runtime/file_descriptor.h"

#include <array>
#include <gtest/gtest.h>
#include <string>
#include <sys/socket.h>

namespace lessor::runtime {
namespace {

class SendQueueTest : public ::testing::Test {
 protected:
  SendQueueTest() {
    std::array<int, 2> fds{};
    EXPECT_EQ(socketpair(AF_UNIX, SOCK_DGRAM, 0, fds.data()), 0);
    near = FileDescriptor(fds[0]);
    far = FileDescriptor(fds[1]);
    queue.emplace(near.get(), outbox, counters, IoCount::sent_framed);
  }
  void push(std::string_view text) {
    copy_bytes(outbox.payload(), as_bytes(text));
    outbox.post({}, text.size());
    net::Outbox::Ready ready;
    ASSERT_TRUE(outbox.take_ready(ready));
    queue->push({.bytes = ready.payload(), .slot = ready.id});
  }
  std::string receive() {
    std::array<char, 100> room;
    const ssize_t size = recv(far.get(), room.data(), room.size(), MSG_DONTWAIT);
    return size < 0 ? "-" : std::string(room.data(), static_cast<std::size_t>(size));
  }
  /// Fills the socket until it takes no more.
  void fill() {
    while (queue->flush() == SendQueue::State::empty) push("filler");
  }
  [[nodiscard]] std::uint64_t count(IoCount what) const { return counters.value(what); }

  FileDescriptor near;
  FileDescriptor far;
  net::Outbox outbox{1'024, 8};
  PacketCounters counters;
  std::optional<SendQueue> queue;
};

TEST_F(SendQueueTest, SendsInOrderAndGivesSlotsBack) {
  for (int round = 0; round < 100; ++round) {
    for (int i = 0; i < 10; ++i) push("datagram " + std::to_string(i));
    EXPECT_EQ(queue->flush(), SendQueue::State::empty);
    for (int i = 0; i < 10; ++i) EXPECT_EQ(receive(), "datagram " + std::to_string(i));
  }
  EXPECT_EQ(count(IoCount::sent_framed), 1'000);
  EXPECT_FALSE(outbox.payload().empty());
}

TEST_F(SendQueueTest, AFullSocketKeepsTheRestForLater) {
  fill();
  push("the last");
  EXPECT_EQ(queue->flush(), SendQueue::State::wait_writable);
  while (receive() == "filler") {
  }
  EXPECT_EQ(queue->flush(), SendQueue::State::empty);
  std::string last;
  for (std::string text = receive(); text != "-"; text = receive()) last = text;
  EXPECT_EQ(last, "the last");
  EXPECT_EQ(count(IoCount::send_dropped_full), 0);
  EXPECT_GT(count(IoCount::send_retries), 0);
}

TEST_F(SendQueueTest, ASocketThatStaysFullGivesUpAfterAWhileAndCounts) {
  fill();
  const std::uint64_t sent = count(IoCount::sent_framed);
  for (int i = 0; i <= kMaxSendTries; ++i) (void)queue->flush();
  EXPECT_EQ(queue->flush(), SendQueue::State::empty);  // the only one was given up
  EXPECT_EQ(count(IoCount::send_dropped_full), 1);
  EXPECT_EQ(count(IoCount::sent_framed), sent);
}

TEST_F(SendQueueTest, WhatDoesNotFitIsDroppedAndItsSlotComesBack) {
  fill();
  for (int i = 0; i < 2'000; ++i) push("too many");  // twice the Outbox: slots must come back
  EXPECT_EQ(count(IoCount::send_dropped_full), 2'000 - (kSendQueueCapacity - 1));
}

TEST_F(SendQueueTest, ADatagramThatTheKernelRefusesDoesNotHoldUpTheNext) {
  push("first");
  far.reset();  // ECONNREFUSED from here on
  push("second");
  EXPECT_EQ(queue->flush(), SendQueue::State::empty);
  EXPECT_EQ(count(IoCount::send_failed), 2);
}

TEST_F(SendQueueTest, TheEndGivesEverySlotBack) {
  fill();
  for (std::size_t i = 0; i < kSendQueueCapacity; ++i) push("waiting");
  queue.reset();
  int free = 0;
  while (!outbox.payload().empty()) {
    outbox.post({}, 0);
    ++free;
  }
  EXPECT_EQ(free, 1'024);
}

}  // namespace
}  // namespace lessor::runtime
