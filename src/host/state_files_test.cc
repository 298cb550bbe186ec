#include "host/state_files.h"

#include "host/test_folder.h"

#include <gtest/gtest.h>
#include <sys/stat.h>

namespace lessor::host {
namespace {

mode_t mode_of(const std::string& path) {
  struct stat facts{};
  EXPECT_EQ(::lstat(path.c_str(), &facts), 0);
  return facts.st_mode & 07777;
}

template <typename T>
std::string why_not(const runtime::Result<T>& read) {
  return read ? "" : to_string(read.error());
}

TEST(StateFiles, AreTheirOwnersOnlyAndWhole) {
  const TestFolder folder;
  const std::string state = folder.at("state");
  ASSERT_TRUE(make_state_folder(state));
  EXPECT_EQ(mode_of(state), 0700U);
  ASSERT_TRUE(write_state_file(state, "eth0.lease", "old"));
  ASSERT_TRUE(write_state_file(state, "eth0.lease", "new"));
  EXPECT_EQ(mode_of(state + "/eth0.lease"), 0600U);
  EXPECT_EQ(read_state_file(state, "eth0.lease", 3).value_or(std::nullopt), "new");
  ASSERT_TRUE(remove_state_file(state, "eth0.lease"));
  ASSERT_TRUE(remove_state_file(state, "eth0.lease"));
  EXPECT_EQ(read_state_file(state, "eth0.lease", 3).value_or("x"), std::nullopt);
  EXPECT_TRUE(std::filesystem::is_empty(state));
}

TEST(StateFiles, WhatARunLeftHalfWrittenIsInNobodysWay) {
  const TestFolder folder;
  folder.write(".a.new", "half");
  EXPECT_TRUE(write_state_file(folder.path(), "a", "whole"));
  EXPECT_EQ(folder.read("a"), "whole");
  EXPECT_FALSE(folder.has(".a.new"));
}

TEST(StateFiles, LinksAreNeverFollowed) {
  const TestFolder folder;
  folder.write("victim", "precious");
  folder.link("lease", folder.at("victim"));
  folder.link(".lease.new", folder.at("victim"));
  EXPECT_FALSE(read_state_file(folder.path(), "lease", 100));
  EXPECT_TRUE(write_state_file(folder.path(), "lease", "ours"));
  EXPECT_EQ(folder.read("victim"), "precious");
  EXPECT_EQ(folder.read("lease"), "ours");
  folder.link("elsewhere", folder.path());
  EXPECT_NE(why_not(make_state_folder(folder.at("elsewhere"))).find("it is a symbolic link"),
            std::string::npos);
  EXPECT_FALSE(write_state_file(folder.at("elsewhere"), "lease", "x"));
}

TEST(StateFiles, WhatOthersMayHaveWrittenIsRefusedWithTheRepair) {
  const TestFolder folder;
  folder.write("lease", "x");
  ::chmod(folder.at("lease").c_str(), 0666);
  EXPECT_NE(why_not(read_state_file(folder.path(), "lease", 100)).find("chmod 0600"),
            std::string::npos);
  ::chmod(folder.path().c_str(), 0777);
  EXPECT_FALSE(make_state_folder(folder.path()));
  EXPECT_FALSE(write_state_file(folder.path(), "lease", "x"));
}

TEST(StateFiles, WhatIsNoFileOrTooLongIsRefused) {
  const TestFolder folder;
  folder.write("long", std::string(101, 'x'));
  EXPECT_FALSE(read_state_file(folder.path(), "long", 100));
  ASSERT_EQ(::mkfifo(folder.at("fifo").c_str(), 0600), 0);
  EXPECT_FALSE(read_state_file(folder.path(), "fifo", 100));
  for (const char* name : {"", ".", "..", "a/b", "../x", ".a", "a b"}) {
    EXPECT_FALSE(read_state_file(folder.path(), name, 100)) << name;
    EXPECT_FALSE(write_state_file(folder.path(), name, "")) << name;
    EXPECT_FALSE(remove_state_file(folder.path(), name)) << name;
  }
}

TEST(StateFiles, AWriteThatFailsLeavesTheOldFile) {
  const TestFolder folder;
  folder.write("lease", "old");
  ::chmod(folder.at("lease").c_str(), 0600);
  // A file of this name cannot be made: a folder is in the way, as any failure would be.
  folder.write(".lease.new/x", "");
  EXPECT_FALSE(write_state_file(folder.path(), "lease", "new"));
  EXPECT_EQ(folder.read("lease"), "old");
}

}  // namespace
}  // namespace lessor::host
