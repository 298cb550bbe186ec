#include "cli/mailbox.h"

#include "cli/worker.h"

#include <gtest/gtest.h>

#include <atomic>
#include <semaphore>
#include <thread>

namespace lessor::cli {
namespace {

/// Runs tasks until told to stop, as the packet thread's loop does.
class Runner {
 public:
  explicit Runner(Mailbox& box)
      : thread_([this, &box] {
          while (!stop_) {
            box.run_one();
            std::this_thread::yield();
          }
        }) {}
  ~Runner() {
    stop_ = true;
    thread_.join();
  }

 private:
  std::atomic<bool> stop_{false};
  std::thread thread_;
};

TEST(Mailbox, CallReturnsWhenTheTaskHasRun) {
  Mailbox box(std::move(*runtime::Wakeup::open()));
  const Runner runner(box);
  for (int i = 0; i < 100; ++i) {
    int result = 0;
    ASSERT_TRUE(box.call([&] { result = i + 1; }));
    ASSERT_EQ(result, i + 1);
  }
}

TEST(Mailbox, CallersOnSeveralThreadsAllGetTheirAnswer) {
  Mailbox box(std::move(*runtime::Wakeup::open()));
  const Runner runner(box);
  std::vector<std::thread> callers;
  std::atomic<int> right{0};
  const auto ask = [&](int i) {
    int seen = -1;
    if (box.call([&] { seen = i; }) && seen == i) ++right;
  };
  for (int t = 0; t < 4; ++t) {
    callers.emplace_back([&] {
      for (int i = 0; i < 50; ++i) ask(i);
    });
  }
  for (std::thread& t : callers) t.join();
  EXPECT_EQ(right, 200);
}

TEST(Mailbox, RunsInOrderAndOneATime) {
  Mailbox box(std::move(*runtime::Wakeup::open()));
  std::vector<int> ran;
  ASSERT_TRUE(box.post([&] { ran.push_back(1); }));
  ASSERT_TRUE(box.post([&] { ran.push_back(2); }));
  box.run_one();
  EXPECT_EQ(ran, std::vector<int>{1});
  box.run_one();
  box.run_one();
  EXPECT_EQ(ran, (std::vector<int>{1, 2}));
}

TEST(Mailbox, IsBounded) {
  Mailbox box(std::move(*runtime::Wakeup::open()));
  for (std::size_t i = 0; i < Mailbox::kCapacity; ++i) ASSERT_TRUE(box.post([] {}));
  EXPECT_FALSE(box.post([] {}));
  EXPECT_FALSE(box.call([] {}));
}

TEST(Mailbox, ClosedItRefusesAndLetsWaitersGo) {
  Mailbox box(std::move(*runtime::Wakeup::open()));
  std::atomic<bool> answered{true};
  std::thread caller([&] { answered = box.call([] {}); });
  box.close();
  caller.join();
  EXPECT_FALSE(answered);
  EXPECT_FALSE(box.post([] {}));
}

TEST(Worker, RunsWhatItIsGivenInOrder) {
  Worker worker;
  ASSERT_TRUE(worker.start());
  std::vector<int> ran;
  std::binary_semaphore done(0);
  worker.give([&] { ran.push_back(1); });
  worker.give([&] {
    ran.push_back(2);
    done.release();
  });
  done.acquire();
  worker.stop();
  EXPECT_EQ(ran, (std::vector<int>{1, 2}));
}

TEST(Worker, StopsWithoutTasks) {
  Worker worker;
  ASSERT_TRUE(worker.start());
  worker.stop();
  worker.stop();
}

}  // namespace
}  // namespace lessor::cli
