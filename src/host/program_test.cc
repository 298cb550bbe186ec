#include "host/program.h"

#include "host/test_folder.h"
#include "runtime/child_process.h"

#include <cerrno>
#include <gmock/gmock.h>
#include <sys/stat.h>
#include <sys/syscall.h>
#include <unistd.h>

namespace lessor::host {
namespace {

using ::testing::ElementsAre;

std::vector<std::string> cut(const std::vector<std::string>& pieces) {
  std::vector<std::string> lines;
  const LineCutter::OnLine keep = [&](const std::string& line) { lines.push_back(line); };
  LineCutter cutter(keep);
  for (const std::string& piece : pieces) cutter.take(piece);
  cutter.end();
  return lines;
}

TEST(LineCutter, MakesLinesOfPieces) {
  EXPECT_THAT(cut({"a", "b\nc", "\n", "d"}), ElementsAre("ab", "c", "d"));
  EXPECT_THAT(cut({"\n"}), ElementsAre(""));
  EXPECT_TRUE(cut({}).empty());
}

TEST(LineCutter, KeepsABoundedPart) {
  const auto lines = cut(std::vector<std::string>(1'000, "line\n"));
  EXPECT_EQ(lines.size(), kMaxOutputLines + 1);
  EXPECT_EQ(lines.back(), "(it said more than is kept)");
  const auto long_line = cut({std::string(1'000'000, 'x')});
  ASSERT_EQ(long_line.size(), 2U);
  EXPECT_EQ(long_line[0].size(), kMaxOutputLine);
}

class HookTest : public ::testing::Test {
 protected:
  std::string hook(const std::string& text, mode_t mode = 0755) {
    folder.write("hook", text);
    ::chmod(folder.at("hook").c_str(), mode);
    return folder.at("hook");
  }
  runtime::Result<int> run(const std::string& text, Duration patience = Duration::seconds(20)) {
    return run_to_its_end({.words = {hook(text)},
                           .variables = {{.name = "LESSOR_IP", .value = "192.0.2.1 $(id) `id`"}},
                           .input = "",
                           .patience = patience},
                          [this](const std::string& line) { lines.push_back(line); });
  }
  TestFolder folder;
  std::vector<std::string> lines;
};

TEST(RunToItsEnd, AProgramHasOnlyItsVariablesAndNoInput) {
  std::vector<std::string> lines;
  const auto keep = [&](const std::string& line) { lines.push_back(line); };
  ::setenv("LESSOR_SECRET", "of ours", 1);
  const std::vector<HookVariable> variables{{.name = "LESSOR_IP", .value = "192.0.2.1 $(id) `id`"}};
  EXPECT_EQ(
      run_to_its_end(
          {.words = {"/bin/cat", "/proc/self/environ"}, .variables = variables, .input = ""}, keep),
      0);
  const std::string expected =
      std::string("PATH=") + kProgramPath + '\0' + "LESSOR_IP=192.0.2.1 $(id) `id`" + '\0';
  EXPECT_THAT(lines, ElementsAre(expected));
  lines.clear();
  EXPECT_EQ(run_to_its_end({.words = {"/bin/cat"}, .variables = {}, .input = ""}, keep), 0);
  EXPECT_TRUE(lines.empty());
}

TEST_F(HookTest, ItsCodeIsReported) {
  EXPECT_EQ(run("#!/bin/sh\necho one\necho two >&2\nexit 3\n"), 3);
  EXPECT_THAT(lines, ElementsAre("one", "two"));
  EXPECT_EQ(run("#!/bin/sh\nkill -9 $$\n"), 128 + 9);
}

TEST_F(HookTest, AMegabyteOfOutputIsReadToItsEnd) {
  EXPECT_EQ(run("#!/bin/sh\nyes | head -c 1000000\nexit 4\n"), 4);
  EXPECT_LE(lines.size(), kMaxOutputLines + 1);
}

TEST_F(HookTest, OneThatHangsIsEndedWithItsChildren) {
  const auto code = run("#!/bin/sh\nsleep 1000 &\necho $!\nwait\n", Duration::milliseconds(200));
  ASSERT_FALSE(code);
  EXPECT_NE(to_string(code.error()).find("stopped after 200ms"), std::string::npos);
  ASSERT_EQ(lines.size(), 1U);
  // Gone, or dying as soon as the kernel gets to it.
  const int pid = std::stoi(lines[0]);
  const runtime::FileDescriptor child(static_cast<int>(::syscall(SYS_pidfd_open, pid, 0)));
  if (!child.is_open()) {
    EXPECT_EQ(errno, ESRCH);
    return;
  }
  EXPECT_TRUE(runtime::wait_readable(child.get(), Duration::seconds(5)));
}

TEST_F(HookTest, WhatItLeavesBehindInTimeDoesNotHoldUsUp) {
  EXPECT_EQ(run("#!/bin/sh\nsleep 3 &\nexit 0\n", Duration::seconds(2)), 0);
}

TEST_F(HookTest, OneThatIsNoProgramIsNamed) {
  EXPECT_EQ(run("no program\n").error().number, ENOEXEC);
  const auto run_unmarked =
      run_to_its_end({.words = {hook("#!/bin/sh\n", 0644)}, .variables = {}, .input = ""},
                     [](const std::string&) {});
  ASSERT_FALSE(run_unmarked);
  EXPECT_EQ(run_unmarked.error().number, EACCES);
  EXPECT_FALSE(check_hook(hook("#!/bin/sh\n", 0644)));
  EXPECT_FALSE(check_hook(hook("#!/bin/sh\n", 0777)));
  EXPECT_FALSE(check_hook("hook"));
  EXPECT_FALSE(check_hook(folder.at("missing")));
  EXPECT_TRUE(check_hook(hook("#!/bin/sh\n", 0755)));
}

TEST(FindProgram, LooksOnlyIntoTheFoldersGiven) {
  const TestFolder folder;
  folder.write("bin/tool", "");
  EXPECT_FALSE(find_program("tool", folder.at("bin")));
  ::chmod(folder.at("bin/tool").c_str(), 0755);
  EXPECT_EQ(find_program("tool", folder.at("none") + ":" + folder.at("bin")),
            folder.at("bin/tool"));
  EXPECT_FALSE(find_program("no-such-program-at-all"));
}

}  // namespace
}  // namespace lessor::host
