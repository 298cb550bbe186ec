#include "cli/followers/lease_followers.h"

#include "cli/followers/test_events.h"
#include "cli/followers/test_folder.h"

#include <condition_variable>

namespace lessor::cli {
namespace {

using server::v4::LeaseEventRing;
using testing::fill;
using testing::LeaseEvent;

constexpr const char* kFile = "legal.T00000000001774000000.txt";

/// A disk that has come so far, or has failed.
class Disk {
 public:
  bool wait(lease::Sequence sequence) {
    std::unique_lock lock(mutex_);
    asked_ = true;
    changed_.notify_all();
    changed_.wait(lock, [&] { return durable_ >= sequence || failed_; });
    return durable_ >= sequence;
  }
  bool may_come() {
    const std::scoped_lock lock(mutex_);
    return !failed_;
  }
  void come_to(lease::Sequence sequence) {
    const std::scoped_lock lock(mutex_);
    durable_ = sequence;
    changed_.notify_all();
  }
  void fail() {
    const std::scoped_lock lock(mutex_);
    failed_ = true;
    changed_.notify_all();
  }
  void await_question() {
    std::unique_lock lock(mutex_);
    changed_.wait(lock, [&] { return asked_; });
  }

 private:
  std::mutex mutex_;
  std::condition_variable changed_;
  lease::Sequence durable_ = 0;
  bool failed_ = false;
  bool asked_ = false;
};

class LeaseFollowersTest : public testing::FolderTest {
 protected:
  LeaseFollowersTest()
      : ring_(4),
        followers_({.wait_durable = [this](lease::Sequence s) { return disk_.wait(s); },
                    .may_come = [this] { return disk_.may_come(); },
                    .say = [this](Severity, const std::string& line) { said_ += line + "\n"; },
                    .run =
                        [this](const Errand& errand) {
                          runs_.push_back(errand.argument);
                          if (runs_.size() <= most_runs_) return Taken();
                          return Taken(std::unexpected("the reason"));
                        }}) {
    config::LegalLog& log = config_.legal_log.emplace();
    log.path = folder_;
    log.base_name = "legal";
    log.unit = config::LegalLog::Unit::second;
    log.timestamp_format = "t";
    config_.run_script = {.program = "/bin/script"};
    followers_.replace(made());
  }
  Followers made() {
    Followers followers;
    followers.legal_log =
        *LegalLog::open(config_, {.clock = [] { return Duration::seconds(1'774'000'000); },
                                  .say = [](Severity, const std::string&) {},
                                  .run = [](const Errand&) -> Taken { return {}; }});
    followers.script = std::make_unique<Script>(config_);
    return followers;
  }
  void publish(lease::Sequence sequence) {
    LeaseEvent* event = ring_.next();
    if (event == nullptr) return;
    fill(*event, {.sequence = sequence});
    ring_.publish();
    followers_.wake();
  }

  Disk disk_;
  config::ServerConfig config_;
  LeaseEventRing ring_;
  std::string said_;
  std::vector<std::string> runs_;
  std::size_t most_runs_ = 100;
  LeaseFollowers followers_;
};

TEST_F(LeaseFollowersTest, NothingIsToldBeforeItIsDurable) {
  ASSERT_TRUE(followers_.start(ring_));
  publish(1);
  disk_.await_question();
  EXPECT_EQ(text_of(kFile), "");
  disk_.come_to(1);
  followers_.stop();
  EXPECT_TRUE(text_of(kFile).starts_with("t Address: 192.0.2.7 has been assigned"));
  EXPECT_EQ(runs_, std::vector<std::string>{"leases4_committed"});
}

TEST_F(LeaseFollowersTest, WhatNeverBecomesDurableIsNeverTold) {
  ASSERT_TRUE(followers_.start(ring_));
  publish(1);
  publish(2);
  disk_.come_to(1);
  disk_.fail();
  followers_.stop();
  EXPECT_EQ(runs_.size(), 1U);
}

TEST_F(LeaseFollowersTest, LossesAreCountedAndSaid) {
  for (lease::Sequence s = 1; s <= 7; ++s) publish(s);
  most_runs_ = 1;
  disk_.come_to(7);
  ASSERT_TRUE(followers_.start(ring_));
  followers_.stop();
  EXPECT_NE(said_.find("3 lease events are in no legal log"), std::string::npos) << said_;
  EXPECT_NE(said_.find("the script was not run 3 times: the reason"), std::string::npos) << said_;
}

TEST_F(LeaseFollowersTest, OthersFollowAfterAReload) {
  disk_.come_to(9);
  ASSERT_TRUE(followers_.start(ring_));
  followers_.replace({});
  publish(1);
  followers_.stop();
  EXPECT_TRUE(runs_.empty());
}

}  // namespace
}  // namespace lessor::cli
