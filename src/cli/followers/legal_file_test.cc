#include "cli/followers/legal_file.h"

#include "cli/followers/test_folder.h"

#include <sys/stat.h>

namespace lessor::cli {
namespace {

constexpr std::time_t kNow = 1'774'000'000;

class LegalFileTest : public testing::FolderTest {
 protected:
  [[nodiscard]] config::LegalLog log(std::uint32_t count = 10) const {
    config::LegalLog made;
    made.path = folder_;
    made.base_name = "legal";
    made.unit = config::LegalLog::Unit::second;
    made.count = count;
    return made;
  }
};

constexpr const char* kFirst = "legal.T00000000001774000000.txt";

TEST_F(LegalFileTest, IsForItsOwnerOnlyWhateverTheMaskSays) {
  const mode_t before = ::umask(0);
  auto file = LegalFile::open(log(), kNow);
  ::umask(before);
  ASSERT_TRUE(file) << file.error();
  EXPECT_EQ(file->path(), path(kFirst));
  EXPECT_EQ(file->write("a\nb\n"), 4U);
  EXPECT_EQ(text_of(kFirst), "a\nb\n");
  struct stat facts{};
  ASSERT_EQ(::stat(path(kFirst).c_str(), &facts), 0);
  EXPECT_EQ(facts.st_mode & 07777U, 0600U);
}

TEST_F(LegalFileTest, GoesOnWithTheNewestWhileItsTimeLasts) {
  put("legal.T00000000001773999995.txt", "before\n");
  auto file = LegalFile::open(log(), kNow);
  ASSERT_TRUE(file) << file.error();
  EXPECT_EQ(file->path(), path("legal.T00000000001773999995.txt"));
  EXPECT_FALSE(file->is_over(kNow + 4));
  EXPECT_TRUE(file->is_over(kNow + 5));
  ASSERT_TRUE(file->change(kNow + 5));
  EXPECT_EQ(file->write("after\n"), 6U);
  EXPECT_EQ(text_of("legal.T00000000001774000005.txt"), "after\n");
  EXPECT_EQ(text_of("legal.T00000000001773999995.txt"), "before\n");
}

TEST_F(LegalFileTest, BeginsAnotherWhereTheNewestIsOver) {
  put("legal.T00000000001773999990.txt", "before\n");
  EXPECT_EQ(LegalFile::open(log(), kNow)->path(), path(kFirst));
}

TEST_F(LegalFileTest, LeavesAloneWhatAClockThatWasAheadBegan) {
  put("legal.T00000000001773999995.txt", "before\n");
  put("legal.T00000000001874000000.txt", "of years to come\n");
  auto file = LegalFile::open(log(), kNow);
  ASSERT_TRUE(file) << file.error();
  EXPECT_EQ(file->path(), path("legal.T00000000001773999995.txt"));
  EXPECT_TRUE(file->is_over(kNow - 1'000));  // the clock is set back: another one
}

TEST_F(LegalFileTest, ALinkIsNotFollowed) {
  put("passwords", "");
  std::filesystem::create_symlink(path("passwords"), path(kFirst));
  const auto file = LegalFile::open(log(), kNow);
  ASSERT_FALSE(file);
  EXPECT_NE(file.error().find(path(kFirst)), std::string::npos) << file.error();
}

TEST_F(LegalFileTest, WhatHasAnotherNameOrIsNoFileIsNotWritten) {
  put("other", "");
  std::filesystem::create_hard_link(path("other"), path(kFirst));
  EXPECT_FALSE(LegalFile::open(log(), kNow));
  std::filesystem::remove(path(kFirst));
  ASSERT_EQ(::mkfifo(path(kFirst).c_str(), 0600), 0);
  EXPECT_FALSE(LegalFile::open(log(), kNow));  // and does not wait for a reader
}

TEST_F(LegalFileTest, AFolderThatIsNotThereIsNamed) {
  config::LegalLog missing = log();
  missing.path = path("none");
  const auto file = LegalFile::open(missing, kNow);
  ASSERT_FALSE(file);
  EXPECT_NE(file.error().find("make its folder first"), std::string::npos) << file.error();
}

TEST_F(LegalFileTest, WhereThereCanBeNoOtherTheOldOneStays) {
  auto file = LegalFile::open(log(), kNow);
  ASSERT_TRUE(file) << file.error();
  std::filesystem::create_directory(path("legal.T00000000001774000010.txt"));
  ASSERT_FALSE(file->change(kNow + 10));
  EXPECT_EQ(file->path(), path(kFirst));
  EXPECT_EQ(file->write("still\n"), 6U);
}

}  // namespace
}  // namespace lessor::cli
