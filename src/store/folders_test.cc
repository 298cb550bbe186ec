#include "store/folders.h"

#include "store/test_folder.h"

#include <gtest/gtest.h>

#include <filesystem>
#include <fstream>

namespace lessor::store {
namespace {

TEST(MakeFolder, MakesTheWayToItAndKeepsOthersOut) {
  const Folder folder;
  const std::string path = folder.path("a/b/leases");
  ASSERT_TRUE(make_folder(path).has_value());
  EXPECT_TRUE(fs::is_directory(path));
  EXPECT_EQ(fs::status(path).permissions() & fs::perms::others_all, fs::perms::none);
  EXPECT_TRUE(make_folder(path).has_value()) << "it is there already";
}

TEST(MakeFolder, NamesWhatItCannotMake) {
  const Folder folder;
  std::ofstream(folder.path("file")) << "in the way";
  for (const char* name : {"file/leases", "file/a/leases"}) {
    const auto made = make_folder(folder.path(name));
    ASSERT_FALSE(made.has_value()) << name;
    EXPECT_NE(made.error().message.find(folder.path("file")), std::string::npos)
        << made.error().message;
  }
}

TEST(FlushFiles, NamesAFolderThatIsGone) {
  const Folder folder;
  ASSERT_TRUE(make_folder(folder.path("here")).has_value());
  std::ofstream(folder.path("here/file")) << "octets";
  EXPECT_TRUE(flush_files(folder.path("here")).has_value());
  const auto flushed = flush_files(folder.path("gone"));
  ASSERT_FALSE(flushed.has_value());
  EXPECT_NE(flushed.error().message.find(folder.path("gone")), std::string::npos);
}

}  // namespace
}  // namespace lessor::store
