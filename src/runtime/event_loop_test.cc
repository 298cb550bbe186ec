#include "runtime/event_loop.h"

#include "runtime/clock.h"
#include "runtime/commit_thread.h"
#include "runtime/wakeup.h"

#include <csignal>
#include <gtest/gtest.h>
#include <sys/epoll.h>

namespace lessor::runtime {
namespace {

class EventLoopTest : public ::testing::Test {
 protected:
  EventLoopTest() : loop(std::move(EventLoop::open().value())) {}
  Wakeup bell() { return std::move(Wakeup::open().value()); }
  std::unique_ptr<EventLoop> loop;
};

TEST_F(EventLoopTest, WakesForADescriptorAndForNothingElse) {
  const Wakeup a = bell();
  const Wakeup b = bell();
  std::string rung;
  ASSERT_TRUE(loop->watch(a.fd(), EPOLLIN, [&](std::uint32_t) {
    a.drain();
    rung += 'a';
  }));
  ASSERT_TRUE(loop->watch(b.fd(), EPOLLIN, [&](std::uint32_t) {
    b.drain();
    rung += 'b';
  }));
  a.ring();
  a.ring();  // two rings before a drain are one
  loop->turn(Instant::never());
  EXPECT_EQ(rung, "a");
  loop->turn(Instant());  // a deadline in the past: nothing is waited for
  EXPECT_EQ(rung, "a");
  b.ring();
  loop->turn(Instant::never());
  EXPECT_EQ(rung, "ab");
}

TEST_F(EventLoopTest, WakesAtTheDeadline) {
  const Instant deadline = read_clock().mono + Duration::milliseconds(20);
  while (read_clock().mono < deadline) loop->turn(deadline);
  EXPECT_LE(loop->turns(), 2);  // it slept
  // A deadline that moved away costs one early wake-up at most, one that came nearer none.
  const Instant near = read_clock().mono + Duration::milliseconds(10);
  const Instant far = near + Duration::milliseconds(20);
  const std::uint64_t before = loop->turns();
  loop->turn(near);
  while (read_clock().mono < far) loop->turn(far);
  EXPECT_LE(loop->turns() - before, 3);
}

TEST_F(EventLoopTest, AForgottenHandlerIsNotCalledEvenInTheSameTurn) {
  const Wakeup a = bell();
  const Wakeup b = bell();
  int calls = 0;
  const auto forget_both = [&](std::uint32_t) {
    ++calls;
    loop->forget(a.fd());
    loop->forget(b.fd());
  };
  ASSERT_TRUE(loop->watch(a.fd(), EPOLLIN, forget_both));
  ASSERT_TRUE(loop->watch(b.fd(), EPOLLIN, forget_both));
  a.ring();
  b.ring();
  loop->turn(Instant::never());
  loop->turn(Instant());
  EXPECT_EQ(calls, 1);
  ASSERT_TRUE(loop->watch(a.fd(), EPOLLIN, [&](std::uint32_t) { calls = 100; }));
  loop->turn(Instant::never());
  EXPECT_EQ(calls, 100);
}

TEST_F(EventLoopTest, SignalsBecomeEvents) {
  std::vector<int> got;
  ASSERT_TRUE(loop->watch_signals({SIGHUP, SIGUSR1}, [&](int signal) { got.push_back(signal); }));
  raise(SIGHUP);
  raise(SIGUSR1);
  while (got.size() < 2) loop->turn(Instant::never());
  EXPECT_EQ(got, (std::vector<int>{SIGHUP, SIGUSR1}));
}

TEST_F(EventLoopTest, ATurnsEndComesAfterItsHandlers) {
  const Wakeup a = bell();
  std::string order;
  ASSERT_TRUE(loop->watch(a.fd(), EPOLLIN, [&](std::uint32_t) { order += "handler "; }));
  loop->at_turn_end([&] { order += "end"; });
  a.ring();
  loop->turn(Instant::never());
  EXPECT_EQ(order, "handler end");
}

TEST(Clock, MovesForward) {
  const Now first = read_clock();
  const Now second = read_clock();
  EXPECT_LE(first.mono, second.mono);
  EXPECT_GT(first.wall.seconds, 1'600'000'000);
  EXPECT_NE(random_seed(), random_seed());
}

/// A disk that commits whatever was handed over; it may be held up, or fail.
class Disk final : public CommitWork {
 public:
  std::optional<std::uint64_t> commit() override {
    ++commits;
    const std::uint64_t taken = handed_over.load(std::memory_order_acquire);
    held_up.wait(true);
    if (broken) return std::nullopt;
    return taken;
  }
  std::atomic<std::uint64_t> handed_over{0};
  std::atomic<bool> held_up{false};
  std::atomic<bool> broken{false};
  std::atomic<int> commits{0};
};

class CommitThreadTest : public EventLoopTest {
 protected:
  CommitThreadTest() : thread(std::move(CommitThread::start(disk).value())) {
    EXPECT_TRUE(loop->watch(thread->changed().fd(), EPOLLIN,
                            [this](std::uint32_t) { thread->changed().drain(); }));
  }
  void hand_over(std::uint64_t sequence) {
    disk.handed_over.store(sequence, std::memory_order_release);
    thread->submit();
  }
  Disk disk;
  std::unique_ptr<CommitThread> thread;
};

TEST_F(CommitThreadTest, RingsWhenWhatWasHandedOverIsDurable) {
  hand_over(5);
  while (thread->durable() < 5) loop->turn(Instant::never());
  hand_over(9);
  while (thread->durable() < 9) loop->turn(Instant::never());
  EXPECT_FALSE(thread->failed());
}

TEST_F(CommitThreadTest, NothingIsDurableBeforeTheDiskSaysSoAndOneCommitTakesAll) {
  disk.held_up = true;
  hand_over(1);
  while (disk.commits == 0) std::this_thread::yield();
  for (std::uint64_t i = 2; i <= 1'000; ++i) hand_over(i);  // none of these blocks
  EXPECT_EQ(thread->durable(), 0);
  disk.held_up = false;
  disk.held_up.notify_all();
  while (thread->durable() < 1'000) loop->turn(Instant::never());
  EXPECT_LE(disk.commits, 3);
}

TEST_F(CommitThreadTest, AFailureIsForGood) {
  disk.broken = true;
  hand_over(1);
  while (!thread->failed()) loop->turn(Instant::never());
  disk.broken = false;
  hand_over(2);
  thread.reset();
  EXPECT_EQ(disk.commits, 1);
}

TEST_F(CommitThreadTest, TheEndFinishesWhatWasSubmitted) {
  hand_over(3);
  thread.reset();
  EXPECT_GE(disk.commits, 1);
}

}  // namespace
}  // namespace lessor::runtime
