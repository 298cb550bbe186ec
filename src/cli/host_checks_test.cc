#include "cli/host_checks.h"

#include "cli/followers/test_folder.h"

#include <gmock/gmock.h>
#include <sys/stat.h>

namespace lessor::cli {
namespace {

using ::testing::ElementsAre;
using ::testing::HasSubstr;
using ::testing::IsEmpty;

class HostChecksTest : public testing::FolderTest {
 protected:
  /// What is noted of a configuration in a file of this mode, whose user has `word` (JSON).
  std::vector<config::Problem> notes(const std::string& word, mode_t mode) {
    put("lessor.conf", R"({"Dhcp4": {"control-sockets": [{"socket-type": "http",
        "authentication": {"clients": [{"user": "anna", )" +
                           word + "}]}}]}}");
    ::chmod(path("lessor.conf").c_str(), mode);
    const auto loaded = config::load_file(path("lessor.conf"), {});
    return loaded ? find_open_passwords(*loaded) : std::vector<config::Problem>(9);
  }
};

TEST_F(HostChecksTest, APasswordInAFileThatOthersMayReadIsNoted) {
  const std::string inside = R"("password": "secret")";
  const auto noted = notes(inside, 0644);
  ASSERT_EQ(noted.size(), 1U);
  EXPECT_THAT(to_string(noted[0]), HasSubstr("others may get at " + path("lessor.conf") +
                                             " (mode 0644): chmod 0640 it"));
  EXPECT_THAT(notes(inside, 0640), IsEmpty());
  EXPECT_THAT(notes(R"("password-file": "/etc/lessor/anna")", 0644), IsEmpty());
}

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
