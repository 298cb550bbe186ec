#include "cli/host_checks.h"

#include "cli/followers/test_folder.h"

#include <gmock/gmock.h>
#include <sys/stat.h>

namespace lessor::cli {
namespace {

using ::testing::ElementsAre;
using ::testing::HasSubstr;

using HostChecksTest = testing::FolderTest;

TEST_F(HostChecksTest, AProgramThatCannotBeRunIsNamed) {
  config::ServerConfig config;
  EXPECT_EQ(find_unfit_program(config), std::nullopt);
  put("script", "#!/bin/sh\n");
  ::chmod(path("script").c_str(), 0644);
  config.run_script = {.program = path("script")};
  config.legal_log.emplace().prerotate = path("script");
  EXPECT_THAT(programs_of(config), ElementsAre(path("script")));
  EXPECT_THAT(find_unfit_program(config).value_or(""), HasSubstr("chmod +x " + path("script")));
}

}  // namespace
}  // namespace lessor::cli
