#include "cli/workbench/text_file.h"

#include <cstdio>
#include <fstream>
#include <gmock/gmock.h>

namespace lessor::cli {
namespace {

using ::testing::HasSubstr;

TEST(ReadTextFile, TakesAllOctets) {
  const std::string path = ::testing::TempDir() + "text_file_test";
  const std::string text("a\r\n\0b", 5);
  std::ofstream(path, std::ios::binary) << text;
  EXPECT_EQ(read_text_file(path), text);
  (void)std::remove(path.c_str());
}

TEST(ReadTextFile, RefusesWhatIsNoFileOrNeverEnds) {
  EXPECT_THAT(read_text_file("/").error(), HasSubstr("cannot read /: Is a directory"));
  EXPECT_THAT(read_text_file("/nowhere/at/all").error(), HasSubstr("No such file"));
  EXPECT_THAT(read_text_file("/dev/zero").error(), HasSubstr("beyond 16 MiB"));
}

}  // namespace
}  // namespace lessor::cli
