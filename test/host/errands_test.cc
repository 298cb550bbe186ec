// The process that runs programs for the server, as it really runs.
#include "host/errands.h"

#include "host/test_folder.h"
#include "runtime/child_process.h"
#include "runtime/clock.h"

#include <csignal>
#include <gmock/gmock.h>
#include <sys/stat.h>
#include <unistd.h>

namespace lessor::host {
namespace {

using ::testing::HasSubstr;

class ErrandsTest : public ::testing::Test {
 protected:
  std::string program(const std::string& text, mode_t mode = 0755) {
    folder_.write("program", text);
    ::chmod(folder_.at("program").c_str(), mode);
    return folder_.at("program");
  }
  /// What is reported until `lines` of it have come.
  std::vector<ErrandReport> records(Errands& errands, std::size_t lines) {
    std::vector<ErrandReport> all;
    const Instant deadline = runtime::read_clock().mono + Duration::seconds(20);
    while (all.size() < lines && runtime::read_clock().mono < deadline) {
      if (!runtime::wait_readable(errands.descriptor(), Duration::seconds(1))) continue;
      auto some = errands.take_reports();
      if (!some) break;
      all.insert(all.end(), some->begin(), some->end());
    }
    return all;
  }
  std::vector<std::string> reports(Errands& errands, std::size_t lines) {
    std::vector<std::string> texts;
    for (const ErrandReport& each : records(errands, lines)) texts.push_back(each.text);
    return texts;
  }
  TestFolder folder_;
};

TEST_F(ErrandsTest, AProgramHasItsArgumentAndItsVariablesOnly) {
  ::setenv("LESSOR_SECRET", "of ours", 1);
  const std::string path = program("#!/bin/sh\necho \"$1 $#\"\nexec /usr/bin/env\n");
  auto errands = Errands::start({.programs = {path}});
  ASSERT_TRUE(errands) << runtime::to_string(errands.error());
  EXPECT_TRUE(errands->knows(path));
  ASSERT_TRUE(
      errands->give(path, "lease4_renew", {{.name = "LEASE4_ADDRESS", .value = "192.0.2.7"}}));
  std::string all;
  for (const std::string& line : reports(*errands, 4)) all += line + "\n";
  EXPECT_THAT(all, HasSubstr(": lease4_renew 1\n"));
  EXPECT_THAT(all, HasSubstr(": LEASE4_ADDRESS=192.0.2.7\n"));
  EXPECT_THAT(all, HasSubstr(": PATH="));
  EXPECT_EQ(all.find("SECRET"), std::string::npos) << all;
}

TEST_F(ErrandsTest, WhatFailsIsReported) {
  const std::string path = program("#!/bin/sh\necho so far\nexit 3\n");
  auto errands = Errands::start({.programs = {path}});
  ASSERT_TRUE(errands);
  ASSERT_TRUE(errands->give(path, "a", {}));
  EXPECT_THAT(records(*errands, 2),
              ::testing::ElementsAre(ErrandReport{false, path + " a: so far"},
                                     ErrandReport{true, path + " a ended with 3"}));
}

TEST_F(ErrandsTest, OneThatHangsIsEnded) {
  const std::string path = program("#!/bin/sh\nsleep 1000\n");
  auto errands = Errands::start({.programs = {path}, .patience = Duration::milliseconds(100)});
  ASSERT_TRUE(errands);
  ASSERT_TRUE(errands->give(path, "a", {}));
  const auto said = reports(*errands, 1);
  ASSERT_EQ(said.size(), 1U);
  EXPECT_THAT(said[0], HasSubstr("stopped after 100ms"));
}

TEST_F(ErrandsTest, NoMoreThanSoManyRunAtOnceAndNoneIsForgotten) {
  // Each leaves a mark while it runs; who sees more than two says so.
  const std::string path = program("#!/bin/sh\ncd " + folder_.path() +
                                   "\nmkdir mark.$$\nset -- mark.*\nsleep 0.05\nrmdir mark.$$\n"
                                   "[ $# -le 2 ] && echo well || echo too many\n");
  auto errands = Errands::start({.programs = {path}, .most_at_once = 2});
  ASSERT_TRUE(errands);
  for (int i = 0; i < 9; ++i) ASSERT_TRUE(errands->give(path, "a", {}));
  const auto said = reports(*errands, 9);
  EXPECT_THAT(said, ::testing::SizeIs(9));
  EXPECT_THAT(said, ::testing::Each(path + " a: well"));
}

TEST_F(ErrandsTest, WhatIsNotInThePlanIsNotRun) {
  const std::string path = program("#!/bin/sh\necho run\n");
  auto errands = Errands::start({.programs = {path}});
  ASSERT_TRUE(errands);
  EXPECT_FALSE(errands->knows("/bin/sh"));
  EXPECT_FALSE(errands->give("/bin/sh", "a", {}));
  EXPECT_FALSE(errands->give(path, std::string(kMaxErrand, 'a'), {}));
  ASSERT_TRUE(errands->give(path, "a", {{.name = "LD_PRELOAD", .value = "/tmp/x.so"}}));
  EXPECT_THAT(reports(*errands, 1)[0], HasSubstr("an errand is refused"));
}

TEST_F(ErrandsTest, AProgramThatOthersMayWriteIsRefused) {
  EXPECT_FALSE(Errands::start({.programs = {program("#!/bin/sh\n", 0757)}}));
  EXPECT_FALSE(Errands::start({.programs = {program("#!/bin/sh\n", 0644)}}));
  EXPECT_FALSE(Errands::start({.programs = {"/nowhere/at-all"}}));
}

// A start that finds out saves every event from doing so.
TEST_F(ErrandsTest, AProgramThatTheAccountMayNotRunIsRefused) {
  if (::geteuid() != 0) GTEST_SKIP() << "takes root";
  const auto nobody = runtime::find_account("nobody");
  ASSERT_TRUE(nobody);
  const auto refused = [&](mode_t of_program, mode_t of_folder) {
    const std::string path = program("#!/bin/sh\n", of_program);
    ::chmod(folder_.path().c_str(), of_folder);
    const auto started = Errands::start({.programs = {path}, .account = *nobody});
    return started ? std::string() : runtime::to_string(started.error());
  };
  EXPECT_EQ(refused(0755, 0711), "");
  EXPECT_THAT(refused(0700, 0711), HasSubstr("as user nobody"));
  EXPECT_THAT(refused(0711, 0711), HasSubstr("as user nobody"));  // sh has to read it
  EXPECT_THAT(refused(0755, 0700), HasSubstr("o+x the folders above it"));
  EXPECT_THAT(refused(0755, 0777), HasSubstr("others may write its folder " + folder_.path()));
}

TEST_F(ErrandsTest, WhoseProcessHasEndedSaysSo) {
  const std::string path = program("#!/bin/sh\n");
  auto errands = Errands::start({.programs = {path}});
  ASSERT_TRUE(errands);
  ::kill(errands->pid(), SIGKILL);
  ASSERT_TRUE(runtime::wait_readable(errands->descriptor(), Duration::seconds(20)));
  EXPECT_FALSE(errands->take_reports());
  EXPECT_EQ(errands->give(path, "a", {}).error(), "the process that runs programs has ended");
}

TEST_F(ErrandsTest, WhatRunsWhenTheServerEndsGoesOnToItsEnd) {
  const std::string done = folder_.at("done");
  const std::string path = program("#!/bin/sh\nsleep 0.2\n: > " + done + "\n");
  {
    auto errands = Errands::start({.programs = {path}});
    ASSERT_TRUE(errands);
    ASSERT_TRUE(errands->give(path, "a", {}));
  }
  const Instant deadline = runtime::read_clock().mono + Duration::seconds(20);
  struct stat facts{};
  while (::stat(done.c_str(), &facts) != 0 && runtime::read_clock().mono < deadline) {
    ::usleep(10'000);
  }
  EXPECT_EQ(::stat(done.c_str(), &facts), 0);
}

}  // namespace
}  // namespace lessor::host
